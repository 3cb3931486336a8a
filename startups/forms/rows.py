"""The fields of a step as its page shows them, and what they say in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from startups import typed
from startups.fields import BlocksField
from startups.forms.application import StepForm
from startups.models import Question
from startups.typed import Raw


@dataclass(frozen=True)
class Block:
    number: int
    form: forms.Form
    is_spare: bool


@dataclass(frozen=True)
class Row:
    """One field with everything its place on the page shows."""

    name: str
    field: BoundField
    kind: str
    told: str
    # What was typed in another window while the field changed, in words; None when nothing was.
    aside: str | None
    saved: str
    # A file that is kept already.
    file_name: str
    blocks: Sequence[Block]
    can_grow: bool
    question: Question | None
    is_frozen: bool


def rows(form: StepForm) -> dict[str, Row]:
    return {name: _row(form, name) for name in form.fields}


def told(form: StepForm, name: str) -> str:
    """What the field says, in words; empty when it says nothing."""
    raw = form.shown[name]
    if not raw:
        return ""
    if isinstance(form.fields[name], forms.FileField):
        return _("received") if name in typed.FILES else str(raw)
    return in_words(form.fields[name], raw)


def in_words(field: forms.Field, raw: Raw) -> str:
    """What was typed, for somebody who compares: choices by their labels."""
    choices = dict(_flat(getattr(field, "choices", [])))
    if isinstance(raw, str):
        if isinstance(field, forms.BooleanField):
            return _("Yes") if raw else _("No")
        return str(choices.get(raw, raw)) or "–"
    if raw and isinstance(raw[0], dict):
        return "\n".join(" · ".join(filter(None, block.values())) for block in raw)
    return ", ".join(str(choices.get(each, each)) for each in raw) or "–"


def _row(form: StepForm, name: str) -> Row:
    field, aside = form.fields[name], form.aside.get(name)
    is_file, shown = isinstance(field, forms.FileField), form.shown[name]
    is_group = isinstance(field, BlocksField)
    return Row(
        name=name,
        field=form[name],
        kind="blocks" if is_group else "file" if is_file else "plain",
        told=told(form, name),
        aside=None if aside is None else in_words(field, aside),
        saved="" if aside is None else in_words(field, shown),
        file_name=str(shown) if is_file else "",
        blocks=_blocks(field, name, list(shown)) if isinstance(field, BlocksField) else [],
        can_grow=isinstance(field, BlocksField) and len(shown) + 1 < field.max_items,
        question=form.questions.get(name),
        is_frozen=form.is_frozen(name),
    )


def _blocks(field: BlocksField, name: str, shown: list[Any]) -> list[Block]:
    """The blocks there are, and an empty one to go on as long as there may be more."""
    filled = [block for block in shown if any(block.values())]
    blocks = [
        Block(number, field.block(f"{name}-{number}", block), is_spare=False)
        for number, block in enumerate(filled)
    ]
    if len(filled) < field.max_items:
        spare = field.block(f"{name}-{len(filled)}")
        blocks.append(Block(len(filled), spare, is_spare=True))
    return blocks


def _flat(choices: Any) -> Iterator[tuple[str, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), label
