"""A call's waiting list: its order, the offers that are out, and what moved."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core.desk import history
from pavilion.core.errors import DomainError
from pavilion.core.models import ActivityEntry
from startups import operations
from startups.admin.calls.pages import CallPages, Tab
from startups.models import Application, Call
from startups.operations.deciding.places import fills_every_place, has_begun, places_held

Status = Application.Status
HISTORY = 60
# What moves the list, or a place.
MOVES = (
    "application.waitlisted",
    "application.rank_changed",
    "application.promoted",
    "application.lapsed",
    "application.declined",
    "application.confirmed",
    "application.withdrawn",
)


class WaitingListPages(CallPages):
    def call_urls(self) -> list[URLPattern]:
        return [*super().call_urls(), self.call_path("waiting_list", self.waiting_list_view)]

    def call_links(self, request: HttpRequest, call: Call) -> list[Tab]:
        return [
            *super().call_links(request, call),
            self.tab("waiting_list", _("Waiting list"), call),
        ]

    def waiting_list_view(self, request: HttpRequest, call_id: int) -> HttpResponse:
        """GET shows the list; POST moves somebody on it, or offers them a place."""
        call = self.desk_call(request, call_id)
        applications = Application.objects.visible_to(request.user).filter(call=call)
        applications = applications.select_related("call__participation__region", "theme")
        waiting = applications.filter(status=Status.WAITLISTED).order_by("waiting_rank", "pk")
        if request.method == "POST":
            self.ensure_manages(request, call)
            _act(request, list(waiting))
            return redirect(request.path)
        offered = applications.filter(status=Status.SELECTED).order_by("confirm_by", "pk")
        held = places_held(call)
        return self.call_page(
            request,
            call,
            "waiting_list",
            "admin/startups/call/waiting_list.html",
            title=_("Waiting list"),
            waiting=list(waiting),
            offered=list(offered),
            held=held,
            free=max(call.places - held, 0),
            moves_by_itself=call.fills_by_itself and not has_begun(call, timezone.now()),
            has_begun=has_begun(call, timezone.now()),
            fills_every_place=fills_every_place(call, timezone.now()),
            history=_moved(request, applications),
        )


def _act(request: HttpRequest, waiting: list[Application]) -> None:
    by: Any = request.user
    positions = {str(row.pk): position for position, row in enumerate(waiting, start=1)}
    for name, act in _ACTS.items():
        if (key := request.POST.get(name)) is not None:
            if key not in positions:
                raise Http404
            try:
                messages.success(request, act(waiting[positions[key] - 1], positions[key], by))
            except DomainError as error:
                messages.error(request, str(error))


def _up(row: Application, position: int, by: Any) -> str:
    return _moved_to(row, position - 1, by)


def _down(row: Application, position: int, by: Any) -> str:
    return _moved_to(row, position + 1, by)


def _first(row: Application, position: int, by: Any) -> str:
    return _moved_to(row, 1, by)


def _moved_to(row: Application, position: int, by: Any) -> str:
    operations.move_on_waiting_list(application_id=row.pk, rank=max(position, 1), by=by)
    return _("%(company)s has moved on the list.") % {"company": row}


def _offer(row: Application, position: int, by: Any) -> str:
    operations.select_application(application_id=row.pk, by=by)
    return _("%(company)s is offered a place, by mail.") % {"company": row}


_ACTS: dict[str, Callable[[Application, int, Any], str]] = {
    "up": _up,
    "down": _down,
    "first": _first,
    "offer": _offer,
}


def _moved(request: HttpRequest, applications: "QuerySet[Application]") -> list[history.Line]:
    keys = applications.order_by().annotate(key=Cast("pk", CharField())).values("key")
    entries = (
        ActivityEntry.objects.visible_to(request.user)
        .filter(
            target_type=ContentType.objects.get_for_model(Application),
            target_id__in=keys,
            verb__in=MOVES,
        )
        .select_related("by")
        .order_by("-at", "-pk")[:HISTORY]
    )
    told = list(entries)
    names = history.names_in(told, Application)
    return [history.line(entry, Application, names) for entry in told]
