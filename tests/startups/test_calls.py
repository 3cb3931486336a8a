"""A region's call: its operations."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from pavilion.core.access import Role
from pavilion.core.errors import DomainError
from pavilion.core.models import ActivityEntry
from startups import operations
from startups.models import Call, Theme
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    ParticipationFactory,
    organiser,
)

pytestmark = pytest.mark.django_db

OPENS = datetime(2030, 2, 1, 8, tzinfo=UTC)
CLOSES = datetime(2030, 3, 1, 17, tzinfo=UTC)
FIELDS = {
    "opens_at": OPENS,
    "closes_at": CLOSES,
    "places": 12,
    "contact_email": "appel@region.example",
}


def noted():
    return list(
        ActivityEntry.objects.order_by("pk").values_list("verb", "region_code", "before", "after")
    )


def refused(operation, **fields):
    with translation.override("en"), pytest.raises(DomainError) as refusal:
        operation(**{"by": None, **fields})
    return refusal.value.code, str(refusal.value), refusal.value.details


def test_create_call_writes_it_unpublished_and_once():
    participation = ParticipationFactory()

    call = operations.create_call(
        participation=participation, by=organiser("53"), text_fr="Venez", **FIELDS
    )

    call.refresh_from_db()
    assert (call.opens_at, call.text_fr, call.grace_minutes, call.is_published) == (
        OPENS,
        "Venez",
        10,
        False,
    )
    assert noted() == [
        (
            "call.created",
            "53",
            {},
            {
                **FIELDS,
                "opens_at": "2030-02-01T08:00:00Z",
                "closes_at": "2030-03-01T17:00:00Z",
                "text_fr": "Venez",
            },
        )
    ]
    assert refused(operations.create_call, participation=participation, **FIELDS) == (
        "call_exists",
        "Bretagne already has its call for VivaTech 2030.",
        {"call": call.pk},
    )


def test_change_call_notes_only_what_differs_and_keeps_it_in_order():
    call = CallFactory(places=10)

    operations.change_call(call_id=call.pk, by=organiser("53"), places=12)
    operations.change_call(call_id=call.pk, by=organiser("53"), places=12)

    assert noted() == [("call.changed", "53", {"places": 10}, {"places": 12})]
    assert refused(operations.change_call, call_id=call.pk, closes_at=call.opens_at) == (
        "closes_before_it_opens",
        "The call closes before it opens.",
        {},
    )


def test_create_call_brings_the_usual_deadlines_before_the_fair():
    call = operations.create_call(participation=ParticipationFactory(), by=None, **FIELDS)

    due = call.deadlines.order_by("due_at", "item").values_list("item", "due_at")
    early, late, last = (
        datetime(2030, 4, 28, 16, tzinfo=UTC),  # 45 days before 12 June, 18:00 in Paris
        datetime(2030, 5, 3, 16, tzinfo=UTC),
        datetime(2030, 5, 23, 16, tzinfo=UTC),
    )
    assert list(due) == [
        ("aid", early),
        ("charter", early),
        ("logo", late),
        ("needs", late),
        ("pitch", late),
        ("questions", late),
        ("badges", last),
    ]


def test_publish_call_gives_the_usual_deadlines_only_to_a_call_without_any():
    bare, own = (
        CallFactory(is_published=False),
        CallFactory(participation=ParticipationFactory(edition__year=2031), is_published=False),
    )
    operations.set_deadline(call_id=own.pk, item="logo", due_at=CLOSES, by=None)

    for call in (bare, own):
        operations.publish_call(call_id=call.pk, by=None)

    assert [bare.deadlines.count(), own.deadlines.count()] == [7, 1]


def test_change_call_keeps_themes_and_notes_them():
    call = CallFactory()
    cyber, health = Theme.objects.get(pk="cyber"), Theme.objects.get(pk="health")

    operations.change_call(call_id=call.pk, by=organiser("53"), themes=[health, cyber])
    operations.change_call(call_id=call.pk, by=organiser("53"), themes=[cyber, health])
    operations.change_call(call_id=call.pk, by=organiser("53"), themes=[cyber], places=11)

    assert list(call.themes.all()) == [cyber]
    assert noted() == [
        ("call.changed", "53", {"themes": []}, {"themes": ["cyber", "health"]}),
        (
            "call.changed",
            "53",
            {"places": 10, "themes": ["cyber", "health"]},
            {"places": 11, "themes": ["cyber"]},
        ),
    ]


def test_another_text_of_the_charter_is_another_version():
    call = CallFactory()

    changed = {"charter_fr": "1. Présence\r\nVenez.\r\n", "places": 10}
    operations.change_call(call_id=call.pk, by=None, **changed)
    same = {"charter_fr": "1. Présence\nVenez."}
    operations.change_call(call_id=call.pk, by=None, **same)
    operations.change_call(call_id=call.pk, by=None, charter_en="1. Presence\nCome.")

    call.refresh_from_db()
    assert (call.charter_version, call.charter_fr) == (3, "1. Présence\nVenez.")
    assert noted() == [
        (
            "call.changed",
            "53",
            {"charter_fr": "", "charter_version": 1},
            {"charter_fr": "1. Présence\nVenez.", "charter_version": 2},
        ),
        (
            "call.changed",
            "53",
            {"charter_en": "", "charter_version": 2},
            {"charter_en": "1. Presence\nCome.", "charter_version": 3},
        ),
    ]


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        (
            {"results_at": datetime(2030, 2, 28, 23, tzinfo=UTC)},
            (
                "results_before_closing",
                "The call closes on Friday 1 March 2030 at 01:00: its results come after.",
                {
                    "results_at": "2030-03-01T00:00:00+01:00",
                    "closes_at": "2030-03-01T01:00:00+01:00",
                },
            ),
        ),
        (
            {"release_at": datetime(2030, 2, 20, tzinfo=UTC)},
            (
                "results_before_closing",
                "The call closes on Friday 1 March 2030 at 01:00: decisions are released after.",
                {
                    "release_at": "2030-02-20T01:00:00+01:00",
                    "closes_at": "2030-03-01T01:00:00+01:00",
                },
            ),
        ),
        (
            {"max_headcount": "NN"},
            (
                "not_a_limit",
                "Choose the largest headcount that may apply: “unknown” is not a limit.",
                {},
            ),
        ),
        (
            {"charter_en": "Come."},
            (
                "charter_without_french",
                "Write the charter in French too: it is the one that counts.",
                {},
            ),
        ),
        (
            {"places": 1},
            (
                "places_held",
                "2 places are already held by companies that were selected.",
                {"held": 2},
            ),
        ),
    ],
)
def test_change_call_refuses_what_contradicts_itself(fields, answer):
    call = CallFactory()
    for status in ("selected", "confirmed", "waitlisted"):
        ApplicationFactory(call=call, status=status)

    assert refused(operations.change_call, call_id=call.pk, **fields) == answer
    assert noted() == []


def test_change_call_sets_the_release_only_ahead_and_only_before_it(time_machine):
    time_machine.move_to("2030-03-10T10:00:00+01:00", tick=False)
    call = CallFactory()
    past, ahead = datetime(2030, 3, 10, 8, tzinfo=UTC), datetime(2030, 3, 20, 8, tzinfo=UTC)

    late = refused(operations.change_call, call_id=call.pk, release_at=past)
    operations.change_call(call_id=call.pk, by=None, release_at=ahead)
    Call.objects.update(released_at=past)
    again = refused(operations.change_call, call_id=call.pk, release_at=ahead + ahead.resolution)

    assert late == (
        "released_in_the_past",
        "This moment is past: the decisions would leave at once. Release them yourself.",
        {"release_at": "2030-03-10T09:00:00+01:00"},
    )
    assert again == (
        "already_released",
        "The decisions were released on Sunday 10 March 2030 at 09:00: no other date can be set.",
        {"released_at": "2030-03-10T09:00:00+01:00"},
    )


def test_publish_and_hide_call_are_safe_to_repeat():
    call = CallFactory(is_published=False)

    for operation in (operations.publish_call,) * 2 + (operations.hide_call,) * 2:
        operation(call_id=call.pk, by=organiser("53"))

    assert noted() == [
        ("call.published", "53", {"is_published": False}, {"is_published": True}),
        ("call.hidden", "53", {"is_published": True}, {"is_published": False}),
    ]


def test_hide_call_refuses_once_somebody_has_begun_to_apply():
    call = ApplicationFactory(status="draft").call

    assert refused(operations.hide_call, call_id=call.pk) == (
        "already_begun",
        "Bretagne’s call already has applications: it stays published.",
        {"applications": 1},
    )
    call.refresh_from_db()
    assert call.is_published


@pytest.mark.parametrize(
    "by",
    [
        lambda: organiser("76"),
        lambda: organiser("53", Role.REVIEWER),
        lambda: organiser("", Role.READER),
    ],
)
def test_a_call_is_its_region_s_managers(by):
    user, call = by(), CallFactory()
    attempts = [
        lambda: operations.create_call(participation=call.participation, by=user, **FIELDS),
        lambda: operations.change_call(call_id=call.pk, by=user, places=1),
        lambda: operations.publish_call(call_id=call.pk, by=user),
        lambda: operations.hide_call(call_id=call.pk, by=user),
    ]

    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()
    assert noted() == []
