from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from meetings.models import Participant
from meetings.operations import (
    SlotTaken,
    VisitTooLong,
    WrongStatus,
    cancel_meeting,
    confirm_meeting,
    create_visit,
    record_answer,
    reschedule_meeting,
)
from pavilion.core.models import ActivityEntry, OutboxMessage
from tests.factories import RoomFactory, StandFactory, organiser
from tests.meetings.conftest import ELEVEN, HALF_PAST_ELEVEN, HALF_PAST_TEN, TEN, deliver, outbox
from tests.meetings.diary import FIVE_MINUTES, held_by, pencil


def test_rescheduling_an_option_tells_nobody(edition, national, person):
    meeting = pencil(edition, national, person_ids=[person.pk])

    moved = reschedule_meeting(
        meeting_id=meeting.pk, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN, by=national
    )

    assert (moved.status, moved.sequence, moved.starts_at) == ("option", 1, ELEVEN)
    assert outbox() == []


def test_a_new_time_asks_everybody_again_and_answers_the_first_invitation(
    edition, national, person, office, clock
):
    meeting = pencil(edition, national, person_ids=[person.pk], office_ids=[office.pk])
    confirm_meeting(meeting_id=meeting.pk, by=national)
    deliver()
    participant = Participant.objects.get(person=person)
    record_answer(participant_id=participant.pk, answer="accepted", via="link", comment="Oui")

    moved = reschedule_meeting(
        meeting_id=meeting.pk,
        starts_at=ELEVEN,
        ends_at=HALF_PAST_ELEVEN,
        by=national,
        reason="Le train",
    )

    participant.refresh_from_db()
    assert (participant.answer, participant.answered_at, participant.comment) == (
        "needs-action",
        None,
        "",
    )
    assert (moved.sequence, participant.invited_sequence) == (2, 2)
    assert outbox() == [
        ("invitation", "cabinet@ministere.example", "dropped"),
        ("invitation", "maiwenn@region.example", "sent"),
        ("invitation", "cabinet@ministere.example", "held"),
        ("update", "maiwenn@region.example", "queued"),
    ]
    first = OutboxMessage.objects.get(kind="meetings.invitation", recipient=person.email)
    update = OutboxMessage.objects.get(kind="meetings.update")
    local = meeting.uid.partition("@")[0]
    assert first.message_id == f"<{local}.1.{participant.public_id}@pavilion.example>"
    assert update.message_id == f"<{local}.2.{participant.public_id}@pavilion.example>"
    assert (first.in_reply_to, update.in_reply_to) == ("", first.message_id)
    assert update.subject == "Updated: Talk, Wed 12 June, 11:00"
    start = ELEVEN - 2 * FIVE_MINUTES
    assert [row[1] for row in held_by(meeting)] == [start, start]
    entry = ActivityEntry.objects.get(verb="meeting.rescheduled")
    assert (entry.reason, entry.before["starts_at"], entry.after["starts_at"]) == (
        "Le train",
        "2030-06-12T08:00:00Z",
        "2030-06-12T09:00:00Z",
    )


def test_a_new_place_alone_leaves_the_answers(edition, national, person, room):
    meeting = pencil(edition, national, person_ids=[person.pk], stand=StandFactory(number="A-12"))
    confirm_meeting(meeting_id=meeting.pk, by=national)
    deliver()
    participant = Participant.objects.get()
    record_answer(participant_id=participant.pk, answer="accepted", via="link")

    moved = reschedule_meeting(
        meeting_id=meeting.pk, starts_at=TEN, ends_at=HALF_PAST_TEN, by=national, room=room
    )

    participant.refresh_from_db()
    assert (moved.room, moved.stand, moved.sequence) == (room, None, 2)
    assert participant.answer == "accepted"
    update = OutboxMessage.objects.get(kind="meetings.update")
    assert "PARTSTAT=ACCEPTED" in update.ics.replace("\r\n ", "")
    assert [line for line in update.body.splitlines() if line] == [
        "This meeting has a new place. Your answer stands.",
        "Talk",
        "When: Wednesday 12 June 2030, from 10:00 to 10:30 (Paris time)",
        "Where: North Room, Hall 7, level 1, Paris Expo Porte de Versailles",
        "Place before: Stand A-12, Bretagne, Hall 7, level 1, Paris Expo Porte de Versailles",
        "To see it or change your answer, without an account:",
        f"http://testserver{participant.get_absolute_url()}",
        "The attached update replaces the former one in your calendar.",
        "Pavillon des Régions",
    ]


def test_changing_nothing_sends_nothing(edition, national, person):
    meeting = pencil(edition, national, person_ids=[person.pk])
    confirm_meeting(meeting_id=meeting.pk, by=national)

    same = reschedule_meeting(
        meeting_id=meeting.pk, starts_at=TEN, ends_at=HALF_PAST_TEN, by=national
    )

    assert same.sequence == 1
    assert outbox() == [("invitation", "maiwenn@region.example", "queued")]


def test_a_reason_alone_is_noted_and_told_to_nobody(edition, national, person):
    meeting = pencil(edition, national, person_ids=[person.pk])
    confirm_meeting(meeting_id=meeting.pk, by=national)

    same = reschedule_meeting(
        meeting_id=meeting.pk,
        starts_at=TEN,
        ends_at=HALF_PAST_TEN,
        by=national,
        outside_hours_reason="Accès anticipé",
    )

    assert (same.sequence, same.outside_hours_reason) == (1, "Accès anticipé")
    assert outbox() == [("invitation", "maiwenn@region.example", "queued")]


def test_rescheduling_into_a_taken_time_changes_nothing(edition, national, person):
    pencil(edition, national, person_ids=[person.pk], starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN)
    meeting = pencil(edition, national, person_ids=[person.pk], subject_en="Mine")

    with pytest.raises(SlotTaken):
        reschedule_meeting(
            meeting_id=meeting.pk, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN, by=national
        )

    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.sequence) == (TEN, 0)
    assert held_by(meeting)[0][1] == TEN - 2 * FIVE_MINUTES


def test_a_cancelled_meeting_does_not_move(edition, national):
    meeting = pencil(edition, national)
    cancel_meeting(meeting_id=meeting.pk, by=national)

    with translation.override("en"), pytest.raises(WrongStatus) as refusal:
        reschedule_meeting(
            meeting_id=meeting.pk, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN, by=national
        )

    assert str(refusal.value) == (
        "This meeting is in the state “Cancelled”: that is no longer possible."
    )


def test_a_stranger_may_not_move_it(edition, national):
    meeting = pencil(edition, national)

    with pytest.raises(PermissionDenied):
        reschedule_meeting(
            meeting_id=meeting.pk, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN, by=organiser("53")
        )


def test_the_stops_of_a_visit_move_along(edition, national):
    meeting = pencil(edition, national)
    stands = [StandFactory(), StandFactory()]
    visit = create_visit(
        meeting_id=meeting.pk, stops=[{"stand_id": stand.pk} for stand in stands], by=national
    )

    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN, by=national
    )

    assert list(visit.stops.order_by("position").values_list("starts_at", flat=True)) == [
        ELEVEN,
        ELEVEN + timedelta(minutes=7),
    ]


def test_a_move_to_another_room_of_the_same_name_is_a_move(edition, national):
    first = RoomFactory(name_fr="Salon A", name_en="Lounge")
    second = RoomFactory(name_fr="Salon B", name_en="Lounge")
    meeting = pencil(edition, national, room=first)

    with translation.override("en"):
        reschedule_meeting(
            meeting_id=meeting.pk, starts_at=TEN, ends_at=HALF_PAST_TEN, room=second, by=national
        )

    meeting.refresh_from_db()
    assert (meeting.room, meeting.sequence) == (second, 1)
    entry = ActivityEntry.objects.get(verb="meeting.rescheduled")
    assert (entry.before["room"], entry.after["room"]) == ("Lounge", "Lounge")


def test_a_visit_is_not_cut_shorter_than_its_route(edition, national):
    meeting = pencil(edition, national)
    create_visit(
        meeting_id=meeting.pk, stops=[{"stand_id": StandFactory().pk, "minutes": 28}], by=national
    )

    with translation.override("en"), pytest.raises(VisitTooLong) as refusal:
        reschedule_meeting(
            meeting_id=meeting.pk, starts_at=ELEVEN, ends_at=ELEVEN + 2 * FIVE_MINUTES, by=national
        )

    assert str(refusal.value) == "The route takes 18 minutes more than the meeting has."
    assert (refusal.value.field, refusal.value.details) == ("ends_at", {"minutes_over": 18})
    meeting.refresh_from_db()
    assert meeting.starts_at == TEN
