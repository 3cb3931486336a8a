"""A plan that comes as a file: sent, looked at, written as one edit that undo takes back."""

import base64
import binascii
import io
import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from events import operations
from events.drawing import STAND_COLUMNS, StandRow, drawing_of
from events.forms.plan_import import PlanFileForm
from events.imports import Comparison, Unreadable, compare, read
from events.imports.columns import NAMES
from events.imports.limits import FILE_BYTES, PROBLEMS
from events.imports.reading import format_of
from events.models import Level, Stand
from pavilion.core.access import access_of
from pavilion.core.desk import DeskAdmin
from pavilion.core.downloads import attachment
from pavilion.core.errors import DomainError
from pavilion.core.tables import Column, write_csv

LISTED = 300


class PlanImportPages(DeskAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        one = "<int:level_id>/plan/import/"
        return [
            path(one, view(self.import_view), name="events_level_import"),
            path(f"{one}plan.csv", view(self.template_view), name="events_level_template"),
            *super().get_urls(),
        ]

    def import_view(self, request: HttpRequest, level_id: int) -> HttpResponse:
        level = self.level(request, level_id)
        drawing = drawing_of(level, access_of(request.user))
        mine = [(zone.id, zone.name) for zone in drawing.zones if zone.is_mine]
        is_national = access_of(request.user).manages("")
        if not mine and not is_national:
            raise PermissionDenied
        initial = {"scale": level.width, "zone": mine[0][0] if len(mine) == 1 else None}
        form = PlanFileForm(zones=mine, initial=initial)
        found: Comparison | None = None
        sent: dict[str, str] = {}
        if request.method == "POST":
            data, name, is_again = _sent(request)
            form = PlanFileForm(request.POST, request.FILES, zones=mine)
            form.fields["file"].required = not is_again
            if form.is_valid():
                try:
                    found = _compared(level, request, form, data, name)
                    if request.POST.get("do") == "write":
                        return self._write(request, level, found, name)
                except DomainError as refusal:
                    found = None
                    messages.error(request, str(refusal))
                else:
                    told = base64.b64encode(data).decode()
                    sent = {"again": told, "name": name, "seen": json.dumps(found.seen)}
        return self._file_page(request, level, form, found, sent)

    def _file_page(
        self,
        request: HttpRequest,
        level: Level,
        form: PlanFileForm,
        found: Comparison | None,
        sent: dict[str, str],
    ) -> HttpResponse:
        request.current_app = self.admin_site.name
        kept = [field for field in form if field.name != "file"] if found else []
        return TemplateResponse(
            request,
            "admin/events/plan_import.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Import a plan"),
                "level": level,
                "form": form,
                "found": found,
                "sent": sent,
                "kept": [(field.html_name, _plain(field.value())) for field in kept],
                "new": found.new[:LISTED] if found else [],
                "changed": found.changed[:LISTED] if found else [],
                "gone": found.gone[:LISTED] if found else [],
                "problems": found.problems[:PROBLEMS] if found else [],
                "removes": bool(found and form.cleaned_data.get("removes")),
                "columns": [(names[0][0], names[1][0]) for names in NAMES.values()],
                "plan_url": reverse("admin:events_level_plan", args=[level.pk]),
            },
        )

    def _write(
        self, request: HttpRequest, level: Level, found: Comparison, name: str
    ) -> HttpResponse:
        by: Any = request.user
        edit = operations.change_plan(
            level_id=level.pk,
            by=by,
            **found.changes() | {"seen": _seen(request, found)},
            label=_("Imported from %(name)s") % {"name": name[:120]},
        )
        if edit is None:
            messages.info(
                request, _("Nothing to change: the plan already matches. Nothing was saved.")
            )
        else:
            messages.success(
                request, _("%(what)s. “Undo” takes all of it back.") % {"what": edit.label}
            )
        return redirect("admin:events_level_plan", level.pk)

    def template_view(self, request: HttpRequest, level_id: int) -> FileResponse:
        """The level's stands as the columns an import reads: a template, and a way out."""
        level = self.level(request, level_id)
        drawing = drawing_of(level, access_of(request.user))
        zones = {zone.id: zone.name for zone in drawing.zones}
        stream = io.BytesIO()
        write_csv(stream, _columns(zones), drawing.stands)
        stream.seek(0)
        return attachment(stream, f"plan-{slugify(str(level))}.csv", "text/csv; charset=utf-8")

    def level(self, request: HttpRequest, level_id: int) -> Level:
        raise NotImplementedError


def _sent(request: HttpRequest) -> tuple[bytes, str, bool]:
    """The file's bytes and name: just sent, or carried along from the page that showed it."""
    upload = request.FILES.get("file")
    if isinstance(upload, UploadedFile):
        # One more than allowed, so that the size is refused by its own sentence.
        return upload.read(FILE_BYTES + 1), upload.name or "", False
    try:
        data = base64.b64decode(request.POST.get("again", ""), validate=True)
    except (binascii.Error, ValueError):
        data = b""
    return data, request.POST.get("name", ""), bool(data)


def _compared(
    level: Level, request: HttpRequest, form: PlanFileForm, data: bytes, name: str
) -> Comparison:
    if not data:
        raise Unreadable(_("The file is empty."), field="file")
    reading = read(data, format_of(name), form.options())
    return compare(
        level,
        reading,
        access_of(request.user),
        default_zone=form.cleaned_data["zone"],
        removes=form.cleaned_data["removes"],
    )


def _seen(request: HttpRequest, found: Comparison) -> dict[str, dict[int, int]]:
    """The revisions the preview showed: what changed since is refused, not overwritten."""
    try:
        told = json.loads(request.POST.get("seen", "{}"))
        shown = {
            kind: {int(key): int(value) for key, value in told.get(kind, {}).items()}
            for kind in ("stands", "zones")
        }
    except (ValueError, TypeError, AttributeError):
        return found.seen
    return {kind: found.seen[kind] | shown[kind] for kind in found.seen}


def _plain(value: Any) -> str:
    """A field's value as it is sent again."""
    if value in (None, False):
        return ""
    return "on" if value is True else str(value)


def _columns(zones: dict[int, str]) -> list[Column]:
    language = 0 if (get_language() or "fr").startswith("fr") else 1
    return [Column(names[language][0], _value(field, zones)) for field, names in NAMES.items()]


def _value(field: str, zones: dict[int, str]) -> Any:
    index = STAND_COLUMNS.index(field)

    def value(row: StandRow) -> Any:
        if field == "zone":
            return zones[row.zone]
        if field == "kind":
            return str(Stand.Kind(row.kind).label)
        found = row[index]
        return round(found, 2) if isinstance(found, float) else found

    return value
