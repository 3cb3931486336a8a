"""What a placing is worth, level by level and group by group; and the answer's plain stays.

Counted from who stands where, not from the model: the two are compared in every run.
"""

from collections import Counter

from startups.allocator.component import Component, Placing
from startups.allocator.problem import Exhibitor

# How bad two competitors side by side are, against two neighbours of the same theme.
APART = 10
EQUIPMENT = ("screen", "network", "storage", "water")
Stay = dict[int, int]  # half-day → stand


def stays_of(component: Component, placing: Placing) -> dict[int, Stay]:
    """Exhibitor → half-day → stand, of everybody who stands anywhere."""
    found = {}
    for exhibitor in (*component.settled, *component.hopeless):
        found[exhibitor.id] = component.problem.fixed(exhibitor)
    for number, guest in enumerate(component.guests):
        if number in placing:
            stand, stay = placing[number]
            there = component.stands[stand].id
            found[guest.exhibitor.id] = dict.fromkeys(component.calendar.ids(stay), there)
        else:
            found[guest.exhibitor.id] = component.problem.fixed(guest.exhibitor)
    return {exhibitor: stay for exhibitor, stay in found.items() if stay}


def measure(component: Component, placing: Placing) -> dict[int, Counter[str]]:
    """Group → level → what it is worth. Moves and unevenness: the fewer, the better.

    Wished days count for those who are placed. A move is an exhibitor who loses a cell it has now,
    with its place or for another. Unevenness is that of each one's mix of half-days; somebody left
    without a place counts as the worst mix of as many, so that leaving out never looks fair.
    """
    stays = stays_of(component, placing)
    placed = {component.guests[number].exhibitor.id for number in placing}
    placed |= {exhibitor.id for exhibitor in component.settled}
    found: dict[int, Counter[str]] = {group: Counter() for group in sorted(component.groups)}
    for exhibitor in everybody(component):
        stay = stays.get(exhibitor.id, {})
        row = found[exhibitor.group]
        row["few_moves"] += any(
            stay.get(half_day) != stand for half_day, stand in exhibitor.present.items()
        )
        if exhibitor.id in placed:
            row["placed"] += 1
            row["wished_days"] += len(exhibitor.wished & stay.keys())
            row["fairness"] += component.calendar.unevenness(component.calendar.mask(stay))
        else:
            row["fairness"] += component.calendar.worst_unevenness(exhibitor.granted)
    for group, worth in neighbourhood(component, stays).items():
        found[group]["neighbourhood"] = worth
    return found


def everybody(component: Component) -> list[Exhibitor]:
    return [
        *component.settled,
        *component.hopeless,
        *(guest.exhibitor for guest in component.guests),
    ]


def neighbourhood(component: Component, stays: dict[int, Stay]) -> Counter[int]:
    """Half-day by half-day, of each pair of a group's exhibitors on neighbouring stands: 1 if they
    share a theme, −10 if they are to be kept apart. On each stand, −1 for each piece of equipment
    (screen, network, storage, water) that only one of two exhibitors in succession needs, counted
    in the group of the later one. Whoever is fixed in another zone is nobody’s neighbour.
    """
    by_id = {exhibitor.id: exhibitor for exhibitor in everybody(component)}
    occupants: dict[tuple[int, int], Exhibitor] = {}
    for who, stay in stays.items():
        for half_day, on in stay.items():
            if component.is_within_reach(by_id[who], on):
                at = component.calendar.index[half_day]
                occupants[component.stand_at[on], at] = by_id[who]
    found: Counter[int] = Counter()
    for (stand, at), exhibitor in occupants.items():
        for beside in component.neighbours[stand]:
            other = occupants.get((beside, at))
            if beside > stand and other is not None and other.group == exhibitor.group:
                found[exhibitor.group] += affinity(exhibitor, other)
    for stand in range(len(component.stands)):
        before = None
        for at in range(len(component.calendar)):
            now = occupants.get((stand, at))
            if now is not None:
                if before is not None:
                    found[now.group] -= differences(before, now)
                before = now
    return found


def affinity(exhibitor: Exhibitor, other: Exhibitor) -> int:
    worth = 1 if exhibitor.theme and exhibitor.theme == other.theme else 0
    if other.id in exhibitor.apart or exhibitor.id in other.apart:
        worth -= APART
    return worth


def differences(exhibitor: Exhibitor, other: Exhibitor) -> int:
    return sum(getattr(exhibitor, piece) != getattr(other, piece) for piece in EQUIPMENT)
