from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from meetings.models import Briefing
from meetings.operations.briefings import (
    BriefingOfAnother,
    NotAReader,
    NothingWritten,
    erase_briefing,
    erase_old_briefings,
    possible_readers,
    write_briefing,
)
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry, OutboxMessage
from tests.factories import (
    MeetingFactory,
    ParticipantFactory,
    ParticipationFactory,
    UserFactory,
    organiser,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(db):
    return organiser("53", full_name="Nolwenn Le Gall")


@pytest.fixture
def delegate(person):
    person.user = UserFactory(full_name="Maïwenn Kerzoncuff")
    person.save()
    return person.user


@pytest.fixture
def meeting(edition, person):
    made = MeetingFactory(participation=ParticipationFactory(edition=edition))
    ParticipantFactory(meeting=made, person=person)
    return made


def write(meeting, by, **fields):
    values = {"note": "SECRET-1", "talking_points": "SECRET-2", "reader_ids": []}
    return write_briefing(meeting_id=meeting.pk, by=by, **values | fields)


def test_briefing_is_for_its_author_and_those_named_alone(meeting, author, delegate):
    briefing = write(meeting, author, reader_ids=[delegate.pk])

    def sees(user):
        return list(Briefing.objects.visible_to(user)) == [briefing]

    assert sees(author)
    assert sees(delegate)
    others = [organiser(), organiser("", Role.READER), organiser("53"), UserFactory()]
    assert not any(map(sees, [*others, UserFactory(is_superuser=True, is_staff=True)]))


def test_log_says_that_it_was_written_and_for_whom_but_never_what(meeting, author, delegate):
    write(meeting, author, reader_ids=[delegate.pk])
    write(meeting, author, note="SECRET-3", reader_ids=[delegate.pk])
    write(meeting, author, note="SECRET-3", reader_ids=[delegate.pk])
    erase_briefing(briefing_id=Briefing.objects.get().pk, by=author)

    entries = ActivityEntry.objects.filter(verb__startswith="briefing.").order_by("pk")
    assert [(entry.verb, entry.before, entry.after) for entry in entries] == [
        ("briefing.written", {"readers": []}, {"readers": ["Maïwenn Kerzoncuff"]}),
        (
            "briefing.changed",
            {"readers": ["Maïwenn Kerzoncuff"]},
            {"readers": ["Maïwenn Kerzoncuff"]},
        ),
        ("briefing.erased", {}, {}),
    ]
    assert "SECRET" not in str(list(ActivityEntry.objects.values()))
    assert not OutboxMessage.objects.exists()


def test_only_its_author_changes_it_and_only_who_manages_the_meeting_writes(meeting, author):
    with pytest.raises(PermissionDenied):
        write(meeting, organiser("53", Role.READER))
    with pytest.raises(PermissionDenied):
        write(meeting, organiser("76"))
    write(meeting, author)

    with pytest.raises(BriefingOfAnother):
        write(meeting, organiser())
    assert Briefing.objects.get().note == "SECRET-1"


def test_empty_briefing_is_refused(meeting, author):
    with pytest.raises(NothingWritten):
        write(meeting, author, note=" ", talking_points="")


def test_readers_are_of_the_meeting_or_its_teams(meeting, author, delegate):
    national = organiser("", Role.READER)
    strangers = [organiser("76"), organiser("53", Role.REVIEWER), UserFactory()]

    assert set(possible_readers(meeting)) == {author, delegate, national}
    for stranger in strangers:
        with pytest.raises(NotAReader):
            write(meeting, author, reader_ids=[stranger.pk])
    write(meeting, author, reader_ids=[delegate.pk])
    meeting.participants.all().delete()
    kept = write(meeting, author, note="Autre", reader_ids=[delegate.pk, national.pk])
    assert set(kept.readers.all()) == {delegate, national}


def test_erasing_is_the_authors_or_the_national_managers_and_time_does_it_too(meeting, author):
    briefing = write(meeting, author)
    for by in (organiser("53"), organiser("", Role.READER)):
        with pytest.raises(PermissionDenied):
            erase_briefing(briefing_id=briefing.pk, by=by)
    assert erase_old_briefings(today=date(2031, 6, 15)) == 0
    assert erase_old_briefings(today=date(2031, 6, 16)) == 1
    erase_briefing(briefing_id=briefing.pk, by=author)

    again = write(meeting, author)
    erase_briefing(briefing_id=again.pk, by=organiser())
    assert not Briefing.objects.exists()


# --- Pages ---


def address(name, meeting):
    return reverse(f"meetings:briefing{name}", args=[meeting.pk])


def test_page_shows_paragraphs_to_readers_and_does_not_exist_for_others(
    client, meeting, author, delegate
):
    write(meeting, author, note="Un <b>mot</b>.\n\nDeux.", reader_ids=[delegate.pk])
    client.force_login(delegate)

    page = client.get(address("", meeting)).content.decode()
    listed = client.get(reverse("meetings:briefings")).content.decode()

    assert "<p>Un &lt;b&gt;mot&lt;/b&gt;.</p>" in page
    assert "<p>Deux.</p>" in page
    assert address("_write", meeting) not in page
    assert address("", meeting) in listed
    for other in (organiser(), organiser("53")):
        client.force_login(other)
        assert client.get(address("", meeting)).status_code == 404
        assert (
            address("", meeting) not in client.get(reverse("meetings:briefings")).content.decode()
        )
        assert "Deux." not in client.get(address("_write", meeting)).content.decode()


def test_refusal_keeps_what_was_typed(client, meeting, author):
    client.force_login(organiser("53"))
    write(meeting, author)

    response = client.post(address("_write", meeting), {"note": "LONGUE PRÉPARATION"})

    page = response.content.decode()
    assert response.status_code == 409
    assert "LONGUE PRÉPARATION" in page
    assert "Nolwenn Le Gall" in page
    assert "SECRET" not in page


def test_author_writes_changes_and_erases(client, meeting, author, delegate):
    client.force_login(author)

    empty = client.post(address("_write", meeting), {})
    client.post(address("_write", meeting), {"note": "A", "readers": [delegate.pk]})
    form = client.get(address("_write", meeting)).context["form"]
    client.post(address("_write", meeting), {"note": "B", "talking_points": "C"})

    assert empty.status_code == 409
    assert form.initial == {"note": "A", "talking_points": "", "readers": [delegate.pk]}
    briefing = Briefing.objects.get()
    assert (briefing.note, briefing.talking_points, list(briefing.readers.all())) == ("B", "C", [])
    client.post(address("_erase", meeting))
    assert not Briefing.objects.exists()


def test_reader_erases_nothing(client, meeting, author, delegate):
    write(meeting, author, reader_ids=[delegate.pk])
    client.force_login(delegate)

    assert client.post(address("_erase", meeting)).status_code == 404
    assert Briefing.objects.exists()


def test_panel_leads_readers_and_writers_to_the_page_without_its_text(client, meeting, author):
    write(meeting, author)
    page = reverse("admin:meetings_meeting_change", args=[meeting.pk])

    def shown(user):
        client.force_login(user)
        content = client.get(page).content.decode()
        links = [
            name for name in ("", "_write", "_erase") if f'"{address(name, meeting)}"' in content
        ]
        return links, "SECRET" in content

    assert shown(author) == (["", "_write", "_erase"], False)
    assert shown(organiser()) == (["_erase"], False)
    assert shown(organiser("53")) == ([], False)
    assert shown(organiser("53", Role.READER)) == ([], False)


# --- API ---


def test_api_writes_changes_reads_and_erases(client, meeting, author, delegate):
    client.force_login(author)
    path = reverse("api:briefing-list")
    json = {"content_type": "application/json"}

    made = client.post(path, {"meeting": meeting.pk, "note": "A", "readers": [delegate.pk]}, **json)
    one = reverse("api:briefing-detail", args=[made.json()["id"]])
    changed = client.put(one, {"note": "B"}, **json)

    assert made.status_code == 201
    assert (changed.json()["note"], changed.json()["readers"]) == ("B", [delegate.pk])
    client.force_login(delegate)
    assert client.get(one).json()["note"] == "B"
    assert client.put(one, {"note": "C"}, **json).status_code == 403
    assert client.delete(one).status_code == 403
    client.force_login(organiser())
    taken = client.post(path, {"meeting": meeting.pk, "note": "D"}, **json)
    assert (taken.status_code, taken.json()["code"]) == (409, "briefing_of_another")
    assert client.get(one).status_code == 404
    client.force_login(author)
    assert client.delete(one).status_code == 204
    assert not Briefing.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_as_often_for_many(client, author, edition, django_assert_num_queries, rows):
    for _each in range(rows):
        made = MeetingFactory(participation=ParticipationFactory(edition=edition))
        write(made, author, reader_ids=[author.pk])
    client.force_login(author)

    with django_assert_num_queries(3):
        client.get(reverse("meetings:briefings"))
    with django_assert_num_queries(5):
        client.get(reverse("api:briefing-list"))
