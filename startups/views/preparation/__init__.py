"""What an exhibitor prepares, on its private address: one page for each item of the checklist."""

from startups.views.preparation.aid import declare_aid
from startups.views.preparation.badges import name_badges
from startups.views.preparation.charter import sign_charter, signed_charter
from startups.views.preparation.overview import overview
from startups.views.preparation.presentation import check_pitch, confirm_needs, send_logo
from startups.views.preparation.questions import answer_questions

__all__ = [
    "answer_questions",
    "check_pitch",
    "confirm_needs",
    "declare_aid",
    "name_badges",
    "overview",
    "send_logo",
    "sign_charter",
    "signed_charter",
]
