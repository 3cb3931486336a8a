"""What an exhibitor fills in before the fair, one form for each item of the checklist."""

from startups.forms.preparation.aid import AidForm, aid_lines
from startups.forms.preparation.badges import badge_forms
from startups.forms.preparation.charter import CharterForm
from startups.forms.preparation.presentation import LogoForm, NeedsForm, PitchForm
from startups.forms.preparation.questions import LaterForm

__all__ = [
    "AidForm",
    "CharterForm",
    "LaterForm",
    "LogoForm",
    "NeedsForm",
    "PitchForm",
    "aid_lines",
    "badge_forms",
]
