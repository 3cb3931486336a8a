"""Moments and days as people write them, in the active language: "mardi 1er mars 2030 à 18 h"."""

from datetime import date, datetime, time

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def day(value: date) -> str:
    """A day with its weekday: French says "1er" for the first of a month only."""
    if value.day == 1:
        return date_format(value, pgettext("date format, first of a month", "l j F Y"))
    return date_format(value, pgettext("date format", "l j F Y"))


def clock(value: datetime) -> str:
    """A time of day in Paris."""
    local = timezone.localtime(value)
    if local.minute == 0:
        return date_format(local, pgettext("time format, full hour", "H:i"))
    return date_format(local, pgettext("time format", "H:i"))


def moment(value: datetime) -> str:
    """A day and a time, in Paris."""
    return _("%(day)s at %(time)s") % {"day": localday(value), "time": clock(value)}


def localday(value: datetime) -> str:
    """The day of a moment, in Paris."""
    return day(timezone.localtime(value).date())


def end_of(value: date) -> datetime:
    """The last second of a day in Paris: "until the 12th" includes the 12th."""
    return timezone.make_aware(
        datetime.combine(value, time(23, 59, 59)), timezone.get_default_timezone()
    )
