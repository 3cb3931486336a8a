"""Absences of the fair's days, and who takes the places: list, page, and the page “today”."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pavilion.core.desk import (
    KINDS,
    VERBS,
    DeskAdmin,
    Panel,
    RegionFilter,
    Step,
    region_mark,
    short_moment,
    state_mark,
)
from startups import operations
from startups.admin.board.today import acted, to_ask, today_page
from startups.admin.search import FoldedSearch
from startups.floor.candidates import candidates
from startups.models import Absence, PlaceOffer

VERBS |= {
    "absence.noted": _("Noted as absent"),
    "absence.came": _("Came after all"),
    "offer.made": _("Place offered"),
    "offer.taken": _("Place taken"),
    "offer.declined": _("Offered place declined"),
    "offer.expired": _("Offered place not answered for in time"),
    "offer.withdrawn": _("Offer of the place taken back"),
}
KINDS |= {
    "startups.place_offered": _("Place of somebody absent, offered"),
    "startups.place_withdrawn": _("Place no longer offered"),
    "startups.place_beside": _("Stand kept free beside its own, to a neighbour"),
}
# How many candidates its own page shows before it folds the rest away.
ALL_SHOWN = 5
_OFFERS = Prefetch("offers", PlaceOffer.objects.select_related("application").order_by("pk"))


def _came(request: HttpRequest, row: Absence, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.mark_came(absence_id=row.pk, by=by)


def _no_show(request: HttpRequest, row: Absence, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.mark_no_show(exhibitor_id=row.exhibitor_id, by=by)


def _is_open(row: Absence) -> bool:
    return row.came_at is None and all(
        offer.status != PlaceOffer.Status.TAKEN for offer in row.offers.all()
    )


@admin.register(Absence)
class AbsenceAdmin(FoldedSearch, DeskAdmin):
    region_path = "exhibitor__participation__region_id"
    may_add = may_change = False
    list_display = ("exhibitor", "stand", "when", "region", "mark", "noted")
    list_filter = (RegionFilter,)
    search_fields = ("stand__number", "exhibitor__application__search_text")
    select = (
        "exhibitor__application__call__participation",
        "exhibitor__participation__region",
        "exhibitor__participation__edition",
        "stand",
        "half_day__day",
        "by",
    )
    ordering = ("-half_day__starts_at", "stand__number", "pk")
    fields = ("exhibitor", "stand", "when", "region", "mark", "noted", "by")
    steps = (
        Step(
            name="came",
            label=_("They came after all"),
            run=_came,
            done=_("Noted. An offer that was out is taken back."),
            when=_is_open,
        ),
        Step(
            name="no_show",
            label=_("They do not come at all"),
            run=_no_show,
            done=_("Noted. All their coming half-days are free, and so is their place."),
            explain=_("All their coming half-days become free, and so does their place."),
            when=lambda row: row.came_at is None and row.exhibitor.left_at is None,
            style="danger",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.prefetch_related(_OFFERS)

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("today/", self.admin_site.admin_view(self.today_view), name=self.url_of("today")),
            path("today/do/", self.admin_site.admin_view(acted), name=self.url_of("do")),
        ]
        return [*own, *super().get_urls()]

    def today_view(self, request: HttpRequest) -> Any:
        return today_page(self, request)

    def panels(self, request: HttpRequest, row: Absence) -> Iterable[Panel]:
        if not _is_open(row):
            return
        yield Panel(
            gettext("Who could take the place"),
            "admin/startups/absence/_candidates.html",
            {
                "absence": row,
                "open": next((one for one in row.offers.all() if one.status == "offered"), None),
                **to_ask(candidates([row], timezone.now())[row.pk], shown=ALL_SHOWN),
                "manages": self.manages(request, row),
                "back": request.path,
            },
        )

    @admin.display(description=_("half-day"), ordering="half_day__starts_at")
    def when(self, absence: Absence) -> str:
        return absence.half_day.short_label

    @admin.display(description=_("region"), ordering="exhibitor__participation__region__sort_key")
    def region(self, absence: Absence) -> SafeString:
        return region_mark(absence.region_code, absence.exhibitor.participation.region)

    @admin.display(description=_("state"))
    def mark(self, absence: Absence) -> SafeString:
        return told(absence)

    @admin.display(description=_("noted"), ordering="at")
    def noted(self, absence: Absence) -> str:
        return short_moment(absence.at)


def told(absence: Absence) -> SafeString:
    """Where an absence stands, its offers loaded."""
    if absence.came_at is not None:
        return state_mark("held", _("Came after all"))
    offers = {offer.status: offer for offer in absence.offers.all()}
    if taken := offers.get(PlaceOffer.Status.TAKEN):
        return state_mark("confirmed", gettext("Replaced by %(who)s") % {"who": taken.application})
    if offered := offers.get(PlaceOffer.Status.OFFERED):
        words = gettext("Offered to %(who)s") % {"who": offered.application}
        return state_mark("waiting", words)
    return state_mark("conflict", _("Absent, nobody asked"))
