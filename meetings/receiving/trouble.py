"""Why the mailbox cannot be read, and since when: for the first page and for whoever polls by hand.

Kept in the cache: what forgets it hears it again from the next poll.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext_lazy

_KEY = "meetings.mailbox.trouble"
# Nobody polls any more: then this says nothing about the mailbox.
_REMEMBERED = timedelta(hours=1)
_WORDS = {
    "connection": gettext_lazy("The connection fails: %s."),
    "user": gettext_lazy("The server refuses the user or the password (%s)."),
    "folder": gettext_lazy("The server does not open the folder “%s”."),
    "moved": gettext_lazy("There is no folder “%s” for what has been taken in."),
    "left": gettext_lazy("Messages that the server does not give out, or that fail here: %s."),
}


@dataclass(frozen=True)
class Trouble:
    code: str
    detail: str
    since: datetime

    def __str__(self) -> str:
        return str(_WORDS[self.code]) % self.detail


def note(code: str, detail: str = "") -> None:
    """What the last poll met; with no code, that it read everything."""
    if not code:
        cache.delete(_KEY)
        return
    before = current()
    since = before.since if before else timezone.now()
    known = {"code": code, "detail": detail, "since": since}
    cache.set(_KEY, known, _REMEMBERED.total_seconds())


def current() -> Trouble | None:
    known = cache.get(_KEY)
    return Trouble(**known) if known else None
