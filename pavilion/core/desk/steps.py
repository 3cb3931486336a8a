"""What can be done with a row: one step, one operation.

A step is offered on the row's page and, when it has a `bulk` button, on the list. GET shows what
will happen and asks what must be said; POST calls the operation. A refusal becomes a message.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin import helpers
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from pavilion.core import outbox
from pavilion.core.desk.choices import Choices
from pavilion.core.desk.rights import Rights
from pavilion.core.desk.step_forms import StepForm
from pavilion.core.errors import DomainError

StrOrPromise = Any  # gettext and ngettext, lazy or not

# How many rows one step takes: as many as the longest list shows, and as its reader can check.
AT_ONCE = 500


def _always(row: Any) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Step:
    """`label` says the verb and the object; `done` and `bulk` count them ("%(count)d …")."""

    name: str
    label: StrOrPromise
    run: Callable[[HttpRequest, Any, Mapping[str, Any]], object]
    done: StrOrPromise
    form: type[StepForm] | None = None
    when: Callable[[Any], bool] = _always
    bulk: StrOrPromise = None
    explain: StrOrPromise = ""
    style: str = ""  # primary, danger or nothing

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
        if not self.manages(request, row):
            return []
        return [
            {"step": step, "url": reverse(f"admin:{self.url_of(step.name)}", args=[quote(row.pk)])}
            for step in self.steps
            if step.when(row)
        ]

    def step_view(self, request: HttpRequest, object_id: str, step: Step) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.manages(request, row):
            raise PermissionDenied
        back = reverse(f"admin:{self.url_of('change')}", args=[quote(row.pk)])
        form = self._form(step, request, row)
        if request.method == "POST" and form.is_valid():
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
        if request.method == "POST" and form.is_valid():
            try:
                row: Any = step.run(request, None, form.cleaned_data)
            except DomainError as error:
                self._refuse(form, error)
            else:
                messages.success(request, step.done % {"count": 1})
                return redirect(reverse(f"admin:{self.url_of('change')}", args=[quote(row.pk)]))
        back = reverse(f"admin:{self.url_of('changelist')}")
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
        chosen = list(queryset[: AT_ONCE + 1])
        if len(chosen) > AT_ONCE:
            words = {"limit": AT_ONCE, "count": queryset.count()}
            sentence = _(
                "%(count)d rows are chosen, %(limit)d at once are the most. Narrow the list with "
                "a filter first."
            )
            messages.error(request, sentence % words)
            return None
        rows = [row for row in chosen if self.manages(request, row) and step.when(row)]
        form = self._form(step, request, None, is_bound="_step" in request.POST)
        if "_step" in request.POST and form.is_valid():
            self._run_all(request, step, rows, form.cleaned_data)
            return None
        return self._page(
            request,
            step,
            form,
            title=step.label,
            rows=rows,
            left_out=len(chosen) - len(rows),
            button=step.bulk % {"count": len(rows)},
            back=request.get_full_path(),
            # The rows that were shown, by name: what "all" means may change before the button.
            hidden=[
                ("action", step.name),
                ("select_across", "0"),
                *((helpers.ACTION_CHECKBOX_NAME, row.pk) for row in rows),
            ],
        )

    def _run_all(
        self, request: HttpRequest, step: Step, rows: Iterable[Any], data: Mapping[str, Any]
    ) -> None:
        done = 0
        # No transaction around them all: it would hold every row's locks until the last, and two
        # organisers at work in another order would stop each other.
        with outbox.one_nudge():
            for row in rows:
                try:
                    step.run(request, row, data)
                    done += 1
                except DomainError as error:
                    words = {"row": row, "error": error}
                    messages.warning(request, _("%(row)s: %(error)s") % words)
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
        template = "admin/desk/step.html"
        return TemplateResponse(
            request,
            template,
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "step": step,
                "form": form,
                "media": self.media + form.media,
                **context,
            },
        )
