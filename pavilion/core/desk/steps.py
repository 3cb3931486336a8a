"""What can be done with a row: one step, one operation.

A step is offered on the row's page and, when it has a `bulk` button, on the list. GET shows what
will happen and asks what must be said; POST calls the operation. A refusal becomes a message. Many
rows become a job: `pavilion.core.desk.bulk` does them.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin import helpers
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from pavilion.core import jobs, outbox
from pavilion.core.desk.choices import Choices
from pavilion.core.desk.panels import Panel
from pavilion.core.desk.rights import Rights
from pavilion.core.desk.step_forms import StepForm
from pavilion.core.errors import DomainError

StrOrPromise = Any  # gettext and ngettext, lazy or not

# How many rows one step takes, and how many of them while whoever clicked waits; more are a job.
AT_ONCE = 20_000
DIRECTLY = 50
# How many of them a page names.
NAMED = 200
JOB = "desk.step"
# What the page itself sends beside what was typed.
_FRAME = frozenset(
    {
        *("csrfmiddlewaretoken", "action", "index", "select_across", "_step", "_rows", "_seen"),
        helpers.ACTION_CHECKBOX_NAME,
    }
)


def _always(row: Any) -> bool:
    return True


@dataclass(frozen=True)
class LeftOut:
    """A row that a step cannot be taken with, and why."""

    row: Any
    why: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """`label` says the verb and the object; `done` and `bulk` count them ("%(count)d …").

    A step that `rehearses` does nothing but what its transaction can undo: its page tries it with
    every row first, and tells which would be refused. `preview` shows what will come of what was
    typed, once it is typed; only what was shown is done, or what has nothing to show (None).
    `caution` says what to mind about them all ("12 rows, 8 places"), `why` in few words what keeps
    a row from it.
    """

    name: str
    label: StrOrPromise
    run: Callable[[HttpRequest, Any, Mapping[str, Any]], object]
    done: StrOrPromise
    form: type[StepForm] | None = None
    when: Callable[[Any], bool] = _always
    bulk: StrOrPromise = None
    explain: StrOrPromise = ""
    style: str = ""  # primary, danger or nothing
    rehearses: bool = False
    preview: Callable[[HttpRequest, Sequence[Any], Mapping[str, Any]], Panel | None] | None = None
    caution: Callable[[Sequence[Any]], Iterable[str]] | None = None
    why: Callable[[Any], str] | None = None
    # Taken from a line of the row's page, with what the line is about, hence no button of its own.
    of_line: bool = False
    # Who may take it, where more may than whoever manages the row.
    may: Callable[[HttpRequest, Any], bool] | None = None

    @property
    def previews(self) -> bool:
        """Whether what will come of it is shown first: a template would call `preview` itself."""
        return self.preview is not None

    @property
    def asks(self) -> bool:
        """Whether a form stands between the button and the operation."""
        return self.form is not None


class Steps(Rights, Choices, ModelAdmin):
    """A ModelAdmin that offers steps."""

    steps: tuple[Step, ...] = ()
    # Making a new row through an operation, instead of Django's add form; `run` returns the row.
    creation: Step | None = None

    def url_of(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

    def name_of(self, row: Any) -> str:
        """What tells a row from the others where many are named in a line each."""
        return str(row)

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = [
            path(
                f"<path:object_id>/{step.name}/",
                self.admin_site.admin_view(partial(self.step_view, step=step)),
                name=self.url_of(step.name),
            )
            for step in self.steps
        ]
        return [*urls, *super().get_urls()]

    def buttons(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        """The steps this person may take with this row as it is now."""
        return [
            {"step": step, "url": reverse(f"admin:{self.url_of(step.name)}", args=[quote(row.pk)])}
            for step in self.steps
            if self._may(request, row, step) and step.when(row) and not step.of_line
        ]

    def _may(self, request: HttpRequest, row: Any, step: Step) -> bool:
        return self.manages(request, row) or bool(step.may and step.may(request, row))

    def step_view(self, request: HttpRequest, object_id: str, step: Step) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self._may(request, row, step):
            raise PermissionDenied
        back = reverse(f"admin:{self.url_of('change')}", args=[quote(row.pk)])
        form = self._form(step, request, row)
        if step.preview and not step.asks and request.method != "POST":
            # Nothing is to be said first: the page shows at once what will come of it.
            form = self._form(step, request, row, is_bound=True)
            form.is_valid()
            page = self._shown_first(request, step, form, [row], row=row, back=back)
            return page or self._page(request, step, form, title=step.label, row=row, back=back)
        if request.method == "POST" and form.is_valid():
            if page := self._shown_first(request, step, form, [row], row=row, back=back):
                return page
            try:
                step.run(request, row, form.cleaned_data)
            except DomainError as error:
                if not step.asks:
                    messages.error(request, str(error))
                    return redirect(back)
                self._refuse(form, error)
            else:
                messages.success(request, step.done % {"count": 1})
                return redirect(back)
        return self._page(request, step, form, title=step.label, row=row, back=back)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if self.creation is None:
            page: HttpResponse = super().add_view(request, form_url, extra_context)
            return page
        return self.creation_view(request, self.creation)

    def creation_view(self, request: HttpRequest, step: Step) -> HttpResponse:
        """A way to make a new row by an operation; a list may offer several."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self._form(step, request, None)
        back = reverse(f"admin:{self.url_of('changelist')}")
        if request.method == "POST" and form.is_valid():
            if page := self._shown_first(request, step, form, [], back=back):
                return page
            try:
                row: Any = step.run(request, None, form.cleaned_data)
            except DomainError as error:
                self._refuse(form, error)
            else:
                messages.success(request, step.done % {"count": 1})
                return redirect(reverse(f"admin:{self.url_of('change')}", args=[quote(row.pk)]))
        return self._page(request, step, form, title=step.label, back=back)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)  # one at a time, with what depends on it in sight
        if self.manages(request):
            for step in self.steps:
                if step.bulk:
                    # Django calls the function with the admin itself first.
                    action = partial(type(self).bulk_step, step=step)
                    actions[step.name] = (action, step.name, step.label)
        return actions

    def bulk_step(
        self, request: HttpRequest, queryset: QuerySet[Any], step: Step
    ) -> HttpResponse | None:
        """Say what will be done to which rows, then do it to those: each on its own merits."""
        chosen = self._chosen(request, queryset)
        if len(chosen) > AT_ONCE:
            words = {"limit": AT_ONCE, "count": queryset.count()}
            sentence = _(
                "%(count)d rows are chosen, %(limit)d at once are the most. Narrow the list with "
                "a filter first."
            )
            messages.error(request, sentence % words)
            return None
        rows, left_out = self._sorted_out(request, step, chosen)
        form = self._form(step, request, None, is_bound="_step" in request.POST)
        hidden = [
            ("action", step.name),
            ("select_across", "1"),
            *((helpers.ACTION_CHECKBOX_NAME, row.pk) for row in rows[:1]),
            # The rows that were shown, by key: what "all" means may change before the button.
            ("_rows", json.dumps([str(row.pk) for row in rows])),
        ]
        around: dict[str, Any] = {
            "left_out": left_out,
            "back": request.get_full_path(),
            "hidden": hidden,
        }
        if "_step" in request.POST and form.is_valid():
            if page := self._shown_first(request, step, form, rows, rows=rows, **around):
                return page
            if "_rows" in request.POST:
                self._tell(request, left_out)
            if len(rows) > DIRECTLY:
                return redirect("admin:core_job_change", self._promise(request, step, rows))
            self._run_all(request, step, rows, form.cleaned_data)
            return None
        if "_step" not in request.POST:
            rows, refused = self._rehearsed(request, step, rows)
            left_out += refused
            hidden[-1] = ("_rows", json.dumps([str(row.pk) for row in rows]))
            around["everything"] = self._everything(request, len(chosen))
            if step.preview and not step.asks and rows:
                form = self._form(step, request, None, is_bound=True)
                form.is_valid()
                page = self._shown_first(request, step, form, rows, rows=rows, **around)
                if page:
                    return page
        return self._page(request, step, form, title=step.label, rows=rows, **around)

    def _chosen(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """The rows ticked, all that match, or those that the page before has shown."""
        if "_rows" not in request.POST:
            return list(queryset[: AT_ONCE + 1])
        try:
            wanted = json.loads(request.POST["_rows"])[: AT_ONCE + 1]
            keys = [self.opts.pk.to_python(str(key)) for key in wanted]
        except (ValueError, TypeError, ValidationError) as error:
            raise Http404 from error
        found = self.get_queryset(request).in_bulk(keys)
        # In the order that was shown: it decides who comes first on a waiting list.
        return [found[key] for key in keys if key in found]

    def _sorted_out(
        self, request: HttpRequest, step: Step, chosen: Iterable[Any]
    ) -> tuple[list[Any], list[LeftOut]]:
        rows, left_out = [], []
        for row in chosen:
            if not self.manages(request, row):
                left_out.append(LeftOut(row, _("Your role does not allow this for this region.")))
            elif not step.when(row):
                why = step.why(row) if step.why else _("Its state does not allow this step.")
                left_out.append(LeftOut(row, str(why)))
            else:
                rows.append(row)
        return rows, left_out

    def _rehearsed(
        self, request: HttpRequest, step: Step, rows: list[Any]
    ) -> tuple[list[Any], list[LeftOut]]:
        """Which of the rows the step would be refused with, if nothing must be said for it.

        Each is tried in a transaction of its own that is undone: no lock outlives its row.
        """
        if not step.rehearses or len(rows) > DIRECTLY:
            return rows, []
        form = (step.form or StepForm)({}, request=request, row=None)
        if not form.is_valid():
            return rows, []
        possible, refused = [], []
        for row in rows:
            with transaction.atomic():
                try:
                    with transaction.atomic():
                        step.run(request, row, form.cleaned_data)
                    possible.append(row)
                except DomainError as error:
                    refused.append(LeftOut(row, str(error)))
                transaction.set_rollback(True)
        return possible, refused

    def _everything(self, request: HttpRequest, chosen: int) -> int:
        """How many rows match the list's filter, when that is more than were chosen."""
        matching: int = self.get_changelist_instance(request).result_count
        return matching if matching > chosen else 0

    def _shown_first(
        self,
        request: HttpRequest,
        step: Step,
        form: StepForm,
        chosen: Sequence[Any],
        **context: Any,
    ) -> TemplateResponse | None:
        """The page with what will come of it, unless exactly this was shown for these rows."""
        if step.preview is None or request.POST.get("_seen") == _seal(request, chosen):
            return None
        try:
            panel = step.preview(request, chosen, form.cleaned_data)
        except DomainError as error:
            self._refuse(form, error)
            return self._page(request, step, form, title=step.label, **context)
        if panel is None:
            return None
        context |= {"panel": panel, "seen": _seal(request, chosen)}
        return self._page(request, step, form, title=step.label, **context)

    def _promise(self, request: HttpRequest, step: Step, rows: Sequence[Any]) -> int:
        typed = request.POST.copy()
        for name in _FRAME:
            typed.pop(name, None)
        codes = {self.region_code(row) for row in rows}
        by: Any = request.user
        with transaction.atomic():
            job = jobs.promise(
                kind=JOB,
                label=(step.bulk or step.label) % {"count": len(rows)},
                by=by,
                arguments={
                    "model": self.opts.label_lower,
                    "step": step.name,
                    "rows": [row.pk for row in rows],
                    "form": typed.urlencode(),
                    "back": request.get_full_path(),
                },
                region_code=codes.pop() if len(codes) == 1 else "",
                total=len(rows),
            )
        return job.pk

    def _tell(self, request: HttpRequest, left_out: Iterable[LeftOut]) -> None:
        for each in list(left_out)[:DIRECTLY]:
            words = {"row": self.name_of(each.row), "error": each.why}
            messages.warning(request, _("%(row)s: %(error)s") % words)

    def _run_all(
        self, request: HttpRequest, step: Step, rows: Iterable[Any], data: Mapping[str, Any]
    ) -> None:
        done, refused = 0, []
        # No transaction around them all: it would hold every row's locks until the last, and two
        # organisers at work in another order would stop each other.
        with outbox.one_nudge():
            for row in rows:
                try:
                    step.run(request, row, data)
                    done += 1
                except DomainError as error:
                    refused.append(LeftOut(row, str(error)))
        self._tell(request, refused)
        if done:
            messages.success(request, step.done % {"count": done})

    def _form(
        self, step: Step, request: HttpRequest, row: Any, *, is_bound: bool | None = None
    ) -> StepForm:
        is_bound = request.method == "POST" if is_bound is None else is_bound
        form = step.form or StepForm
        return form(request.POST if is_bound else None, request=request, row=row)

    def _refuse(self, form: StepForm, error: DomainError) -> None:
        field = form.fields_of_refusals.get(error.field, error.field)
        form.add_error(field if field in form.fields else None, str(error))

    def _page(
        self, request: HttpRequest, step: Step, form: StepForm, **context: Any
    ) -> TemplateResponse:
        request.current_app = self.admin_site.name
        rows = context.get("rows")
        left_out = context.pop("left_out", [])
        if rows is not None:
            context |= {
                "button": step.bulk % {"count": len(rows)},
                "named": [self.name_of(row) for row in rows[:NAMED]],
                "unnamed": max(0, len(rows) - NAMED),
                "left_out": len(left_out),
                "left_out_named": [
                    LeftOut(self.name_of(each.row), each.why) for each in left_out[:NAMED]
                ],
                "cautions": list(step.caution(rows)) if step.caution and rows else [],
                "is_long": len(rows) > DIRECTLY,
            }
        return TemplateResponse(
            request,
            "admin/desk/step.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "step": step,
                "form": form,
                "media": self.media + form.media,
                **context,
            },
        )


def _seal(request: HttpRequest, rows: Sequence[Any]) -> str:
    """A digest of what was typed and for whom."""
    typed = sorted(
        (name, request.POST.getlist(name)) for name in request.POST if name not in _FRAME
    )
    sealed = json.dumps([typed, sorted(str(row.pk) for row in rows)])
    return hashlib.sha256(sealed.encode()).hexdigest()
