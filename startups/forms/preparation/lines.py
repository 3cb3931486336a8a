"""Lines that people add and clear away, as a browser posts them."""

from typing import Any


def all_may_be_empty(data: Any, prefix: str) -> Any:
    """What is cleared away is removed: no line is bound to stay because it was there before."""
    data = data.copy()
    data[f"{prefix}-INITIAL_FORMS"] = "0"
    return data


def with_more(data: Any, prefix: str, count: int, most: int) -> Any:
    """The same with room for more lines; what was typed stays where it was."""
    data = data.copy()
    name = f"{prefix}-TOTAL_FORMS"
    total = data.get(name, "")
    data[name] = str(min((int(total) if total.isdigit() else 0) + count, most))
    return data
