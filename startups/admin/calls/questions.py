"""The region's own questions: the page of each, and the call's page that lists them in order."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pavilion.core.desk import KEYS, VERBS, DeskAdmin, RegionFilter, Step, region_mark, state_mark
from pavilion.core.errors import DomainError
from startups import operations
from startups.admin.calls.pages import CallPages, Tab
from startups.admin.calls.question_form import QuestionForm
from startups.models import Call, Question
from startups.operations.calls.questions import QUESTION_FIELDS

VERBS |= {
    "question.retired": _("Question taken back"),
    "question.restored": _("Question asked again"),
    "question.moved": _("Question moved"),
}
KEYS |= {"depends_value": (_("is answered with"), {"yes": _("Yes"), "no": _("No")})}


def _retire(request: HttpRequest, row: Question, data: object) -> None:
    operations.retire_question(question_id=row.pk, by=request.user)  # type: ignore[arg-type]


def _restore(request: HttpRequest, row: Question, data: object) -> None:
    operations.restore_question(question_id=row.pk, by=request.user)  # type: ignore[arg-type]


@admin.register(Question)
class QuestionAdmin(DeskAdmin):
    region_path = "call__participation__region_id"
    seen_by_reviewers = True
    form = QuestionForm
    list_display = ("__str__", "region", "kind", "stage", "is_required", "mark")
    list_filter = ("call__participation__edition", RegionFilter, "kind", "stage", "is_active")
    search_fields = ("label_fr", "label_en", "key")
    select = ("call__participation__region", "call__participation__edition")
    ordering = ("call", "position", "pk")
    fieldsets = (
        (None, {"fields": ("call", ("label_fr", "label_en"), ("help_fr", "help_en"))}),
        (
            _("The answer"),
            {"fields": ("kind", "options", "parts", "max_items", "max_length")},
        ),
        (
            _("When it is asked"),
            {
                "fields": (
                    "stage",
                    "shown_if",
                    "is_required",
                    "required_by",
                    "frozen_after",
                )
            },
        ),
        (_("Who reads it"), {"fields": ("is_for_jury", "key")}),
    )
    # Read by the page's script: a number has no choices, a file no length.
    conditional_fields: ClassVar = {
        "options": "kind == 'choice' || kind == 'choices'",
        "parts": "kind == 'group'",
        "max_items": "kind == 'group'",
        "max_length": "kind == 'text' || kind == 'long_text'",
        "required_by": "is_required == true",
    }
    steps = (
        Step(
            name="retire",
            label=_("Take the question back"),
            run=_retire,
            done=_("The question is not asked any more; its answers stay."),
            when=lambda question: question.is_active,
        ),
        Step(
            name="restore",
            label=_("Ask the question again"),
            run=_restore,
            done=_("The question is asked again, after the others."),
            when=lambda question: not question.is_active,
            style="primary",
        ),
    )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type("QuestionForm", (form,), {"request": request})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("call",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by: Any = request.user
        data = form.cleaned_data
        fields = {name: data[name] for name in QUESTION_FIELDS if name in data}
        if change:
            operations.change_question(question_id=obj.pk, by=by, **fields)
        else:
            made = operations.add_question(call_id=obj.call_id, by=by, **fields)
            obj.pk, obj._state.adding = made.pk, False
        form.is_noted = True

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._to_the_call(obj)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._to_the_call(obj)

    def _to_the_call(self, question: Question) -> HttpResponse:
        return redirect(reverse("admin:startups_call_questions", args=[question.call_id]))

    @admin.display(description=_("region"), ordering="call__participation__region__sort_key")
    def region(self, question: Question) -> SafeString:
        return region_mark(question.call.region_code, question.call.participation.region)

    @admin.display(description=_("asked"), ordering="is_active")
    def mark(self, question: Question) -> SafeString:
        if question.is_active:
            return state_mark("confirmed", _("Asked"))
        return state_mark("cancelled", _("Taken back"))


class QuestionPages(CallPages):
    """The questions of one call in their order, to be moved, added, taken back."""

    def call_urls(self) -> list[URLPattern]:
        return [*super().call_urls(), self.call_path("questions", self.questions_view)]

    def call_links(self, request: HttpRequest, call: Call) -> list[Tab]:
        tab = self.tab("questions", pgettext_lazy("tab", "Questions"), call)
        return [*super().call_links(request, call), tab]

    def questions_view(self, request: HttpRequest, call_id: int) -> HttpResponse:
        if request.method == "POST":
            return self._move(request, self.managed_call(request, call_id))
        call = self.desk_call(request, call_id)
        questions = list(_questions(call))
        asked = [question for question in questions if question.is_active]
        stages = [
            (
                stage.label,
                [(place, row) for place, row in enumerate(asked, 1) if row.stage == stage],
            )
            for stage in Question.Stage
        ]
        return self.call_page(
            request,
            call,
            "questions",
            "admin/startups/call/questions.html",
            title=_("The region’s questions"),
            stages=stages,
            asked=asked,
            retired=[question for question in questions if not question.is_active],
        )

    def _move(self, request: HttpRequest, call: Call) -> HttpResponse:
        """One place up or down among those of the same stage."""
        question = get_object_or_404(call.questions, pk=request.POST.get("question") or 0)
        rows = list(call.questions.in_order())
        peers = [row for row in rows if row.stage == question.stage]
        step = -1 if request.POST.get("to") == "up" else 1
        at = (peers.index(question) if question in peers else -1) + step
        if question in peers and 0 <= at < len(peers):
            by: Any = request.user
            place = rows.index(peers[at]) + 1
            try:
                operations.move_question(question_id=question.pk, place=place, by=by)
            except DomainError as error:
                messages.error(request, str(error))
        return redirect(reverse(f"admin:{self.url_of('questions')}", args=[call.pk]))


def _questions(call: Call) -> "QuerySet[Question]":
    rows: Any = call.questions.select_related("depends_on").annotate(answered=Count("answers"))
    ordered: QuerySet[Question] = rows.order_by("position", "pk")
    return ordered
