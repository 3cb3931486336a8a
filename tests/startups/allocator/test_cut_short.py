"""A search that the clock cuts short."""

from time import monotonic

from startups.allocator.component import components
from startups.allocator.control import Control
from startups.allocator.greedy import first_come
from startups.allocator.problem import Exhibitor, HalfDay, Problem, Stand
from startups.allocator.solving import Share, better_of, prove

DAYS = (HalfDay(id=1), HalfDay(id=2))


def _component():
    problem = Problem(
        half_days=DAYS,
        stands=(Stand(id=10, group=5), Stand(id=11, group=5, screen=True)),
        exhibitors=(
            Exhibitor(id=1, group=5, rank=1, granted=2),
            Exhibitor(id=2, group=5, rank=2, granted=2),
            Exhibitor(id=3, group=5, rank=3, granted=1, wished=frozenset({2}), screen=True),
        ),
    )
    return components(problem)[0]


def test_what_was_cut_short_counts_only_where_it_is_better_than_first_come():
    component = _component()
    whole = first_come(component)

    assert whole == {0: (0, 3), 1: (1, 3)}
    assert better_of(component, {0: (0, 3)}, whole) == whole  # fewer
    assert better_of(component, {0: (0, 3), 2: (1, 2)}, whole) == whole  # a worse rank
    assert better_of(component, {0: (1, 3), 1: (0, 3)}, whole) == whole  # as good: the same always
    better = {0: (0, 1), 1: (0, 2), 2: (1, 2)}
    assert better_of(component, better, whole) == better


def test_without_any_time_it_answers_first_come():
    component = _component()
    share = Share.of(component, 3)
    late = Control(ends_at=monotonic() - 1)

    done = prove(component, share, late)

    assert (done.placing, done.is_late) == (first_come(component), True)
