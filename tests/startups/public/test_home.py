from datetime import UTC, datetime

import pytest
from django.urls import reverse

from events.models import Session
from tests.factories import CallFactory, PublishedAllocationFactory, SessionFactory
from tests.startups.fair import BEFORE_THE_FAIR, afternoon, exhibitor, participation_of, stand

pytestmark = pytest.mark.django_db


def test_home_shows_first_the_calls_that_close_first_and_none_that_is_closed(client):
    for code, opens, closes in [
        ("53", datetime(2030, 2, 1, tzinfo=UTC), datetime(2030, 3, 2, tzinfo=UTC)),
        ("84", datetime(2030, 2, 1, tzinfo=UTC), datetime(2030, 3, 1, tzinfo=UTC)),
        ("11", datetime(2030, 1, 1, tzinfo=UTC), datetime(2030, 2, 1, tzinfo=UTC)),
        ("76", datetime(2030, 2, 20, tzinfo=UTC), datetime(2030, 3, 1, tzinfo=UTC)),
    ]:
        CallFactory(participation=participation_of(code), opens_at=opens, closes_at=closes)

    context = client.get(reverse("startups:home")).context

    assert [call.region_code for call in context["calls"]] == ["84", "53"]
    assert context["more_calls"] is False


def test_home_compares_the_regions(client):
    allocation = PublishedAllocationFactory(exhibitor=exhibitor("Armor"), stand=stand("BRE-1"))
    stand("BRE-2")
    stand("BRE-3", is_open=False)
    afternoon()
    SessionFactory(edition=allocation.stand.edition, participation=participation_of("53"))
    SessionFactory(edition=allocation.stand.edition, state=Session.State.CANCELLED)
    SessionFactory(edition=allocation.stand.edition)
    participation_of("84")
    gone = exhibitor("Partie")
    gone.left_at = BEFORE_THE_FAIR
    gone.save()

    pulse = client.get(reverse("startups:home")).context["pulse"]

    assert [
        (beat.participation.region_id, beat.exhibitors, beat.stands, beat.taken, beat.half_days)
        for beat in pulse.beats
    ] == [("84", 0, 0, 0, 0), ("53", 1, 2, 1, 4)]
    assert (pulse.exhibitors, pulse.stands, pulse.sessions) == (1, 2, 2)
    assert (pulse.most_exhibitors, pulse.most_stands, pulse.most_sessions) == (1, 2, 1)
