from datetime import date

import pytest
import time_machine

from events.models import HalfDay
from tests.factories import DayFactory, HalfDayFactory
from tests.startups.fair import exhibitor
from tests.startups.stand_calendar.kept import NOW


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def half_days():
    """Wednesday 12 and Thursday 13 June, morning and afternoon."""
    days = [DayFactory(), DayFactory(date=date(2030, 6, 13))]
    return [HalfDayFactory(day=day, part=part) for day in days for part in HalfDay.Part]


@pytest.fixture
def armor(half_days):
    found = exhibitor("Armor")
    found.application.language = "en"
    found.application.save()
    return found
