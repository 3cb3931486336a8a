"""What a file would change of a level: what is new, what differs, what is not in it any more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from events.drawing import Drawing, StandRow, ZoneRow, drawing_of
from events.geometry import holds, is_simple
from events.imports.shapes import Problem, Reading, Shape
from events.models import Level, Stand
from pavilion.core.access import Access


class Named(NamedTuple):
    name: str
    what: str


@dataclass
class Comparison:
    """The edit to write, row by row as a page shows it."""

    new: list[Named] = field(default_factory=list)
    changed: list[Named] = field(default_factory=list)
    same: int = 0
    gone: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    passed_over: int = 0
    stands: dict[int, dict[str, Any] | None] = field(default_factory=dict)
    zones: dict[int, dict[str, Any] | None] = field(default_factory=dict)
    new_stands: list[dict[str, Any]] = field(default_factory=list)
    new_zones: dict[str, dict[str, Any]] = field(default_factory=dict)
    seen: dict[str, dict[int, int]] = field(default_factory=lambda: {"stands": {}, "zones": {}})

    @property
    def writes(self) -> int:
        return len(self.stands) + len(self.zones) + len(self.new_stands) + len(self.new_zones)

    @property
    def left_out(self) -> int:
        return sum(problem.is_left_out for problem in self.problems)

    def changes(self) -> dict[str, Any]:
        """What `change_plan` takes."""
        return {
            "stands": self.stands,
            "zones": self.zones,
            "new_stands": self.new_stands,
            "new_zones": self.new_zones,
            "seen": self.seen,
        }


def compare(
    level: Level,
    reading: Reading,
    access: Access,
    *,
    default_zone: int | None = None,
    removes: bool = False,
) -> Comparison:
    """Nothing is written. What makes no sense, or is not the reader’s to change, is a problem."""
    return _Comparing(level, reading, access, default_zone, removes).done()


class _Comparing:
    def __init__(
        self,
        level: Level,
        reading: Reading,
        access: Access,
        default_zone: int | None,
        removes: bool,
    ) -> None:
        self.level, self.reading, self.access = level, reading, access
        self.default_zone, self.removes = default_zone, removes
        self.drawing: Drawing = drawing_of(level, access)
        self.zones: dict[int | str, ZoneRow] = {zone.id: zone for zone in self.drawing.zones}
        self.found = Comparison(problems=list(reading.problems), passed_over=reading.passed_over)

    def done(self) -> Comparison:
        seen: set[tuple[bool, str]] = set()
        shapes = []
        for shape in self.reading.shapes:
            key = (shape.is_zone, shape.name.casefold())
            if key in seen:
                self._problem(shape, _("Its name comes twice in the file: the first one counts."))
            else:
                seen.add(key)
                shapes.append(shape)
        for shape in shapes:
            if shape.is_zone:
                self._zone(shape)
        self._stands([shape for shape in shapes if not shape.is_zone])
        return self.found

    def _problem(self, shape: Shape, sentence: str) -> None:
        self.found.problems.append(Problem(shape.where, sentence))

    # --- Areas ---

    def _zone(self, shape: Shape) -> None:
        outline = shape.values["outline"]
        known = self._named(shape.name)
        if not self.access.manages(""):
            if known is None or known.outline != outline:
                self._problem(shape, _("Areas are drawn by the national team."))
        elif not is_simple(outline):
            self._problem(shape, _("Two of its sides cross each other: move a corner."))
        elif known is None:
            key = f"new:{shape.name}"
            self.found.new_zones[key] = {"name_fr": shape.name[:60], "outline": outline}
            self.found.new.append(Named(shape.name, _("area")))
            self.zones[key] = ZoneRow(
                0, shape.name, shape.name, "", None, "", outline, 1, is_mine=True
            )
        elif known.outline == outline:
            self.found.same += 1
        else:
            self.found.zones[known.id] = {"outline": outline}
            self.found.seen["zones"][known.id] = known.revision
            self.found.changed.append(Named(known.name, _("area redrawn")))
            self.zones[known.id] = ZoneRow(**{**known.__dict__, "outline": outline})

    def _named(self, name: str) -> ZoneRow | None:
        wanted = name.casefold()
        for zone in self.zones.values():
            if wanted in (zone.name_fr.casefold(), zone.name_en.casefold()):
                return zone
        return None

    # --- Stands ---

    def _stands(self, shapes: Iterable[Shape]) -> None:
        here = {row.number.casefold(): row for row in self.drawing.stands}
        elsewhere = self._elsewhere()
        told = set()
        for shape in shapes:
            told.add(shape.name.casefold())
            row = here.get(shape.name.casefold())
            if row is not None:
                self._known(shape, row)
            elif shape.name.casefold() in elsewhere:
                self._problem(
                    shape,
                    _("%(level)s already has a stand with this number.")
                    % {"level": elsewhere[shape.name.casefold()]},
                )
            else:
                self._new(shape)
        gone = [
            row
            for number, row in here.items()
            if number not in told and self.zones[row.zone].is_mine
        ]
        self.found.gone = [row.number for row in gone]
        if self.removes:
            for row in gone:
                self.found.stands[row.id] = None
                self.found.seen["stands"][row.id] = row.revision

    def _elsewhere(self) -> Mapping[str, str]:
        others = Stand.objects.filter(edition=self.level.hall.edition_id).exclude(
            zone__level=self.level
        )
        return {
            stand.number.casefold(): str(stand.zone.level)
            for stand in others.select_related("zone__level__hall")
        }

    def _known(self, shape: Shape, row: StandRow) -> None:
        if not self.zones[row.zone].is_mine:
            self._problem(shape, _("This stand is not yours to change."))
            return
        wanted = dict(shape.values)
        if shape.zone_name:
            key = self._zone_key(shape)
            if key is None:
                return
            wanted["zone"] = key
        now = row._asdict()
        differs = {
            name: value
            for name, value in wanted.items()
            if (round(value, 2) if isinstance(value, float) else value) != now[name]
        }
        if differs:
            self.found.stands[row.id] = differs
            self.found.seen["stands"][row.id] = row.revision
            self.found.changed.append(Named(row.number, _fields(differs)))
        else:
            self.found.same += 1

    def _new(self, shape: Shape) -> None:
        if shape.middle is None:
            self._problem(shape, _("It is new and has no place: give x and y."))
            return
        key = self._zone_key(shape)
        if key is not None:
            values = {**shape.values, "number": shape.name, "zone": key}
            self.found.new_stands.append(values)
            self.found.new.append(Named(shape.name, self.zones[key].name))

    def _zone_key(self, shape: Shape) -> int | str | None:
        """The zone it names, else the one it lies in, else the one chosen for the rest."""
        key: int | str | None = None
        if shape.zone_name:
            zone = self._named(shape.zone_name)
            if zone is None:
                self._problem(
                    shape,
                    _("No area of this level is called “%(zone)s”.")
                    % {"zone": shape.zone_name[:60]},
                )
                return None
            key = next(known for known, row in self.zones.items() if row is zone)
        elif shape.middle is not None:
            inside = (
                known
                for known, row in self.zones.items()
                if len(row.outline) > 2 and holds(row.outline, shape.middle or (0, 0))
            )
            key = next(inside, self.default_zone)
        if key is None or key not in self.zones:
            self._problem(
                shape, _("It lies in no area: name its area, draw one, or choose one for the rest.")
            )
            return None
        if not self.zones[key].is_mine:
            self._problem(
                shape,
                _("%(zone)s is not yours to change.") % {"zone": self.zones[key].name},
            )
            return None
        return key


def _fields(values: Iterable[str]) -> str:
    labels = (Stand._meta.get_field(name).verbose_name for name in values)  # type: ignore[union-attr]
    return ", ".join(map(str, labels))
