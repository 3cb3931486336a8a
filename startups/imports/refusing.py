"""Why a file cannot be read: a code, and what its sentence names."""

from typing import Any


class Refused(Exception):
    """Raised in the process that reads; `reading` knows the sentences."""

    def __init__(self, code: str, **words: Any) -> None:
        super().__init__(code)
        self.code = code
        self.words = words
