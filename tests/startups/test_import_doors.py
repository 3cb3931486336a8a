"""The desk's pages, the API and the command: the same import through three doors."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from pavilion.core import jobs
from pavilion.core.models import Job
from startups.models import Application, SheetImport
from tests import factories as make
from tests.startups import sheets

pytestmark = pytest.mark.django_db
HEADINGS = ("Raison sociale", "SIRET", "Mail")
GOOD = ("Élan SAS", int(make.siret(1)), "anne@elan.example")
BAD = ("Ker", "123", "ker@ker.example")


@pytest.fixture
def call(time_machine):
    time_machine.move_to("2030-02-15T10:00:00+01:00", tick=False)
    return make.CallFactory()


@pytest.fixture
def manager(client, call):
    user = make.organiser("53", language="en")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def upload(*rows) -> SimpleUploadedFile:
    return SimpleUploadedFile("liste.xlsx", sheets.xlsx(HEADINGS, *rows))


def page(name, call, *args) -> str:
    return reverse(f"admin:startups_call_import{name}", args=[call.pk, *args])


def run_job() -> Job:
    job = Job.objects.latest("pk")
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def send(client, call, *rows) -> SheetImport:
    client.post(page("", call), {"file": upload(*rows)})
    return SheetImport.objects.latest("pk")


def choose(sheet) -> dict:
    return {f"column-{column}": name for column, name in sheet.mapping.items()}


def test_list_goes_in_through_the_desk(client, call, manager):
    response = client.post(page("", call), {"file": upload(GOOD)})
    sheet = SheetImport.objects.get()
    assert (response.status_code, response.url) == (302, page("_columns", call, sheet.pk))
    assert sheet.mapping == {"0": "legal_name", "1": "siret", "2": "contact_email"}
    client.get(response.url)

    response = client.post(response.url, choose(sheet))
    job = run_job()
    assert response.url == reverse("admin:core_job_change", args=[job.pk])
    assert job.result["url"] == page("_report", call, sheet.pk)
    assert "1 new application" in client.get(job.result["url"]).content.decode()

    client.post(page("_write", call, sheet.pk))
    assert run_job().state == "done"
    assert Application.objects.get().legal_name == "Élan SAS"
    assert client.get(page("_columns", call, sheet.pk)).url == page("_report", call, sheet.pk)


def test_what_is_no_list_is_refused_on_the_page(client, call, manager):
    response = client.post(page("", call), {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})

    assert b"This is a PDF." in response.content
    assert b"Choose the file first." in client.post(page("", call)).content
    assert not SheetImport.objects.exists()


def test_upload_of_fifty_megabytes_is_refused_unstored(client, call, manager):
    huge = SimpleUploadedFile("liste.csv", bytes(50 * 1024 * 1024))

    response = client.post(page("", call), {"file": huge})

    assert b"The file has 50 MB; 20 MB at most are read." in response.content
    assert not SheetImport.objects.exists()


def test_columns_that_tell_no_company_come_back_as_chosen(client, call, manager):
    sheet = send(client, call, GOOD)

    response = client.post(page("_columns", call, sheet.pk), {"column-0": "city"})

    assert b"No column tells the companies apart." in response.content
    assert response.context["columns"][0]["field"] == "city"


def test_another_row_of_headings_is_proposed_anew(client, call, manager):
    others = [("Ker", int(make.siret(number)), "a@ker.example") for number in (2, 3)]
    sheet = send(client, call, GOOD, *others)

    client.post(page("_columns", call, sheet.pk), {"again": "1", "header_row": "0"})

    sheet.refresh_from_db()
    assert (sheet.header_row, sheet.mapping) == (0, {"1": "siret", "2": "contact_email"})


def test_refused_rows_are_shown_handed_out_and_left_out(client, call, manager):
    sheet = send(client, call, GOOD, BAD)
    client.post(page("_columns", call, sheet.pk), choose(sheet))
    run_job()

    report = client.get(page("_report", call, sheet.pk))
    assert [row["row"] for row in report.context["rows"]] == [3]
    for kind in ("xlsx", "csv"):
        answer = client.get(page("_refused", call, sheet.pk, kind))
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert b"".join(answer.streaming_content)
    assert client.get(page("_refused", call, sheet.pk, "exe")).status_code == 404
    client.post(page("_write", call, sheet.pk))
    assert SheetImport.objects.get().state == "checked"

    client.post(page("_write", call, sheet.pk), {"leave_out_refused": "on"})
    run_job()
    assert Application.objects.count() == 1


def test_list_is_thrown_away_from_the_desk(client, call, manager):
    sheet = send(client, call, GOOD)

    response = client.post(page("_forget", call, sheet.pk))

    assert response.url == page("", call)
    assert not SheetImport.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["", "_report", "_columns"])
def test_pages_ask_as_often_for_long_lists(
    client, call, manager, count, name, django_assert_num_queries
):
    rows = [(f"Élan {n}", int(make.siret(n)), f"a{n}@elan.example") for n in range(count)]
    for _each in range(count):
        sheet = send(client, call, *rows)
    SheetImport.objects.filter(pk=sheet.pk).update(state="uploaded")
    client.post(page("_columns", call, sheet.pk), choose(sheet))
    run_job()
    address = page(name, call, *([sheet.pk] if name else []))
    client.get(address)

    with django_assert_num_queries(7):
        client.get(address)


def test_list_goes_in_through_the_api(client, call, manager):
    made = client.post(reverse("api:sheetimport-list"), {"call": call.pk, "file": upload(GOOD)})
    assert made.status_code == 201
    assert made.json()["columns"] == [
        {"index": 0, "heading": "Raison sociale", "samples": ["Élan SAS"], "field": "legal_name"},
        {"index": 1, "heading": "SIRET", "samples": [make.siret(1)], "field": "siret"},
        {"index": 2, "heading": "Mail", "samples": [GOOD[2]], "field": "contact_email"},
    ]
    key = made.json()["id"]

    def act(name, body=None) -> dict:
        path = reverse(f"api:sheetimport-{name}", args=[key])
        return client.post(path, body or {}, content_type="application/json").json()

    assert act(
        "lay-out", {"header_row": 1, "mapping": {"0": "display_name", "2": "contact_email"}}
    )["mapping"] == {"0": "display_name", "2": "contact_email"}
    assert act("compare")["state"] == "checking"
    assert act("write")["code"] == "busy"
    run_job()
    assert act("write")["state"] == "writing"
    run_job()
    assert client.get(reverse("api:sheetimport-detail", args=[key])).json()["counts"] == {
        "new": 1,
        "changed": 0,
        "same": 0,
        "refused": 0,
        "passed_over": 0,
    }
    assert Application.objects.get().display_name == "Élan SAS"


def test_api_refuses_what_is_no_list_and_another_region(client, call, manager):
    path = reverse("api:sheetimport-list")
    page_sent = SimpleUploadedFile("a.xls", b"<html></html>")
    refused = client.post(path, {"call": call.pk, "file": page_sent})
    assert (refused.status_code, refused.json()["code"]) == (409, "unreadable")

    client.force_login(make.organiser("76"))
    assert client.post(path, {"call": call.pk, "file": upload(GOOD)}).status_code == 403


def test_api_throws_a_list_away(client, call, manager):
    sheet = send(client, call, GOOD)

    assert client.delete(reverse("api:sheetimport-detail", args=[sheet.pk])).status_code == 204
    assert not SheetImport.objects.exists()


# --- The command ---


def run(tmp_path, *rows, content=None, **options) -> tuple[int, str]:
    path = tmp_path / "liste.xlsx"
    path.write_bytes(sheets.xlsx(HEADINGS, *rows) if content is None else content)
    output = io.StringIO()
    try:
        options = {"region": "53", "language": "en", **options}
        call_command("import_startups", str(path), stdout=output, **options)
    except SystemExit as end:
        return int(end.code), output.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, output.getvalue()


def test_command_imports_and_a_second_run_changes_nothing(call, tmp_path):
    assert run(tmp_path, GOOD) == (
        0,
        "Sheet: Liste\n  Raison sociale → legal name\n  SIRET → SIRET number\n"
        "  Mail → contact's e-mail address\n"
        "1 application created, 0 changed, 0 left as they are.\n",
    )
    assert run(tmp_path, GOOD)[1].endswith("0 applications created, 0 changed, 1 left as it is.\n")
    assert Application.objects.count() == 1


def test_command_compares_only_in_a_dry_run(call, tmp_path):
    status, told = run(tmp_path, GOOD, dry_run=True)

    assert (status, told.splitlines()[-1]) == (0, "Dry run: nothing was written.")
    assert not Application.objects.exists()
    assert not SheetImport.objects.exists()


def test_command_says_each_refused_row_and_writes_nothing(call, tmp_path):
    status, told = run(tmp_path, GOOD, BAD)

    assert status == 1
    assert told.splitlines()[4].startswith("Row 3 (Ker): Column “SIRET”, “123”: a SIRET has 14 dig")
    assert not Application.objects.exists()
    assert run(tmp_path, GOOD, BAD, leave_out_refused=True)[0] == 1
    assert Application.objects.count() == 1


def test_command_answers_in_json(call, tmp_path):
    status, told = run(tmp_path, BAD, json=True)

    answer = json.loads(told)
    assert (status, answer["counts"]["refused"], answer["is_written"]) == (1, 1, False)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"region": "99"}, "VivaTech 2030 has no call of region 99."),
        ({"content": b"%PDF-1.7"}, "This is a PDF."),
        ({"content": b"Ville;Pays\nBrest;France\n"}, "No column tells the companies apart."),
        ({"sheet": "Autre"}, "The file has no sheet “Autre”."),
    ],
)
def test_command_ends_with_two_when_nothing_can_be_read(call, tmp_path, options, sentence):
    status, told = run(tmp_path, GOOD, **options)

    assert (status, told[: len(sentence)]) == (2, sentence)
    assert not SheetImport.objects.exists()
