"""The board as pages draw it: what each bar says, to whom it says what, and what a drag must know.

Thousands of bars: every word is made here once, templates only lay them out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from events.models import HalfDay, Stand
from pavilion.core.access import Access
from pavilion.core.dates import written
from startups.floor.board.reading import Area, Person, Piece, Reading, Row
from startups.floor.fitting import Equipment
from startups.floor.presence import spoken_days


class DrawnPiece(NamedTuple):
    css: str
    span: int
    who: Person | None
    # Under the name: what is wrong, else the theme.
    under: str
    title: str
    note: str | None


class DrawnRow(NamedTuple):
    pk: int
    number: str
    equipment: str
    css: str
    region: str
    # Equipment again, as a drag compares it: see `Needs`.
    has: str
    pieces: list[DrawnPiece]


@dataclass(frozen=True)
class DrawnArea:
    pk: int
    name: str
    region: str
    count: int
    sums: str
    rows: list[DrawnRow]


class Waiting(NamedTuple):
    """Somebody with fewer half-days than granted."""

    who: Person
    theme: str
    is_mine: bool
    has_some: bool
    given: str
    wishes: str
    never: str
    needs: str
    search: str


@dataclass
class Column:
    half_day: HalfDay
    label: str
    css: str
    pace: str


@dataclass
class DayHead:
    label: str
    columns: list[Column]


class Drawing:
    """One reader's view of what was read."""

    def __init__(self, reading: Reading, access: Access) -> None:
        self.reading = reading
        self.access = access
        self.themes = [theme.name.split(" / ")[0] for theme in reading.themes]
        self.total = len(reading.half_days)
        self._equipment: dict[Equipment, str] = {}

    def areas(self) -> list[DrawnArea]:
        return [self._area(area) for area in self.reading.areas]

    def _area(self, area: Area) -> DrawnArea:
        return DrawnArea(
            pk=area.zone.pk,
            name=area.zone.name,
            region=area.region,
            count=len(area.rows),
            sums=sums(area),
            rows=[self._row(row) for row in area.rows],
        )

    def _row(self, row: Row) -> DrawnRow:
        place = row.place
        mine = self.access.manages(place.region) if place.region else True
        classes = ["mine" if mine and self.access.manages_anything else "", *_shut(place.is_open)]
        return DrawnRow(
            pk=place.pk,
            number=place.number,
            equipment=self._spoken(place.equipment),
            css=" ".join(filter(None, classes)),
            region=place.region,
            has=_plain(place.equipment),
            pieces=[self._piece(piece) for piece in row.pieces],
        )

    def _spoken(self, equipment: Equipment) -> str:
        """Once for all stands equipped alike. Most are pods: only what is not is said."""
        if equipment not in self._equipment:
            is_pod = equipment.kind == Stand.Kind.POD
            kind = [] if is_pod else [str(Stand.Kind(equipment.kind).label)]
            self._equipment[equipment] = " · ".join([*kind, *equipment.words])
        return self._equipment[equipment]

    def _piece(self, piece: Piece) -> DrawnPiece:
        span = f"n{piece.span}"
        if piece.who is None:
            note = piece.cell.note
            css = "hole" if note is None else f"held {span}"
            return DrawnPiece(css, piece.span, None, "", note or "", note)
        who, warnings = piece.who, self._told(piece)
        theme = self.theme(who)
        css = f"bar t{who.theme} {span}"
        css += " sure" if piece.cell.is_confirmed else ""
        css += " warn" if warnings else ""
        css += "" if self.access.manages(who.region) else " fixed"
        title = " · ".join([who.name, *filter(None, [theme]), *warnings])
        return DrawnPiece(css, piece.span, who, warnings[0] if warnings else theme, title, None)

    def _told(self, piece: Piece) -> Sequence[str]:
        """What a company needs is its region's to read."""
        is_read = piece.who is not None and self.access.sees_desk(piece.who.region)
        return piece.warnings if is_read else ()

    def theme(self, who: Person) -> str:
        return self.themes[who.theme - 1] if who.theme else ""

    def waiting(self) -> list[Waiting]:
        return [
            self.entry(person)
            for person in self.reading.waiting()
            if self.access.sees_desk(person.region)
        ]

    def entry(self, who: Person) -> Waiting:
        given = self.reading.given.get(who.pk, 0)
        words = ngettext(
            "%(given)s of %(granted)s half-day", "%(given)s of %(granted)s half-days", who.granted
        )
        return Waiting(
            who=who,
            theme=self.theme(who),
            is_mine=self.access.manages(who.region),
            has_some=bool(given),
            given=words % {"given": given, "granted": who.granted},
            wishes=self._days(who.wished) if len(who.wished) < self.total else _("all of them"),
            never=self._days(who.never),
            needs=", ".join(who.needs.words),
            search=f"{who.order} {self.theme(who).lower()}",
        )

    def _days(self, columns: Iterable[int]) -> str:
        return spoken_days(self.reading.half_days[at] for at in sorted(columns))

    def days(self) -> list[DayHead]:
        heads: dict[int, DayHead] = {}
        for half_day in self.reading.half_days:
            label = written(half_day.date, pgettext("board, day", "l j F"))
            head = heads.setdefault(half_day.day_id, DayHead(label, []))
            is_usual = half_day.pace == HalfDay.Pace.USUAL
            pace = "" if is_usual else str(half_day.get_pace_display())
            column = Column(half_day, str(half_day.get_part_display()), half_day.pace, pace)
            head.columns.append(column)
        return list(heads.values())

    def facts(self, people: Iterable[Person] | None = None) -> dict[str, Any]:
        """What a drag must know of each exhibitor, by key."""
        chosen = self.reading.people.values() if people is None else people
        return {str(who.pk): self._fact(who) for who in chosen}

    def _fact(self, who: Person) -> dict[str, Any]:
        fact: dict[str, Any] = {"name": who.name, "theme": who.theme, "region": who.region}
        if self.access.manages(who.region):
            fact |= {
                "rev": who.revision,
                "granted": who.granted,
                "wished": sorted(who.wished),
                "never": sorted(who.never),
                "needs": _plain(who.needs),
            }
        return fact


def sums(area: Area) -> str:
    words = ngettext("%(left)s half-day free", "%(left)s half-days free", area.left)
    if not area.left:
        return _("full")
    return words % {"left": area.left}


def _shut(is_open: bool) -> list[str]:
    return [] if is_open else ["shut"]


def _plain(values: Iterable[Any]) -> str:
    """ "pod,2000,1,0,0,1,250,1": short enough to stand on thousands of rows."""
    return ",".join(str(int(one)) if isinstance(one, bool | int) else str(one) for one in values)
