import pytest
from django.utils import translation

from startups.jury.balance import Company, age_band, balance_of, women_share

BRETAGNE = {"22": "Côtes-d’Armor (22)", "29": "Finistère (29)", "35": "Ille-et-Vilaine (35)"}
THEMES = {"ai": "IA", "cyber": "Cybersécurité"}


def company(pk, department="35", theme="cyber", age=2, founders=2, women=0) -> Company:
    return Company(
        pk=pk, department=department, theme=theme, age=age, founders=founders, women=women
    )


def balance(companies, chosen=(), quotas=None, places=4):
    return balance_of(
        companies,
        set(chosen),
        departments=BRETAGNE,
        themes=THEMES,
        quotas=quotas or {},
        places=places,
    )


def bars(found, dimension) -> dict[str, tuple[int, int]]:
    (part,) = [part for part in found.parts if part.dimension == dimension]
    return {bar.value: (bar.applied, bar.chosen) for bar in part.bars}


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (0, "0-2"),
        (2, "0-2"),
        (3, "3-5"),
        (5, "3-5"),
        (6, "6-10"),
        (10, "6-10"),
        (11, "11-"),
        (None, "untold"),
    ],
)
def test_every_age_has_its_band(age, band):
    assert age_band(age) == band


def test_bars_count_who_applied_and_who_is_chosen_by_value():
    found = balance(
        [
            company(1, women=1),
            company(2, department="29", theme="ai", age=7),
            company(3, department="44", age=None, women=None),
        ],
        chosen=[1, 3],
    )

    assert (found.applied, found.chosen) == (3, 2)
    assert bars(found, "department") == {"22": (0, 0), "29": (1, 0), "35": (1, 1), "44": (1, 1)}
    assert bars(found, "theme") == {"ai": (1, 0), "cyber": (2, 2)}
    assert bars(found, "age") == {
        "0-2": (1, 1),
        "3-5": (0, 0),
        "6-10": (1, 0),
        "11-": (0, 0),
        "untold": (1, 1),
    }
    assert bars(found, "women") == {"": (1, 1), "none": (1, 0), "untold": (1, 1)}


def test_departments_without_anybody_are_told_in_words():
    with translation.override("en"):
        departments = balance([company(1), company(2, department="29")], chosen=[1]).parts[0]

    assert departments.remarks == ["Nobody applied from Côtes-d’Armor (22)."]
    assert departments.left_out == "Finistère (29)"


def test_a_quota_not_reached_is_short_even_where_nobody_applied():
    quotas = {("department", "35"): 1, ("department", "22"): 1, ("women", ""): 2}

    found = balance([company(1, women=1), company(2)], chosen=[1], quotas=quotas)

    short = {
        (bar.dimension, bar.value): (bar.least, bar.is_short)
        for part in found.parts
        for bar in part.bars
        if bar.least is not None
    }
    assert short == {
        ("department", "22"): (1, True),
        ("department", "35"): (1, False),
        ("women", ""): (2, True),
    }


def test_shares_are_those_of_applicants_and_of_places():
    found = balance([company(1), company(2), company(3, department="29")], [1], places=4)

    (bar,) = [bar for bar in found.parts[0].bars if bar.value == "35"]
    assert (bar.applied_share, bar.chosen_share, bar.least_share) == (67, 25, None)


@pytest.mark.parametrize(
    ("companies", "share"),
    [
        ([], None),
        ([company(1, women=None)], None),
        ([company(1, founders=0, women=0)], None),
        ([company(1, founders=3, women=1), company(2, founders=1, women=1)], 50),
        ([company(1, founders=2, women=1), company(2, women=None)], 50),
    ],
)
def test_women_are_counted_among_the_founders_who_told(companies, share):
    assert women_share(companies) == share
