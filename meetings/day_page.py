"""What a telephone is told of My day: its worker, how it is installed, what its script says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from meetings.models import Person

WORKER = Path(__file__).parent / "static" / "meetings" / "day-worker.js"


def manifest(person: Person, address: str, static: Callable[[str], str]) -> dict[str, Any]:
    """Installed, it opens at this very address and stays below it."""
    return {
        "name": _("My day · %(person)s") % {"person": person},
        "short_name": _("My day"),
        "lang": get_language(),
        "start_url": address,
        "scope": address,
        "display": "standalone",
        "background_color": "#fdfcfa",
        "theme_color": "#fdfcfa",
        "icons": [
            {"src": static("core/favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
            *(
                {"src": static(f"core/icon-{size}.png"), "sizes": f"{size}x{size}", **purpose}
                for size, purpose in (
                    (192, {"type": "image/png"}),
                    (512, {"type": "image/png", "purpose": "any maskable"}),
                )
            ),
        ],
    }


def words(*, is_signed_in: bool) -> dict[str, str]:
    """Names in braces are filled in by the script."""
    gone = _(
        "This link no longer opens your programme, and this telephone has forgotten it. "
        "Ask the team that sent it to you for a new one."
    )
    signed_out = _(
        "You are no longer signed in, and this telephone has forgotten your programme. "
        "Sign in again to see it."
    )
    return {
        "minute": _("{n} minute"),
        "minutes": _("{n} minutes"),
        "hour": _("{hours} h"),
        "hours": _("{hours} h {minutes}"),
        "now": _("Now"),
        "next": _("Next, in {wait}"),
        "then": pgettext("meeting", "Next"),
        "upToDate": _("Up to date at {time}"),
        "offline": _("No network: this is your programme as of {time}."),
        "offlineOn": _("No network: this is your programme as of {day}, {time}."),
        "back": _("The network is back."),
        "sending": _("Sending your answer…"),
        "kept": _(
            "Kept on this telephone: your answer leaves by itself as soon as there is a network."
        ),
        "notKept": _("No network: your answer did not leave. Please try again in a moment."),
        "notSent": _("The service did not take your answer. Please try again in a moment."),
        "answer": _("{subject}: {detail}"),
        "forgotten": _("This telephone has forgotten your programme; your link still opens it."),
        "gone": signed_out if is_signed_in else gone,
        "new": _("New"),
        "moved": _("Moved: it was on {when}"),
        "place": _("Other place: it was {place}"),
        "noPlace": _("Place now known"),
        "off": _("Cancelled since you last looked"),
        "on": _("Takes place after all"),
        "confirmed": _("Now confirmed"),
        "subject": _("It was called “{subject}”"),
        "longer": _("It ends at another time"),
        "left": _("No longer in your programme: {subject}, {when}"),
        "change": _("1 change since you last looked"),
        "changes": _("{n} changes since you last looked"),
        "dayChanged": _("changed"),
        "change of": _("{subject}: {what}"),
    }
