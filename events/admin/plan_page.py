"""What the drawing's page shows, and what its script is answered."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from math import ceil
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from events.admin.plan_forms import (
    chosen_ids,
    chosen_stand,
    number_form,
    row_form,
    stand_form,
    stand_of,
    zone_form,
    zone_of,
)
from events.admin.plan_words import words
from events.drawing import Drawing, StandRow, Warning, ZoneRow, drawing_of, surveyed, warnings
from events.geometry import Aisle, Place, Survey, surroundings
from events.models import Level, PlanEdit
from events.operations import standing
from pavilion.core.access import access_of

# As many as a page lists; the drawing marks them all.
MOST_WARNINGS = 100
LATEST = 12


@dataclass(frozen=True)
class DrawnStand:
    """A stand as the template writes it: numbers as text, in no language."""

    row: StandRow
    classes: str
    turn: str
    x: str
    y: str
    width: str
    depth: str
    size: str


@dataclass(frozen=True)
class DrawnZone:
    row: ZoneRow
    points: str
    x: str
    y: str
    size: str


def page_context(request: HttpRequest, level: Level, refused: object) -> dict[str, Any]:
    access = access_of(request.user)
    drawing = drawing_of(level, access)
    chosen = chosen_stand(drawing, stand_of(request))
    zone = _shown_zone(request, drawing, chosen)
    survey = surveyed(drawing)
    found = warnings(drawing, survey)
    listed = [row for row in drawing.stands if zone and row.zone == zone.id]
    now: Any = standing(level, request.user)  # type: ignore[arg-type]  # signed in
    mine = {one.id for one in drawing.zones if one.is_mine}
    marked = {key for each in found for key in each.stands}
    seen = {
        "stands": {row.id: row.revision for row in listed},
        "zones": {zone.id: zone.revision} if zone else {},
    }
    return {
        "title": str(level),
        "level": level,
        "levels": _levels(level),
        "drawing": drawing,
        "zones": [_zone(one) for one in drawing.zones],
        "stands": [_stand(row, mine, marked, chosen) for row in drawing.stands],
        "rooms": [
            {
                name: _text(value) if name != "name" else value
                for name, value in asdict(room).items()
            }
            for room in drawing.rooms
        ],
        "grid": {"metres": grid(level, 1), "fives": grid(level, 5)},
        "aisles": aisle_path(survey.aisles),
        "view": f"{_text(-1)} {_text(-1)} {_text(float(level.width) + 2)} "
        f"{_text(float(level.depth) + 2)}",
        "width": _text(float(level.width)),
        "depth": _text(float(level.depth)),
        "chosen": chosen,
        "beside": _beside(chosen, drawing, survey),
        "zone": zone,
        "listed": listed,
        "picked": set(chosen_ids(request)),
        "may_edit": bool(mine) or access.manages(""),
        "may_edit_zone": bool(zone and zone.is_mine),
        "is_national": access.manages(""),
        "stand_form": stand_form(request, level, chosen, is_one=chosen is not None),
        "row_form": row_form(request),
        "number_form": number_form(request),
        "zone_form": zone_form(request, level, zone),
        "warnings": found[:MOST_WARNINGS],
        "warning_count": len(found),
        "standing": now,
        "latest": PlanEdit.objects.filter(level=level)
        .visible_to(request.user)
        .select_related("by")
        .defer("before", "after")
        .order_by("-pk")[:LATEST],
        "seen_text": json.dumps(seen),
        "data": answer(drawing, request.user, survey=survey, found=found, now=now),
        "words": words(),
        "addresses": {
            "edits": reverse("admin:events_level_edits", args=[level.pk]),
            "drawing": reverse("admin:events_level_drawing", args=[level.pk]),
            "import": reverse("admin:events_level_import", args=[level.pk]),
        },
        "refused": refused,
    }


def answer(
    drawing: Drawing,
    user: Any,
    edit: PlanEdit | None = None,
    *,
    survey: Survey | None = None,
    found: list[Warning] | None = None,
    now: Any = None,
) -> dict[str, Any]:
    """The drawing for the script: after an edit, only what it touched and what lies around."""
    near = _around(drawing, edit) if edit else None
    rows = drawing.stands if near is None else _rows(drawing, edit)
    survey = survey or surveyed(drawing, near)
    found = warnings(drawing, survey, near) if found is None else found
    now = now or standing(drawing.level, user)
    return {
        "level": {
            "width": float(drawing.level.width),
            "depth": float(drawing.level.depth),
        },
        "stands": [list(row) for row in rows],
        "gone": _gone(edit, "stands"),
        "zones": [asdict(zone) for zone in drawing.zones],
        "near": sorted(near) if near is not None else None,
        "beside": survey.beside,
        "aisles": [[*aisle[:3], aisle.corners] for aisle in survey.aisles],
        "warnings": [asdict(warning) for warning in found],
        "undo": now.undo.label if now.undo else "",
        "redo": now.redo.label if now.redo else "",
        "label": edit.label if edit else "",
    }


def aisle_path(aisles: Collection[Aisle]) -> str:
    """All aisles as one shape: a browser paints one path faster than thousands."""
    return "".join(
        f"M{_text(a[0])} {_text(a[1])}L{_text(b[0])} {_text(b[1])} "
        f"{_text(c[0])} {_text(c[1])} {_text(d[0])} {_text(d[1])}Z"
        for a, b, c, d in (aisle.corners for aisle in aisles)
    )


def grid(level: Level, step: int) -> str:
    """Lines across the level; a path costs a browser less than a pattern."""
    width, depth = float(level.width), float(level.depth)
    columns = [f"M{x} 0V{_text(depth)}" for x in range(step, ceil(width), step)]
    rows = [f"M0 {y}H{_text(width)}" for y in range(step, ceil(depth), step)]
    return "".join(columns + rows)


def _rows(drawing: Drawing, edit: PlanEdit | None) -> list[StandRow]:
    touched = {int(key) for key in edit.after.get("stands", {})} if edit else set()
    return [row for row in drawing.stands if row.id in touched]


def _gone(edit: PlanEdit | None, kind: str) -> list[int]:
    after = edit.after.get(kind, {}) if edit else {}
    return [int(key) for key, left in after.items() if left is None]


def _around(drawing: Drawing, edit: PlanEdit) -> set[int]:
    """Whose neighbours, aisles and warnings may be others now: around where things were and are."""
    places = {place.id: place for place in drawing.places()}
    touched: list[Place] = []
    for key, was in edit.before.get("stands", {}).items():
        now = places.get(int(key))
        if now is not None:
            touched.append(now)
        if was is not None:
            before = now or Place(int(key), 0, 0, 0, 1, 1)
            names = ("x", "y", "width", "depth", "rotation")
            moved: dict[str, Any] = {name: float(was[name]) for name in names if name in was}
            touched.append(before._replace(**moved))
    near = surroundings(places.values(), touched)
    redrawn = {int(key) for key in edit.after.get("zones", {})}
    return near | {row.id for row in drawing.stands if row.zone in redrawn}


def _shown_zone(request: HttpRequest, drawing: Drawing, chosen: StandRow | None) -> ZoneRow | None:
    wanted = chosen.zone if chosen else zone_of(request)
    named = next((zone for zone in drawing.zones if zone.id == wanted), None)
    if named:
        return named
    # The first that is theirs, rather one with stands in it.
    filled = {row.zone for row in drawing.stands}
    ranked = sorted(drawing.zones, key=lambda zone: (not zone.is_mine, zone.id not in filled))
    return next(iter(ranked), None)


def _levels(level: Level) -> list[Level]:
    levels = Level.objects.filter(hall__edition=level.hall.edition_id).select_related("hall")
    return list(levels.order_by("hall__name_fr", "number", "pk"))


def _beside(chosen: StandRow | None, drawing: Drawing, survey: Survey) -> dict[str, Any]:
    if chosen is None:
        return {}
    numbers = {row.id: row.number for row in drawing.stands}
    beside = [
        numbers[other]
        for pair in survey.beside
        if chosen.id in pair
        for other in pair
        if other != chosen.id
    ]
    across = [
        (numbers[aisle.second if aisle.first == chosen.id else aisle.first], aisle.width)
        for aisle in survey.aisles
        if chosen.id in aisle[:2]
    ]
    return {"beside": sorted(beside), "across": sorted(across)}


def _stand(
    row: StandRow, mine: Collection[int], marked: Collection[int], chosen: StandRow | None
) -> DrawnStand:
    middle_x, middle_y = row.middle
    classes = [
        "stand",
        *([] if row.zone in mine else ["is-theirs"]),
        *([] if row.is_open else ["is-closed"]),
        *(["is-marked"] if row.id in marked else []),
        *(["is-chosen"] if chosen and chosen.id == row.id else []),
    ]
    size = min(row.depth * 0.5, row.width / max(len(row.number), 1) * 1.45, 0.55)
    return DrawnStand(
        row=row,
        classes=" ".join(classes),
        turn=f"translate({_text(middle_x)} {_text(middle_y)}) rotate({row.rotation})",
        x=_text(-row.width / 2),
        y=_text(-row.depth / 2),
        width=_text(row.width),
        depth=_text(row.depth),
        size=_text(size),
    )


def _zone(row: ZoneRow) -> DrawnZone:
    points = " ".join(f"{_text(x)},{_text(y)}" for x, y in row.outline)
    top = min(row.outline, key=lambda corner: (corner[1], corner[0]), default=[0, 0])
    width = max((x for x, _y in row.outline), default=0) - top[0]
    size = min(1.2, width / max(len(row.name), 1) * 1.7)
    return DrawnZone(row, points, _text(top[0]), _text(top[1] - 0.25), _text(size))


def _text(value: float) -> str:
    return f"{round(value, 3):g}"
