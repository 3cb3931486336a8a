"""Editions to allocate, made up: as big as the real thing, and small ones full of trouble."""

from dataclasses import replace
from random import Random

from startups.allocator.problem import Exhibitor, HalfDay, Problem, Stand

# Exhibitors and pods of the eighteen regions, as in the demo edition.
REGIONS = (
    (4, 3), (4, 3), (3, 3), (10, 8), (2, 2), (30, 23), (8, 6), (10, 8), (14, 11), (40, 30),
    (30, 23), (16, 12), (14, 11), (24, 18), (27, 21), (28, 21), (36, 27), (4, 3),
)  # fmt: skip
PACES = ("quiet", "usual", "busy", "busy", "busy", "usual", "usual", "quiet")
THEMES = ("health", "cyber", "climate", "tourism", "data", "food", "space", "mobility")
ROW = 8  # pods side by side
# Kind, how many in ten, watts.
KINDS = (
    ("pod", 6, (500, 1000, 1000, 2000)),
    ("desk", 2, (500, 1000, 1000, 2000)),
    ("table", 1, (500, 1000, 1000, 2000)),
    ("corner", 1, (3000, 6000)),
    ("demo", 1, (3000, 6000)),
)


def edition(factor: int = 1, *, seed: int = 1, only: int | None = None) -> Problem:
    """Eighteen regions, `factor` times the size of the real ones; or one of them."""
    random = Random(seed)  # noqa: S311
    stands: list[Stand] = []
    exhibitors: list[Exhibitor] = []
    for group, (companies, pods) in enumerate(REGIONS, start=1):
        if only in (None, group):
            stands += _row_of_stands(group, pods * factor, len(stands), random)
            exhibitors += _companies(group, companies * factor, len(exhibitors), random)
    return Problem(
        half_days=tuple(HalfDay(id=at + 1, pace=pace) for at, pace in enumerate(PACES)),
        stands=tuple(stands),
        exhibitors=tuple(exhibitors),
        seed=seed,
    )


def one_region(companies: int, pods: int, *, seed: int = 1) -> Problem:
    random = Random(seed)  # noqa: S311
    whole = edition(seed=seed, only=1)
    return replace(
        whole,
        stands=tuple(_row_of_stands(1, pods, 0, random)),
        exhibitors=tuple(_companies(1, companies, 0, random)),
    )


def _row_of_stands(group: int, number: int, after: int, random: Random) -> list[Stand]:
    kinds = [kind for kind, times, _ in KINDS for _ in range(times)]
    watts = {kind: choices for kind, _, choices in KINDS}
    found = []
    for index in range(number):
        kind = random.choice(kinds)
        is_large = kind in ("corner", "demo")
        beside = [
            at for at in (index - 1, index + 1) if 0 <= at < number and at // ROW == index // ROW
        ]
        found.append(
            Stand(
                id=after + index + 1,
                number=f"{group}-{index + 1:03}",
                group=group,
                kind=kind,
                watts=random.choice(watts[kind]),
                screen=is_large or random.random() < 0.6,
                network=random.random() < 0.5,
                storage=kind in ("desk", "corner") or random.random() < 0.2,
                water=kind == "demo" and random.random() < 0.3,
                accessible=kind != "table",
                neighbours=frozenset(after + at + 1 for at in beside),
            )
        )
    return found


def _companies(group: int, number: int, after: int, random: Random) -> list[Exhibitor]:
    short = number // 2
    wishes = [(1, 2, 3, 4), (5, 6, 7, 8)] * (short // 2 + 1)
    stays = [*wishes[:short], *[tuple(range(1, 9))] * (number - short)]
    random.shuffle(stays)
    focus = random.choice(THEMES)
    found = []
    for index, wished in enumerate(stays):
        found.append(
            Exhibitor(
                id=after + index + 1,
                group=group,
                rank=index + 1,
                granted=len(wished),
                wished=frozenset(wished),
                watts=random.choices((150, 300, 500, 800, 1500), (3, 4, 3, 2, 1))[0],
                screen=random.random() < 0.55,
                network=random.random() < 0.3,
                storage=random.random() < 0.2,
                theme=focus if random.random() < 0.35 else random.choice(THEMES),
                apart=frozenset(
                    [after + random.randrange(number) + 1] if random.random() < 0.1 else []
                ),
            )
        )
    return found
