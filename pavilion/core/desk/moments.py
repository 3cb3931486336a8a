"""Days and times in few letters, for columns: "16 juin, 09:30"."""

from datetime import date, datetime

from django.utils.timezone import localtime
from django.utils.translation import pgettext

from pavilion.core.dates import written


def short_day(value: date | None) -> str:
    if value is None:
        return ""
    local = localtime(value) if isinstance(value, datetime) else value
    return written(local, pgettext("short day", "j M Y"))


def short_moment(value: datetime | None) -> str:
    if value is None:
        return ""
    return written(localtime(value), pgettext("short moment", "j M Y, H:i"))


def short_span(starts_at: datetime, ends_at: datetime) -> str:
    """ "mer. 16 juin, 09:30–10:00"."""
    start = written(localtime(starts_at), pgettext("short weekday", "D j M, H:i"))
    return f"{start}–{localtime(ends_at):%H:%M}"
