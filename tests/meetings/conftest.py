"""An edition with one open day, and the people who meet there."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.utils import timezone

from pavilion.core.models import OutboxMessage
from tests.factories import DayFactory, OfficeFactory, PersonFactory, RoomFactory, organiser

NOW = datetime(2030, 5, 20, 7, 0, tzinfo=UTC)
TEN = datetime(2030, 6, 12, 8, 0, tzinfo=UTC)  # ten o'clock in Paris
HALF_PAST_TEN = datetime(2030, 6, 12, 8, 30, tzinfo=UTC)
ELEVEN = datetime(2030, 6, 12, 9, 0, tzinfo=UTC)
HALF_PAST_ELEVEN = datetime(2030, 6, 12, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    """Three weeks before the fair; a test moves it on with `clock.move_to`."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def edition(db):
    return DayFactory().edition


@pytest.fixture
def national(db):
    return organiser(language="en")


@pytest.fixture
def room(edition):
    return RoomFactory(name_fr="Salon Nord", name_en="North Room")


@pytest.fixture
def person(db):
    return PersonFactory(
        first_name="Maïwenn",
        last_name="Kerzoncuff",
        title_fr="présidente du conseil régional",
        title_en="President of the Regional Council",
        email="maiwenn@region.example",
        language="en",
        public_id="PERSONpublicidentifier",
    )


@pytest.fixture
def office(db):
    return OfficeFactory(email="cabinet@ministere.example", language="en")


def outbox() -> list[tuple[str, str, str]]:
    """Kind, recipient, state: what was promised, in order."""
    rows = OutboxMessage.objects.order_by("pk").values_list("kind", "recipient", "state")
    return [(kind.removeprefix("meetings."), recipient, state) for kind, recipient, state in rows]


def deliver() -> None:
    """What was queued has left."""
    queued = OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED)
    queued.update(state=OutboxMessage.State.SENT, sent_at=timezone.now())
