from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from events.models import Region
from meetings.models import Meeting
from meetings.operations import (
    EndsBeforeItStarts,
    NotOfThisEdition,
    OutsideOpeningHours,
    TwoPlaces,
    confirm_meeting,
)
from pavilion.core.models import OutboxMessage
from tests.factories import (
    EditionFactory,
    OfficeFactory,
    ParticipationFactory,
    PersonFactory,
    RoomFactory,
    StandFactory,
    organiser,
)
from tests.meetings.conftest import HALF_PAST_TEN, TEN
from tests.meetings.diary import pencil


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
