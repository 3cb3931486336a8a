"""The technical sheet as the fair takes it: totals, stands, their users, what is missing."""

from collections.abc import Iterator, Sequence
from typing import IO, Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from events.models import HalfDay, Stand
from pavilion.core.tables import Column, write_book
from startups.floor.presence import spoken_days
from startups.floor.technical import (
    Load,
    Missing,
    Occupied,
    StandLine,
    TechnicalSheet,
    ZoneSheet,
)


class Total(NamedTuple):
    place: str
    when: str
    load: Load
    provided: Load


class Row(NamedTuple):
    sheet: ZoneSheet
    line: StandLine
    half_days: Sequence[HalfDay]
    user: Occupied | None = None


def write_sheet(sheet: TechnicalSheet, stream: IO[bytes]) -> int:
    """Four sheets of one workbook. Returns how many rows they have together."""
    stands = [Row(zone, line, sheet.half_days) for zone in sheet.zones for line in zone.stands]
    users = [row._replace(user=user) for row in stands for user in row.line.occupied]
    return write_book(
        stream,
        [
            (_("Totals"), _total_columns(), _totals(sheet)),
            (_("Stands"), [*_stand_columns(), *_ordered()], stands),
            (_("Users of the stands"), [*_stand_columns()[:3], *_user_columns()], users),
            (pgettext("technical sheet", "Missing"), _missing_columns(), sheet.missing),
        ],
    )


def _totals(sheet: TechnicalSheet) -> Iterator[Total]:
    for zone in sheet.zones:
        for half_day, load in zip(sheet.half_days, zone.loads, strict=True):
            yield Total(str(zone.zone), str(half_day), load, zone.provided)
    for half_day, load in zip(sheet.half_days, sheet.loads, strict=True):
        yield Total(_("All areas"), str(half_day), load, sheet.provided)


def _total_columns() -> list[Column]:
    return [
        Column(_("Area"), lambda row: row.place, 28),
        Column(_("Half-day"), lambda row: row.when, 28),
        Column(_("Exhibitors"), lambda row: row.load.exhibitors, 12),
        Column(_("Power asked for (W)"), lambda row: row.load.watts, 16),
        Column(_("Power of the stands (W)"), lambda row: row.provided.watts, 16),
        Column(_("Without a word on power"), lambda row: row.load.silent, 16),
        Column(_("Screens"), lambda row: row.load.screens, 10),
        Column(_("Wired networks"), lambda row: row.load.networks, 12),
        Column(_("Storage"), lambda row: row.load.storages, 10),
        Column(_("Water"), lambda row: row.load.waters, 10),
        Column(_("Heavy loads"), lambda row: row.load.loads, 12),
        Column(_("Heaviest (kg/m²)"), lambda row: row.load.load or None, 14),
        Column(_("Wheelchair access"), lambda row: row.load.accessibles, 14),
        Column(_("Wi-Fi networks"), lambda row: row.load.wifis, 12),
    ]


def _stand_columns() -> list[Column]:
    return [
        Column(_("Area"), lambda row: str(row.sheet.zone), 28),
        Column(_("Level"), lambda row: str(row.sheet.zone.level), 22),
        Column(_("Stand"), lambda row: row.line.number, 12),
        Column(_("Kind"), lambda row: str(Stand.Kind(row.line.kind).label), 14),
    ]


def _ordered() -> list[Column]:
    """What the stand has to deliver to the one who asks most, beside what it has."""
    return [
        Column(_("Power asked for (W)"), lambda row: row.line.asked.watts, 16),
        Column(_("Power of the stand (W)"), lambda row: row.line.equipment.watts, 16),
        *_pair(_("Screen asked for"), _("Has a screen"), "screen"),
        *_pair(_("Wired network asked for"), _("Has a wired network"), "network"),
        *_pair(_("Storage asked for"), _("Has storage"), "storage"),
        *_pair(_("Water asked for"), _("Has water"), "water"),
        *_pair(_("Wheelchair access asked for"), _("Wheelchair accessible"), "accessible"),
        Column(_("Heaviest load (kg/m²)"), lambda row: row.line.asked.load or None, 14),
        Column(_("Load of the floor (kg/m²)"), lambda row: row.line.equipment.load, 14),
        Column(_("Wi-Fi networks"), lambda row: row.line.wifis, 24),
        Column(_("Users"), _users, 60),
    ]


def _pair(asked: str, has: str, name: str) -> tuple[Column, Column]:
    return (
        Column(asked, lambda row: getattr(row.line.asked, name), 14),
        Column(has, lambda row: getattr(row.line.equipment, name), 14),
    )


def _users(row: Row) -> str:
    return " · ".join(
        f"{user.need.name} ({_when(row.half_days, user)})" for user in row.line.occupied
    )


def _when(half_days: Sequence[HalfDay], user: Occupied) -> str:
    return spoken_days([half_days[at] for at in user.columns])


def _user_columns() -> list[Column]:
    def of(name: str) -> Any:
        return lambda row: getattr(row.user.need.needs, name)

    return [
        Column(_("Exhibitor"), lambda row: row.user.need.name, 30),
        Column(_("Half-days"), lambda row: _when(row.half_days, row.user), 30),
        Column(_("Power asked for (W)"), lambda row: row.user.need.watts, 16),
        Column(_("Screen"), of("screen"), 10),
        Column(_("Wired network"), of("network"), 12),
        Column(_("Storage"), of("storage"), 10),
        Column(_("Water"), of("water"), 10),
        Column(_("Load (kg/m²)"), lambda row: row.user.need.needs.load or None, 12),
        Column(_("Wheelchair access"), of("accessible"), 14),
        Column(_("Wi-Fi network"), lambda row: row.user.need.wifi, 24),
        Column(_("Other needs"), lambda row: row.user.need.notes, 50),
        Column(_("Needs confirmed"), lambda row: row.user.need.is_confirmed, 14),
    ]


def _missing_columns() -> list[Column]:
    words = missing_words()

    def kind(row: Missing) -> str:
        return words[row.code]

    return [
        Column(_("What"), kind, 30),
        Column(_("Exhibitor"), lambda row: row.name, 30),
        Column(_("Stand"), lambda row: row.stand, 12),
        Column(_("Half-days"), lambda row: row.when, 30),
        Column(_("In words"), lambda row: row.sentence, 80),
    ]


def missing_words() -> dict[str, str]:
    """Each kind of thing to settle, in the order in which one settles them."""
    return {
        "overload": _("More power asked for than provided"),
        "unsuited": _("The stand lacks something"),
        "no_stand": _("Without a stand"),
        "unconfirmed": _("Needs not confirmed"),
        "power": _("Power not said"),
        "wifi": _("Wi-Fi not declared"),
        "wifi_twice": _("Wi-Fi declared twice"),
    }
