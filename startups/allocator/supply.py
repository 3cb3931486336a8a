"""What the stands offer, counted: alike stands together, by the half-days they leave free.

A stand with guests who may stay there has patterns: who keeps it, with which stay. Each pattern
leaves a set of half-days free. Stays that are runs within such a set are intervals of it, and
intervals fit on n stands as soon as no half-day has more than n of them. Stays that are no run
(“odd” ones: scattered wishes) are given out by packings: which odd stays a stand takes together,
and what that leaves. Where packings are too many, the pool is loose: it only counts, which is a
bound but no promise, and placing shows whether it can be kept. If it cannot, or where patterns are
too many, the stand stands alone in the model, which is exact again, and slow for many.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache

from startups.allocator.component import Component
from startups.allocator.stays import is_run

MANY_PATTERNS = 40
MANY_PACKINGS = 150


@dataclass(frozen=True)
class Pattern:
    """Who keeps the stand, with which of its homes; `left` is free for others."""

    kept: tuple[tuple[int, int], ...]  # guest, home
    left: int


@dataclass
class Pool:
    """Alike stands that leave the same half-days free."""

    kind: int  # the class: which profiles may use them
    free: int
    stands: list[int] = field(default_factory=list)  # those without guests of their own
    patterns: list[tuple[int, int]] = field(default_factory=list)  # (stand, pattern) → here
    odd: list[tuple[int, ...]] = field(default_factory=list)  # packings of odd stays
    is_loose: bool = False


@dataclass
class Supply:
    pools: list[Pool] = field(default_factory=list)
    patterns: dict[int, list[Pattern]] = field(default_factory=dict)  # of stands with guests
    alone: list[int] = field(default_factory=list)  # stands modelled one by one
    guests: dict[int, list[int]] = field(default_factory=dict)  # those at home on each stand
    wanted: dict[int, list[int]] = field(default_factory=dict)  # stays wanted on each class


def supply(component: Component, *, may_be_loose: bool) -> Supply:
    found = Supply()
    kinds = component.profile_of_stand
    for number, guest in enumerate(component.guests):
        if guest.stand is not None:
            found.guests.setdefault(guest.stand, []).append(number)
    stays_of: dict[int, set[int]] = defaultdict(set)
    for guest in component.guests:
        stays_of[guest.profile] |= set(guest.stays)
    for kind in set(kinds):
        wanted = (stays for profile, stays in stays_of.items() if kind >> profile & 1)
        found.wanted[kind] = sorted(set().union(*wanted))

    @cache
    def packings(kind: int, free: int) -> list[tuple[int, ...]] | None:
        odd = [stay for stay in found.wanted[kind] if stay & ~free == 0 and not is_run(stay, free)]
        return _packings(odd)

    pools: dict[tuple[int, int], Pool] = {}
    for stand, kind in enumerate(kinds):
        here = found.guests.get(stand, [])
        if not kind or not (here or component.free[stand]):
            continue
        patterns = _patterns(component, stand, here)
        if patterns is None or not (
            may_be_loose or all(packings(kind, row.left) is not None for row in patterns)
        ):
            found.alone.append(stand)
            continue
        if here:
            found.patterns[stand] = patterns
        for index, pattern in enumerate(patterns):
            if not any(stay & ~pattern.left == 0 for stay in found.wanted[kind]):
                continue
            key = (kind, pattern.left)
            if key not in pools:
                odd = packings(*key)
                pools[key] = Pool(kind, pattern.left, odd=odd or [], is_loose=odd is None)
            if here:
                pools[key].patterns.append((stand, index))
            else:
                pools[key].stands.append(stand)
    found.pools = list(pools.values())
    return found


def _patterns(component: Component, stand: int, guests: list[int]) -> list[Pattern] | None:
    found = [Pattern((), component.free[stand])]
    for number in guests:
        guest = component.guests[number]
        for before in list(found):
            for index, home in enumerate(guest.homes):
                taken = home.stay & ~guest.held
                if taken & ~before.left == 0:
                    kept = (*before.kept, (number, index))
                    found.append(Pattern(kept, before.left & ~taken))
        if len(found) > MANY_PATTERNS:
            return None
    return found


def _packings(odd: list[int]) -> list[tuple[int, ...]] | None:
    """All sets of two and more odd stays, and of one, that go on one stand together."""
    found: list[tuple[tuple[int, ...], int]] = []
    for stay in odd:
        for before, taken in [((), 0), *found]:
            if stay & taken == 0:
                found.append(((*before, stay), taken | stay))
        if len(found) > MANY_PACKINGS:
            return None
    return [stays for stays, _ in found]
