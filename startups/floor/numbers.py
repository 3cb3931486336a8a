"""Numbers of stands as people type them: "bre 4b" for "BRE-4B"."""

import re

_BETWEEN = re.compile(r"[\s\-‐‑–—_./]+")


def plain(number: str) -> str:
    """Capitals, spaces and dashes apart."""
    return _BETWEEN.sub("", number).casefold()
