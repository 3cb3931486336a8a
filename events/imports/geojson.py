"""Stands and areas as GeoJSON polygons (RFC 7946): in metres, or in degrees on the Earth."""

import json
from collections.abc import Iterable, Sequence
from math import cos, isfinite, radians
from typing import Any

from django.utils.translation import gettext as _

from events.imports import limits
from events.imports.columns import LABELS, NAMES, Refused, field_of, plain, value_of
from events.imports.shapes import Point, Reading, Unreadable, drawn_shape, text_of

# Metres to the degree of latitude; what a hall spans needs no better Earth.
DEGREE = 111_195.0
_DRAWN = frozenset({"x", "y", "width", "depth", "rotation"})


def read_geojson(data: bytes, *, is_degrees: bool, points_up: bool, origin: Point) -> Reading:
    features = _features(data)
    rings = [(feature, ring) for feature in features for ring in _rings(feature)]
    if sum(len(ring) for _feature, ring in rings) > limits.POINTS:
        raise Unreadable(
            _("The file has more than %(most)s points: simplify its shapes.")
            % {"most": limits.POINTS},
            field="file",
        )
    points = [point for _feature, ring in rings for point in ring]
    if is_degrees and any(abs(x) > 180 or abs(y) > 90 for x, y in points):
        raise Unreadable(
            _("These coordinates are not longitudes and latitudes: choose metres."), field="units"
        )
    placed = _placing(points, is_degrees=is_degrees, points_up=points_up, origin=origin)
    reading = Reading()
    for index, feature in enumerate(features, start=1):
        _feature(reading, feature, index, placed)
    return reading


def _features(data: bytes) -> list[dict[str, Any]]:
    try:
        told = json.loads(text_of(data), parse_constant=_no_constant)
        # Half a sign, "\\ud800", is text to JSON and to nobody else.
        json.dumps(told, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Unreadable(
            _("This is not GeoJSON: its text breaks off or is not JSON."), field="file"
        ) from error
    features = told.get("features") if isinstance(told, dict) else None
    if isinstance(told, dict) and told.get("type") == "Feature":
        features = [told]
    if not isinstance(features, list):
        raise Unreadable(_("This is not GeoJSON: it has no features."), field="file")
    if len(features) > limits.SHAPES:
        raise Unreadable(
            _("The file has more than %(most)s shapes: split it, one level each.")
            % {"most": limits.SHAPES},
            field="file",
        )
    return [feature for feature in features if isinstance(feature, dict)]


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _rings(feature: dict[str, Any]) -> list[list[Point]]:
    """The outer ring of its polygon; none where there is no polygon."""
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict):
        return []
    coordinates: Any = geometry.get("coordinates")
    if geometry.get("type") == "MultiPolygon" and isinstance(coordinates, list):
        coordinates = coordinates[0] if len(coordinates) == 1 else None
    elif geometry.get("type") != "Polygon":
        return []
    ring = coordinates[0] if isinstance(coordinates, list) and coordinates else None
    if not isinstance(ring, list):
        return []
    points = []
    for point in ring:
        if not isinstance(point, list) or len(point) < 2 or not all(map(_is_number, point[:2])):
            return []
        points.append((float(point[0]), float(point[1])))
    return [points]


def _is_number(value: Any) -> bool:
    is_one = isinstance(value, int | float) and not isinstance(value, bool)
    return is_one and abs(value) < 1e9 and isfinite(value)


class _Placing:
    """From the file's coordinates to metres from the level's top left corner."""

    def __init__(self, left: float, top: float, scale: Point, origin: Point) -> None:
        self.left, self.top, self.scale, self.origin = left, top, scale, origin

    def __call__(self, point: Point) -> Point:
        return (
            round((point[0] - self.left) * self.scale[0] + self.origin[0], 3),
            round((point[1] - self.top) * self.scale[1] + self.origin[1], 3),
        )


def _placing(
    points: Sequence[Point], *, is_degrees: bool, points_up: bool, origin: Point
) -> _Placing:
    if not points:
        return _Placing(0, 0, (1, 1), origin)
    left, top = min(x for x, _y in points), max(y for _x, y in points)
    if is_degrees:
        middle = radians((top + min(y for _x, y in points)) / 2)
        return _Placing(left, top, (DEGREE * cos(middle), -DEGREE), origin)
    if points_up:
        return _Placing(0, top, (1, -1), origin)
    return _Placing(0, 0, (1, 1), origin)


def _feature(reading: Reading, feature: dict[str, Any], index: int, placed: _Placing) -> None:
    properties = feature.get("properties")
    told: dict[str, Any] = properties if isinstance(properties, dict) else {}
    name = _name(told, feature)
    where = _("Shape %(number)s") % {"number": index} + (f" · {name[:40]}" if name else "")
    rings = _rings(feature)
    if not name:
        reading.passed_over += 1
        return
    if not rings:
        reading.problem(
            where, _("It is not a polygon of numbers: draw it as one closed shape without parts.")
        )
        return
    role = plain(str(told.get("role") or told.get("layer") or told.get("kind") or ""))
    is_zone = role in ("zone", "area", "espace")
    try:
        values = {} if is_zone else dict(_values(told))
    except Refused as refusal:
        reading.problem(where, str(refusal))
        return
    ring = rings[0][:-1] if rings[0][:1] == rings[0][-1:] else rings[0]
    drawn_shape(
        reading,
        where,
        name,
        [placed(point) for point in ring],
        is_zone=is_zone,
        values=values,
        zone_name=str(told.get("zone") or told.get("area") or "").strip(),
    )


def _name(told: dict[str, Any], feature: dict[str, Any]) -> str:
    for key in (*NAMES["number"][1], *NAMES["number"][0], "name", "nom"):
        if isinstance(told.get(key), str | int) and str(told[key]).strip():
            return str(told[key]).strip()
    own = feature.get("id")
    return str(own).strip() if isinstance(own, str | int) else ""


def _values(told: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    for key, value in told.items():
        field = field_of(str(key))
        if field and field not in _DRAWN and field not in ("number", "zone"):
            try:
                read = value_of(field, value)
            except Refused as refusal:
                raise Refused(f"{LABELS[field]}: {refusal}") from refusal
            if read is not None:
                yield field, read
