"""An application as its form shows it: text by field name, as typed.

`Application.typed` holds, under the field's own name, what was typed and could not be written: not
valid yet, or not to be written before a button is pressed. Under `~` and the name, what somebody
typed in another window while the field changed: kept until one of the two is chosen.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from startups import answers
from startups.columns import NEEDS
from startups.models import Application
from startups.steps import FIELDS, PROMISES, State

# Text; the texts of several choices; the blocks of a repeated block.
Raw = str | list[Any]

ASIDE = "~"
LONGEST = 50_000
FILES = frozenset({"logo"})
BOXES = frozenset(name for name in NEEDS if name.startswith("needs_"))


def saved(state: State) -> dict[str, Raw]:
    """What the form shows of everything that is written, files by their names."""
    application = state.application
    found: dict[str, Raw] = {}
    for name in (name for names in FIELDS.values() for name in names):
        if name == "wanted_half_days":
            found[name] = [str(pk) for pk in state.half_days]
        elif name in PROMISES:
            found[name] = "on" if application.commitments_at else ""
        elif name in FILES:
            found[name] = f"{name}.png" if getattr(application, name) else ""
        elif name in BOXES:
            found[name] = "on" if getattr(application, name) else ""
        else:
            found[name] = _text(getattr(application, f"{name}_id" if name == "theme" else name))
    for question in state.questions:
        found[answers.name_of(question)] = answers.to_raw(question, state.values.get(question.key))
    return found


def current(state: State) -> dict[str, Raw]:
    """What the form shows: what is written, and over it what could not be."""
    return saved(state) | state.waiting


def aside(application: Application) -> dict[str, Raw]:
    """What was typed in another window while the field changed, by field name."""
    return {
        name.removeprefix(ASIDE): raw
        for name, raw in application.typed.items()
        if name.startswith(ASIDE)
    }


def overwritten(waiting: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """What waits once somebody else has written these fields: kept beside what they wrote."""
    fields = set(names)
    beside = {f"{ASIDE}{name}": raw for name, raw in waiting.items() if name in fields}
    return {name: raw for name, raw in waiting.items() if name not in fields} | beside


def tidy(raw: Any) -> Raw:
    """As it may be kept: no NUL, which PostgreSQL refuses, and no endless text."""
    if isinstance(raw, str):
        return raw.replace("\0", "")[:LONGEST]
    if isinstance(raw, list):
        return [_tidy_block(each) if isinstance(each, dict) else str(tidy(each)) for each in raw]
    return ""


def _tidy_block(block: Mapping[Any, Any]) -> dict[str, str]:
    return {str(key): str(tidy(text)) for key, text in block.items()}


def same(one: Raw, other: Raw) -> bool:
    """Whether two texts are the same to a reader: ends of lines and outer spaces do not count."""
    return bool(_plain(one) == _plain(other))


def _plain(raw: Raw) -> Any:
    if isinstance(raw, str):
        return raw.replace("\r\n", "\n").strip()
    if all(isinstance(each, str) for each in raw):
        return sorted(raw)
    # A part without an answer may be there and empty, or not be there, as unticked buttons are.
    blocks = [
        {key: text.strip() for key, text in block.items() if text.strip()}
        for block in raw
        if isinstance(block, dict)
    ]
    return [block for block in blocks if block]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        return f"{value:f}".removesuffix(".00").replace(".", ",")
    return str(value)
