"""Letters from the desk to a selection: of applications, or of exhibitors."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from pavilion.core import tokens
from pavilion.core.desk import KEYS, KINDS, VERBS, Panel, Step, StepForm
from pavilion.core.errors import DomainError
from pavilion.core.logs import redact
from pavilion.core.models import Language
from startups import operations
from startups.emails.letters import LETTER
from startups.models import Application
from startups.operations.deciding.letters import (
    LONGEST_SUBJECT,
    PLACEHOLDERS,
    Letter,
    language_for,
    rendered,
)

VERBS |= {"application.written_to": _("Letter sent")}
KINDS |= {LETTER: _("Letter from the desk")}
KEYS |= {"subject": (_("subject"), {})}
# How many of those who cannot get it a preview names.
NAMED = 50


class LetterForm(StepForm):
    """One letter in two languages. `key` is made with the page: sent twice, it is one letter."""

    subject_fr = forms.CharField(
        label=_("Subject, in French"), max_length=LONGEST_SUBJECT, required=False
    )
    body_fr = forms.CharField(
        label=_("Text, in French"),
        widget=forms.Textarea(attrs={"rows": 9}),
        max_length=10_000,
        required=False,
    )
    subject_en = forms.CharField(
        label=_("Subject, in English"), max_length=LONGEST_SUBJECT, required=False
    )
    body_en = forms.CharField(
        label=_("Text, in English"),
        widget=forms.Textarea(attrs={"rows": 9}),
        max_length=10_000,
        required=False,
    )
    french_will_do = forms.BooleanField(
        label=_("Companies that chose English get the French text"), required=False
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def prepare(self) -> None:
        self.initial.setdefault("key", tokens.new_public_id())
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        words = _("Filled in for each company: %(known)s.") % {"known": known}
        self.fields["body_fr"].help_text = words

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                _letter(data).check()
            except DomainError as refusal:
                self.add_error(refusal.field or None, str(refusal))
        return data


def _letter(data: Mapping[str, Any]) -> Letter:
    return Letter(**{name: value for name, value in data.items() if name != "key"})


def letter_step(application_of: Callable[[Any], int], **options: Any) -> Step:
    """The step for rows of any kind that lead to an application."""

    def run(request: HttpRequest, row: Any, data: Mapping[str, Any]) -> object:
        by: Any = request.user
        return operations.write_letter(application_ids=[application_of(row)], by=by, **data)

    def preview(request: HttpRequest, rows: Sequence[Any], data: Mapping[str, Any]) -> Panel:
        return previewed([application_of(row) for row in rows], _letter(data))

    return Step(
        name="write",
        label=_("Write to them"),
        run=run,
        form=LetterForm,
        preview=preview,
        explain=_("Each company gets it in the language it chose, at its contact’s address."),
        done=ngettext_lazy("%(count)d letter leaves.", "%(count)d letters leave.", "count"),
        bulk=ngettext_lazy("Write to %(count)d company", "Write to %(count)d companies", "count"),
        **options,
    )


def previewed(application_ids: Sequence[int], letter: Letter) -> Panel:
    """The first letter of each language as it leaves, how many get it, and who cannot."""
    rows = Application.objects.filter(pk__in=application_ids).select_related(
        "call__participation__region", "call__participation__edition"
    )
    counts: Counter[str] = Counter()
    first: dict[str, Any] = {}
    refused = []
    for application in rows.order_by("sort_name", "pk"):
        try:
            code = language_for(letter, application)
        except DomainError as refusal:
            refused.append({"row": application, "why": str(refusal)})
            continue
        counts[code] += 1
        if code not in first:
            first[code] = rendered(letter, application)
    letters = [
        {
            "language": Language(code).label,
            "count": counts[code],
            "to": f"{message.recipient_name} <{message.recipient}>",
            "subject": message.subject,
            "body": redact(message.body),
        }
        for code, message in sorted(first.items(), reverse=True)
    ]
    context = {"letters": letters, "refused": refused[:NAMED], "refused_count": len(refused)}
    return Panel(str(_("Before it leaves")), "admin/startups/_letter_preview.html", context)
