"""What a whole list leaves behind is what single steps would have; its numbers, and its end."""

import io
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from pavilion.core import jobs
from pavilion.core.models import ActivityEntry, Job, OutboxMessage
from startups import operations, retention
from startups.models import Application, Decision, SheetImport
from startups.operations import bringing_in, importing
from startups.operations.applying.states import WrongStatus
from startups.operations.deciding import preparing
from startups.operations.deciding.decisions import RankTaken
from startups.operations.forgetting import purging
from startups.operations.forgetting.anonymising import anonymise_application
from tests import factories as make
from tests.startups import sheets

pytestmark = pytest.mark.django_db
HEADINGS = ("Raison sociale", "SIREN", "Mail")
SIREN = make.siret(1)[:9]


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def call(time_machine):
    time_machine.move_to("2030-02-15T10:00:00+01:00", tick=False)
    return make.CallFactory()


def received(call, *rows, headings=HEADINGS, **named) -> SheetImport:
    content = sheets.xlsx(**named) if named else sheets.xlsx(headings, *rows)
    return importing.receive_sheet(
        call_id=call.pk,
        file=io.BytesIO(content),
        file_name="liste.xlsx",
        size=len(content),
        by=None,
    )


def compared(call, *rows, headings=HEADINGS) -> SheetImport:
    return importing.compare_sheet(import_id=received(call, *rows, headings=headings).pk)


def imported(call, *rows, headings=HEADINGS) -> dict:
    sheet = compared(call, *rows, headings=headings)
    return importing.write_sheet(import_id=sheet.pk, by=None).report["counts"]


def numbers() -> list:
    return list(Application.objects.order_by("pk").values_list("siret", "siren"))


# --- A SIREN alone ---


def test_siren_alone_is_kept_and_finds_the_company_again(call):
    imported(call, ("Élan SAS", int(SIREN), "anne@elan.example"))
    assert numbers() == [("", SIREN)]

    counts = imported(call, ("Élan", int(SIREN), "bruno@elan.example"))

    assert (counts["new"], counts["changed"]) == (0, 1)
    application = Application.objects.get()
    assert (application.legal_name, application.contact_email, application.siren) == (
        *("Élan", "bruno@elan.example"),
        SIREN,
    )
    assert list(Application.objects.filter(team_text__contains=SIREN)) == [application]


def test_siren_is_added_to_a_company_found_by_its_name(call):
    make.ApplicationFactory(
        call=call, legal_name="Élan SAS", siret="", contact_email="anne@elan.example"
    )

    sheet = compared(call, ("Élan SAS", int(SIREN), "anne@elan.example"))

    assert sheet.report["rows"][0]["changes"] == [
        {"field": "siren", "label": "SIREN number", "before": "", "after": SIREN}
    ]
    importing.write_sheet(import_id=sheet.pk, by=None)
    assert numbers() == [("", SIREN)]


def test_siret_given_later_takes_the_place_of_a_siren_and_leaves_none_when_taken_back(call):
    imported(call, ("Élan SAS", int(SIREN), "anne@elan.example"))
    application = Application.objects.get()
    Application.objects.update(status="incomplete")
    for siret, expected in ((make.siret(2), make.siret(2)[:9]), ("", "")):
        operations.save_application(application_id=application.pk, values={"siret": siret})
        assert numbers() == [(siret, expected)]


def test_anonymised_company_keeps_no_siren(call):
    imported(call, ("Élan SAS", int(SIREN), "anne@elan.example"))
    Application.objects.update(status="rejected")

    anonymise_application(application_id=Application.objects.get().pk)

    assert numbers() == [("", "")]


# --- Many at once ---


def test_decisions_prepared_at_once_are_and_say_what_single_ones_do(call):
    by = make.organiser("53")
    wanted = [
        ("selected", None, "", ""),
        ("waitlisted", 2, " Full. ", "seen"),
        ("rejected", 3, "", ""),
    ]
    told = []
    for at_once in (False, True):
        applications = [make.ApplicationFactory(call=call) for _each in wanted]
        for application in applications[1:]:
            preparing.prepare_decision(
                application_id=application.pk, outcome="waitlisted", rank=2, reason="Full.", by=by
            )
        ActivityEntry.objects.all().delete()
        intended = [
            preparing.Intended(
                application_id=row.pk, outcome=outcome, rank=rank, reason=reason, note=note
            )
            for row, (outcome, rank, reason, note) in zip(applications, wanted, strict=True)
        ]
        if at_once:
            preparing.prepare_decisions(intended=intended, by=by)
        for each in intended:  # a second time changes nothing
            preparing.prepare_decision(**vars(each), by=by)
        columns = ("outcome", "rank", "reason", "note", "prepared_by", "prepared_at")
        decisions = Decision.objects.filter(application__in=applications).order_by("application")
        entries = ActivityEntry.objects.order_by("target_id")
        told.append(
            (
                list(decisions.values_list(*columns)),
                list(entries.values_list("verb", "by", "reason", "before", "after")),
            )
        )

    assert told[0] == told[1]
    assert [entry[4] for entry in told[1][1]] == [
        {"outcome": "selected", "reason": "", "note": ""},
        {"note": "seen"},
        {"outcome": "rejected", "rank": None, "reason": ""},
    ]


@pytest.mark.parametrize(
    ("wrong", "refusal"), [({"rank": 0}, RankTaken), ({"outcome": "selected"}, WrongStatus)]
)
def test_one_decision_that_cannot_be_prepared_stops_them_all(call, wrong, refusal):
    keys = [
        make.ApplicationFactory(call=call, status=status).pk
        for status in ("submitted", "incomplete")
    ]
    intended = [
        preparing.Intended(application_id=key, **{"outcome": "rejected", **more})
        for key, more in zip(keys, ({}, wrong), strict=True)
    ]

    with pytest.raises(refusal):
        preparing.prepare_decisions(intended=intended, by=None)

    assert not Decision.objects.exists()


def test_changed_rows_cost_the_same_for_one_and_fifty(call, django_assert_max_num_queries):
    headings = ("Raison sociale", "SIRET", "Mail", "Ville", "Avis")
    for numbers in ([1], range(2, 52)):
        rows = [(f"C{n}", make.siret(n), f"c{n}@a.example") for n in numbers]
        imported(call, *((*row, "Brest", "") for row in rows), headings=headings)
        changed = [(row[0], row[1], f"n{row[2]}", "Rennes", "Retenue") for row in rows]
        sheet = compared(call, *changed, headings=headings)
        with django_assert_max_num_queries(34):
            importing.write_sheet(import_id=sheet.pk, by=None)
    assert Decision.objects.count() == Application.objects.filter(city="Rennes").count() == 51
    assert set(Application.objects.values_list("link_version", flat=True)) == {2}


def test_new_rows_with_decisions_cost_the_same_for_one_and_fifty(
    call, django_assert_max_num_queries
):
    headings = ("Raison sociale", "SIRET", "Mail", "Avis")
    for numbers in ([1], range(2, 52)):
        rows = [(f"C{n}", make.siret(n), f"c{n}@a.example", "Retenue") for n in numbers]
        sheet = compared(call, *rows, headings=headings)
        with django_assert_max_num_queries(30):
            importing.write_sheet(import_id=sheet.pk, by=None)
    assert Decision.objects.count() == 51


def test_new_links_of_a_list_keep_the_hourly_limit_of_an_address(call):
    headings = ("Raison sociale", "SIRET", "Mail")
    rows = [(f"C{number}", make.siret(number)) for number in range(7)]
    imported(call, *((*row, f"{row[0]}@a.example") for row in rows), headings=headings)

    imported(call, *((*row, "Agency@a.example") for row in rows), headings=headings)

    links = OutboxMessage.objects.filter(kind="startups.link")
    assert list(links.values_list("recipient", flat=True)) == ["Agency@a.example"] * 5


def test_a_link_renewed_meanwhile_stops_the_run(call):
    application = make.ApplicationFactory(call=call, siret=make.siret(1))
    headings = ("SIRET", "Mail")
    sheet = received(call, (make.siret(1), "new@elan.example"), headings=headings)
    before = bringing_in.standing_of_call(call.pk)

    operations.renew_application_link(application_id=application.pk, by=None)

    assert bringing_in.standing_of_call(call.pk) != before
    assert importing.compare_sheet(import_id=sheet.pk).report["counts"]["changed"] == 1


def test_a_run_tells_how_many_rows_are_written(call, monkeypatch):
    monkeypatch.setattr(bringing_in, "BATCH", 2)
    rows = [(f"C{number}", "", f"c{number}@a.example") for number in range(5)]
    sheet = compared(call, *rows)
    told = []

    importing.write_sheet(import_id=sheet.pk, by=None, advance=told.append)

    assert told == [1, 2, 3, 4, 5, 7, 9, 10]


# --- The end of a list ---


@pytest.fixture
def manager(client, call):
    user = make.organiser("53", language="en")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def page(name, call, sheet) -> str:
    return reverse(f"admin:startups_call_import_{name}", args=[call.pk, sheet.pk])


def advance_to(state, sheet) -> None:
    if state != "uploaded":
        importing.compare_sheet(import_id=sheet.pk)
    if state == "done":
        importing.write_sheet(import_id=sheet.pk, by=None)


@pytest.mark.parametrize("state", ["uploaded", "checked", "done"])
def test_erased_list_says_so_and_nothing_is_done_with_it(client, call, manager, state):
    sheet = received(call, ("Élan SAS", int(SIREN), "anne@elan.example"))
    advance_to(state, sheet)
    SheetImport.objects.update(created_at=timezone.now() - timedelta(days=31))
    purging._erase_copies(timezone.now())

    report = client.get(page("report", call, sheet))
    assert "The list and what was read of it were erased on 15 Feb 2030." in report.content.decode()
    for name, method in (("columns", client.get), ("columns", client.post), ("write", client.post)):
        assert method(page(name, call, sheet)).headers["Location"] == page("report", call, sheet)
    refusal = importing.AlreadyImported if state == "done" else importing.Erased
    for ask in (importing.ask_comparison, importing.ask_import, importing.lay_out_sheet):
        with pytest.raises(refusal):
            ask(import_id=sheet.pk, by=None)
    if state != "done":
        for work in (importing.compare_sheet, lambda **ids: importing.write_sheet(**ids, by=None)):
            with pytest.raises(importing.Erased):
                work(import_id=sheet.pk)


@pytest.mark.parametrize("row", ["9" * 30, "9" * 5000, "3", "-1", "²", "abc"])
def test_only_a_row_of_the_sheet_holds_the_headings(client, call, manager, row):
    sheet = received(call, ("Élan SAS", int(SIREN), "anne@elan.example"))

    answer = client.post(page("columns", call, sheet), {"again": "1", "header_row": row})

    if row == "3":
        assert answer.context["error"] == "The sheet has no such row."
    else:
        assert answer.status_code == 404
    sheet.refresh_from_db()
    assert sheet.header_row == 1


def test_a_column_is_told_by_a_number(client, call, manager):
    sheet = received(call, ("Élan SAS", int(SIREN), "anne@elan.example"))
    for column in ("9" * 5000, "x"):
        sent = urlencode({f"column-{column}": "siren"})
        answer = client.post(
            page("columns", call, sheet), sent, content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 404
    assert not Job.objects.exists()


def test_sheet_may_have_a_long_name(call):
    name = "x" * 200
    content = sheets.ods(("Raison sociale", "SIREN", "Mail"), ("Élan", SIREN, "a@a.example"))
    sheet = importing.receive_sheet(
        call_id=call.pk, file=io.BytesIO(content), file_name="l.ods", size=len(content), by=None
    )
    SheetImport.objects.update(sheet=name)
    sheet.refresh_from_db()
    assert sheet.sheet == name
    sheet.full_clean(exclude=["created_by", "job"])


def test_a_writing_job_has_its_time(call):
    sheet = compared(call, ("Élan SAS", int(SIREN), "anne@elan.example"))
    job = importing.ask_import(import_id=sheet.pk, by=None)

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 4, 4)


def test_page_on_personal_data_says_how_long_jobs_are_kept():
    told = [str(copy.period) for copy in retention.COPIES if "Exports" in str(copy.what)]
    assert told == [f"{jobs.KEPT.days} days after they were made"]
