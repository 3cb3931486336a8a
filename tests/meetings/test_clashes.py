import pytest
from django.utils import translation

from events.operations import occupations
from meetings.models import Meeting
from meetings.operations import SlotTaken
from pavilion.core.models import ActivityEntry
from tests.factories import ParticipationFactory, StandFactory, organiser
from tests.meetings.conftest import ELEVEN, HALF_PAST_TEN, TEN, outbox
from tests.meetings.diary import FIVE_MINUTES, held_by, pencil


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
