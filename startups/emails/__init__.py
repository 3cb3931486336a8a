"""What each mail to an applicant says. Sends nothing."""

from startups.emails.applications import (
    LINK,
    changed,
    correction_extended,
    correction_requested,
    link,
    submitted,
    withdrawn,
)
from startups.emails.decisions import (
    confirmed,
    declined,
    lapsed,
    promoted,
    rejected,
    selected,
    waitlisted,
)

__all__ = [
    "LINK",
    "changed",
    "confirmed",
    "correction_extended",
    "correction_requested",
    "declined",
    "lapsed",
    "link",
    "promoted",
    "rejected",
    "selected",
    "submitted",
    "waitlisted",
    "withdrawn",
]
