"""Small problems with everything that can go wrong in them."""

from random import Random

from startups.allocator.problem import LEVELS, PACES, Exhibitor, HalfDay, Problem, Stand

THEMES = ("health", "cyber", "")


def troubled(seed, *, most_exhibitors=6, most_stands=4, most_half_days=6):
    """Shared stands, scattered wishes, impossible and blocked half-days, needs, present plans
    with cells that are not legal, confirmed ones, other orders of levels, gaps only."""
    random = Random(seed)  # noqa: S311
    days = list(range(11, 11 + random.randint(2, most_half_days)))
    groups = list(range(1, random.choice((1, 1, 2, 3)) + 1))
    stands = [
        _stand(number, groups, days, random)
        for number in range(101, 101 + random.randint(1, most_stands))
    ]
    numbers = range(1, random.randint(1, most_exhibitors) + 1)
    taken = set()
    exhibitors = [
        _exhibitor(number, numbers, groups, days, stands, taken, random) for number in numbers
    ]
    levels = {}
    if random.random() < 0.4:
        levels = {group: tuple(random.sample(LEVELS, len(LEVELS))) for group in groups}
    return Problem(
        half_days=tuple(HalfDay(id=day, pace=random.choice(PACES)) for day in days),
        stands=tuple(stands),
        exhibitors=tuple(exhibitors),
        levels=levels,
        only_gaps=random.random() < 0.15,
        seed=seed,
        time_limit=60,
    )


def _stand(number, groups, days, random):
    return Stand(
        id=number,
        number=str(number),
        group=random.choice([*groups, *groups, None]),
        kind=random.choice(("pod", "pod", "desk")),
        watts=random.choice((500, 500, 2000)),
        screen=random.random() < 0.7,
        network=random.random() < 0.7,
        water=random.random() < 0.7,
        load=random.choice((250, 250, 1000)),
        accessible=random.random() < 0.8,
        blocked=frozenset(random.sample(days, 1) if random.random() < 0.3 else ()),
        neighbours=frozenset({number - 1, number + 1}),
    )


def _exhibitor(number, numbers, groups, days, stands, taken, random):
    granted = random.choice((1, 2, 2, 3, 4, len(days), random.randint(1, 8)))
    wished = random.sample(days, random.randint(0, len(days)))
    if random.random() < 0.4:
        wished = random.sample(days, min(granted, len(days)))
    group = random.choice(groups)
    present = _present(granted, group, days, stands, taken, random)
    return Exhibitor(
        id=number,
        group=group,
        rank=number * 7 % 101,
        granted=granted,
        wished=frozenset(wished),
        impossible=frozenset(
            random.sample(days, random.randint(1, 2)) if random.random() < 0.3 else ()
        ),
        kind=random.choice(("", "", "", "desk")),
        watts=random.choice((0, 300, 300, 1500)),
        screen=random.random() < 0.3,
        network=random.random() < 0.2,
        water=random.random() < 0.1,
        load=random.choice((0, 0, 0, 600)),
        accessible=random.random() < 0.1,
        theme=random.choice(THEMES),
        apart=frozenset([random.choice(list(numbers))] if random.random() < 0.3 else ()),
        present=present,
        confirmed=frozenset(
            random.sample(sorted(present), random.randint(1, len(present)))
            if present and random.random() < 0.3
            else ()
        ),
    )


def _present(granted, group, days, stands, taken, random):
    """Nothing, a stay, a part of one, or cells here and there; on any stand, on one unknown."""
    if random.random() < 0.45:
        return {}
    near = [row.id for row in stands if row.group in (None, group)]
    choice = random.random()
    stand = random.choice(near or [999])
    if choice < 0.1:
        stand = random.choice([*(row.id for row in stands), 999])
    first = random.randrange(len(days))
    size = granted if choice < 0.7 else random.randint(1, len(days))
    cells = dict.fromkeys(days[first : first + size], stand)
    if choice > 0.9:
        cells = {day: random.choice([row.id for row in stands]) for day in random.sample(days, 2)}
    found = {day: on for day, on in cells.items() if (on, day) not in taken}
    taken |= {(on, day) for day, on in found.items()}
    return found
