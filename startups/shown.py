"""What a page of the checklist shows of what is kept.

Its form sends that back, so that saving can tell what changed while the page was open: in another
window, or because the region wrote.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from startups import answers, typed
from startups.models import Aid, AidDeclaration, Question
from startups.typed import Raw

Shown = Mapping[str, Raw]


def columns(values: Mapping[str, Any]) -> dict[str, Raw]:
    """Columns of an application. A file is not text: whoever sends one means it."""
    return {name: _text(value) for name, value in values.items() if name != "logo"}


def aid(has_none: bool | None, aids: Iterable[Any]) -> dict[str, Raw]:
    """A statement about de minimis aid, each line as one reads it; None before there is one."""
    received = {None: "", True: "none", False: "some"}[has_none]
    return {"received": received, "aids": [_line(each) for each in aids]}


def declared(declaration: AidDeclaration | None, aids: Sequence[Aid]) -> dict[str, Raw]:
    return aid(declaration.has_none if declaration else None, aids)


def answered(questions: Iterable[Question], values: Mapping[str, Any]) -> dict[str, Raw]:
    """The answers, by question key; files are left out."""
    return {
        question.key: answers.to_raw(question, values.get(question.key))
        for question in questions
        if question.kind != Question.Kind.FILE
    }


def changed(seen: Shown | None, now: Shown, wanted: Shown) -> list[str]:
    """What is neither as its writer saw it nor as they want it."""
    return [
        name
        for name, raw in now.items()
        if seen is not None
        and name in wanted
        and name in seen
        and not typed.same(raw, seen[name])
        and not typed.same(raw, wanted[name])
    ]


def _line(each: Any) -> str:
    amount = f"{Decimal(each.amount):.2f}".replace(".", ",")
    parts = [f"{each.granted_on:%d/%m/%Y}", each.authority, each.purpose, f"{amount} €"]
    return " · ".join(filter(None, parts))


def _text(value: Any) -> str:
    if value is None or value is False:
        return ""
    return "on" if value is True else str(value)
