"""Nothing that opens a door is written to a log."""

import logging
import re

# public id . version . signature, as pavilion.core.tokens makes them
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}\.\d+\.[A-Za-z0-9_-]{43}")
# The part of an organiser's address by which a reply is believed: pavilion.core.tokens makes it.
_SUBADDRESS = re.compile(r"\+[a-z2-7]{26}@", re.IGNORECASE)


def redact(text: str) -> str:
    return _SUBADDRESS.sub("+[…]@", TOKEN.sub("[…]", text))


class RedactTokens(logging.Filter):
    """Replaces every token in a record by `[…]` before a handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage())
        record.args = ()
        return True
