"""A rule said no."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone


class DomainError(Exception):
    """A refusal written for the person who asked.

    Pages show the message, the API answers 409 with `code` and `detail` (and `details`, when the
    refusal can name what is in the way). `field` names the input at fault, if one is.
    """

    code = "refused"

    def __init__(
        self, message: object, *, field: str = "", details: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.field = field
        self.details = dict(details or {})


def paris_iso(moment: datetime) -> str:
    """How `details` tell a moment: ISO 8601 with Paris's offset, as the rest of the API does."""
    return timezone.localtime(moment, timezone.get_default_timezone()).isoformat()
