"""A calendar of an exhibitor's stand: fed, asked for, and what is kept of it."""

from datetime import UTC, datetime, timedelta

from startups import operations
from startups.models import Allocation, StandCalendar
from tests.core.test_ical import unfolded
from tests.factories import AllocationFactory
from tests.startups.fair import participation_of

NOW = datetime(2030, 5, 20, 7, 0, tzinfo=UTC)

MINUTE = timedelta(minutes=1)


def give(who, *cells):
    Allocation.objects.filter(exhibitor=who).delete()
    for half_day, where in cells:
        AllocationFactory(exhibitor=who, stand=where, half_day=half_day)


def announce():
    operations.announce_plan(participation_id=participation_of("53").pk, by=None)


def calendar_of(who):
    return StandCalendar.objects.get(exhibitor=who)


def read(client, who, **headers):
    return client.get(calendar_of(who).get_absolute_url(), headers=headers)


def events(client, who):
    text = read(client, who).content.decode()
    lines = unfolded(text[text.index("END:VTIMEZONE\r\n") + len("END:VTIMEZONE\r\n") :])[:-1]
    found = "\n".join(lines).split("BEGIN:VEVENT\n")[1:]
    return [each.splitlines() for each in found]


def state(client, who):
    wanted = ("SUMMARY", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "TRANSP")
    return [[line for line in event if line.startswith(wanted)] for event in events(client, who)]
