"""Swaps that exhibitors propose to each other: the region approves or refuses."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pavilion.core.desk import (
    KINDS,
    VERBS,
    DeskAdmin,
    OfferedFilter,
    OptionalReasonForm,
    Panel,
    ReasonForm,
    RegionFilter,
    Step,
    StepForm,
    region_mark,
    short_moment,
    state_mark,
)
from startups import operations
from startups.admin.search import FoldedSearch
from startups.floor.exchanges import exchange_of, read_floor
from startups.models import Swap

VERBS |= {
    "swap.proposed": _("Swap proposed"),
    "swap.accepted": _("Swap accepted by the other exhibitor"),
    "swap.declined": _("Swap declined by the other exhibitor"),
    "swap.withdrawn": _("Swap taken back"),
    "swap.approved": _("Swap approved"),
    "swap.refused": _("Swap refused"),
    "swap.overtaken": _("Swap overtaken by a change of the plan"),
    "swap.lapsed": _("Swap not settled in time"),
}
KINDS |= {
    "startups.swap_proposed": _("Swap proposed to an exhibitor"),
    "startups.swap_accepted": _("Swap accepted, to its proposer"),
    "startups.swap_to_approve": _("Swap to approve, to the region"),
    "startups.swap_declined": _("Swap declined"),
    "startups.swap_withdrawn": _("Swap taken back"),
    "startups.swap_refused": _("Swap refused"),
    "startups.swap_overtaken": _("Swap overtaken by a change of the plan"),
    "startups.swap_lapsed": _("Swap not settled in time"),
}
MARKS = {
    "proposed": "option",
    "accepted": "waiting",
    "approved": "confirmed",
    "declined": "cancelled",
    "refused": "cancelled",
    "withdrawn": "cancelled",
    "overtaken": "conflict",
    "lapsed": "held",
}


class StatusFilter(OfferedFilter):
    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("Open")), *Swap.Status.choices]

    def narrow(self, queryset: Any, value: str) -> Any:
        wanted = Swap.OPEN if value == "open" else [value]
        return queryset.filter(status__in=wanted)


class ApproveForm(OptionalReasonForm):
    def prepare(self) -> None:
        super().prepare()
        self.fields["reason"].label = gettext("A word to both")
        self.fields["reason"].help_text = gettext(
            "It appears in the mail that tells them their new plan."
        )


class AnsweredForm(StepForm):
    """What a company said by telephone."""

    answer = forms.ChoiceField(
        label=_("Their answer"),
        choices=[("accept", _("They accept")), ("decline", _("They decline"))],
    )


def _approve(request: HttpRequest, row: Swap, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.approve_swap(swap_id=row.pk, by=by, reason=data["reason"])


def _refuse(request: HttpRequest, row: Swap, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.refuse_swap(swap_id=row.pk, by=by, reason=data["reason"])


def _answered(request: HttpRequest, row: Swap, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    if data["answer"] == "accept":
        operations.accept_swap(swap_id=row.pk, by=by)
    else:
        operations.decline_swap(swap_id=row.pk, by=by)


def _is_open(row: Swap) -> bool:
    return row.status in Swap.OPEN


@admin.register(Swap)
class SwapAdmin(FoldedSearch, DeskAdmin):
    region_path = "proposer__participation__region_id"
    may_add = may_change = False
    list_display = ("__str__", "region", "mark", "proposed")
    list_filter = (StatusFilter, RegionFilter)
    search_fields = (
        "proposer__application__search_text",
        "other__application__search_text",
    )
    select = ("proposer__participation__region", "decided_by")
    ordering = ("-created_at", "-pk")
    fields = ("mark", "region", "proposer", "other", "message", "proposed", "decided", "reason")
    steps = (
        Step(
            name="approve",
            label=_("Approve"),
            run=_approve,
            form=ApproveForm,
            done=_("Approved: the plan is changed and announced to both."),
            explain=_("The plan changes at once, and both are told by mail."),
            when=lambda row: row.status == Swap.Status.ACCEPTED,
            style="primary",
        ),
        Step(
            name="refuse",
            label=_("Refuse"),
            run=_refuse,
            form=ReasonForm,
            done=_("Refused: both are told why."),
            explain=_("Both companies read the reason."),
            when=_is_open,
            style="danger",
        ),
        Step(
            name="answered",
            label=_("Note the other’s answer"),
            run=_answered,
            form=AnsweredForm,
            done=_("The answer is noted."),
            explain=_("For an exhibitor who answers by telephone rather than on their page."),
            when=lambda row: row.status == Swap.Status.PROPOSED,
        ),
    )

    def panels(self, request: HttpRequest, row: Swap) -> Iterable[Panel]:
        floor = read_floor(row.proposer.participation_id, timezone.now())
        exchange = exchange_of(row)
        yield Panel(
            gettext("The exchange"),
            "admin/startups/_swap.html",
            {
                "sides": [
                    (who, floor.spoken(left), floor.spoken(got))
                    for who, left, got in exchange.sides()
                ],
                "is_open": _is_open(row),
                "in_the_way": floor.in_the_way(exchange) if _is_open(row) else [],
                "fixed": floor.fixed(exchange) if _is_open(row) else [],
            },
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Both companies by further queries: PostgreSQL plans a dozen joins badly."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.prefetch_related(
            "proposer__application__call__participation",
            "other__application__call__participation",
            "other__participation",
        )

    @admin.display(description=_("region"), ordering="proposer__participation__region__sort_key")
    def region(self, swap: Swap) -> SafeString:
        return region_mark(swap.region_code, swap.proposer.participation.region)

    @admin.display(description=_("status"), ordering="status")
    def mark(self, swap: Swap) -> SafeString:
        return state_mark(MARKS[swap.status], swap.get_status_display())

    @admin.display(description=_("proposed"), ordering="created_at")
    def proposed(self, swap: Swap) -> str:
        return short_moment(swap.created_at)

    @admin.display(description=_("decided"))
    def decided(self, swap: Swap) -> str:
        if swap.decided_at is None:
            return ""
        who = f" · {swap.decided_by}" if swap.decided_by else ""
        return short_moment(swap.decided_at) + who
