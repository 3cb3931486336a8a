"""Who is where on which half-day, in the plan one prints from, and which version that is."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from events.models import Edition, HalfDay, Stand
from pavilion.core.models import User
from startups import dates
from startups.floor.plan.marks import mark_of
from startups.models import Allocation, Board, Exhibitor, PlanVersion, PublishedAllocation, Theme
from startups.printing.wanted import Source, Wanted


class Cell(NamedTuple):
    exhibitor: Exhibitor
    stand: Stand
    half_day: HalfDay


def cells_of(wanted: Wanted, by: User) -> list[Cell]:
    """In the order of the fair, then of stands. Of a region: its exhibitors, wherever they are."""
    rows = (
        Allocation.objects.visible_to(by)
        if wanted.source == Source.MADE
        else PublishedAllocation.objects.visible_to(by)
    )
    rows = rows.filter(half_day__edition=wanted.edition, exhibitor__left_at__isnull=True)
    if wanted.region:
        rows = rows.filter(exhibitor__participation__region=wanted.region)
    found = rows.select_related(
        "exhibitor__application__theme",
        "exhibitor__participation__region",
        "stand__zone",
        "half_day",
    ).order_by(
        "half_day__starts_at", "exhibitor__participation__region__sort_key", "stand__number", "pk"
    )
    return [Cell(row.exhibitor, row.stand, row.half_day) for row in found]


def half_days_of(edition: Edition) -> list[HalfDay]:
    return list(edition.half_days.select_related("day").order_by("starts_at", "pk"))


class Versions:
    """Which plan is printed: what hangs at a stand must tell itself from what replaces it."""

    def __init__(self, wanted: Wanted) -> None:
        self.is_made = wanted.source == Source.MADE
        self.last: dict[str, PlanVersion] = {}
        self.step = 0
        if self.is_made:
            board = Board.objects.filter(edition=wanted.edition).first()
            self.step = board.serial if board else 0
            return
        rows = PlanVersion.objects.filter(participation__edition=wanted.edition)
        rows = rows.select_related("participation").defer("cells", "changes")
        for row in rows.order_by("at", "pk"):
            self.last[row.region_code] = row

    def of(self, region_code: str) -> str:
        """Of a region or, without one, of them all: the latest that was announced."""
        if self.is_made:
            return _("Plan being made, step %(number)d: not announced") % {"number": self.step}
        if not region_code and self.last:
            latest = max(each.at for each in self.last.values())
            return _("Announced plan of %(at)s") % {"at": dates.moment(localtime(latest))}
        if region_code not in self.last:
            return _("Announced plan")
        last = self.last[region_code]
        words = {"number": last.number, "at": dates.moment(localtime(last.at))}
        return _("Announced plan, version %(number)d of %(at)s") % words


def theme_marks(themes: Sequence[Theme]) -> dict[str, dict[str, object]]:
    marks = {theme.pk: mark_of(theme.position) for theme in themes}
    return {
        code: {"points": list(mark.points), "hollow": mark.is_hollow}
        for code, mark in marks.items()
    }
