"""A list becomes applications: compared first, written all or not at all, twice the same."""

import io
import itertools
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from pavilion.core import jobs
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry, Job, OutboxMessage
from startups.models import Application, Decision, SheetImport
from startups.operations import importing
from startups.operations.importing import comparing
from tests import factories as make
from tests.startups import sheets

pytestmark = pytest.mark.django_db
HEADINGS = ("Raison sociale", "SIRET", "Mail", "Ville", "Avis")
Status = Application.Status


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def call(time_machine):
    time_machine.move_to("2030-02-15T10:00:00+01:00", tick=False)
    return make.CallFactory()


def received(call, *rows, by=None) -> SheetImport:
    return received_file(call, sheets.xlsx(HEADINGS, *rows), by=by)


def received_file(call, content: bytes, by=None) -> SheetImport:
    return importing.receive_sheet(
        call_id=call.pk, file=io.BytesIO(content), file_name="liste.xlsx", size=len(content), by=by
    )


def compared(call, *rows) -> dict:
    return importing.compare_sheet(import_id=received(call, *rows).pk).report


def imported(call, *rows, **options) -> dict:
    sheet = importing.compare_sheet(import_id=received(call, *rows).pk)
    return importing.write_sheet(import_id=sheet.pk, by=None, **options).report["counts"]


def outcomes(report) -> list:
    return [(row["row"], row["outcome"]) for row in report["rows"]]


def counts(new=0, changed=0, same=0, refused=0, passed_over=0) -> dict:
    told = {"new": new, "changed": changed, "same": same, "refused": refused}
    return {**told, "passed_over": passed_over}


def elan(number=1, **changes) -> list:
    row = {
        "name": "Élan SAS",
        "siret": int(make.siret(number)),
        "email": f"anne{number}@elan.example",
        "city": "Brest",
        "standing": "",
    }
    return list({**row, **changes}.values())


def test_new_company_is_submitted_told_and_noted(call):
    assert imported(call, elan(standing="Retenue")) == counts(new=1)

    application = Application.objects.get()
    assert (
        application.status,
        application.legal_name,
        application.siret,
        application.siren,
        application.city,
        application.submitted_at,
        application.commitments_at,
        application.privacy_notice_version,
    ) == (
        "submitted",
        "Élan SAS",
        make.siret(1),
        make.siret(1)[:9],
        "Brest",
        datetime(2030, 2, 15, 9, tzinfo=UTC),
        None,
        "",
    )
    assert application.search_text == "elan sas"
    assert list(OutboxMessage.objects.values_list("kind", "recipient")) == [
        ("startups.entered", "anne1@elan.example")
    ]
    assert list(ActivityEntry.objects.order_by("pk").values_list("verb", "reason")) == [
        ("application.imported", "From the list “liste.xlsx”."),
        ("decision.prepared", ""),
    ]
    decision = Decision.objects.get()
    assert (decision.application, decision.outcome, decision.released_at) == (
        application,
        "selected",
        None,
    )


def test_importing_twice_changes_nothing(call):
    rows = [elan(1, standing="LA 2"), elan(2, standing="refusée"), elan(3)]
    imported(call, *rows)
    before = list(Application.objects.order_by("pk").values())

    report = compared(call, *rows)
    with pytest.raises(importing.NothingToWrite):
        importing.ask_import(import_id=SheetImport.objects.latest("pk").pk, by=None)

    assert report["counts"] == counts(same=3)
    assert list(Application.objects.order_by("pk").values()) == before


def test_only_what_differs_is_written_and_told(call):
    application = make.ApplicationFactory(
        call=call, legal_name="Élan", city="Rennes", siret=make.siret(1)
    )
    report = compared(call, elan(name="Élan", email=application.contact_email.upper()))

    assert report["rows"] == [
        {
            "row": 2,
            "outcome": "changed",
            "name": str(application),
            "application": application.pk,
            "changes": [{"field": "city", "label": "town", "before": "Rennes", "after": "Brest"}],
        }
    ]
    imported(call, elan(name="Élan", email=application.contact_email))
    application.refresh_from_db()
    assert (application.city, application.link_version) == ("Brest", 1)
    entry = ActivityEntry.objects.get()
    assert (entry.verb, entry.before, entry.after) == (
        "application.changed",
        {"city": "Rennes"},
        {"city": "Brest"},
    )
    message = OutboxMessage.objects.get()
    assert (message.kind, message.recipient) == ("startups.corrected", application.contact_email)


def test_empty_cells_change_nothing(call):
    make.ApplicationFactory(call=call, legal_name="Élan", city="Rennes", siret=make.siret(1))

    assert compared(call, elan(name="", email="", city=""))["counts"] == counts(same=1)


def test_another_contact_closes_the_former_link(call):
    application = make.ApplicationFactory(call=call, siret=make.siret(1))
    imported(call, elan(name="", city="", email="nouvelle@elan.example"))

    application.refresh_from_db()
    assert (application.contact_email, application.link_version) == ("nouvelle@elan.example", 2)
    assert set(OutboxMessage.objects.values_list("kind", "recipient")) == {
        ("startups.link", "nouvelle@elan.example"),
        ("startups.corrected", "nouvelle@elan.example"),
    }


def test_without_number_name_and_address_find_the_company(call):
    make.ApplicationFactory(
        call=call, legal_name="Elan  S.A.S.", siret="", contact_email="Anne1@elan.example", city=""
    )

    report = compared(call, elan(name="ÉLAN s-a-s"))

    assert [row["outcome"] for row in report["rows"]] == ["changed"]
    assert report["rows"][0]["changes"][-1]["after"] == "Brest"


def test_rows_about_one_company_are_refused_with_the_number_of_the_other(call):
    report = compared(call, elan(1), elan(2), elan(1, email="autre@elan.example"))

    assert outcomes(report) == [(2, "new"), (3, "new"), (4, "refused")]
    assert report["rows"][2]["why"] == [
        "Row 2 is about the same company. Keep one of the two rows, with what is right in both."
    ]


@pytest.mark.parametrize(
    ("status", "standing", "why"),
    [
        ("withdrawn", "", "has withdrawn its application"),
        ("draft", "", "has begun an application of its own"),
        ("declined", "refusée", "it cannot become “Not selected”"),
        ("submitted", "Confirmed", "An import does not make an application “Confirmed”"),
    ],
)
def test_what_no_step_leads_to_is_refused(call, status, standing, why):
    make.ApplicationFactory(call=call, status=status, siret=make.siret(1), legal_name="Élan")

    report = compared(call, elan(standing=standing))

    assert outcomes(report) == [(2, "refused")]
    assert why in report["rows"][0]["why"][0]


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("selected", "Retenue"),
        ("confirmed", "Retenue"),
        ("rejected", "non"),
        ("waitlisted", "Liste d'attente"),
    ],
)
def test_decisions_that_were_taken_are_not_prepared_again(call, status, standing):
    make.ApplicationFactory(call=call, status=status, siret=make.siret(1), legal_name="Élan")

    assert compared(call, elan(name="", email="", city="", standing=standing))["counts"] == counts(
        same=1
    )


def test_refused_rows_stand_in_the_way_until_they_are_left_out(call):
    rows = [elan(1), elan(2, email="nulle part"), elan(3)]
    sheet = importing.compare_sheet(import_id=received(call, *rows).pk)

    with pytest.raises(importing.RowsRefused):
        importing.ask_import(import_id=sheet.pk, by=None)
    assert not Application.objects.exists()
    written = importing.write_sheet(import_id=sheet.pk, leave_out_refused=True, by=None)

    assert written.report["counts"] == counts(new=2, refused=1)
    assert Application.objects.count() == 2


def test_refused_rows_come_back_with_their_reasons_and_go_in_once_mended(call):
    sheet = importing.compare_sheet(
        import_id=received(call, elan(1), elan(2, name="=1+1", email="nulle part", city="-")).pk
    )
    content = importing.refused_list(sheet, "xlsx").read()
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    as_csv = importing.refused_list(sheet, "csv").read().decode("utf-8-sig").splitlines()

    assert rows[0] == ("Why the row was refused", *HEADINGS)
    assert rows[1][1:4] == (None, make.siret(2), "nulle part")
    assert as_csv[0] == "Why the row was refused;Raison sociale;SIRET;Mail;Ville;Avis"
    assert as_csv[1].endswith(";'-;") or as_csv[1].endswith(";'-")
    mended = [[rows[1][0], "Ker", *rows[1][2:3], "ker@ker.example", *rows[1][4:]]]
    again = received_file(call, sheets.xlsx(rows[0], *mended))
    assert importing.compare_sheet(import_id=again.pk).report["counts"] == counts(new=1)


def test_application_changed_after_the_comparison_stops_the_run_and_shows_it_again(call):
    application = make.ApplicationFactory(call=call, siret=make.siret(1), city="Rennes")
    sheet = importing.compare_sheet(import_id=received(call, elan(name="", email="")).pk)
    application.city = "Vannes"
    application.save()

    with pytest.raises(importing.ChangedSince):
        importing.write_sheet(import_id=sheet.pk, by=None)

    sheet.refresh_from_db()
    application.refresh_from_db()
    assert (sheet.state, application.city) == ("checked", "Vannes")
    assert sheet.report["rows"][0]["changes"][0]["before"] == "Vannes"
    assert importing.write_sheet(import_id=sheet.pk, by=None).state == "done"


def test_written_list_is_not_written_again_by_a_second_worker(call):
    sheet = importing.compare_sheet(import_id=received(call, elan(1)).pk)
    importing.write_sheet(import_id=sheet.pk, by=None)

    importing.write_sheet(import_id=sheet.pk, by=None)
    importing.compare_sheet(import_id=sheet.pk)

    assert Application.objects.count() == 1
    with pytest.raises(importing.AlreadyImported):
        importing.lay_out_sheet(import_id=sheet.pk, by=None)


def test_slow_worker_finds_the_list_written_by_the_one_that_took_over(call, monkeypatch):
    sheet = importing.compare_sheet(import_id=received(call, elan(1)).pk)
    compare = comparing.compare

    def overtaken(*args, **options):
        """While this worker compares, the other writes."""
        monkeypatch.setattr(comparing, "compare", compare)
        importing.write_sheet(import_id=sheet.pk, by=None)
        return compare(*args, **options)

    monkeypatch.setattr(comparing, "compare", overtaken)
    late = importing.write_sheet(import_id=sheet.pk, by=None)

    assert (late.state, late.report["counts"]) == ("done", counts(new=1))
    assert SheetImport.objects.get().state == "done"
    assert Application.objects.count() == OutboxMessage.objects.count() == 1


def test_jobs_compare_and_write_with_progress(call):
    manager = make.organiser("53", full_name="Anne Le Goff")
    sheet = received(call, elan(1), elan(2), by=manager)
    job = importing.ask_comparison(import_id=sheet.pk, by=manager)
    with pytest.raises(importing.Busy):
        importing.ask_comparison(import_id=sheet.pk, by=manager)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.total, job.done, job.result["sentence"]) == (
        "done",
        3,
        3,
        "2 new applications, 0 to change, 0 already as in the list, 0 rows refused.",
    )

    jobs.run(importing.ask_import(import_id=sheet.pk, by=manager).pk)

    assert Job.objects.latest("pk").result["sentence"] == (
        "2 applications created, 0 changed, 0 left as they are."
    )
    assert {entry.by for entry in ActivityEntry.objects.all()} == {manager}


@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER])
def test_only_managers_of_the_region_import(call, role):
    sheet = received(call, elan(1))
    for user in (make.organiser("53", role), make.organiser("76", Role.MANAGER)):
        with pytest.raises(PermissionDenied):
            received(call, elan(1), by=user)
        with pytest.raises(PermissionDenied):
            importing.ask_comparison(import_id=sheet.pk, by=user)


def test_columns_are_corrected_and_what_cannot_be_is_refused(call):
    sheet = received(call, elan(1))
    importing.compare_sheet(import_id=sheet.pk)
    changed = importing.lay_out_sheet(
        import_id=sheet.pk, header_row=1, mapping={0: "display_name", 2: "contact_email"}, by=None
    )
    assert (changed.state, changed.mapping, "counts" in changed.report) == (
        "uploaded",
        {"0": "display_name", "2": "contact_email"},
        False,
    )
    for mapping in ({0: "siret", 1: "siret"}, {9: "siret"}, {0: "status"}):
        with pytest.raises(importing.NoSuchColumn):
            importing.lay_out_sheet(import_id=sheet.pk, header_row=1, mapping=mapping, by=None)
    importing.lay_out_sheet(import_id=sheet.pk, header_row=1, mapping={3: "city"}, by=None)
    with pytest.raises(importing.ColumnsMissing):
        importing.ask_comparison(import_id=sheet.pk, by=None)


def test_thrown_away_list_leaves_no_file(call, django_capture_on_commit_callbacks):
    sheet = received(call, elan(1))
    storage, name = sheet.file.storage, sheet.file.name
    assert storage.exists(name)

    with django_capture_on_commit_callbacks(execute=True):
        importing.forget_sheet(import_id=sheet.pk, by=None)
        importing.forget_sheet(import_id=sheet.pk, by=None)

    assert not storage.exists(name)
    assert not SheetImport.objects.exists()


ODD = ("", "x", 0, -1, 1e300, 80001234500012.0, "=1+1", "a@b", "a@b.example", date(2021, 3, 1))


def test_every_row_is_in_or_refused_with_a_reason(call):
    """Odd values in every place: no row is lost, none comes in without what it needs."""
    numbers = ("", make.siret(5), float(make.siret(6)), 0, 1e300, "8,00012E+13")
    rows = [list(row) for row in itertools.product(ODD, numbers, ODD[6:], ["Brest", 3], ["", "?!"])]
    report = compared(call, *rows)

    assert [row["row"] for row in report["rows"]] == list(range(2, len(rows) + 2))
    assert all(row.get("why") for row in report["rows"] if row["outcome"] == "refused")
    sheet = SheetImport.objects.latest("pk")
    written = importing.write_sheet(import_id=sheet.pk, leave_out_refused=True, by=None)
    assert Application.objects.count() == written.report["counts"]["new"] > 0
    assert sum(written.report["counts"].values()) == len(rows)


def test_queries_do_not_grow_with_the_list(call, django_assert_max_num_queries):
    for rows in ([elan(1)], [elan(number) for number in range(2, 50)]):
        sheet = importing.compare_sheet(import_id=received(call, *rows).pk)
        with django_assert_max_num_queries(18):
            importing.write_sheet(import_id=sheet.pk, by=None)
