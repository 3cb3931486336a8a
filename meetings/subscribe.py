"""The ways into a calendar: the links and the square that a person's telephone understands."""

from dataclasses import dataclass
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from meetings.models import Feed

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
class Subscription:
    feed: Feed
    https: str

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
        agent = self.feed.fetched_with
        known = (called for word, called in CLIENTS.items() if word.lower() in agent.lower())
        return next(known, agent.partition("/")[0][:30])


def subscription(feed: Feed) -> Subscription:
    return Subscription(feed, settings.BASE_URL + feed.get_absolute_url())
