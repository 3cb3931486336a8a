"""A cancelled meeting takes place after all."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from meetings.models import Meeting, Participant
from meetings.operations import (
    MeetingOver,
    SlotTaken,
    WrongStatus,
    cancel_meeting,
    confirm_meeting,
    mark_held,
    record_answer,
    reinstate_meeting,
)
from pavilion.core.models import OutboxMessage
from tests.factories import organiser
from tests.meetings.conftest import HALF_PAST_TEN, TEN, deliver, outbox
from tests.meetings.diary import held_by, pencil

HOUR = timedelta(hours=1)


@pytest.fixture
def meeting(edition, national, person):
    meeting = pencil(edition, national, person_ids=[person.pk], buffer_minutes=0)
    confirm_meeting(meeting_id=meeting.pk, by=national)
    deliver()
    record_answer(participant_id=Participant.objects.get().pk, answer="accepted", via="link")
    return meeting


def test_whoever_heard_of_the_cancellation_is_invited_and_asked_anew(meeting, national, person):
    cancel_meeting(meeting_id=meeting.pk, by=national)
    deliver()

    again = reinstate_meeting(meeting_id=meeting.pk, by=national)
    reinstate_meeting(meeting_id=meeting.pk, by=national)

    assert (again.uid, again.status, again.sequence) == (meeting.uid, "confirmed", 3)
    assert Participant.objects.get().answer == "needs-action"
    assert held_by(meeting) == [(f"person:{person.pk}", TEN, HALF_PAST_TEN)]
    assert outbox()[2:] == [("invitation", "maiwenn@region.example", "queued")]
    first, _off, message = OutboxMessage.objects.order_by("pk")
    assert message.in_reply_to == first.message_id
    assert message.body.splitlines()[0] == (
        "This meeting takes place after all, and you are expected at it."
    )
    assert "\r\nSEQUENCE:3\r\n" in message.ics


def test_whoever_had_not_heard_hears_nothing_and_their_answer_stands(meeting, national):
    cancel_meeting(meeting_id=meeting.pk, by=national)

    reinstate_meeting(meeting_id=meeting.pk, by=national)

    assert Participant.objects.get().answer == "accepted"
    assert outbox()[1:] == [("cancellation", "maiwenn@region.example", "dropped")]


def test_an_option_is_an_option_again(edition, national, person):
    meeting = pencil(edition, national, person_ids=[person.pk])
    cancel_meeting(meeting_id=meeting.pk, by=national)

    again = reinstate_meeting(meeting_id=meeting.pk, by=national)

    assert (again.status, again.status_before, again.sequence) == ("option", "", 2)
    assert outbox() == []


def test_a_time_taken_meanwhile_is_refused_by_name_and_another_is_not(
    edition, meeting, national, person
):
    cancel_meeting(meeting_id=meeting.pk, by=national)
    deliver()
    rival = pencil(edition, national, person_ids=[person.pk], subject_fr="Rival")

    with pytest.raises(SlotTaken) as refusal:
        reinstate_meeting(meeting_id=meeting.pk, by=national)
    [clash] = refusal.value.details["clashes"]
    assert (clash["name"], rival.subject_fr in clash["by"]) == (str(person), True)
    assert Meeting.objects.get(pk=meeting.pk).status == "cancelled"

    again = reinstate_meeting(
        meeting_id=meeting.pk,
        by=national,
        starts_at=TEN + 2 * HOUR,
        ends_at=HALF_PAST_TEN + 2 * HOUR,
    )
    assert (again.starts_at, again.sequence, again.time_sequence) == (TEN + 2 * HOUR, 3, 3)


def test_what_is_over_or_took_place_is_not_reinstated(meeting, national, clock):
    clock.move_to(TEN)
    mark_held(meeting_id=meeting.pk, by=national)
    with pytest.raises(WrongStatus):
        reinstate_meeting(meeting_id=meeting.pk, by=national)

    Meeting.objects.update(status="cancelled", status_before="confirmed")
    clock.move_to(HALF_PAST_TEN)
    with pytest.raises(MeetingOver):
        reinstate_meeting(meeting_id=meeting.pk, by=national)


def test_a_stranger_reinstates_nothing(meeting, national):
    cancel_meeting(meeting_id=meeting.pk, by=national)

    with pytest.raises(PermissionDenied):
        reinstate_meeting(meeting_id=meeting.pk, by=organiser("53"))
