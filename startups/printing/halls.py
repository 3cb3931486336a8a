"""A plan of each level of each hall, drawn as it is, and the list of its stands."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import Edition, HalfDay
from pavilion.core.models import User
from startups.floor.plan.drawing import DrawnLevel, DrawnStand, DrawnZone, Highlight
from startups.floor.plan.reading import plan_of
from startups.floor.presence import spoken_days
from startups.models import Exhibitor, Theme
from startups.printing.cells import Cell, cells_of, half_days_of, theme_marks
from startups.printing.wanted import Paper, Wanted

Guests = Mapping[str, list[tuple[Exhibitor, list[HalfDay]]]]


def laid_out(
    wanted: Wanted, edition: Edition, by: User
) -> tuple[Mapping[str, Any], Mapping[str, bytes], int]:
    half_days = half_days_of(edition)
    shown = next((one for one in half_days if one.pk == wanted.half_day), None)
    cells = [
        cell
        for cell in cells_of(replace(wanted, region=""), by)
        if shown is None or cell.half_day.pk == shown.pk
    ]
    levels = plan_of(edition, by, region_code=wanted.region, highlight=Highlight())
    guests = _guests(cells)
    themes = list(Theme.objects.order_by("position", "pk"))
    present = {cell.exhibitor.application.theme_id for cell in cells}
    values = {
        "levels": [_level(level, guests, shown is not None) for level in levels],
        "when": str(shown) if shown else _("The whole fair"),
        "legend": [[theme.pk, str(theme)] for theme in themes if theme.pk in present],
        "marks": theme_marks(themes),
        "paper": Paper.A3,
        "words": {
            "stands": _("The stands"),
            "free": _("free"),
            "regions": _("The regions"),
            "themes": _("The themes"),
            "accessible": _("wheelchair accessible"),
        },
    }
    return values, {}, len(levels)


def _guests(cells: list[Cell]) -> Guests:
    """By stand number, who is there and on which half-days, in the order of the fair."""
    found: dict[str, dict[int, tuple[Exhibitor, list[HalfDay]]]] = defaultdict(dict)
    for cell in cells:
        there = found[cell.stand.number]
        there.setdefault(cell.exhibitor.pk, (cell.exhibitor, []))[1].append(cell.half_day)
    return {number: list(there.values()) for number, there in found.items()}


def _level(level: DrawnLevel, guests: Guests, is_one: bool) -> dict[str, Any]:
    left, top, width, height = map(float, level.view.split())
    return {
        "title": str(level.level),
        "left": left,
        "top": top,
        "width": width,
        "height": height,
        "hall": [float(level.width), float(level.depth)],
        "zones": [_zone(zone, guests, is_one) for zone in level.zones],
    }


def _zone(zone: DrawnZone, guests: Guests, is_one: bool) -> dict[str, Any]:
    count = len(zone.stands)
    words = ngettext("%(count)d stand", "%(count)d stands", count) % {"count": count}
    return {
        "region_code": zone.region_code,
        "title": zone.title,
        "count": words if count else "",
        "points": [[float(part) for part in point.split(",")] for point in zone.points.split()],
        "name": zone.name,
        "name_at": [float(zone.name_x), float(zone.name_y), float(zone.name_size)],
        "rooms": [{"name": room.name, "shape": _shape(room.shape)} for room in zone.rooms],
        "stands": [_stand(stand, guests, is_one) for stand in zone.stands],
    }


def _stand(stand: DrawnStand, guests: Guests, is_one: bool) -> dict[str, Any]:
    return {
        "number": stand.number,
        "shape": _shape(stand.shape),
        "guests": [
            {
                "name": str(exhibitor),
                "theme": exhibitor.application.theme_id or "",
                "when": "" if is_one else spoken_days(half_days),
            }
            for exhibitor, half_days in guests.get(stand.number, [])
        ],
    }


def _shape(shape: Any) -> dict[str, Any]:
    return {
        "x": float(shape.x),
        "y": float(shape.y),
        "width": float(shape.width),
        "depth": float(shape.depth),
        "turn": shape.angle,
        "label": shape.label,
        "size": float(shape.label_size),
    }
