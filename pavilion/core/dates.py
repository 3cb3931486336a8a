"""Days as they are written: French says "1er juin" for the first of a month, and "2 juin" after."""

import re
from datetime import date

from django.utils import translation
from django.utils.formats import date_format

_NUMBER_OF_THE_DAY = re.compile(r"(?<!\\)j")


def written(value: date, pattern: str) -> str:
    """`value` (a moment: already local) in Django's format `pattern`, in the active language."""
    if value.day == 1 and (translation.get_language() or "").startswith("fr"):
        pattern = _NUMBER_OF_THE_DAY.sub(r"j\\e\\r", pattern)
    return date_format(value, pattern)
