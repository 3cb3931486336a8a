"""Numbers that follow others: "A-09" after "A-08", "Pod 2" after "Pod"."""

import re
from collections.abc import Collection

_ENDING = re.compile(r"(\d+)$")


def next_free(number: str, taken: Collection[str]) -> str:
    """The first one after `number` that is not taken, as long as it is wide."""
    found = _ENDING.search(number)
    stem = number[: found.start()] if found else f"{number}-"
    digits, value = (len(found[1]), int(found[1])) if found else (2, 0)
    while True:
        value += 1
        candidate = f"{stem}{value:0{digits}d}"
        if candidate not in taken:
            return candidate
