"""What was posted of a step: each field as typed, whether it is valid, and what it means."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile

from startups import answers, typed
from startups.fields import BlocksField
from startups.forms.application import FOUNDERS, StepForm
from startups.operations import Typed
from startups.typed import Raw


class Posted:
    """`fields` is ready to be kept; a file that was refused is told in `refused_files`."""

    def __init__(
        self,
        form: StepForm,
        data: Any,
        files: Any,
        *,
        only: Sequence[str] = (),
        seen: Mapping[str, list[Raw]],
    ) -> None:
        """`only` names the fields that were touched; without it, those that differ from `seen`,
        the page as it was sent out. A file counts when one was chosen.
        """
        self.form = form
        self.fields: dict[str, Typed] = {}
        self.refused_files: dict[str, str] = {}
        # What waits is tried again: what was in its way may be gone, or this is its button.
        self.waiting = form.state.waiting
        for name, field in form.fields.items():
            if isinstance(field, forms.FileField):
                self._take_file(name, field, files.get(name))
            elif not form.is_frozen(name) and (not only or name in only):
                self._take(name, field, data, seen.get(name), is_touched=name in only)
        self._settle_founders()

    @property
    def names(self) -> set[str]:
        return {*self.fields, *self.refused_files}

    def take_from_aside(self, name: str) -> None:
        """What was typed in another window takes the place of the saved value."""
        if name in self.form.fields and name in self.form.aside:
            self.fields[name] = self._checked(name, self.form.aside[name])

    def remove(self, name: str) -> None:
        """A file taken away, or one block: `q:team-1` is the second of `q:team`."""
        if isinstance(self.form.fields.get(name), forms.FileField):
            self.fields[name] = Typed(raw="", is_valid=True, value="")
            return
        blocks, _dash, number = name.rpartition("-")
        if isinstance(self.form.fields.get(blocks), BlocksField) and number.isdigit():
            known = self.fields.get(blocks)
            raw = known.raw if known else self.form.shown[blocks]
            left = [block for index, block in enumerate(raw) if index != int(number)]
            self.fields[blocks] = self._checked(blocks, left)

    def _take_file(self, name: str, field: forms.FileField, upload: Any) -> None:
        if not isinstance(upload, UploadedFile):
            return
        try:
            self.fields[name] = Typed(raw="", is_valid=True, value=field.clean(upload))
        except ValidationError as error:
            self.refused_files[name] = " ".join(error.messages)

    def _take(
        self, name: str, field: forms.Field, data: Any, seen: list[Raw] | None, *, is_touched: bool
    ) -> None:
        widget = field.widget
        if not is_touched and widget.value_omitted_from_data(data, {}, name):
            return
        raw = _as_raw(widget.value_from_datadict(data, {}, name))
        is_as_seen = seen is not None and typed.same(raw, seen[-1])
        if is_touched or not is_as_seen or name in self.waiting:
            self.fields[name] = self._checked(name, raw, seen)

    def _checked(self, name: str, raw: Raw, seen: list[Raw] | None = None) -> Typed:
        field = self.form.fields[name]
        required, field.required = field.required, False
        try:
            value = field.clean(raw)
        except ValidationError:
            return Typed(raw=raw, is_valid=False, seen=seen)
        finally:
            field.required = required
        if name in self.form.questions and not isinstance(value, File):
            value = answers.to_json(value)
        # The link needs an address: an empty one is kept as typed only.
        is_valid = bool(value) or name != "contact_email"
        return Typed(raw=raw, is_valid=is_valid, value=value, seen=seen)

    def _settle_founders(self) -> None:
        """More women than founders: neither number is written before one of them is mended."""
        if not set(FOUNDERS).intersection(self.fields):
            return
        counts = {
            name: self.fields.get(name) or self._checked(name, self.form.shown[name])
            for name in FOUNDERS
        }
        are_numbers = all(count.is_valid for count in counts.values())
        values = {name: count.value for name, count in counts.items()}
        is_wrong = are_numbers and self.form.too_many_women(values)
        for name, count in counts.items():
            if is_wrong and name in self.fields:
                self.fields[name] = Typed(raw=count.raw, is_valid=False, seen=count.seen)
            elif are_numbers and not is_wrong and name in self.waiting:
                # The other number was in its way.
                self.fields[name] = count


def _as_raw(value: Any) -> Raw:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else ""
    return typed.tidy(value if isinstance(value, list) else str(value))
