"""What somebody else saved, beside what was typed."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def saved_meanwhile(words: str) -> str:
    return _(
        "Saved meanwhile: “%(saved)s”. What you typed is still here: save again to keep it."
    ) % {"saved": words or pgettext("a version that is empty", "nothing")}
