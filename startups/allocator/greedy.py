"""First come, first served: what anybody would do by hand.

The yardstick of `make bench`, and what a run answers that was stopped before it found anything.
"""

from startups.allocator.component import Component, Placing


def first_come(component: Component) -> Placing:
    """Whoever may keep its place keeps it; then, by rank, the first stand free for the stay that
    has most wished days, the stands least free before the others."""
    return fill(component, {})


def fill(component: Component, placing: Placing) -> Placing:
    """Places for those without one, in what is left free."""
    found = dict(placing)
    free = list(component.free)
    for stand, stay in placing.values():
        free[stand] &= ~stay
    for number, guest in enumerate(component.guests):
        if number in found or guest.stand is None:
            continue
        for home in sorted(guest.homes, key=lambda home: not home.keeps):
            if not (home.stay & ~guest.held) & ~free[guest.stand]:
                found[number] = (guest.stand, home.stay)
                free[guest.stand] &= ~home.stay
                break
    for number in range(len(component.guests)):
        if number not in found:
            _serve(component, number, free, found)
    return found


def _serve(component: Component, number: int, free: list[int], placing: Placing) -> None:
    """A place for one guest in what is free, if there is any."""
    guest = component.guests[number]
    wished = component.calendar.mask(guest.exhibitor.wished)
    for stay in sorted(guest.stays, key=lambda stay: (-(stay & wished).bit_count(), stay)):
        stands = [at for at in component.accepts[guest.profile] if not stay & ~free[at]]
        if stands:
            stand = min(stands, key=lambda at: (free[at].bit_count(), at))
            placing[number] = (stand, stay)
            free[stand] &= ~stay
            return
