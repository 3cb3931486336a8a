from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from events.models import Occupation
from meetings.models import CalendarBlock, Meeting, Participant, Reminder
from meetings.operations import (
    SlotTaken,
    WrongStatus,
    cancel_meeting,
    confirm_meeting,
    create_meeting,
    mark_held,
    mark_not_held,
    record_answer,
)
from pavilion.core.models import ActivityEntry, OutboxMessage
from tests.factories import MeetingFactory, OfficeFactory, ParticipantFactory, organiser
from tests.meetings.conftest import HALF_PAST_TEN, TEN, deliver, outbox


@pytest.fixture
def meeting(edition, national, person, office):
    return create_meeting(
        edition=edition,
        subject_fr="Entretien",
        subject_en="Talk",
        starts_at=TEN,
        ends_at=HALF_PAST_TEN,
        by=national,
        person_ids=[person.pk],
        office_ids=[office.pk],
    )


def history():
    return list(ActivityEntry.objects.order_by("pk").values_list("verb", "before", "after"))


def test_confirming_invites_everybody_and_a_ministry_waits_for_approval(meeting, national, person):
    confirmed = confirm_meeting(meeting_id=meeting.pk, by=national)

    assert (confirmed.status, confirmed.sequence) == (Meeting.Status.CONFIRMED, 1)
    assert outbox() == [
        ("invitation", "cabinet@ministere.example", "held"),
        ("invitation", "maiwenn@region.example", "queued"),
    ]
    assert history()[-1] == (
        "meeting.confirmed",
        {"status": "option"},
        {"status": "confirmed"},
    )
    assert set(Reminder.objects.values_list("participant__person", "kind")) == {
        (whose, kind) for whose in (None, person.pk) for kind in ("evening", "morning", "hour")
    }


def test_confirming_twice_invites_once(meeting, national):
    confirm_meeting(meeting_id=meeting.pk, by=national)

    again = confirm_meeting(meeting_id=meeting.pk, by=national)

    assert again.sequence == 1
    assert len(outbox()) == 2


def test_a_regional_office_needs_no_approval_and_nobody_without_an_address_is_written_to(
    edition, national, person
):
    region = OfficeFactory(kind="region", email="cabinet@region.example")
    nowhere = OfficeFactory(email="")
    person.wants_invitations = False
    person.save()
    meeting = create_meeting(
        edition=edition,
        subject_fr="Entretien",
        starts_at=TEN,
        ends_at=HALF_PAST_TEN,
        by=national,
        person_ids=[person.pk],
        office_ids=[region.pk, nowhere.pk],
    )

    confirm_meeting(meeting_id=meeting.pk, by=national)

    assert outbox() == [("invitation", "cabinet@region.example", "queued")]


def test_confirming_what_lost_its_time_is_refused_and_promises_nothing(meeting, national, person):
    rival = MeetingFactory()
    ParticipantFactory(meeting=rival, person=person)

    with pytest.raises(SlotTaken):
        confirm_meeting(meeting_id=rival.pk, by=national)

    rival.refresh_from_db()
    assert (rival.status, rival.sequence) == (Meeting.Status.OPTION, 0)
    assert outbox() == []


def test_a_cancelled_meeting_is_not_confirmed(meeting, national):
    cancel_meeting(meeting_id=meeting.pk, by=national)

    with pytest.raises(WrongStatus):
        confirm_meeting(meeting_id=meeting.pk, by=national)


def test_strangers_neither_confirm_nor_cancel_nor_conclude(meeting):
    for operation in (confirm_meeting, cancel_meeting, mark_held, mark_not_held):
        with pytest.raises(PermissionDenied):
            operation(meeting_id=meeting.pk, by=organiser("53"))


def test_cancelling_tells_those_invited_and_drops_what_was_held(meeting, national):
    confirm_meeting(meeting_id=meeting.pk, by=national)
    deliver()

    cancelled = cancel_meeting(meeting_id=meeting.pk, by=national, reason="Agenda")

    assert (cancelled.status, cancelled.sequence) == (Meeting.Status.CANCELLED, 2)
    assert outbox() == [
        ("invitation", "cabinet@ministere.example", "dropped"),
        ("invitation", "maiwenn@region.example", "sent"),
        ("cancellation", "maiwenn@region.example", "queued"),
    ]
    first, last = OutboxMessage.objects.filter(recipient="maiwenn@region.example").order_by("pk")
    assert last.in_reply_to == first.message_id
    assert not Occupation.objects.exists()
    assert not Reminder.objects.exists()


def test_cancelling_what_a_ministry_has_received_waits_for_approval_as_well(meeting, national):
    confirm_meeting(meeting_id=meeting.pk, by=national)
    OutboxMessage.objects.filter(state="held").update(state="queued")
    deliver()

    cancel_meeting(meeting_id=meeting.pk, by=national)

    assert outbox()[2:] == [
        ("cancellation", "cabinet@ministere.example", "held"),
        ("cancellation", "maiwenn@region.example", "queued"),
    ]


def test_cancelling_an_option_tells_nobody_by_mail(meeting, national):
    cancelled = cancel_meeting(meeting_id=meeting.pk, by=national)

    assert cancelled.sequence == 1
    assert outbox() == []
    block = CalendarBlock.objects.get(level="full", language="fr", has_alarms=False)
    assert "SUMMARY:[Annulé] Entretien\r\n" in block.text


def test_cancelling_twice_tells_once(meeting, national):
    confirm_meeting(meeting_id=meeting.pk, by=national)
    deliver()
    cancel_meeting(meeting_id=meeting.pk, by=national)

    assert cancel_meeting(meeting_id=meeting.pk, by=national).sequence == 2
    assert len(outbox()) == 3


def test_whoever_declined_is_told_of_the_cancellation_too(meeting, national, person):
    confirm_meeting(meeting_id=meeting.pk, by=national)
    deliver()
    participant = Participant.objects.get(person=person)
    record_answer(participant_id=participant.pk, answer="declined", via="link")

    cancel_meeting(meeting_id=meeting.pk, by=national)

    assert outbox()[-1] == ("cancellation", "maiwenn@region.example", "queued")


def test_held_leaves_calendars_in_peace(meeting, national, clock):
    confirm_meeting(meeting_id=meeting.pk, by=national)
    clock.move_to(TEN)

    held = mark_held(meeting_id=meeting.pk, by=national)
    again = mark_held(meeting_id=meeting.pk, by=national)

    assert (held.status, held.sequence, again.status) == ("held", 1, "held")
    assert len(outbox()) == 2
    assert [verb for verb, _before, _after in history()].count("meeting.held") == 1
    with pytest.raises(WrongStatus):
        cancel_meeting(meeting_id=meeting.pk, by=national)


def test_not_held_frees_the_time_and_says_so_in_calendars(meeting, national, clock):
    confirm_meeting(meeting_id=meeting.pk, by=national)
    clock.move_to(HALF_PAST_TEN)

    missed = mark_not_held(meeting_id=meeting.pk, by=national, reason="Retard")
    mark_not_held(meeting_id=meeting.pk, by=national)

    assert (missed.status, missed.sequence) == ("not_held", 2)
    assert not Occupation.objects.exists()
    assert len(outbox()) == 2
    text = CalendarBlock.objects.get(level="full", language="fr", has_alarms=False).text
    assert "SUMMARY:[Non tenu] Entretien\r\n" in text
    assert "STATUS:CANCELLED\r\n" in text


@pytest.mark.parametrize("operation", [mark_held, mark_not_held])
def test_nothing_is_concluded_before_it_begins(meeting, national, clock, operation):
    confirm_meeting(meeting_id=meeting.pk, by=national)
    clock.move_to(TEN - timedelta(seconds=1))

    with translation.override("en"), pytest.raises(WrongStatus) as refusal:
        operation(meeting_id=meeting.pk, by=national)

    assert str(refusal.value) == (
        "This meeting has not begun: it starts on Wednesday 12 June 2030 at 10:00."
    )


@pytest.mark.parametrize("operation", [mark_held, mark_not_held])
def test_an_option_is_not_concluded(meeting, national, clock, operation):
    clock.move_to(HALF_PAST_TEN)

    with pytest.raises(WrongStatus):
        operation(meeting_id=meeting.pk, by=national)
