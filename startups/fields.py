"""Form fields that take what people type, and say what is wrong with it in words.

All of them are typed as text. The browser's own fields for numbers and dates give a page nothing
while what they hold is not valid, and nothing typed may be lost.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from startups.uploads import files

# Thousands are set apart by spaces of every width.
_SPACES = re.compile(r"[\s\u00a0\u202f]+")


class LongText(forms.CharField):
    """Text of several lines: browsers send a line's end as two characters, people count one."""

    def __init__(self, *, rows: int, max_length: int, **kwargs: Any) -> None:
        # Without the maxlength attribute: browsers cut what is pasted without a word.
        super().__init__(
            widget=forms.Textarea(attrs={"rows": rows, "data-limit": max_length}), **kwargs
        )
        self.limit = max_length

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if text else text

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and len(value) > self.limit:
            over = len(value) - self.limit
            raise ValidationError(
                _("%(limit)d characters at most: this has %(over)d too many.")
                % {"limit": self.limit, "over": over},
                code="max_length",
            )


class NumberField(forms.DecimalField):
    """A number as people write it: "1 200,50", with or without the euro sign."""

    widget = forms.TextInput
    default_error_messages: ClassVar = {
        "invalid": gettext_lazy("Give a number, in figures: 1200 for example.")
    }

    def __init__(self, *, decimals: int = 2, **kwargs: Any) -> None:
        super().__init__(max_digits=14, decimal_places=decimals, **kwargs)
        mode = "decimal" if decimals else "numeric"
        self.widget.attrs.update({"inputmode": mode, "autocomplete": "off"})

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = _SPACES.sub("", value).removesuffix("€").replace(",", ".")
        return super().to_python(value)


class WholeNumberField(NumberField):
    default_error_messages: ClassVar = {
        "max_decimal_places": gettext_lazy("Give a whole number, without decimals.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(decimals=0, **kwargs)

    def clean(self, value: Any) -> int | None:
        number = super().clean(value)
        return None if number is None else int(number)


class DayField(forms.DateField):
    """A day in figures, with or without what stands between them."""

    default_error_messages: ClassVar = {
        "invalid": gettext_lazy("Give day, month and year in figures: 15/03/2024 for example.")
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("Day, month, year: 15/03/2024 for example."))
        super().__init__(
            input_formats=["%d/%m/%Y", "%d%m%Y", "%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d %m %Y"],
            widget=forms.TextInput(
                attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}
            ),
            **kwargs,
        )


_YES_OR_NO = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]


class YesNoField(forms.TypedChoiceField):
    def __init__(self, *, required: bool = True, **kwargs: Any) -> None:
        super().__init__(
            choices=_YES_OR_NO,
            coerce=lambda answer: answer == "yes",
            empty_value=None,
            required=required,
            widget=forms.RadioSelect,
            **kwargs,
        )
        if not required:
            self.offer_no_answer()

    def offer_no_answer(self) -> None:
        """A round button cannot be taken back otherwise."""
        self.choices = [*_YES_OR_NO, ("", pgettext_lazy("yes or no", "No answer"))]


class DocumentField(forms.FileField):
    """A PDF or a picture, checked by its content; what is kept already stays without a new one."""

    max_bytes = files.MAX_DOCUMENT

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.FileInput(
                attrs={"accept": files.ACCEPTED_DOCUMENTS, "data-max": self.max_bytes}
            ),
            **kwargs,
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        if isinstance(data, UploadedFile):
            return files.clean_document(data)
        if initial:
            return initial
        return super().clean(data, initial)


class Blocks(forms.Widget):
    """Posts `<name>-<number>-<part>`; drawn by its page, block by block."""

    def __init__(self, parts: Sequence[str]) -> None:
        super().__init__()
        self.parts = parts

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]]:
        return [
            {part: data.get(f"{name}-{number}-{part}", "") for part in self.parts}
            for number in self._numbers(data, name)
        ]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not self._numbers(data, name)

    def _numbers(self, data: Any, name: str) -> list[int]:
        pattern = re.compile(rf"{re.escape(name)}-(\d{{1,3}})-")
        return sorted({int(found[1]) for key in data if (found := pattern.match(key))})


class BlocksField(forms.Field):
    """A block of short answers, as many times as needed: the members of a team."""

    default_error_messages: ClassVar = {"required": gettext_lazy("Fill in one block at least.")}

    def __init__(self, parts: Mapping[str, forms.Field], max_items: int, **kwargs: Any) -> None:
        super().__init__(widget=Blocks(list(parts)), **kwargs)
        self.parts = parts
        self.max_items = max_items

    def block(self, prefix: str, data: Mapping[str, str] | None = None) -> forms.Form:
        """One block as a form of its own, bound when there is something to check."""
        named = data and {f"{prefix}-{part}": value for part, value in data.items()}
        form = forms.Form(named, prefix=prefix, use_required_attribute=False)
        for name, field in self.parts.items():
            form.fields[name] = field
        return form

    def clean(self, value: Any) -> list[dict[str, Any]]:
        """The blocks that hold something; what is wrong is said with the block's number."""
        blocks = [block for block in value or [] if any(text.strip() for text in block.values())]
        if self.required and not blocks:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(blocks) > self.max_items:
            message = ngettext(
                "%(limit)d block at most.", "%(limit)d blocks at most.", self.max_items
            )
            raise ValidationError(message % {"limit": self.max_items}, code="max_items")
        wrong, cleaned = [], []
        for number, block in enumerate(blocks, start=1):
            form = self.block("b", block)
            for part, texts in form.errors.items():
                words = {"number": number, "part": self.parts[part].label, "error": texts[0]}
                wrong.append(_("Block %(number)d, %(part)s: %(error)s") % words)
            cleaned.append(form.cleaned_data)
        if wrong:
            raise ValidationError(wrong, code="blocks")
        return cleaned
