"""A call made from another: what is copied, what stays where it is."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from events.models import Region
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry
from startups import operations
from startups.models import Call, LateCode, Question
from tests.factories import (
    AnswerFactory,
    ApplicationFactory,
    CallFactory,
    CriterionFactory,
    EditionFactory,
    ParticipationFactory,
    organiser,
)

pytestmark = pytest.mark.django_db

NEW = {
    "opens_at": datetime(2031, 2, 1, 8, tzinfo=UTC),
    "closes_at": datetime(2031, 3, 1, 17, tzinfo=UTC),
}


@pytest.fixture
def source():
    """Bretagne's call of 2030, with one of everything, and somebody who applied."""
    call = CallFactory(
        text_fr="Venez.",
        text_en="Come.",
        results_at=datetime(2030, 3, 25, 8, tzinfo=UTC),
        only_head_office=True,
        max_age_years=8,
        max_headcount="12",
        max_revenue=Decimal(2_000_000),
        charter_fr="1. Présence",
        charter_version=4,
        reviews_each=3,
        badge_quota=5,
        released_at=datetime(2030, 3, 25, 8, tzinfo=UTC),
    )
    call.themes.set(["cyber"])
    first = Question.objects.create(
        call=call,
        key="prototype",
        kind="yes_no",
        label_fr="Un prototype ?",
        position=1,
        is_required=True,
        # Paris is an hour ahead of UTC in March 2030, and two in March 2031 a year later.
        required_by=datetime(2030, 3, 28, 17, tzinfo=UTC),
    )
    Question.objects.create(
        call=call,
        key="film",
        label_fr="Un film ?",
        position=2,
        depends_on=first,
        depends_value="yes",
    )
    Question.objects.create(call=call, key="old", label_fr="?", position=3, is_active=False)
    CriterionFactory(call=call, name_fr="Innovation", weight=3, position=1)
    operations.set_quotas(
        call_id=call.pk,
        quotas=[
            {"dimension": "department", "value": "35", "least": 2},
            {"dimension": "women", "value": "", "least": 4},
        ],
        by=None,
    )
    operations.set_deadline(
        call_id=call.pk, item="logo", due_at=datetime(2030, 5, 1, 16, tzinfo=UTC), by=None
    )
    LateCode.objects.create(call=call, code="BRE-234567", expires_at=NEW["opens_at"])
    AnswerFactory(application=ApplicationFactory(call=call), question=first, value=True)
    ActivityEntry.objects.all().delete()
    return call


def participation_of(code, day=11):
    """The next fair begins on 11 June 2031, a Wednesday: 364 days after that of 2030."""
    edition = EditionFactory(
        year=2031,
        starts_on=date(2031, 6, day),
        ends_on=date(2031, 6, day + 3),
    )
    return ParticipationFactory(
        edition=edition,
        region=Region.objects.get(code=code),
        contact_email=f"{code}@region.example",
    )


def copied(source, participation, by=None):
    return operations.copy_call(source_id=source.pk, participation=participation, by=by, **NEW)


def test_copy_call_takes_everything_but_people_and_codes(source):
    call = copied(source, participation_of("53"), organiser("53"))

    same = (
        "text_fr",
        "text_en",
        "places",
        "only_head_office",
        "max_age_years",
        "max_headcount",
        "max_revenue",
        "charter_fr",
        "reviews_each",
        "badge_quota",
        "contact_email",
    )
    call.refresh_from_db()
    assert {name: getattr(call, name) for name in same} == {
        name: getattr(source, name) for name in same
    }
    assert (call.is_published, call.charter_version, call.released_at) == (False, 1, None)
    assert (call.opens_at, call.closes_at) == (NEW["opens_at"], NEW["closes_at"])
    # 364 days later, at the same hour in Paris.
    assert call.results_at == datetime(2031, 3, 24, 8, tzinfo=UTC)
    assert [theme.pk for theme in call.themes.all()] == ["cyber"]
    questions = call.questions.order_by("position")
    assert list(questions.values_list("key", "depends_on__key", "depends_value")) == [
        ("prototype", None, ""),
        ("film", "prototype", "yes"),
    ]
    assert questions[1].depends_on.call_id == call.pk
    assert questions[0].required_by == datetime(2031, 3, 27, 17, tzinfo=UTC)
    assert list(call.criteria.values_list("name_fr", "weight")) == [("Innovation", 3)]
    assert list(call.quotas.order_by("dimension").values_list("value", "least")) == [
        ("35", 2),
        ("", 4),
    ]
    assert list(call.deadlines.values_list("item", "due_at")) == [
        ("logo", datetime(2031, 4, 30, 16, tzinfo=UTC))
    ]
    assert (call.applications.count(), call.late_codes.count()) == (0, 0)
    entries = list(ActivityEntry.objects.order_by("pk").values_list("verb", "target_id"))
    assert entries == [("call.created", str(call.pk)), ("call.copied", str(call.pk))]
    assert ActivityEntry.objects.get(verb="call.copied").after == {
        "copied_from": "Bretagne 2030",
        "questions": 2,
        "criteria": 1,
        "quotas": 2,
    }


def test_a_neighbours_call_lends_neither_its_address_nor_its_departements(source):
    call = copied(source, participation_of("76"), organiser("76"))

    assert call.contact_email == "76@region.example"
    assert list(call.quotas.values_list("dimension", "value")) == [("women", "")]


def test_a_date_the_new_calendar_leaves_behind_is_not_copied(source):
    Call.objects.update(results_at=datetime(2030, 3, 1, 17, tzinfo=UTC))

    assert copied(source, participation_of("53")).results_at is None


def test_a_source_without_deadlines_leaves_the_usual_ones(source):
    source.deadlines.all().delete()

    assert copied(source, participation_of("53")).deadlines.count() == 7


def test_an_hour_the_clocks_jump_over_is_told_an_hour_later(source):
    # A year before Sunday 30 March 2031, when 02:30 does not exist in Paris.
    Question.objects.filter(key="prototype").update(
        required_by=datetime(2030, 3, 30, 1, 30, tzinfo=UTC)
    )

    call = copied(source, participation_of("53", day=12))

    assert call.questions.get(key="prototype").required_by == datetime(
        2031, 3, 30, 1, 30, tzinfo=UTC
    )


def test_copy_call_is_for_the_region_that_gets_it_and_from_what_it_sees(source):
    participation = participation_of("76")

    for user in (organiser("53"), organiser("76", Role.READER)):
        with pytest.raises(PermissionDenied):
            copied(source, participation, user)
    Call.objects.update(is_published=False)
    with pytest.raises(Call.DoesNotExist):
        copied(source, participation, organiser("76"))
    assert Call.objects.count() == 1


def test_copy_call_refuses_a_second_call(source):
    with pytest.raises(operations.CallExists):
        copied(source, source.participation)
    assert Call.objects.count() == 1
