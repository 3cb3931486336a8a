"""Companies, stands and half-days as visitors of the fair find them."""

from events.models import HalfDay
from tests.factories import HalfDayFactory


def afternoon():
    return HalfDayFactory(part=HalfDay.Part.AFTERNOON)
