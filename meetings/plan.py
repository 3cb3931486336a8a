"""A small plan: one level, its areas, and where to go. Numbers as text, for SVG attributes."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from events.models import Level, Room, Stand, Zone


@dataclass(frozen=True)
class Area:
    region_code: str
    points: str
    name: str
    x: str
    y: str
    is_here: bool


@dataclass(frozen=True)
class Mark:
    """Where to go; on a route, its number."""

    x: str
    y: str
    text: str = ""


@dataclass(frozen=True)
class Plan:
    label: str
    view_box: str
    width: str
    depth: str
    areas: list[Area]
    marks: list[Mark]
    route: str
    radius: str
    font_size: str


def draw(
    level: Level,
    zones: Iterable[Zone],
    spot: Room | Stand,
    *,
    stops: Iterable[Stand] = (),
    label: str,
) -> Plan:
    """Where `spot` is, or the route of a visit. At this scale a stand is a point."""
    marks = [_mark(stand, str(number)) for number, stand in enumerate(stops, start=1)]
    unit = max(level.width, level.depth) / 100
    return Plan(
        label=label,
        view_box=f"-1 -1 {_text(level.width + 2)} {_text(level.depth + 2)}",
        width=_text(level.width),
        depth=_text(level.depth),
        areas=[_area(zone, spot) for zone in zones if zone.outline],
        marks=marks or [_mark(spot)],
        route=" ".join(f"{mark.x},{mark.y}" for mark in marks),
        radius=_text(unit * Decimal("2.4")),
        font_size=_text(unit * 3),
    )


def _mark(spot: Room | Stand, text: str = "") -> Mark:
    return Mark(_text(spot.x + spot.width / 2), _text(spot.y + spot.depth / 2), text)


def _area(zone: Zone, spot: Room | Stand) -> Area:
    corners = [(Decimal(str(x)), Decimal(str(y))) for x, y in zone.outline]
    left, right = min(x for x, _y in corners), max(x for x, _y in corners)
    top, bottom = min(y for _x, y in corners), max(y for _x, y in corners)
    region = zone.participation.region if zone.participation else None
    return Area(
        region_code=region.code if region else "",
        points=" ".join(f"{_text(x)},{_text(y)}" for x, y in corners),
        name=region.short_code if region else "",
        x=_text((left + right) / 2),
        y=_text((top + bottom) / 2),
        is_here=zone.pk == spot.zone_id,
    )


def _text(number: Decimal) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
