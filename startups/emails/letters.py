"""What a region's desk writes in its own words."""

from pavilion.core.models import OutboxMessage
from startups.emails.letter import to_contact
from startups.models import Application

LETTER = "startups.letter"


def letter(application: Application, *, subject: str, text: str) -> OutboxMessage:
    """The words as they are, above the common ending; in the active language."""
    return to_contact(
        application,
        kind=LETTER,
        # What people type is no format string.
        subject=subject.replace("%", "%%"),
        template="letter",
        text=text,
    )
