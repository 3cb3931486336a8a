"""What each kind of mail waits for, on one page: the national team decides."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pavilion.core import policies
from pavilion.core.desk import KINDS, DeskAdmin
from pavilion.core.models import MailPolicy

Approval = MailPolicy.Approval
_GROUPS = {
    "meetings": gettext_lazy("The delegation"),
    "startups": gettext_lazy("Calls and exhibitors"),
    "core": gettext_lazy("Team"),
}


@dataclass(frozen=True)
class Row:
    kind: str
    name: str
    approval: str
    keeps_quiet: bool


@admin.register(MailPolicy)
class MailPolicyAdmin(DeskAdmin):
    """Every kind there is, decided or not: its list is the form."""

    national_eyes_only = True
    may_add = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_national_manager(request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = _rows()
        if request.method == "POST":
            if not self.is_national_manager(request):
                raise PermissionDenied
            self._save(request, rows)
            return redirect("admin:core_mailpolicy_changelist")
        request.current_app = self.admin_site.name
        groups = [
            {
                "title": title,
                "rows": [row for row in rows if row.kind.partition(".")[0] == beginning],
            }
            for beginning, title in _GROUPS.items()
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Policy for each kind of mail"),
            "groups": [group for group in groups if group["rows"]],
            "choices": Approval.choices,
            "quiet_hours": settings.QUIET_HOURS,
            "may_save": self.is_national_manager(request),
            "back": reverse("admin:core_outboxmessage_changelist"),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/core/policies.html", context)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """One policy has no page of its own, and none is added."""
        if object_id is None or not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("admin:core_mailpolicy_changelist")

    def _save(self, request: HttpRequest, rows: list[Row]) -> None:
        by: Any = request.user
        changed = 0
        with transaction.atomic():
            for row in rows:
                approval = request.POST.get(f"approval-{row.kind}", row.approval)
                keeps_quiet = f"quiet-{row.kind}" in request.POST
                if approval not in Approval.values:
                    approval = row.approval
                if (approval, keeps_quiet) != (row.approval, row.keeps_quiet):
                    policies.set_policy(
                        kind=row.kind, approval=approval, keeps_quiet=keeps_quiet, by=by
                    )
                    changed += 1
        if changed:
            sentence = ngettext(
                "The policy of %(count)d kind of mail has changed, from the next mail on.",
                "The policy of %(count)d kinds of mail has changed, from the next mail on.",
                changed,
            )
            messages.success(request, sentence % {"count": changed})


def _rows() -> list[Row]:
    """One query."""
    decided = {policy.kind: policy for policy in MailPolicy.objects.all()}
    rows = []
    for kind, name in KINDS.items():
        if not policies.is_asked_for(kind):
            policy = decided.get(kind) or MailPolicy(kind=kind)
            rows.append(Row(kind, str(name), policy.approval, policy.keeps_quiet))
    return sorted(rows, key=lambda row: (row.kind.partition(".")[0], row.name))
