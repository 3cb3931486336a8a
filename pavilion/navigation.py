"""What settings tell the admin to show around its pages: sidebar, mark, stylesheet."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pavilion.core.access import access_of

GROUPS: list[tuple[Any, list[str]]] = [
    (
        _("Calls and exhibitors"),
        [
            "startups.Call",
            "startups.Application",
            "startups.SheetImport",
            "startups.Exhibitor",
        ],
    ),
    (
        _("Who stands where"),
        [
            "startups.Board",
            "startups.AllocationRun",
            "startups.PlanVersion",
            "startups.Swap",
            "startups.Absence",
            "startups.Allocation",
            "startups.FloorRules",
        ],
    ),
    (
        _("The delegation"),
        [
            "meetings.Meeting",
            "meetings.MeetingRequest",
            "meetings.Chase",
            "meetings.IncomingMail",
            "meetings.Visit",
            "meetings.RunSheetVersion",
            "meetings.Person",
            "meetings.Office",
            "meetings.Delegation",
            "meetings.Feed",
        ],
    ),
    (_("Mail"), ["core.OutboxMessage", "core.MailPolicy"]),
    (
        _("The fair"),
        [
            "events.Session",
            "events.Stand",
            "events.Room",
            "events.Zone",
            "events.Hall",
            "events.Edition",
            "events.Day",
            "events.Participation",
            "events.Region",
            "startups.Theme",
        ],
    ),
    (_("Team"), ["core.User", "core.ActivityEntry", "core.Job", "startups.Purge"]),
]


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Each group only with the lists its reader may open."""
    today = {"title": _("Needs attention"), "link": reverse("admin:index")}
    groups: list[dict[str, Any]] = [{"title": _("Today"), "items": [today]}]
    access = access_of(request.user)
    if access.is_national or access.desk_codes:
        day = {"title": _("The day"), "link": reverse("admin:meetings_day_today")}
        groups[0]["items"].append(day)
    if access.reviewed_codes:
        groups[0]["items"].append({"title": _("Files to read"), "link": reverse("startups:jury")})
    for title, labels in GROUPS:
        items = [link for label in labels if (link := _link(request, label))]
        if items:
            groups.append({"title": title, "items": items})
    return groups


def _link(request: HttpRequest, label: str) -> dict[str, Any] | None:
    model = apps.get_model(label)
    if not admin.site._registry[model].has_view_permission(request):
        return None
    opts = model._meta
    name = opts.verbose_name_plural
    url = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    return {"title": str(name).capitalize(), "link": url}


def account(request: HttpRequest) -> list[dict[str, Any]]:
    """Passwords, codes and passkeys are allauth's, in one place for everybody."""
    return [
        {"title": _("Password"), "link": reverse("account_change_password")},
        {"title": _("Second factor and passkeys"), "link": reverse("mfa_index")},
    ]


def mark(request: HttpRequest) -> str:
    return static("core/mark.svg")


def favicon(request: HttpRequest) -> str:
    return static("core/favicon.svg")


def stylesheet(request: HttpRequest) -> str:
    return static("core/desk.css")
