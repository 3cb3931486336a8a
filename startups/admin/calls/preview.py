"""The form as applicants see it: step by step, nothing saved, before the call is published."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils import timezone, translation
from django.utils.translation import pgettext_lazy

from pavilion.core.models import Language
from startups import charter, eligibility, outline, steps
from startups.admin.calls.pages import CallPages, Tab
from startups.forms import StepForm, rows
from startups.models import Application, Call


class PreviewPages(CallPages):
    def call_urls(self) -> list[URLPattern]:
        return [
            *super().call_urls(),
            self.call_path("preview", self.preview_first_view),
            self.call_path("preview_step", self.preview_view, "preview/<slug:key>/"),
        ]

    def call_links(self, request: HttpRequest, call: Call) -> list[Tab]:
        tab = self.tab("preview", pgettext_lazy("tab", "Preview"), call)
        return [*super().call_links(request, call), tab]

    def preview_first_view(self, request: HttpRequest, call_id: int) -> HttpResponse:
        call = self.desk_call(request, call_id)
        return redirect(self._url(call, steps.COMPANY))

    def preview_view(self, request: HttpRequest, call_id: int, key: str) -> HttpResponse:
        call = self.desk_call(request, call_id)
        language = request.GET.get("language", "")
        if language not in Language.values:
            language = (translation.get_language() or Language.FRENCH)[:2]
        with translation.override(language):
            return self._preview(request, call, key, language)

    def _preview(self, request: HttpRequest, call: Call, key: str, language: str) -> HttpResponse:
        state = steps.State(
            application=Application(call=call, language=language),
            questions=steps.asked_now(call),
            kept={},
            half_days=[],
        )
        parts = outline.parts(state, timezone.now())
        index = next((i for i, part in enumerate(parts) if part.step.key == key), None)
        if index is None:
            raise Http404
        form = StepForm(state, parts[index].step)
        text = charter.text(call, language)
        context = {
            "is_preview": True,
            "languages": [
                (code, label, f"{self._url(call, key)}?language={code}")
                for code, label in Language.choices
            ],
            "previewed_steps": [
                (part, f"{self._url(call, part.step.key)}?language={language}") for part in parts
            ],
            "language": language,
            "application": state.application,
            "call": call,
            "form": form,
            "step": parts[index].step,
            "parts": parts,
            "part": parts[index],
            "previous": parts[index - 1] if index else None,
            "following": parts[index + 1] if index + 1 < len(parts) else None,
            "rows": rows(form),
            "closes_at": call.closes_at,
            "findings": eligibility.findings(state.application),
            "charter": {"language": text.language, "parts": list(charter.parts(text))},
        }
        return render(request, f"startups/form/{key}.html", context)

    def _url(self, call: Call, key: str) -> str:
        return reverse(f"admin:{self.url_of('preview_step')}", args=[call.pk, key])
