"""A rule said no."""

from collections.abc import Mapping
from typing import Any


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
