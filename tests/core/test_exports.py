"""Every list of the desk as a file, and the filters one keeps."""

import io

import openpyxl
import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from pavilion.core import jobs, saved_filters
from pavilion.core.access import Role
from pavilion.core.desk import exports
from pavilion.core.models import ActivityEntry, Job, OutboxMessage, SavedFilter
from pavilion.core.saved_filters import NameMissing, NameTaken, NothingToSave
from tests.factories import RoomFactory, organiser

pytestmark = pytest.mark.django_db
OUTBOX = "admin:core_outboxmessage"


def message(number, **fields):
    fields = {"state": "held", "region_code": "53", "language": "fr"} | fields
    return OutboxMessage.objects.create(
        kind="test",
        recipient=f"p{number}@region.example",
        subject=f"Message {number}",
        message_id=f"<{number}@pavilion.example>",
        **fields,
    )


def exported(client, name=OUTBOX, format="csv", query=""):
    return client.post(reverse(f"{name}_export") + query, {"format": format})


def lines(response):
    return response.getvalue().decode("utf-8-sig").splitlines()


def told(response):
    return [str(each) for each in get_messages(response.wsgi_request)]


@pytest.fixture
def manager(client):
    user = organiser("53", language="en")
    client.force_login(user)
    return user


# --- What is in the file ---


def test_a_list_is_taken_away_as_it_is_shown_narrowed_ordered_and_as_plain_text(
    client, time_machine
):
    time_machine.move_to("2030-02-15T10:00:00+01:00", tick=False)
    manager = organiser("53", language="en")
    client.force_login(manager)
    message(1, recipient_name="=1+1")
    message(2)
    message(3, state="queued")
    message(4, region_code="76")

    response = exported(client, query="?state__exact=held&o=3.1")

    # Every break inside a cell stands within quotes.
    assert response.getvalue().decode("utf-8-sig").replace("\n", "|").split("\r|") == [
        "Message,State,Recipient,Region,When",
        '"Message 1|test",Waiting for approval,"\'=1+1|p1@region.example",Bretagne,'
        '"15 Feb 2030, 10:00|written"',
        '"Message 2|test",Waiting for approval,p2@region.example,Bretagne,'
        '"15 Feb 2030, 10:00|written"',
        "",
    ]
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="outbox-2030-02-15.csv"'
    )
    entry = ActivityEntry.objects.get()
    assert (entry.verb, entry.by, entry.region_code, entry.after) == (
        "list.exported",
        manager,
        "53",
        {"list": "Outbox", "rows": 2, "format": "CSV", "filter": "state__exact=held&o=3.1"},
    )


def test_the_whole_list_and_not_the_page_is_in_the_workbook(client, manager):
    for number in range(60):
        message(number)
    book = openpyxl.load_workbook(io.BytesIO(exported(client, format="xlsx").getvalue()))
    assert book.active.max_row == 61


@pytest.mark.parametrize("rows", [1, 3])
def test_an_export_costs_the_same_for_one_and_three(
    client, manager, django_assert_num_queries, rows
):
    for number in range(rows):
        message(number)
    with django_assert_num_queries(9):
        exported(client)


def test_every_list_of_the_desk_can_be_taken_away(client):
    RoomFactory(name_fr="Salon 1")
    client.force_login(organiser(language="en"))
    assert lines(exported(client, "admin:events_room")) == [
        "Room,Kind,Seats,Zone,Region",
        "Salon 1,Meeting room,8,Bretagne,Bretagne",
    ]


def test_a_get_a_strange_format_and_a_broken_filter_lead_back_to_the_list(client, manager):
    message(1)
    here = reverse(f"{OUTBOX}_changelist")
    url = reverse(f"{OUTBOX}_export")
    answers = [
        client.get(url + "?q=x"),
        exported(client, format="pdf"),
        exported(client, query="?state__foo=1"),
    ]
    assert [each.headers["Location"] for each in answers] == [f"{here}?q=x", f"{here}?", here]
    assert not ActivityEntry.objects.exists()


def test_nothing_to_export_is_said(client, manager):
    assert told(exported(client)) == ["No row matches: there is nothing to export."]


def test_who_may_not_open_a_list_may_not_take_it_away(client):
    message(1)
    client.force_login(organiser("53", Role.REVIEWER))
    assert exported(client).status_code == 403
    assert Client().post(reverse(f"{OUTBOX}_export")).status_code == 302


# --- Long lists ---


def test_a_long_list_becomes_a_job_that_ends_with_the_file(client, manager, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    for number in range(3):
        message(number)
    message(9, region_code="76")

    answer = exported(client, query="?state__exact=held")
    job = Job.objects.get()
    assert answer.headers["Location"] == reverse("admin:core_job_change", args=[job.pk])
    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.total, job.done, job.result) == (
        "done",
        3,
        3,
        {"sentence": "3 rows are in the file.", "count": 3},
    )
    with job.file.open() as file:
        assert len(file.read().decode().splitlines()) == 10  # three lines a row
    assert ActivityEntry.objects.get().after["rows"] == 3


def test_who_left_the_team_meanwhile_gets_no_file(client, manager, monkeypatch, caplog):
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    message(1)
    exported(client)
    manager.memberships.all().delete()
    jobs.run(Job.objects.get().pk)
    job = Job.objects.get()
    assert (job.state, job.file.name) == ("failed", "")


# --- Saved filters ---


def kept(client, query="", **data):
    return client.post(reverse(f"{OUTBOX}_filters") + query, data)


def test_a_filter_is_saved_shown_renamed_and_deleted(client, manager):
    kept(client, "?state__exact=held&p=2&q=", what="save", name=" À  approuver ")
    saved = SavedFilter.objects.get()
    assert (saved.user, saved.model, saved.name, saved.query) == (
        manager,
        "core.outboxmessage",
        "À approuver",
        "state__exact=held",
    )

    page = client.get(reverse(f"{OUTBOX}_changelist"), {"state__exact": "held"})
    assert [(each.row, each.is_current) for each in page.context["saved_filters"]] == [
        (saved, True)
    ]

    answer = kept(client, "?q=x", what="rename", filter=saved.pk, name="Retenus")
    saved.refresh_from_db()
    assert (saved.name, answer.headers["Location"]) == (
        "Retenus",
        reverse(f"{OUTBOX}_changelist") + "?q=x",
    )
    kept(client, what="delete", filter=saved.pk)
    kept(client, what="delete", filter=saved.pk)
    assert not SavedFilter.objects.exists()


def test_the_same_name_again_keeps_the_newer_filter(manager):
    for state in ("held", "queued"):
        saved_filters.save_filter(by=manager, model="a.b", name="Mes", query=f"state={state}")
    assert list(SavedFilter.objects.values_list("query", flat=True)) == ["state=queued"]


@pytest.mark.parametrize(
    ("name", "query", "refusal"),
    [
        ("x", "p=3", NothingToSave),
        ("x", "q=" + "x" * 1000, NothingToSave),
        (" ", "q=x", NameMissing),
    ],
)
def test_what_says_nothing_is_not_saved(manager, name, query, refusal):
    with pytest.raises(refusal):
        saved_filters.save_filter(by=manager, model="a.b", name=name, query=query)
    assert not SavedFilter.objects.exists()


def test_a_name_that_is_taken_is_refused(manager):
    for name in ("Un", "Deux"):
        saved_filters.save_filter(by=manager, model="a.b", name=name, query="q=x")
    with pytest.raises(NameTaken):
        saved_filters.rename_filter(
            filter_id=SavedFilter.objects.earliest("pk").pk, by=manager, name="Deux"
        )


def test_filters_are_their_owners_alone(client, manager):
    other = organiser("53")
    saved = saved_filters.save_filter(by=other, model="core.outboxmessage", name="Un", query="q=x")
    page = client.get(reverse(f"{OUTBOX}_changelist"))
    assert page.context["saved_filters"] == []
    assert kept(client, what="rename", filter=saved.pk, name="Moi").status_code == 404
    kept(client, what="delete", filter=saved.pk)
    assert SavedFilter.objects.get() == saved


def test_a_refusal_leads_back_to_the_list_with_its_words(client, manager):
    answer = kept(client, "?p=1", what="save", name="Tout")
    assert told(answer) == ["Nothing narrows this list yet: filter or search first."]
    assert kept(client, what="rename", filter="x", name="y").status_code == 404
