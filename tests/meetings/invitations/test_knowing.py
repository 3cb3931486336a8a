"""What somebody knows already, and until when the next message is of use to them."""

from datetime import timedelta

import pytest

from meetings.models import Participant
from meetings.operations import (
    cancel_meeting,
    change_person,
    confirm_meeting,
    record_answer,
    reschedule_meeting,
)
from pavilion.core.models import OutboxMessage
from tests.factories import PersonFactory
from tests.meetings.conftest import HALF_PAST_TEN, TEN, deliver, outbox
from tests.meetings.diary import pencil

HOUR = timedelta(hours=1)


def firm(edition, by, **fields):
    return confirm_meeting(meeting_id=pencil(edition, by, **fields).pk, by=by)


@pytest.mark.parametrize("step", ["moved", "moved and called off"])
def test_whoever_knows_a_later_time_is_told_until_then(edition, national, person, step):
    """An office's mail may wait for approval longer than the new time is away."""
    meeting = firm(edition, national, person_ids=[person.pk])
    deliver()
    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=TEN - HOUR, ends_at=HALF_PAST_TEN - HOUR, by=national
    )
    if step != "moved":
        cancel_meeting(meeting_id=meeting.pk, by=national)

    assert OutboxMessage.objects.last().expires_at == HALF_PAST_TEN


def test_another_language_is_no_news(edition, national, person):
    meeting = firm(edition, national, person_ids=[person.pk], contact_name="Anne Le Goff")
    deliver()
    change_person(person_id=person.pk, by=national, language="fr")
    participant = Participant.objects.get()
    for answer in ("declined", "accepted"):
        record_answer(participant_id=participant.pk, answer=answer, via="link")
    assert len(outbox()) == 1

    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=TEN + HOUR, ends_at=HALF_PAST_TEN + HOUR, by=national
    )

    body = OutboxMessage.objects.last().body
    assert body.startswith("Ce rendez-vous est déplacé")
    assert [line for line in body.splitlines() if "uparavant" in line] == [
        "Auparavant\u00a0: mercredi 12 juin 2030, de 10\u00a0h à 10\u00a0h\u00a030 (heure de Paris)"
    ]


def test_a_subscriber_who_comes_back_is_not_told_of_what_they_answered(edition, national, clock):
    subscriber = PersonFactory(email="abonnee@region.example", wants_invitations=False)
    firm(edition, national, person_ids=[subscriber.pk])
    clock.move_to(TEN - timedelta(hours=20))
    participant = Participant.objects.get()

    for answer in ("declined", "accepted"):
        record_answer(participant_id=participant.pk, answer=answer, via="link")

    assert outbox() == []


def test_a_minister_is_told_with_regret_that_a_meeting_is_off(edition, national, office, person):
    meeting = firm(edition, national, office_ids=[office.pk], person_ids=[person.pk])
    OutboxMessage.objects.update(state="queued")
    deliver()

    cancel_meeting(meeting_id=meeting.pk, by=national)

    rows = OutboxMessage.objects.filter(kind="meetings.cancellation").order_by("pk")
    assert [body.split("\n\n")[:2] for body in rows.values_list("body", flat=True)] == [
        ["Dear Sir or Madam,", "We regret to inform you that this meeting is cancelled."],
        ["This meeting is cancelled: its time is yours again.", "Talk"],
    ]
