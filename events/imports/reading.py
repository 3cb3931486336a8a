"""One door to the three readers."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from events.imports.csv_plan import read_csv
from events.imports.geojson import read_geojson
from events.imports.shapes import Point, Reading, Unreadable, ensure_size
from events.imports.svg import read_svg

FORMATS = ("csv", "geojson", "svg")


@dataclass(frozen=True)
class Options:
    """How a file tells lengths. A CSV needs none of it."""

    is_degrees: bool = False
    points_up: bool = False
    origin: Point = (0, 0)
    metres: float = 1
    is_width: bool = False
    zone_prefix: str = "zone-"


def format_of(file_name: str) -> str:
    ending = file_name.rsplit(".", 1)[-1].lower()
    found = {"json": "geojson", "txt": "csv", "tsv": "csv"}.get(ending, ending)
    if found not in FORMATS:
        raise Unreadable(
            _("Send a plan as .csv, .geojson or .svg; “%(name)s” is none of them.")
            % {"name": file_name[:60]},
            field="file",
        )
    return found


def read(data: bytes, kind: str, options: Options) -> Reading:
    """A file as shapes in metres. What cannot be read at all is refused, with why."""
    ensure_size(data)
    if kind == "csv":
        reading = read_csv(data)
    elif kind == "geojson":
        reading = read_geojson(
            data,
            is_degrees=options.is_degrees,
            points_up=options.points_up,
            origin=options.origin,
        )
    elif kind == "svg":
        if not 0 < options.metres <= 10_000:
            raise Unreadable(_("The scale must be greater than zero."), field="scale")
        reading = read_svg(
            data,
            metres=options.metres,
            is_width=options.is_width,
            zone_prefix=options.zone_prefix,
        )
    else:
        raise Unreadable(_("Send a plan as .csv, .geojson or .svg."), field="format")
    if not reading.shapes and not reading.problems:
        raise Unreadable(
            _("Nothing in this file is a stand or an area: its shapes or lines carry no names."),
            field="file",
        )
    return reading
