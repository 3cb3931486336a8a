"""The desk's pages of run sheets, and the API beside them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from meetings.models import Delegate, RunSheetVersion
from meetings.operations.run_sheets import give_out_run_sheet, note_run_sheet_read
from meetings.run_sheets.subjects import of_person
from pavilion.core.access import Role
from pavilion.core.models import Job
from tests.factories import (
    DelegationFactory,
    MeetingFactory,
    ParticipantFactory,
    PersonFactory,
    organiser,
)
from tests.meetings.conftest import TEN, outbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(organiser("53", language="en"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def page(subject):
    return reverse("admin:meetings_runsheet", args=[subject.kind, subject.pk])


def text_of(response):
    return " ".join(response.content.decode().split())


def test_versions_say_of_what_one_thing_each_is_the_run_sheet(desk, meeting, subject, national):
    version = give_out_run_sheet(subject=subject, by=national)

    page = desk.get(reverse("admin:meetings_runsheetversion_changelist"))

    assert f"<b>{version.name}</b><br>Person<" in text_of(page)


def test_list_says_how_far_each_is(desk, meeting, subject, national):
    give_out_run_sheet(subject=subject, by=national)
    note_run_sheet_read(subject=subject, number=1, person=subject.row)
    meeting.press = "open"
    meeting.save()
    PersonFactory(last_name="Abgrall")

    response = desk.get(reverse("admin:meetings_runsheet_kind", args=["person"]))

    assert [
        (
            each.subject.name,
            each.meetings,
            each.last and each.last.number,
            len(each.changes),
            each.readers,
        )
        for each in response.context["standings"]
    ] == [("Maïwenn Abgrall", 0, None, 0, 0), ("Maïwenn Kerzoncuff", 1, 1, 1, 1)]
    assert "1 change" in text_of(response)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_as_often_for_many(
    desk, meeting, edition, national, django_assert_num_queries, rows
):
    for number in range(rows):
        person = PersonFactory()
        made = MeetingFactory(starts_at=TEN + timedelta(hours=number + 1), status="confirmed")
        ParticipantFactory(meeting=made, person=person)
        give_out_run_sheet(subject=of_person(person, edition), by=national)
    address = reverse("admin:meetings_runsheet_kind", args=["person"])
    desk.get(address)

    with django_assert_num_queries(14):
        desk.get(address)


def test_list_finds_by_name_and_gives_out_those_chosen(desk, meeting, subject):
    address = reverse("admin:meetings_runsheet_kind", args=["person"])
    found = desk.get(address, {"q": "kerzon maï"}).context["standings"]
    assert [each.subject.key for each in found] == [subject.key]
    assert desk.get(address, {"q": "personne"}).context["standings"] == []

    desk.post(address, {"subject": [subject.key, "person:999"], "note": "Vu", "tells": "on"})

    version = RunSheetVersion.objects.get()
    assert (version.subject, version.note) == (subject.key, "Vu")
    assert [kind for kind, _to, _state in outbox()] == ["run_sheet"]


def test_page_of_one_tells_who_would_be_told_and_who_has_read(desk, meeting, subject, national):
    give_out_run_sheet(subject=subject, by=national)
    note_run_sheet_read(subject=subject, number=1, person=subject.row)
    meeting.press = "open"
    meeting.save()

    text = text_of(desk.get(page(subject)))

    for words in ("1 change since.", "Give out version 2", "1 mailbox would be told"):
        assert words in text
    assert "Maïwenn Kerzoncuff" in text


def test_giving_out_from_the_page_makes_a_version_or_says_why_not(desk, meeting, subject):
    answer = desk.post(page(subject), {"note": ""}, follow=True)
    assert "Version 1 is given out." in text_of(answer)

    other = of_person(PersonFactory(), meeting.edition)
    refused = desk.post(page(other), {"note": "Gardé"})
    assert "there is nothing to give out yet" in text_of(refused)


def test_reader_of_the_desk_gives_nothing_out(client, meeting, subject):
    client.force_login(organiser("53", Role.READER))

    assert client.post(page(subject), {}).status_code == 403
    assert not RunSheetVersion.objects.exists()


def test_pack_of_a_delegation_is_a_job(desk, meeting, subject, edition):
    delegation = DelegationFactory(edition=edition, participation=None)
    Delegate.objects.create(delegation=delegation, person=subject.row)
    address = reverse("admin:meetings_runsheet_pack", args=["delegation", delegation.pk])

    assert desk.post(address).status_code == 404  # the national delegation is not Bretagne's
    refused = desk.post(reverse("admin:meetings_runsheet_pack", args=["person", subject.pk]))
    assert refused.url == page(subject)
    desk.force_login(organiser(language="en"))
    answer = desk.post(address)
    assert answer.url == reverse("admin:core_job_change", args=[Job.objects.get().pk])


# --- API ---


def api(client, name, data=None, **query):
    path = reverse(f"api:runsheetversion-{name}")
    if data is not None:
        return client.post(path, data, content_type="application/json")
    return client.get(path, query)


def test_api_shows_the_working_state_gives_out_and_notes_reading(desk, meeting, subject):
    before = api(desk, "current", subject=subject.key).json()
    made = api(desk, "give-out", {"subject": subject.key, "note": "Vu"})
    read = api(desk, "read", {"subject": subject.key, "number": 1})
    meeting.press = "open"
    meeting.save()
    after = api(desk, "current", subject=subject.key).json()

    assert (before["number"], before["is_newer"], len(before["lines"])) == (0, True, 1)
    assert (made.status_code, made.json()["number"], made.json()["note"]) == (201, 1, "Vu")
    assert read.json()["number"] == 1
    assert (after["since"], [each["sentences"] for each in after["news"]]) == (
        1,
        [["Press: Open to the press."]],
    )
    version = desk.get(reverse("api:runsheetversion-detail", args=[made.json()["id"]])).json()
    assert [line["meeting"] for line in version["lines"]] == [meeting.pk]
    assert [each["number"] for each in api(desk, "readings", subject=subject.key).json()] == [1]


def test_api_refuses_with_a_code_and_hides_what_is_not_theirs(desk, meeting, subject):
    empty = of_person(PersonFactory(), meeting.edition)
    refused = api(desk, "give-out", {"subject": empty.key})
    unread = api(desk, "read", {"subject": subject.key, "number": 7})

    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_give_out")
    assert (unread.status_code, unread.json()["code"]) == (409, "no_such_version")
    for key in ("region:76", "person:999", "x", "person:x", "day:1"):
        assert api(desk, "current", subject=key).status_code == 400
    assert api(desk, "current", subject=subject.key, edition="1999").status_code == 400
    assert api(desk, "pdf", subject=subject.key, version="9").status_code == 404


def test_api_sends_the_pdf_and_promises_the_pack(desk, meeting, subject):
    pdf = api(desk, "pdf", subject=subject.key)
    refused = api(desk, "print-pack", {"subject": subject.key})
    pack = api(desk, "print-pack", {"subject": "region:53"})

    assert pdf.content.startswith(b"%PDF-")
    assert (refused.status_code, refused.json()["code"]) == (409, "no_pack")
    assert (pack.status_code, pack.json()["kind"]) == (202, "meetings.print_run_sheets")


def test_delegate_reads_through_the_api_without_what_the_desk_sees(client, meeting, subject):
    person = subject.row
    person.user = organiser("76")
    person.save()
    client.force_login(person.user)

    assert api(client, "current", subject=subject.key).status_code == 200
    assert api(client, "give-out", {"subject": subject.key}).status_code == 403
    assert api(client, "readings", subject=subject.key).status_code == 403
