"""The ways into a calendar: the links and the square that a telephone understands."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import segno
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

StrOrPromise = Any  # gettext, lazy or not


@dataclass(frozen=True)
class Client:
    """A calendar program, known by a word of its User-Agent, and how often it asks by itself."""

    word: str
    name: str
    pace: StrOrPromise = ""


_GOOGLE = gettext_lazy("Google asks only every 8 to 24 hours.")
_OUTLOOK = gettext_lazy("Outlook asks about every 3 hours, on some days only once.")
_APPLE = gettext_lazy("It asks as often as its settings say: from every 5 minutes to every week.")
_OWN_PACE = gettext_lazy("It asks as often as its settings say.")
# The first whose word is found. What makers and users report: none lets a calendar set the pace.
CLIENTS = (
    Client("Google-Calendar", "Google Agenda", _GOOGLE),
    Client("Googlebot", "Google Agenda", _GOOGLE),
    Client("Microsoft", "Outlook", _OUTLOOK),
    Client("MSOffice", "Outlook", _OUTLOOK),
    Client("Outlook", "Outlook", _OUTLOOK),
    Client("iPadOS", "iPad", _APPLE),
    Client("iOS", "iPhone", _APPLE),
    Client("macOS", "Mac", _APPLE),
    Client("Mac OS X", "Mac", _APPLE),
    Client(
        "Thunderbird",
        "Thunderbird",
        gettext_lazy("Thunderbird asks every 30 minutes while it is open."),
    ),
    Client("Evolution", "Evolution", _OWN_PACE),
    Client("ICSx5", "ICSx⁵", _OWN_PACE),
    Client("DAVx5", "DAVx⁵", _OWN_PACE),
    Client("vdirsyncer", "vdirsyncer", _OWN_PACE),
    Client("Nextcloud", "Nextcloud", gettext_lazy("Nextcloud asks every hour.")),
)


def client_of(agent: str) -> Client:
    """The program a User-Agent names; what it calls itself, when nobody here knows it."""
    asked = agent.lower()
    known = (client for client in CLIENTS if client.word.lower() in asked)
    return next(known, Client("", agent.partition("/")[0][:30]))


def told(fetched_at: datetime | None, agent: str) -> str:
    """When a calendar last asked, and how often its kind does: one knows what to wait for."""
    if fetched_at is None:
        return _("No calendar has asked for it yet.")
    client = client_of(agent)
    words = {
        "client": client.name or _("A calendar"),
        "ago": timesince(fetched_at, depth=1),
    }
    is_now = timezone.now() - fetched_at < timedelta(minutes=1)
    sentence = (
        _("%(client)s has just asked.") if is_now else _("%(client)s last asked %(ago)s ago.")
    )
    asked = sentence % words
    return f"{asked} {client.pace}".strip()


@dataclass(frozen=True)
class Address:
    """A private calendar address, and when a calendar last asked for it."""

    https: str
    fetched_at: datetime | None
    fetched_with: str

    @property
    def webcal(self) -> str:
        return f"webcal://{self.https.partition('://')[2]}"

    @property
    def google(self) -> str:
        return f"https://calendar.google.com/calendar/r?{urlencode({'cid': self.webcal})}"

    @property
    def outlook(self) -> str:
        return f"https://outlook.live.com/calendar/0/addfromweb?{urlencode({'url': self.https})}"

    @property
    def qr(self) -> SafeString:
        """Inline, and drawn by attributes alone: the page's policy allows no style."""
        code = segno.make(self.webcal, error="m", micro=False)
        drawing = code.svg_inline(scale=4, border=0, omitsize=True, svgclass=None, lineclass=None)
        return mark_safe(drawing)  # noqa: S308 – segno's own drawing

    @property
    def client(self) -> str:
        """Which calendar asked last."""
        return client_of(self.fetched_with).name

    @property
    def last_read(self) -> str:
        """ "read by Thunderbird 1 day ago"."""
        if self.fetched_at is None:
            return _("not read by any calendar yet")
        return _("read by %(client)s %(ago)s ago") % {
            "client": self.client or _("a calendar"),
            "ago": timesince(self.fetched_at, depth=1),
        }

    @property
    def told(self) -> str:
        return told(self.fetched_at, self.fetched_with)
