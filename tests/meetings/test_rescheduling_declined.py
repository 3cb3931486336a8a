"""Whoever declined, when the meeting moves."""

from meetings.models import Participant
from meetings.operations import confirm_meeting, record_answer, reschedule_meeting
from tests.factories import PersonFactory
from tests.meetings.conftest import ELEVEN, HALF_PAST_ELEVEN, HALF_PAST_TEN, TEN, deliver, outbox
from tests.meetings.diary import held_by, pencil


def test_somebody_who_declined_is_left_in_peace_by_a_new_place(edition, national, person, room):
    meeting = pencil(edition, national, person_ids=[person.pk])
    confirm_meeting(meeting_id=meeting.pk, by=national)
    deliver()
    record_answer(participant_id=Participant.objects.get().pk, answer="declined", via="link")

    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=TEN, ends_at=HALF_PAST_TEN, by=national, room=room
    )

    assert outbox() == [("invitation", "maiwenn@region.example", "sent")]


def test_somebody_who_declined_does_not_stand_in_the_way_of_a_move(edition, national, person):
    other = PersonFactory(email="autre@region.example")
    meeting = pencil(edition, national, person_ids=[person.pk, other.pk])
    confirm_meeting(meeting_id=meeting.pk, by=national)
    busy, free = meeting.participants.get(person=other), meeting.participants.get(person=person)
    record_answer(participant_id=busy.pk, answer="declined", via="phone", comment="Vol")
    pencil(edition, national, person_ids=[other.pk], starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN)

    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN, by=national
    )

    busy.refresh_from_db()
    free.refresh_from_db()
    assert [(each.answer, each.comment) for each in (busy, free)] == [
        ("declined", "Vol"),
        ("needs-action", ""),
    ]
    assert [row[0] for row in held_by(meeting)] == [f"person:{person.pk}"]


def test_somebody_who_declined_and_is_free_at_the_new_time_is_asked_again(
    edition, national, person
):
    meeting = pencil(edition, national, person_ids=[person.pk])
    record_answer(
        participant_id=meeting.participants.get().pk, answer="declined", via="phone", comment="Vol"
    )

    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN, by=national
    )

    asked = meeting.participants.get()
    assert (asked.answer, asked.comment) == ("needs-action", "")
    assert [row[0] for row in held_by(meeting)] == [f"person:{person.pk}"]
