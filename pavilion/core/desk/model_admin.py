"""The one base of every list and page of the desk."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, NoReturn

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import NestedObjects
from django.core.exceptions import PermissionDenied
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from pavilion.core import activity
from pavilion.core.desk import history
from pavilion.core.desk.lists import Lists
from pavilion.core.desk.panels import Panel
from pavilion.core.desk.rights import visible
from pavilion.core.desk.steps import Steps
from pavilion.core.errors import DomainError


class DeskAdmin(Lists, Steps):
    """A list and a page of what the reader may see; what is invisible is a 404.

    Saving a row that no operation keeps (configuration) leaves an activity entry of what changed.
    """

    # Followed for every list, page, dropdown and autocomplete: texts of rows need them.
    select: tuple[str, ...] = ()
    shows_neighbours = False

    # Most pages of this service are private links: whoever opens one acts for somebody else.
    view_on_site = False
    list_per_page = 50
    list_max_show_all = 500
    list_filter_sheet = False
    list_fullwidth = True
    show_full_result_count = False
    actions_on_top = True
    show_facets = admin.ShowFacets.NEVER
    change_form_outer_before_template = "admin/desk/_steps.html"
    change_form_outer_after_template = "admin/desk/_panels.html"
    warn_unsaved_form = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset = visible(super().get_queryset(request), request.user)
        return queryset.select_related(*self.select) if self.select else queryset

    def _get_obj_does_not_exist_redirect(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Http404

    # --- A row's page ---

    def panels(self, request: HttpRequest, row: Any) -> Iterable[Panel]:
        return []

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if self.creation:
            context |= {"show_save_and_continue": False, "show_save_and_add_another": False}
        row = kwargs.get("obj")
        if row is not None and row.pk:
            context |= {
                "buttons": self.buttons(request, row),
                "panels": list(self.panels(request, row)),
                "history": history.lines_about(row, request.user),
            }
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page

    # --- Saving ---

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A refusal met while saving comes back in the form, with everything typed still there."""
        page: HttpResponse
        try:
            page = super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as error:
            request.refusal = error  # type: ignore[attr-defined]  # read by get_form below
            page = super().changeform_view(request, object_id, form_url, extra_context)
        return page

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> "type[forms.ModelForm[Any]]":
        form: type[forms.ModelForm[Any]] = super().get_form(request, obj, change=change, **kwargs)
        refusal: DomainError | None = getattr(request, "refusal", None)
        if refusal is None:
            return form

        named, sentence = refusal.field, str(refusal)

        class Refused(form):  # type: ignore[valid-type,misc]
            def clean(self) -> Any:
                cleaned = super().clean()
                self.add_error(named if named in self.fields else None, sentence)
                return cleaned

        return Refused

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Admins that save through an operation, which notes the change, set `form.is_noted`."""
        self.ensure_manages(request, obj)
        if change:
            # Only what was typed: an operation may have changed the rest of the row meanwhile.
            names = {field.name for field in self.opts.concrete_fields}
            obj.save(update_fields=[name for name in form.changed_data if name in names])
        else:
            obj.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not getattr(form, "is_noted", False):
            self._record(request, form, formsets, change)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """What stands in the way is named by kind alone: not all of it is the reader's to see."""
        gone, counts, lacking, protected = super().get_deleted_objects(objs, request)
        if protected:
            collector = NestedObjects(using=DEFAULT_DB_ALIAS)
            collector.collect(objs)
            kinds = Counter(str(row._meta.verbose_name_plural) for row in collector.protected)
            protected = [f"{kind} ({count})" for kind, count in sorted(kinds.items())]
        return gone, counts, lacking, protected

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        row = str(obj)
        verb = f"{self.opts.model_name}.deleted"
        activity.record(
            by=request.user,  # type: ignore[arg-type]
            verb=verb,
            target=obj,
            region_code=self.region_code(obj),
            before={self.opts.model_name or "": row},
        )
        super().delete_model(request, obj)

    def ensure_manages(self, request: HttpRequest, row: Model) -> None:
        """The form offers only their own regions; this is for whoever goes around it."""
        if not self.manages(request, row):
            raise PermissionDenied

    def _record(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        before = {name: form.initial.get(name) for name in form.changed_data} if change else {}
        after = {name: form.cleaned_data.get(name) for name in form.changed_data}
        for name in before:
            field: Any = form.fields[name]
            if isinstance(field, forms.ModelMultipleChoiceField):
                before[name], after[name] = _names(before[name] or []), _names(after[name])
            elif isinstance(field, forms.ModelChoiceField):
                related: Any = field.queryset
                before[name] = related.model._base_manager.filter(pk=before[name]).first()
        for formset in formsets:
            touched = [
                *formset.new_objects,
                *(row for row, _fields in formset.changed_objects),
            ]
            name = str(formset.model._meta.verbose_name_plural)
            if touched:
                after[name] = _names(touched)
            if formset.deleted_objects:
                before[name] = _names(formset.deleted_objects)
        if not change or before or after:
            activity.record(
                by=request.user,  # type: ignore[arg-type]
                verb=f"{self.opts.model_name}.{'changed' if change else 'created'}",
                target=form.instance,
                region_code=self.region_code(form.instance),
                before=before,
                after=after if change else {},
            )


def _names(rows: Iterable[object]) -> list[str]:
    return [str(row) for row in rows]
