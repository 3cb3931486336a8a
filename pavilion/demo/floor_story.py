"""What the teams settled about the stands: terms of each stay, what was announced, what changed.

Six regions have moved two exhibitors since they announced their plan.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations
from random import Random

from pavilion.demo import history
from pavilion.demo.facts import load
from pavilion.demo.setting import Setting
from pavilion.demo.stays import Stay, wished
from startups.floor.exchanges import Exchange, RegionFloor, partners, read_floor
from startups.models import (
    Allocation,
    Board,
    Exhibitor,
    FloorRules,
    PlanVersion,
    PublishedAllocation,
    StandHold,
    Swap,
)
from startups.operations.announcing.calendars import open_stand_calendars, refresh_stand_days
from startups.operations.board import exchange

REGIONS_WITH_NEWS = 6
SWAPS = 4


class FloorStory:
    def __init__(self, setting: Setting, random: Random) -> None:
        self._setting = setting
        self._random = random

    def set_terms(self, exhibitors: Sequence[Exhibitor], stays: dict[int, Stay]) -> None:
        """Half-days granted as wished; now and then one that is impossible, or a competitor."""
        half_days = self._setting.half_days
        impossible, apart = [], []
        for row in exhibitors:
            stay = wished(stays[row.application_id], half_days)
            row.granted_half_days = len(stay)
            others = [half_day for half_day in half_days if half_day not in stay]
            if others and self._random.random() < 0.1:
                impossible.append((row, self._random.choice(others)))
        Exhibitor.objects.bulk_update(exhibitors, ["granted_half_days"], batch_size=1000)
        Exhibitor.impossible_half_days.through.objects.bulk_create(
            Exhibitor.impossible_half_days.through(exhibitor_id=row.pk, halfday_id=half_day.pk)
            for row, half_day in impossible
        )
        for one, other in self._competitors(exhibitors):
            apart += [(one.pk, other.pk), (other.pk, one.pk)]
        Exhibitor.keeps_apart_from.through.objects.bulk_create(
            Exhibitor.keeps_apart_from.through(from_exhibitor_id=one, to_exhibitor_id=other)
            for one, other in apart
        )

    def settle(self, allocations: list[Allocation]) -> None:
        """Confirm a third, keep some stands free, announce, then change one's mind."""
        pairs = self._pairs(allocations)
        self._confirm(allocations, sparing={pk for pair in pairs for pk in pair})
        Board.objects.create(edition=self._setting.edition)
        self._write_rules()
        self._keep_free(allocations)
        self._announce(allocations)
        for one, other in pairs:
            exchange(first=one, second=other, by=self._setting.actors[self._codes[one]])
        self._propose_swaps()

    def _competitors(
        self, exhibitors: Sequence[Exhibitor]
    ) -> Iterable[tuple[Exhibitor, Exhibitor]]:
        """Of those that share a region and a theme, one pair in twelve."""
        kin: dict[tuple[int, str], list[Exhibitor]] = {}
        for row in exhibitors:
            key = row.participation_id, str(row.application.theme_id)
            kin.setdefault(key, []).append(row)
        for rows in kin.values():
            for pair in combinations(rows[:6], 2):
                if self._random.random() < 1 / 12:
                    yield pair

    def _confirm(self, allocations: list[Allocation], *, sparing: set[int]) -> None:
        stays = sorted(_by_exhibitor(allocations))
        settled = {pk for pk in stays if self._random.random() < 0.35} - sparing
        for row in allocations:
            if row.exhibitor_id in settled:
                row.status = Allocation.Status.CONFIRMED
        Allocation.objects.filter(exhibitor__in=settled).update(status=Allocation.Status.CONFIRMED)

    def _write_rules(self) -> None:
        words = load("reasons")["handover"]
        FloorRules.objects.bulk_create(
            FloorRules(
                participation=participation,
                handover_note_fr=words["fr"],
                handover_note_en=words["en"],
            )
            for participation in self._setting.participations.values()
        )

    def _keep_free(self, allocations: list[Allocation]) -> None:
        """The largest regions keep the first stand nobody has for a guest; of a small demo, one."""
        taken = {(row.stand_id, row.half_day_id) for row in allocations}
        half_day = self._setting.half_days[0]
        note = load("reasons")["kept_free"]
        free = {
            code: [stand for stand in stands if (stand.pk, half_day.pk) not in taken]
            for code, stands in self._setting.venue.stands.items()
        }
        most = max(map(len, self._setting.venue.stands.values()))
        StandHold.objects.bulk_create(
            StandHold(
                stand=free[code][0], half_day=half_day, note=note, by=self._setting.actors[code]
            )
            for code, stands in self._setting.venue.stands.items()
            if len(stands) >= min(25, most) and free[code]
        )

    def _announce(self, allocations: list[Allocation]) -> None:
        setting = self._setting
        PublishedAllocation.objects.bulk_create(
            (
                PublishedAllocation(exhibitor=row.exhibitor, stand=row.stand, half_day=row.half_day)
                for row in allocations
            ),
            batch_size=5000,
        )
        of_region: dict[int, dict[str, dict[str, int]]] = {}
        for pk, rows in _by_exhibitor(allocations).items():
            cells = {str(row.half_day_id): row.stand_id for row in rows}
            of_region.setdefault(rows[0].exhibitor.participation_id, {})[str(pk)] = cells
        PlanVersion.objects.bulk_create(
            PlanVersion(
                participation=participation,
                number=1,
                at=setting.dates.in_days(-1, 17),
                by=setting.actors[code],
                cells=of_region.get(participation.pk, {}),
                changes={
                    pk: [{}, cells] for pk, cells in of_region.get(participation.pk, {}).items()
                },
            )
            for code, participation in setting.participations.items()
        )
        told = sorted(_by_exhibitor(allocations))
        open_stand_calendars(told)
        refresh_stand_days(edition=setting.edition, exhibitor_ids=told)

    def _propose_swaps(self) -> None:
        """Some exhibitors have found each other; every second pair waits for its region only."""
        count = 0
        for code, participation in self._setting.participations.items():
            floor = read_floor(participation.pk, self._setting.dates.in_days(0))
            exchange = _first_exchange(floor)
            if exchange is None:
                continue
            is_accepted = count % 2 == 0
            at = self._setting.dates.in_days(-1, 18)
            swap = Swap.objects.create(
                proposer=exchange.first,
                other=exchange.second,
                gives={str(day): stand for day, stand in exchange.gives.items()},
                takes={str(day): stand for day, stand in exchange.takes.items()},
                message=load("reasons")["swap"],
                status=Swap.Status.ACCEPTED if is_accepted else Swap.Status.PROPOSED,
                created_at=at,
                answered_at=self._setting.dates.in_days(-1, 19) if is_accepted else None,
            )
            self._setting.log.append(
                history.entry(
                    at=at,
                    verb="swap.proposed",
                    target=swap,
                    by_name=exchange.first.application.contact_name,
                    region_code=code,
                )
            )
            count += 1
            if count == SWAPS:
                return

    def _pairs(self, allocations: list[Allocation]) -> list[tuple[int, int]]:
        """In some regions, two who are there at the same time."""
        self._codes: dict[int, str] = {}
        found: dict[str, tuple[int, int]] = {}
        waiting: dict[tuple[str, frozenset[int]], int] = {}
        for pk, rows in _by_exhibitor(allocations).items():
            code = rows[0].exhibitor.region_code
            if code in found:
                continue
            times = frozenset(row.half_day_id for row in rows)
            other = waiting.setdefault((code, times), pk)
            if other != pk:
                found[code] = (other, pk)
                self._codes[other] = code
        return list(found.values())[:REGIONS_WITH_NEWS]


def _first_exchange(floor: RegionFloor) -> Exchange | None:
    """Of two who are not there at the same time, so that each gets days of the other."""
    for exhibitor in list(floor.exhibitors.values())[:20]:
        mine = floor.coming(exhibitor)
        for partner in partners(floor, exhibitor, None) if mine else []:
            for takes in partner.options:
                if not mine.keys() & takes.keys():
                    return Exchange(exhibitor, partner.exhibitor, mine, takes)
    return None


def _by_exhibitor(allocations: Iterable[Allocation]) -> dict[int, list[Allocation]]:
    found: dict[int, list[Allocation]] = {}
    for row in allocations:
        found.setdefault(row.exhibitor_id, []).append(row)
    return found
