"""Days and times in few letters, for columns: "16 juin, 09:30"."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import pgettext


def short_day(value: date | None) -> str:
    if value is None:
        return ""
    local = localtime(value) if isinstance(value, datetime) else value
    return date_format(local, pgettext("short day", "j M Y"))


def short_moment(value: datetime | None) -> str:
    if value is None:
        return ""
    return date_format(localtime(value), pgettext("short moment", "j M Y, H:i"))


def short_span(starts_at: datetime, ends_at: datetime) -> str:
    """ "mer. 16 juin, 09:30–10:00"."""
    start = date_format(localtime(starts_at), pgettext("short weekday", "D j M, H:i"))
    return f"{start}–{localtime(ends_at):%H:%M}"
