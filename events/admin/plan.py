"""The drawing of a level in the admin: edited on the drawing, or by the forms beside it."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from events import operations
from events.admin.plan_import import PlanImportPages
from events.admin.plan_page import answer, page_context
from events.admin.plan_steps import step
from events.drawing import drawing_of
from events.models import Level
from events.serializers.plan import NumberingSerializer, PlanChangesSerializer, RowSerializer
from pavilion.core.access import access_of
from pavilion.core.errors import DomainError

LARGEST = 2 * 1024**2


class PlanPages(PlanImportPages):
    """A level's page grows its drawing."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        one = "<int:level_id>/plan/"
        return [
            path(one, view(self.plan_view), name="events_level_plan"),
            path(f"{one}drawing/", view(self.drawing_view), name="events_level_drawing"),
            path(f"{one}edits/", view(self.edits_view), name="events_level_edits"),
            *super().get_urls(),
        ]

    def level(self, request: HttpRequest, level_id: int) -> Level:
        """For every desk: a region sees the whole level and edits its own stands."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = Level.objects.select_related("hall__edition").filter(pk=level_id).first()
        if found is None:
            raise Http404
        return found

    def plan_view(self, request: HttpRequest, level_id: int) -> HttpResponse:
        level = self.level(request, level_id)
        refused = None
        if request.method == "POST":
            refused = self._take(request, level)
            if refused is None:
                return redirect(_back(request, level))
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request,
            "admin/events/plan.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                **page_context(request, level, refused),
            },
            status=200 if refused is None else 409,
        )

    def _take(self, request: HttpRequest, level: Level) -> Any:
        """One step asked for by a form. What is refused comes back with what was typed."""
        try:
            told = step(request, level)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return refusal
        messages.success(request, told)
        return None

    def drawing_view(self, request: HttpRequest, level_id: int) -> JsonResponse:
        """Everything anew, for who finds that somebody else drew meanwhile."""
        level = self.level(request, level_id)
        return JsonResponse(answer(drawing_of(level, access_of(request.user)), request.user))

    def edits_view(self, request: HttpRequest, level_id: int) -> JsonResponse:
        """What the script asks: the same steps as the forms, answered with what they touched."""
        level = self.level(request, level_id)
        if request.method != "POST":
            return JsonResponse({"detail": _("Send an edit.")}, status=405)
        if len(request.body) > LARGEST:
            return JsonResponse({"detail": _("This edit is too large.")}, status=413)
        by: Any = request.user
        try:
            asked = json.loads(request.body)
            edit = self._edit(level, by, asked)
        except (ValueError, RecursionError):
            return JsonResponse({"detail": _("This is not a valid edit.")}, status=400)
        except DomainError as refusal:
            told = {"code": refusal.code, "detail": str(refusal), "field": refusal.field}
            return JsonResponse(told | {"details": refusal.details}, status=409)
        except PermissionDenied as refusal:
            detail = str(refusal) or _("Your role does not allow this for this region.")
            return JsonResponse({"code": "not_allowed", "detail": detail}, status=403)
        drawing = drawing_of(level, access_of(by))
        return JsonResponse(answer(drawing, by, edit))

    def _edit(self, level: Level, by: Any, asked: Any) -> Any:
        if not isinstance(asked, dict):
            raise ValueError(asked)
        kinds: dict[str, tuple[Any, Any]] = {
            "change": (PlanChangesSerializer, operations.change_plan),
            "duplicate": (RowSerializer, operations.duplicate_row),
            "number": (NumberingSerializer, operations.number_row),
        }
        what = asked.pop("do", "change")
        if what == "undo":
            return operations.undo_last(level_id=level.pk, by=by)
        if what == "redo":
            return operations.redo_last(level_id=level.pk, by=by)
        if not isinstance(what, str) or what not in kinds:
            raise ValueError(what)
        shape, operation = kinds[what]
        sent = shape(data=asked)
        if not sent.is_valid():
            raise ValueError(sent.errors)
        return operation(level_id=level.pk, by=by, **sent.validated_data)


def _back(request: HttpRequest, level: Level) -> str:
    """The page as it was: the same area, the same stand where it still is."""
    kept = QueryDict(mutable=True)
    for name in ("zone", "stand"):
        if (value := request.GET.get(name, "")).isdecimal():
            kept[name] = value
    address = reverse("admin:events_level_plan", args=[level.pk])
    return f"{address}?{kept.urlencode()}" if kept else address


def plan_link(level_id: int, label: str = "", **query: object) -> SafeString:
    """A link to the drawing, for lists."""
    wanted = QueryDict(mutable=True)
    wanted.update({name: str(value) for name, value in query.items()})
    address = reverse("admin:events_level_plan", args=[level_id])
    address = f"{address}?{wanted.urlencode()}" if wanted else address
    return format_html('<a href="{}">{}</a>', address, label or _("Drawing"))
