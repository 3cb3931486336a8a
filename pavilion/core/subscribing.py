"""The ways into a calendar: the links and the square that a telephone understands."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

# A word of the User-Agent -> what people call it.
CLIENTS = {
    "Google-Calendar": "Google Agenda",
    "Googlebot": "Google Agenda",
    "Microsoft": "Outlook",
    "Outlook": "Outlook",
    "iOS": "iPhone",
    "macOS": "Mac",
    "Thunderbird": "Thunderbird",
    "Evolution": "Evolution",
    "ICSx5": "ICSx⁵",
    "DAVx5": "DAVx⁵",
}


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
        agent = self.fetched_with
        known = (called for word, called in CLIENTS.items() if word.lower() in agent.lower())
        return next(known, agent.partition("/")[0][:30])

    @property
    def last_read(self) -> str:
        """ "read by Thunderbird 1 day ago"."""
        if self.fetched_at is None:
            return _("not read by any calendar yet")
        return _("read by %(client)s %(ago)s ago") % {
            "client": self.client or _("a calendar"),
            "ago": timesince(self.fetched_at, depth=1),
        }
