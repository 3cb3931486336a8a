"""Companies, stands and half-days as visitors of the fair find them."""

from datetime import UTC, date, datetime

from django.utils.text import slugify

from events.models import HalfDay, Region
from startups.models import Application
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    DayFactory,
    ExhibitorFactory,
    HalfDayFactory,
    ParticipationFactory,
    StandFactory,
    ZoneFactory,
)

BEFORE_THE_FAIR = datetime(2030, 2, 15, 9, tzinfo=UTC)


def participation_of(code, **fields):
    return ParticipationFactory(region=Region.objects.get(code=code), **fields)


def exhibitor(name, code="53", **fields):
    """A confirmed company of a region."""
    call = CallFactory(participation=participation_of(code))
    application = ApplicationFactory(
        call=call, display_name=name, status=Application.Status.CONFIRMED, **fields
    )
    return ExhibitorFactory(application=application, slug=slugify(name))


def stand(number, code="53", **fields):
    return StandFactory(
        number=number, zone=ZoneFactory(participation=participation_of(code)), **fields
    )


def afternoon():
    return HalfDayFactory(part=HalfDay.Part.AFTERNOON)


def second_morning():
    return HalfDayFactory(day=DayFactory(date=date(2030, 6, 13)))
