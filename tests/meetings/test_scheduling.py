from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from events.models import Occupation, Region
from events.operations import occupations
from meetings.models import Meeting, OfficeHolder, Participant
from meetings.operations import (
    EndsBeforeItStarts,
    NotOfThisEdition,
    OutsideOpeningHours,
    SlotTaken,
    TwoPlaces,
    VisitTooLong,
    WrongStatus,
    cancel_meeting,
    confirm_meeting,
    create_meeting,
    create_visit,
    record_answer,
    reschedule_meeting,
    slots,
)
from pavilion.core.models import ActivityEntry, OutboxMessage
from tests.factories import (
    EditionFactory,
    OfficeFactory,
    ParticipationFactory,
    PersonFactory,
    RoomFactory,
    StandFactory,
    organiser,
)
from tests.meetings.conftest import ELEVEN, HALF_PAST_ELEVEN, HALF_PAST_TEN, TEN, deliver, outbox

FIVE_MINUTES = timedelta(minutes=5)


def pencil(edition, by, **fields):
    values = {"subject_fr": "Entretien", "subject_en": "Talk", "starts_at": TEN}
    values |= {"ends_at": HALF_PAST_TEN, **fields}
    return create_meeting(edition=edition, by=by, **values)


def held_by(meeting):
    rows = Occupation.objects.filter(holder=f"meeting:{meeting.pk}").order_by("resource")
    return [(row.resource, row.starts_at, row.ends_at) for row in rows]


def test_an_option_holds_its_people_and_its_room_with_buffers(
    edition, national, person, office, room
):
    meeting = pencil(edition, national, person_ids=[person.pk], office_ids=[office.pk], room=room)

    assert (meeting.status, meeting.sequence) == (Meeting.Status.OPTION, 0)
    before, after = TEN - 2 * FIVE_MINUTES, HALF_PAST_TEN + 2 * FIVE_MINUTES
    assert held_by(meeting) == [
        (f"office:{office.pk}", before, after),
        (f"person:{person.pk}", before, after),
        (f"room:{room.pk}", before, after),
    ]
    assert outbox() == []
    assert list(ActivityEntry.objects.values_list("verb", "by")) == [
        ("meeting.created", national.pk)
    ]


def test_a_stand_is_held_too(edition, national):
    stand = StandFactory()

    meeting = pencil(edition, national, stand=stand, buffer_minutes=0)

    assert held_by(meeting) == [(f"stand:{stand.pk}", TEN, HALF_PAST_TEN)]


def test_the_refusal_names_who_is_taken_by_what_from_when_to_when(edition, national, person, room):
    rival = pencil(edition, national, person_ids=[person.pk], room=room)

    with translation.override("en"), pytest.raises(SlotTaken) as refusal:
        pencil(
            edition,
            national,
            person_ids=[person.pk],
            starts_at=HALF_PAST_TEN,
            ends_at=ELEVEN,
            subject_fr="Autre",
        )

    assert str(refusal.value) == (
        "Maïwenn Kerzoncuff is not free: “Talk”, Wednesday 12 June 2030, from 09:50 to 10:40 "
        "(buffers included)."
    )
    assert refusal.value.code == "slot_taken"
    assert refusal.value.details == {
        "clashes": [
            {
                "resource": f"person:{person.pk}",
                "name": "Maïwenn Kerzoncuff",
                "by": "“Talk”",
                "from": "2030-06-12T09:50:00+02:00",
                "to": "2030-06-12T10:40:00+02:00",
            }
        ]
    }
    assert list(Meeting.objects.all()) == [rival]


def test_the_refusal_speaks_french_as_people_do(edition, national, person):
    pencil(edition, national, person_ids=[person.pk])

    with translation.override("fr"), pytest.raises(SlotTaken) as refusal:
        pencil(edition, national, person_ids=[person.pk])

    assert str(refusal.value) == (
        "Pas libre\u00a0: Maïwenn Kerzoncuff, pour «\u202fEntretien\u202f», mercredi 12 juin 2030, "
        "de 9\u00a0h\u00a050 à 10\u00a0h\u00a040 (battements compris)."
    )


def test_the_refusal_hides_the_subject_of_a_meeting_one_may_not_see(edition, national, room):
    pencil(edition, national, room=room)
    brittany = organiser("53", language="en")

    with translation.override("en"), pytest.raises(SlotTaken) as refusal:
        pencil(edition, brittany, participation=ParticipationFactory(edition=edition), room=room)

    assert str(refusal.value) == (
        "North Room is not free: another meeting, Wednesday 12 June 2030, from 09:50 to 10:40 "
        "(buffers included)."
    )


def test_a_room_taken_by_the_programme_is_refused(edition, national, room):
    occupations.occupy(
        holder="session:1", resources=[f"room:{room.pk}"], starts_at=TEN, ends_at=HALF_PAST_TEN
    )

    with translation.override("en"), pytest.raises(SlotTaken) as refusal:
        pencil(edition, national, room=room)

    assert str(refusal.value) == (
        "North Room is not free: another event, Wednesday 12 June 2030, from 10:00 to 10:30 "
        "(buffers included)."
    )


def test_times_that_only_touch_are_both_possible(edition, national, person):
    pencil(edition, national, person_ids=[person.pk], buffer_minutes=0)

    second = pencil(
        edition,
        national,
        person_ids=[person.pk],
        buffer_minutes=0,
        starts_at=HALF_PAST_TEN,
        ends_at=ELEVEN,
    )

    assert held_by(second) == [(f"person:{person.pk}", HALF_PAST_TEN, ELEVEN)]


def test_outside_opening_hours_needs_a_reason(edition, national):
    night = {"starts_at": TEN.replace(hour=17), "ends_at": TEN.replace(hour=18)}

    with translation.override("en"), pytest.raises(OutsideOpeningHours) as refusal:
        pencil(edition, national, **night)

    assert str(refusal.value) == (
        "On Wednesday 12 June 2030 the fair is open from 09:00 to 18:00. "
        "Give a reason to meet outside these hours."
    )
    meeting = pencil(edition, national, outside_hours_reason="Dîner officiel", **night)
    assert meeting.outside_hours_reason == "Dîner officiel"


def test_a_day_without_the_fair_needs_a_reason(edition, national):
    eve = {"starts_at": TEN - timedelta(days=1), "ends_at": HALF_PAST_TEN - timedelta(days=1)}

    with translation.override("en"), pytest.raises(OutsideOpeningHours) as refusal:
        pencil(edition, national, **eve)

    assert str(refusal.value) == (
        "VivaTech 2030 is not open on Tuesday 11 June 2030. Give a reason to meet on that day."
    )


def test_a_meeting_ends_after_it_starts(edition, national):
    with pytest.raises(EndsBeforeItStarts):
        pencil(edition, national, ends_at=TEN)


def test_a_meeting_has_one_place(edition, national, room):
    with pytest.raises(TwoPlaces):
        pencil(edition, national, room=room, stand=StandFactory())


def test_a_place_of_another_edition_is_refused(edition, national):
    elsewhere = RoomFactory(
        zone__level__hall__edition=EditionFactory(year=2031),
        zone__participation=None,
        zone__name_fr="Commun",
    )

    with pytest.raises(NotOfThisEdition):
        pencil(edition, national, room=elsewhere)


def test_a_regional_team_pencils_for_its_region_alone(edition, person):
    brittany = organiser("53")
    own = ParticipationFactory(edition=edition)
    other = ParticipationFactory(edition=edition, region=Region.objects.get(code="76"))
    stranger = PersonFactory(region=other.region)

    pencil(edition, brittany, participation=own, person_ids=[person.pk])

    for fields in (
        {},
        {"participation": other},
        {"participation": own, "person_ids": [stranger.pk]},
    ):
        with pytest.raises(PermissionDenied):
            pencil(edition, brittany, **fields)
    assert Meeting.objects.count() == 1


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


def test_somebody_who_declined_is_left_in_peace_by_a_new_place(edition, national, person, room):
    meeting = pencil(edition, national, person_ids=[person.pk])
    confirm_meeting(meeting_id=meeting.pk, by=national)
    record_answer(participant_id=Participant.objects.get().pk, answer="declined", via="link")

    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=TEN, ends_at=HALF_PAST_TEN, by=national, room=room
    )

    assert outbox() == [("invitation", "maiwenn@region.example", "queued")]


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


def test_people_stand_in_the_order_of_precedence(edition, national, person):
    first = OfficeFactory(title_en="Prime Minister", precedence=2)
    second = OfficeFactory(title_en="Minister", precedence=6)

    meeting = pencil(edition, national, person_ids=[person.pk], office_ids=[second.pk, first.pk])
    confirm_meeting(meeting_id=meeting.pk, by=national)

    lines = OutboxMessage.objects.get(recipient=person.email).body.splitlines()
    assert [line for line in lines if line.startswith("  – ")] == [
        "  – Prime Minister",
        "  – Minister",
    ]


# --- A function and whoever holds it ---


def held_since(office, person, starts_on=date(2029, 1, 1), ends_on=None):
    return OfficeHolder.objects.create(
        office=office, person=person, starts_on=starts_on, ends_on=ends_on
    )


@pytest.mark.parametrize("first", ["office", "person"])
def test_a_minister_is_in_one_place_by_name_or_by_function(
    edition, national, person, office, first
):
    held_since(office, person)
    by_function, by_name = {"office_ids": [office.pk]}, {"person_ids": [person.pk]}
    taken, wanted = (by_function, by_name) if first == "office" else (by_name, by_function)
    meeting = pencil(edition, national, **taken)

    with translation.override("en"), pytest.raises(SlotTaken) as refusal:
        pencil(edition, national, **wanted)

    assert [row[0] for row in held_by(meeting)] == [f"office:{office.pk}", f"person:{person.pk}"]
    resource = f"person:{person.pk}" if first == "office" else f"office:{office.pk}"
    with translation.override("en"):
        named = "Maïwenn Kerzoncuff" if first == "office" else str(office)
    assert str(refusal.value) == (
        f"{named} is not free: “Talk”, Wednesday 12 June 2030, from 09:50 to 10:40 "
        "(buffers included)."
    )
    assert [clash["resource"] for clash in refusal.value.details["clashes"]] == [resource]


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [(date(2029, 1, 1), date(2030, 6, 11)), (date(2030, 6, 13), None)],
    ids=["no longer", "not yet"],
)
def test_who_held_a_function_at_another_time_is_free(
    edition, national, person, office, starts_on, ends_on
):
    held_since(office, person, starts_on, ends_on)

    meeting = pencil(edition, national, office_ids=[office.pk])

    assert [row[0] for row in held_by(meeting)] == [f"office:{office.pk}"]


def test_a_minister_may_be_expected_by_name_and_by_function(edition, national, person, office):
    held_since(office, person)

    meeting = pencil(edition, national, person_ids=[person.pk], office_ids=[office.pk])

    assert [row[0] for row in held_by(meeting)] == [f"office:{office.pk}", f"person:{person.pk}"]


def test_holding_time_asks_as_often_for_three_ministers_as_for_one(edition, national, office):
    counts = []
    for number in (1, 3):
        people = PersonFactory.create_batch(number)
        for each in people:
            held_since(OfficeFactory(), each)
        meeting = pencil(
            edition,
            national,
            starts_at=TEN + number * timedelta(hours=1),
            ends_at=HALF_PAST_TEN + number * timedelta(hours=1),
            person_ids=[each.pk for each in people],
        )
        with CaptureQueriesContext(connection) as queries, transaction.atomic():
            slots.hold_time(meeting, by=None)
        # PostgreSQL queues for each resource.
        counts.append(len([each for each in queries if "advisory" not in each["sql"]]))

    assert counts[0] == counts[1]


# --- Who declined ---


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


# --- Where ---


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
