"""What a call asks of companies, at its boundaries: who is in, who is out, who cannot be told."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from events.models import Region
from startups import eligibility
from startups.models import Headcount
from startups.places import department_of
from tests.factories import ApplicationFactory, CallFactory, ParticipationFactory

pytestmark = pytest.mark.django_db

CLOSES = datetime(2030, 3, 1, 17, tzinfo=UTC)


def found(call_fields, region="53", themes=(), **application_fields):
    participation = ParticipationFactory(region=Region.objects.get(code=region))
    call = CallFactory(participation=participation, closes_at=CLOSES, **call_fields)
    call.themes.set(themes)
    application = ApplicationFactory(call=call, **application_fields)
    with translation.override("en"):
        return [(each.rule, each.is_met) for each in eligibility.findings(application)]


def test_a_call_without_rules_finds_nothing():
    assert found({}) == []


@pytest.mark.parametrize(
    ("founded_on", "is_met"),
    [
        (date(2020, 3, 2), True),  # a day short of ten years
        (date(2020, 3, 1), False),  # ten years to the day
        (date(2020, 2, 29), False),
        (date(2030, 2, 1), True),
        (None, None),
    ],
)
def test_age_counts_whole_years_at_closing(founded_on, is_met):
    assert found({"max_age_years": 10}, founded_on=founded_on) == [("age", is_met)]


@pytest.mark.parametrize(
    ("founded_on", "at", "years"),
    [
        # Without a 29 February of its own, a year is over with the month.
        (date(2020, 2, 29), date(2029, 2, 27), 8),
        (date(2020, 2, 29), date(2029, 2, 28), 9),
        (date(2020, 2, 29), date(2028, 2, 28), 7),
        (date(2020, 2, 29), date(2028, 2, 29), 8),
        (date(2020, 12, 31), date(2021, 1, 1), 0),
    ],
)
def test_years_of_a_company(founded_on, at, years):
    assert eligibility.age(founded_on, at) == years


def test_age_is_told_by_the_day_the_call_closes_in_paris():
    call = CallFactory(closes_at=datetime(2030, 2, 28, 23, 30, tzinfo=UTC), max_age_years=10)
    application = ApplicationFactory(call=call, founded_on=date(2020, 3, 1))

    assert [each.is_met for each in eligibility.findings(application)] == [False]


@pytest.mark.parametrize(
    ("region", "postcode", "is_met"),
    [
        ("53", "35000", True),
        ("53", "44000", False),
        ("04", "97400", True),  # La Réunion: three digits
        ("04", "97600", False),  # Mayotte
        ("06", "97600", True),
        ("94", "20000", True),  # Corse-du-Sud
        ("94", "20200", True),  # Haute-Corse
        ("94", "13001", False),
        ("11", "75011", True),
        ("75", "75011", False),  # region 75 is Nouvelle-Aquitaine, not Paris
        ("53", "", None),
    ],
)
def test_head_office_is_told_by_its_postcode(region, postcode, is_met):
    rules = {"only_head_office": True}

    assert found(rules, region=region, postcode=postcode) == [("head_office", is_met)]


def test_every_region_knows_its_departements_as_postcodes_tell_them():
    known = {code for region in Region.objects.all() for code in region.departments}

    assert len(known) == 101
    assert {department_of(f"{number:02d}000") for number in range(1, 96) if number != 20} <= known
    assert {department_of(code) for code in ("20090", "20137", "20200", "20600")} == {"2A", "2B"}


@pytest.mark.parametrize(
    ("band", "is_met"),
    [
        (Headcount.NONE, True),
        (Headcount.FROM_6, True),
        (Headcount.FROM_10, True),
        (Headcount.FROM_20, False),
        (Headcount.FROM_250, False),
        (Headcount.UNKNOWN, None),
        ("", None),
    ],
)
def test_headcount_follows_the_order_of_the_bands(band, is_met):
    rules = {"max_headcount": Headcount.FROM_10}

    assert found(rules, headcount_band=band) == [("headcount", is_met)]


@pytest.mark.parametrize(
    ("revenue", "is_met"),
    [
        (Decimal("5000000"), True),
        (Decimal("5000000.01"), False),
        (Decimal(0), True),
        (None, None),
    ],
)
def test_turnover_may_reach_the_limit(revenue, is_met):
    assert found({"max_revenue": Decimal(5_000_000)}, revenue=revenue) == [("revenue", is_met)]


@pytest.mark.parametrize(("theme", "is_met"), [("cyber", True), ("health", False), (None, None)])
def test_theme_is_among_those_of_the_call(theme, is_met):
    assert found({}, themes=["cyber", "ai"], theme_id=theme) == [("theme", is_met)]


@pytest.mark.parametrize(("has_exhibited", "is_met"), [(False, True), (True, False), (None, None)])
def test_first_participation_is_what_the_company_says(has_exhibited, is_met):
    rules = {"only_first_participation": True}

    assert found(rules, has_exhibited=has_exhibited) == [("first_participation", is_met)]


def test_findings_say_the_rule_and_what_the_file_says():
    call = CallFactory(
        closes_at=CLOSES,
        only_head_office=True,
        max_age_years=8,
        max_headcount=Headcount.FROM_20,
        max_revenue=Decimal("2000000.5"),
        only_first_participation=True,
    )
    call.themes.set(["cyber"])
    application = ApplicationFactory(
        call=call,
        postcode="75011",
        city="Paris",
        founded_on=date(2024, 5, 1),
        headcount_band=Headcount.FROM_3,
        revenue=Decimal(1_500_000),
        has_exhibited=None,
        theme_id="cyber",
    )

    with translation.override("en"):
        told = [each.sentence for each in eligibility.findings(application)]
        asked = [rule.sentence for rule in eligibility.rules(call)]

    said = [
        "The file says: 75011 Paris.",
        "The file says: founded on 1 May 2024.",
        "The file says: 3 to 5.",
        "The file says: 1,500,000\u00a0€.",
        "The file says: Cybersecurity.",
        "The company has not said whether it has.",
    ]
    assert asked == [
        "The head office must be in the region (Bretagne).",
        "The company must have been founded less than 8 years before 1 March 2030, when the call "
        "closes.",
        "The headcount must be at most: 20 to 49.",
        "The yearly turnover must be at most 2,000,000.50\u00a0€.",
        "The main theme must be one of: Cybersecurity.",
        "The company must not have exhibited on the pavilion before.",
    ]
    assert told == [f"{rule} {words}" for rule, words in zip(asked, said, strict=True)]


def test_findings_cost_nothing_once_the_call_is_loaded(django_assert_num_queries):
    call = CallFactory(only_head_office=True, max_age_years=8, only_first_participation=True)
    call.themes.set(["cyber"])
    application = ApplicationFactory(call=call)
    application = (
        type(application)
        .objects.select_related("call__participation__region", "theme")
        .prefetch_related("call__themes")
        .get()
    )

    with django_assert_num_queries(0):
        assert len(eligibility.findings(application)) == 4
