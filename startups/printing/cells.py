"""Who is where on which half-day, in the plan one prints from, and which version that is."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from events.models import Edition, HalfDay, Stand
from pavilion.core.models import User
from startups import dates
from startups.floor.marks import mark_of
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


def version_of(wanted: Wanted) -> str:
    """Which plan it is: what hangs at a stand must tell itself from what replaces it."""
    if wanted.source == Source.MADE:
        board = Board.objects.filter(edition=wanted.edition).first()
        return _("Plan being made, step %(number)d: not announced") % {
            "number": board.serial if board else 0
        }
    versions = PlanVersion.objects.filter(participation__edition=wanted.edition)
    if wanted.region:
        versions = versions.filter(participation__region=wanted.region)
    last = versions.order_by("-at", "-pk").first()
    if last is None:
        return _("Announced plan")
    if wanted.region:
        words = {"number": last.number, "at": dates.moment(localtime(last.at))}
        return _("Announced plan, version %(number)d of %(at)s") % words
    return _("Announced plan of %(at)s") % {"at": dates.moment(localtime(last.at))}


def theme_marks(themes: Sequence[Theme]) -> dict[str, dict[str, object]]:
    marks = {theme.pk: mark_of(theme.position) for theme in themes}
    return {
        code: {"points": list(mark.points), "hollow": mark.is_hollow}
        for code, mark in marks.items()
    }
