"""What each e-mail about a meeting says, in its reader's language. Sends nothing.

Every function reads a participant whose meeting came through `with_everything`.
"""

from meetings.emails.facts import Told, is_news, moments, told, told_at
from meetings.emails.messages import (
    cancellation,
    invitation,
    notice,
    thread,
    update,
)

__all__ = [
    "Told",
    "cancellation",
    "invitation",
    "is_news",
    "moments",
    "notice",
    "thread",
    "told",
    "told_at",
    "update",
]
