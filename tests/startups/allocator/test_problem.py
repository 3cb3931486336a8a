import pytest

from startups.allocator.problem import LEVELS, Exhibitor, HalfDay, Malformed, Problem, Stand
from tests.startups.allocator.trouble import troubled


def test_a_problem_reads_what_it_writes():
    for seed in range(30):
        problem = troubled(seed)

        assert Problem.from_json(problem.to_json()) == problem


def test_levels_that_a_region_does_not_name_come_last():
    problem = Problem(half_days=(), stands=(), exhibitors=(), levels={7: ("few_moves",)})

    assert problem.levels_of(7) == (
        "few_moves",
        "placed",
        "wished_days",
        "fairness",
        "neighbourhood",
    )
    assert problem.levels_of(8) == LEVELS


def _plain(**changes):
    plain = Problem(
        half_days=(HalfDay(id=1), HalfDay(id=2)),
        stands=(Stand(id=10),),
        exhibitors=(
            Exhibitor(id=1, group=5, rank=1, granted=1, present={1: 10}),
            Exhibitor(id=2, group=5, rank=2, granted=1),
        ),
    ).to_json()
    second = plain["exhibitors"][1]
    second |= changes.pop("second", {})
    return plain | changes


@pytest.mark.parametrize(
    ("plain", "said"),
    [
        ([], "The problem is not an object."),
        ({}, "KeyError: 'half_days'"),
        (_plain(half_days=[{"id": 1}, {"id": 1}]), "A half-day is given twice."),
        (_plain(half_days=[{"id": 1, "pace": "mad"}]), "Half-day 1: no pace “mad”."),
        (
            _plain(levels={"5": ["placed", "placed"]}),
            f"Group 5: the levels are not some of {', '.join(LEVELS)}, once.",
        ),
        (_plain(second={"granted": 0}), "Exhibitor 2: no half-day granted."),
        (_plain(second={"wished": [9]}), "Exhibitor 2: a half-day that is not of this edition."),
        (_plain(second={"confirmed": [1]}), "Exhibitor 2: confirmed where it is not present."),
        (_plain(second={"rank": 1}), "Exhibitor 2: rank 1 is also that of 1."),
        (_plain(second={"granted": 2.5}), "Exhibitor 2: granted is 2.5: no int."),
        (_plain(second={"granted": "2"}), "Exhibitor 2: granted is '2': no int."),
        (_plain(second={"granted": True}), "Exhibitor 2: granted is True: no int."),
        (_plain(second={"watts": None}), "Exhibitor 2: watts is None: no int."),
        (_plain(second={"rank": "a"}), "Exhibitor 2: rank is 'a': no int."),
        (_plain(second={"screen": 1}), "Exhibitor 2: screen is 1: no bool."),
        (_plain(second={"wished": ["1"]}), "Exhibitor 2: wished is '1': no int."),
        (_plain(stands=[{"id": 10, "group": "5"}]), "Stand 10: group is '5': no int."),
        (_plain(time_limit=float("nan")), "time_limit is nan: no number of seconds."),
        (_plain(time_limit=-1), "time_limit is -1: no number of seconds."),
        (_plain(time_limit="60"), "time_limit is '60': no number of seconds."),
        (_plain(seed=1.5), "seed is 1.5: no int."),
        (
            _plain(second={"present": {"1": 10}}, only_gaps=True),
            "Exhibitor 2: stand 10 is also fixed for 1.",
        ),
    ],
)
def test_a_malformed_problem_is_refused_with_the_place(plain, said):
    with pytest.raises(Malformed) as refused:
        Problem.from_json(plain)

    assert str(refused.value) == said
