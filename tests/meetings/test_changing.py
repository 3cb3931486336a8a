"""What else a meeting is made of, and who must hear of it; the same meeting at other times."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from meetings.models import CalendarBlock, Meeting, Participant
from meetings.operations import (
    SlotTaken,
    WrongStatus,
    cancel_meeting,
    change_meeting,
    confirm_meeting,
    create_meeting,
    record_answer,
    repeat_meeting,
)
from meetings.operations.seats import Seat
from pavilion.core.models import ActivityEntry, OutboxMessage
from tests.factories import organiser
from tests.meetings.conftest import HALF_PAST_TEN, NOW, TEN, deliver, outbox
from tests.meetings.diary import held_by, pencil

DAY = timedelta(days=1)


@pytest.fixture
def meeting(edition, national, person):
    meeting = pencil(edition, national, person_ids=[person.pk], contact_name="Anne Le Goff")
    confirm_meeting(meeting_id=meeting.pk, by=national)
    deliver()
    record_answer(participant_id=Participant.objects.get().pk, answer="accepted", via="link")
    return meeting


def test_what_calendars_show_is_told_and_answers_stand(meeting, national):
    change_meeting(
        meeting_id=meeting.pk,
        by=national,
        contact_name="Yann Rolland",
        meeting_point="Hall 7, entrance C",
        press="photo",
    )

    changed = Meeting.objects.get()
    assert (changed.sequence, changed.time_sequence) == (2, 0)
    assert Participant.objects.get().answer == "accepted"
    assert outbox()[1:] == [("update", "maiwenn@region.example", "queued")]
    message = OutboxMessage.objects.get(kind="meetings.update")
    assert "PARTSTAT=ACCEPTED" in message.ics.replace("\r\n ", "")
    assert [line for line in message.body.splitlines() if line][:10] == [
        "Something about this meeting has changed. Your answer stands.",
        "Talk",
        "When: Wednesday 12 June 2030, from 10:00 to 10:30 (Paris time)",
        "Meeting point: Hall 7, entrance C, 10 minutes before",
        "Press: Pictures at the beginning",
        "On site: Yann Rolland",
        "Meeting point before: nothing",
        "Press before: Closed to the press",
        "On site before: Anne Le Goff",
        "To see it or change your answer, without an account:",
    ]


def test_what_only_the_team_sees_tells_nobody_and_raises_nothing(meeting, national):
    blocks = set(CalendarBlock.objects.values_list("text", flat=True))

    change_meeting(
        meeting_id=meeting.pk,
        by=national,
        internal_note="Éviter le contrat de plan",
        photographer="Studio Ker",
        format="signing",
    )

    assert Meeting.objects.get().sequence == 1
    assert outbox() == [("invitation", "maiwenn@region.example", "sent")]
    assert set(CalendarBlock.objects.values_list("text", flat=True)) == blocks
    entry = ActivityEntry.objects.latest("pk")
    assert (entry.verb, entry.after["photographer"]) == ("meeting.changed", "Studio Ker")


def test_a_title_in_the_other_language_is_no_news_to_whoever_reads_this_one(meeting, national):
    change_meeting(meeting_id=meeting.pk, by=national, subject_fr="Audience")

    assert Meeting.objects.get().sequence == 2  # the French feeds show it
    assert len(outbox()) == 1


def test_changing_nothing_does_nothing(meeting, national):
    change_meeting(meeting_id=meeting.pk, by=national, contact_name=" Anne Le Goff ")

    assert ActivityEntry.objects.latest("pk").verb == "meeting.answered"


def test_a_longer_way_is_held_or_refused(edition, meeting, national, person):
    later = pencil(
        edition,
        national,
        person_ids=[person.pk],
        starts_at=HALF_PAST_TEN + timedelta(minutes=20),
        ends_at=HALF_PAST_TEN + timedelta(minutes=40),
    )

    with pytest.raises(SlotTaken) as refusal:
        change_meeting(meeting_id=meeting.pk, by=national, travel_minutes=40)
    assert refusal.value.details["clashes"][0]["from"] == "2030-06-12T10:40:00+02:00"
    assert Meeting.objects.get(pk=meeting.pk).travel_minutes == 0

    cancel_meeting(meeting_id=later.pk, by=national)
    change_meeting(meeting_id=meeting.pk, by=national, travel_minutes=40)
    way = timedelta(minutes=40)
    assert held_by(meeting) == [(f"person:{person.pk}", TEN - way, HALF_PAST_TEN + way)]


def test_a_cancelled_meeting_takes_a_note_and_nothing_else(meeting, national):
    cancel_meeting(meeting_id=meeting.pk, by=national)

    change_meeting(meeting_id=meeting.pk, by=national, internal_note="À reprendre à l’automne")
    with pytest.raises(WrongStatus):
        change_meeting(meeting_id=meeting.pk, by=national, subject_fr="Autre")


def test_a_stranger_changes_nothing(meeting):
    with pytest.raises(PermissionDenied):
        change_meeting(meeting_id=meeting.pk, by=organiser("53"), press="open")


# --- Formats and repetitions ---


def test_a_format_gives_the_length_and_the_buffer(edition, national):
    meeting = create_meeting(
        edition=edition,
        subject_fr="Déjeuner",
        format="working_lunch",
        starts_at=TEN,
        by=national,
    )

    assert (meeting.ends_at - meeting.starts_at, meeting.buffer_minutes) == (
        timedelta(minutes=90),
        15,
    )


def test_each_repetition_is_a_meeting_of_its_own(meeting, national, person):
    later = [TEN + timedelta(hours=2), TEN + timedelta(hours=4)]

    first, second = repeat_meeting(meeting_id=meeting.pk, starts=later, by=national)

    assert [(each.status, each.starts_at, each.contact_name) for each in (first, second)] == [
        ("option", start, "Anne Le Goff") for start in later
    ]
    assert len({meeting.uid, first.uid, second.uid}) == 3
    cancel_meeting(meeting_id=first.pk, by=national)
    assert [Meeting.objects.get(pk=each.pk).status for each in (meeting, first, second)] == [
        "confirmed",
        "cancelled",
        "option",
    ]


def test_all_repetitions_or_none(edition, national, person, meeting):
    busy = TEN + timedelta(hours=4)
    pencil(
        edition,
        national,
        person_ids=[person.pk],
        starts_at=busy,
        ends_at=busy + timedelta(minutes=30),
    )
    before = Meeting.objects.count()

    with pytest.raises(SlotTaken):
        repeat_meeting(meeting_id=meeting.pk, starts=[TEN + timedelta(hours=2), busy], by=national)

    assert Meeting.objects.count() == before


def test_a_repetition_asks_the_same_people_in_the_same_quality(edition, national, person, office):
    model = pencil(
        edition,
        national,
        seats=[
            Seat(office_id=office.pk, is_required=False),
            Seat(person_id=person.pk, either_of="1"),
        ],
    )

    [again] = repeat_meeting(meeting_id=model.pk, starts=[TEN + timedelta(hours=2)], by=national)

    rows = again.participants.order_by("pk").values_list("office", "person", "is_required")
    assert list(rows) == [(office.pk, None, False), (None, person.pk, True)]
    assert again.participants.get(person=person).either_of == "1"


def test_a_longer_way_rings_earlier_in_calendars_and_tells_nobody(meeting, national, clock):
    def alarms():
        text = CalendarBlock.objects.get(
            meeting=meeting, level="full", language="fr", has_alarms=True
        ).text
        return [line for line in text.splitlines() if line.startswith(("TRIGGER", "LAST"))]

    assert alarms() == ["LAST-MODIFIED:20300520T070000Z", "TRIGGER:-PT15M"]
    clock.move_to(NOW + timedelta(hours=1))

    change_meeting(meeting_id=meeting.pk, by=national, travel_minutes=45)

    assert alarms() == ["LAST-MODIFIED:20300520T080000Z", "TRIGGER:-PT1H"]
    assert len(outbox()) == 1
