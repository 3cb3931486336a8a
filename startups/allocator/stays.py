"""Which stays an exhibitor may be given, and which stands meet its needs.

A stay is on one stand, and a run: half-days in a row among those the exhibitor can come (or its
wished ones, or what it has now). All that is proved is proved of such stays: a stand with as many
half-days left, but scattered, is no place.

A set of half-days is a bit mask: bit 0 is the first half-day of the fair.
"""

from collections.abc import Iterable, Iterator, Mapping

from startups.allocator.problem import Exhibitor, HalfDay, Stand

# In the order they are told when nothing meets them.
NEEDS = ("kind", "watts", "screen", "network", "storage", "water", "load", "accessible")


class Calendar:
    """The half-days of the fair, in order, and the masks over them."""

    def __init__(self, half_days: Iterable[HalfDay]) -> None:
        self.half_days = tuple(half_days)
        self.index = {row.id: position for position, row in enumerate(self.half_days)}
        self.full = (1 << len(self.half_days)) - 1
        self._paces = [
            self.mask(row.id for row in self.half_days if row.pace == pace)
            for pace in sorted({row.pace for row in self.half_days})
        ]

    def __len__(self) -> int:
        return len(self.half_days)

    def mask(self, half_days: Iterable[int]) -> int:
        mask = 0
        for half_day in half_days:
            if half_day in self.index:
                mask |= 1 << self.index[half_day]
        return mask

    def ids(self, mask: int) -> list[int]:
        return [self.half_days[position].id for position in bits(mask)]

    def unevenness(self, mask: int) -> int:
        """How far its mix of quiet, usual and busy half-days is from that of the whole fair.

        The sum over paces of |half-days of the fair × its half-days of this pace − its half-days ×
        those of the fair of this pace|: 0 is the fair's own mix. Whoever stays throughout has 0.
        """
        size = mask.bit_count()
        return sum(
            abs(len(self) * (mask & pace).bit_count() - size * pace.bit_count())
            for pace in self._paces
        )

    def worst_unevenness(self, size: int) -> int:
        """Of any stay of so many half-days: what counts for somebody left without one."""
        totals = [pace.bit_count() for pace in self._paces]
        size = min(size, len(self))
        best = 0
        for mix in _mixes(totals, size):
            uneven = sum(
                abs(len(self) * part - size * total)
                for part, total in zip(mix, totals, strict=True)
            )
            best = max(best, uneven)
        return best


def _mixes(totals: list[int], size: int) -> Iterator[tuple[int, ...]]:
    """All ways to take `size` half-days out of the paces."""
    if not totals:
        if size == 0:
            yield ()
        return
    for part in range(min(totals[0], size) + 1):
        for rest in _mixes(totals[1:], size - part):
            yield (part, *rest)


def bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def is_run(mask: int, among: int) -> bool:
    """Whether `mask` is consecutive among the half-days of `among`."""
    if not mask:
        return False
    low = (mask & -mask).bit_length() - 1
    span = ((1 << mask.bit_length()) - 1) & ~((1 << low) - 1)
    return mask & ~among == 0 and among & span == mask


def _runs(among: int, size: int) -> Iterator[int]:
    positions = list(bits(among))
    for first in range(len(positions) - size + 1):
        yield sum(1 << position for position in positions[first : first + size])


def allowed_stays(exhibitor: Exhibitor, fixed: Mapping[int, int], calendar: Calendar) -> list[int]:
    """All stays it may be given, in a stable order.

    Of the granted number of half-days: a run among those possible for it, its wished set, a run
    among the wished ones, or what it has now; never an impossible half-day, always the fixed ones.
    """
    has_to = calendar.mask(fixed)
    possible = (calendar.full & ~calendar.mask(exhibitor.impossible)) | has_to
    wished = calendar.mask(exhibitor.wished)
    size = exhibitor.granted
    found = {*_runs(possible, size), *_runs(wished & possible, size)}
    found |= {
        mask for mask in (wished, calendar.mask(exhibitor.present)) if mask.bit_count() == size
    }
    return sorted(mask for mask in found if mask & ~possible == 0 and mask & has_to == has_to)


def unmet_needs(exhibitor: Exhibitor, stand: Stand) -> set[str]:
    unmet = {
        need
        for need in ("screen", "network", "storage", "water", "accessible")
        if getattr(exhibitor, need) and not getattr(stand, need)
    }
    if exhibitor.kind and exhibitor.kind != stand.kind:
        unmet.add("kind")
    if exhibitor.watts > stand.watts:
        unmet.add("watts")
    if exhibitor.load > stand.load:
        unmet.add("load")
    return unmet


def may_use(exhibitor: Exhibitor, stand: Stand) -> bool:
    """Whether the stand is in its group's zone or shared, and meets its needs."""
    return stand.group in (None, exhibitor.group) and not unmet_needs(exhibitor, stand)
