"""What hangs on a call beside its questions: criteria, quotas, deadlines, late codes."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from pavilion.core.access import Role
from pavilion.core.errors import DomainError
from pavilion.core.models import ActivityEntry
from startups import operations
from startups.models import ChecklistDeadline, Criterion, LateCode, Quota, Review, Score
from startups.operations.calls.late_codes import find, tidy
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    CriterionFactory,
    ReviewFactory,
    organiser,
)

pytestmark = pytest.mark.django_db

BEFORE_CLOSING = "2030-02-15T10:00:00+01:00"
OPEN = datetime(2030, 2, 10, 9, tzinfo=UTC)
EXPIRES = datetime(2030, 3, 10, 17, tzinfo=UTC)


def noted():
    return list(ActivityEntry.objects.order_by("pk").values_list("verb", "before", "after"))


def refused(operation, **fields):
    with translation.override("en"), pytest.raises(DomainError) as refusal:
        operation(**{"by": None, **fields})
    return refusal.value.code, refusal.value.field, str(refusal.value), refusal.value.details


def scored(call, *values):
    """A review handed in, with these scores in the order of the criteria."""
    review = ReviewFactory(
        application=ApplicationFactory(call=call),
        status=Review.Status.DONE,
        mean=Decimal(10),
        done_at=datetime(2030, 3, 5, tzinfo=UTC),
    )
    for criterion, value in zip(call.criteria.order_by("position"), values, strict=True):
        Score.objects.create(review=review, criterion=criterion, value=value)
    return review


# --- Criteria -------------------------------------------------------------------------------------


def test_criteria_are_added_in_order_changed_and_removed():
    call = CallFactory()
    by = organiser("53")

    first = operations.add_criterion(call_id=call.pk, name_fr="Innovation", by=by, weight=3)
    second = operations.add_criterion(call_id=call.pk, name_fr="Équipe", by=by)
    for _time in range(2):
        operations.change_criterion(criterion_id=second.pk, by=by, max_score=10)
    operations.remove_criterion(criterion_id=first.pk, by=by)

    kept = Criterion.objects.values_list("name_fr", "position", "weight", "max_score")
    assert list(kept) == [("Équipe", 2, 1, 10)]
    assert [(verb, after) for verb, _before, after in noted()] == [
        (
            "call.criterion_added",
            {
                "name": "Innovation",
                "criterion_name_fr": "Innovation",
                "criterion_position": 1,
                "criterion_weight": 3,
            },
        ),
        (
            "call.criterion_added",
            {"name": "Équipe", "criterion_name_fr": "Équipe", "criterion_position": 2},
        ),
        ("call.criterion_changed", {"name": "Équipe", "criterion_max_score": 10}),
        ("call.criterion_removed", {"name": "Innovation"}),
    ]


def test_criteria_of_a_call_have_each_their_name():
    call = CallFactory()
    known = CriterionFactory(call=call, name_fr="Équipe")

    assert refused(operations.add_criterion, call_id=call.pk, name_fr="Équipe") == (
        "criterion_exists",
        "name_fr",
        "This call already has the criterion “Équipe”.",
        {"criterion": known.pk},
    )
    assert refused(operations.change_criterion, criterion_id=known.pk, name_fr=" ")[:3] == (
        "criterion_without_name",
        "name_fr",
        "Write what the criterion is called in French.",
    )


def test_a_scored_criterion_stays_and_so_does_its_highest_score():
    call = CallFactory()
    criterion = CriterionFactory(call=call, name_fr="Équipe")
    scored(call, 4)
    scored(call, 2)
    sentence = "2 reviews already score “Équipe”: it stays, and so does its highest score."
    details = {"criterion": criterion.pk, "reviews": 2}

    assert refused(operations.remove_criterion, criterion_id=criterion.pk) == (
        "criterion_scored",
        "",
        sentence,
        details,
    )
    assert refused(operations.change_criterion, criterion_id=criterion.pk, max_score=10) == (
        "criterion_scored",
        "max_score",
        sentence,
        details,
    )
    operations.change_criterion(criterion_id=criterion.pk, by=None, name_en="Team")


def test_another_weight_changes_the_means_at_once():
    call = CallFactory()
    first = CriterionFactory(call=call, position=1)
    CriterionFactory(call=call, position=2)
    review = scored(call, 5, 0)

    operations.change_criterion(criterion_id=first.pk, by=organiser("53"), weight=3)

    review.refresh_from_db()
    assert review.mean == Decimal("15.00")


def test_weights_stay_once_decisions_are_released():
    criterion = CriterionFactory(call=CallFactory(released_at=EXPIRES))

    attempts = [
        refused(operations.change_criterion, criterion_id=criterion.pk, weight=9)[0],
        refused(operations.add_criterion, call_id=criterion.call_id, name_fr="Marché")[0],
    ]

    assert attempts == ["decisions_released"] * 2


# --- Quotas ---------------------------------------------------------------------------------------


def test_set_quotas_replaces_them_all_and_notes_a_change_once():
    call = CallFactory(places=10)
    quotas = [
        {"dimension": "women", "value": "", "least": 4},
        {"dimension": "department", "value": "35", "least": 3},
    ]

    for _time in range(2):
        operations.set_quotas(call_id=call.pk, quotas=quotas, by=organiser("53"))
    operations.set_quotas(call_id=call.pk, quotas=quotas[:1], by=organiser("53"))

    assert list(Quota.objects.values_list("dimension", "value", "least")) == [("women", "", 4)]
    both = {"quotas": ["department 35: 3", "women: 4"]}
    assert noted() == [
        ("call.quotas_set", {"quotas": []}, both),
        ("call.quotas_set", both, {"quotas": ["women: 4"]}),
    ]


@pytest.mark.parametrize(
    ("quotas", "answer"),
    [
        (
            [("department", "44", 1)],
            ("wrong_quota", "value", "“44” is none of: 22, 29, 35, 56."),
        ),
        (
            [("theme", "health", 1)],
            ("wrong_quota", "value", "“health” is none of: cyber."),
        ),
        (
            [("women", "x", 1)],
            (
                "wrong_quota",
                "value",
                "Women founders are counted as they are: leave the value empty.",
            ),
        ),
        (
            [("department", "35", 1), ("department", "35", 2)],
            ("quota_twice", "", "There are two quotas for the same: Département 35: 2."),
        ),
        (
            [("department", "35", 6), ("department", "29", 5)],
            (
                "more_than_the_places",
                "least",
                "Together these quotas ask for 11 places; the call has 10.",
            ),
        ),
    ],
)
def test_set_quotas_refuses_what_cannot_be(quotas, answer):
    call = CallFactory(places=10)
    call.themes.set(["cyber"])
    wanted = [dict(zip(("dimension", "value", "least"), quota, strict=True)) for quota in quotas]

    assert refused(operations.set_quotas, call_id=call.pk, quotas=wanted)[:3] == answer
    assert not Quota.objects.exists()


# --- Deadlines ------------------------------------------------------------------------------------


def test_deadlines_are_set_moved_and_removed_leaving_one_trace_each():
    call = CallFactory()
    by, due = organiser("53"), datetime(2030, 5, 1, 16, tzinfo=UTC)
    later = datetime(2030, 5, 2, 16, tzinfo=UTC)

    for moment in (due, due, later):
        operations.set_deadline(call_id=call.pk, item="logo", due_at=moment, by=by)
    for _time in range(2):
        operations.remove_deadline(call_id=call.pk, item="logo", by=by)

    assert not ChecklistDeadline.objects.exists()
    first, second = "2030-05-01T16:00:00Z", "2030-05-02T16:00:00Z"
    assert noted() == [
        (
            "call.deadline_changed",
            {"due_at": before},
            {"checklist_item": "logo", "due_at": after},
        )
        for before, after in ((None, first), (first, second), (second, None))
    ]


def test_nothing_is_to_be_prepared_after_the_fair():
    call = CallFactory()
    after = datetime(2030, 6, 15, 22, 0, 1, tzinfo=UTC)

    assert refused(operations.set_deadline, call_id=call.pk, item="logo", due_at=after)[:3] == (
        "due_after_the_fair",
        "due_at",
        "The fair ends on Saturday 15 June 2030: there is nothing left to prepare after it.",
    )


# --- Late codes -----------------------------------------------------------------------------------


def test_late_codes_are_readable_given_and_revoked(time_machine):
    time_machine.move_to(BEFORE_CLOSING, tick=False)
    call, by = CallFactory(), organiser("53")

    made = operations.give_late_code(
        call_id=call.pk, expires_at=EXPIRES, by=by, max_uses=3, note="Incubateur"
    )
    chosen = operations.give_late_code(
        call_id=call.pk, expires_at=EXPIRES, by=by, code="  bretagne numérique".replace("é", "e")
    )
    for _time in range(2):
        operations.revoke_late_code(late_code_id=made.pk, by=by)

    prefix, first, last = made.code.split("-")
    assert (prefix, len(first), len(last), set(made.code) & set("01258OILZSB")) == (
        "BRE",
        3,
        3,
        {"B"},
    )
    assert (chosen.code, tidy(" Bretagne_numerique ")) == ("BRETAGNE-NUMERIQUE",) * 2
    given = {"max_uses": 3, "expires_at": "2030-03-10T17:00:00Z"}
    assert noted()[0] == ("call.late_code_given", {}, {"late_code": made.code, **given})
    assert noted()[2:] == [("call.late_code_revoked", {"late_code": made.code}, {})]


@pytest.mark.parametrize("typed", ["BRE-7K4-MQX", " bre 7k4 mqx ", "bre7k4mqx", "BRE–7K4–MQX"])
def test_a_late_code_is_found_however_it_is_typed(typed):
    code = LateCode.objects.create(call=CallFactory(), code="BRE-7K4-MQX", expires_at=EXPIRES)

    found = [find(code.call, each, OPEN) for each in (typed, "BRE-7K4-MQ")]
    assert found == [code, None]


def test_of_late_codes_alike_but_for_hyphens_the_one_that_was_typed_then_one_that_lets_in():
    call = CallFactory()
    codes = [
        LateCode.objects.create(call=call, code=code, expires_at=EXPIRES, revoked_at=revoked_at)
        for code, revoked_at in (("BRE-7K4-MQX", OPEN), ("BRE7-K4MQX", OPEN), ("BRE7K4-MQX", None))
    ]

    assert [find(call, typed, OPEN) for typed in ("bre7 k4mqx", "bre7k4mqx")] == [
        codes[1], codes[2],
    ]  # fmt: skip


def test_a_late_code_that_differs_from_another_by_its_hyphens_alone_is_refused():
    call = CallFactory()
    LateCode.objects.create(call=call, code="ARMOR-7", expires_at=EXPIRES, revoked_at=OPEN)
    answer = refused(operations.give_late_code, call_id=call.pk, code="arm or7", expires_at=EXPIRES)

    assert answer == (
        "code_taken", "code", "The code ARMOR-7 was already given for this call.",
        {"code": "ARMOR-7"},
    )  # fmt: skip
    assert LateCode.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        (
            {"code": "abc"},
            (
                "wrong_code",
                "code",
                "A code is made of 6 to 20 letters without accents, digits and hyphens.",
            ),
        ),
        ({"code": "éphémère"}, ("wrong_code", "code")),
        ({"code": "bre taken"}, ("code_taken", "code")),
        (
            {"expires_at": datetime(2030, 3, 1, tzinfo=UTC)},
            (
                "expires_too_soon",
                "expires_at",
                "The code would end before it serves: choose a moment after Friday 1 March 2030 "
                "at 01:00.",
            ),
        ),
        (
            {"expires_at": datetime(2030, 6, 16, tzinfo=UTC)},
            (
                "expires_after_the_fair",
                "expires_at",
                "The fair ends on Saturday 15 June 2030: nobody applies after it.",
            ),
        ),
    ],
)
def test_give_late_code_refuses_what_serves_nobody(time_machine, fields, answer):
    time_machine.move_to(BEFORE_CLOSING, tick=False)
    call = CallFactory()
    LateCode.objects.create(call=call, code="BRE-TAKEN", expires_at=EXPIRES)
    fields = {"expires_at": EXPIRES, **fields}

    told = refused(operations.give_late_code, call_id=call.pk, **fields)

    assert told[: len(answer)] == answer
    assert LateCode.objects.count() == 1


@pytest.mark.parametrize(
    "by",
    [
        lambda: organiser("76"),
        lambda: organiser("53", Role.REVIEWER),
        lambda: organiser("53", Role.READER),
    ],
)
def test_a_call_is_shaped_by_its_region_s_managers(by, time_machine):
    time_machine.move_to(BEFORE_CLOSING, tick=False)
    user, criterion = by(), CriterionFactory()
    call = criterion.call_id
    code = LateCode.objects.create(call_id=call, code="BRE-234567", expires_at=EXPIRES)

    for attempt in (
        lambda: operations.add_criterion(call_id=call, name_fr="?", by=user),
        lambda: operations.change_criterion(criterion_id=criterion.pk, by=user, weight=2),
        lambda: operations.remove_criterion(criterion_id=criterion.pk, by=user),
        lambda: operations.set_quotas(call_id=call, quotas=[], by=user),
        lambda: operations.set_deadline(call_id=call, item="logo", due_at=EXPIRES, by=user),
        lambda: operations.remove_deadline(call_id=call, item="logo", by=user),
        lambda: operations.give_late_code(call_id=call, expires_at=EXPIRES, by=user),
        lambda: operations.revoke_late_code(late_code_id=code.pk, by=user),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert noted() == []
