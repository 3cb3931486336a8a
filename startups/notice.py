"""The versions of the notice on personal data, newest first. The text itself is at core:privacy."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Version:
    number: str
    since: date
    what: Any  # a lazy text


# Add one on top whenever the text changes in substance: applicants are shown it, and their next
# save notes that they were.
HISTORY = (
    Version(
        "2",
        date(2026, 11, 22),
        _(
            "The service erases and anonymises by itself, after periods stated one by one; the "
            "jury, the companies register and the people named by others are described."
        ),
    ),
    Version("1", date(2026, 11, 20), _("First version.")),
)
VERSION = HISTORY[0].number


def current() -> Version:
    return HISTORY[0]
