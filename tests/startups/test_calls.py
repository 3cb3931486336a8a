"""A region's call: its operations, its doors."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import translation

from pavilion.core.access import Role
from pavilion.core.errors import DomainError
from pavilion.core.models import ActivityEntry
from startups import operations
from startups.models import Call
from tests.api import client_of
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    ParticipationFactory,
    UserFactory,
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
SENT = {
    "edition": 2030,
    "region": "53",
    "opens_at": "2030-02-01T09:00:00+01:00",
    "closes_at": "2030-03-01T18:00:00+01:00",
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


def test_api_writes_publishes_and_changes_a_call(time_machine):
    time_machine.move_to("2030-02-15T10:00:00+01:00", tick=False)
    ParticipationFactory()
    client = client_of(organiser("53", language="en"))

    written = client.post("/api/v1/calls/", SENT)
    pk = Call.objects.get().pk
    url = f"/api/v1/calls/{pk}/"
    unseen = client_of().get(url).status_code
    published = client.post(f"{url}publish/")
    changed = client.patch(url, {"text_en": "Come", "grace_minutes": 0})
    again = client.post("/api/v1/calls/", SENT)
    backwards = client.patch(url, {"closes_at": "2030-01-01T00:00:00+01:00"})
    hidden = client.post(f"{url}hide/")

    shown = {
        **SENT,
        "id": pk,
        "text": "",
        "text_fr": "",
        "text_en": "",
        "is_open": False,
        "results_at": None,
        "confirm_within_days": 10,
        "is_published": False,
    }
    public = {**shown, "is_open": True, "is_published": True}
    assert (written.status_code, written.json(), unseen) == (201, shown, 404)
    assert (published.status_code, published.json()) == (200, public)
    assert (changed.status_code, changed.json()) == (
        200,
        {**public, "text": "Come", "text_en": "Come"},
    )
    assert (again.status_code, again.json()) == (
        409,
        {
            "code": "call_exists",
            "detail": "Bretagne already has its call for VivaTech 2030.",
            "details": {"call": pk},
        },
    )
    assert (backwards.status_code, backwards.json()["code"]) == (409, "closes_before_it_opens")
    assert (hidden.status_code, hidden.json()["is_published"]) == (200, False)


@pytest.mark.parametrize(
    ("user", "status"),
    [
        (lambda: None, 401),
        (UserFactory, 403),
        (lambda: organiser("76"), 403),
        (lambda: organiser("53", Role.READER), 403),
    ],
)
def test_api_refuses_a_call_to_those_who_do_not_act_for_its_region(user, status):
    ParticipationFactory()
    other = CallFactory(participation=ParticipationFactory(edition__year=2031), places=10)
    client = client_of(user())

    answers = [
        client.post("/api/v1/calls/", SENT).status_code,
        client.patch(f"/api/v1/calls/{other.pk}/", {"places": 1}).status_code,
        client.post(f"/api/v1/calls/{other.pk}/publish/").status_code,
        client.post(f"/api/v1/calls/{other.pk}/hide/").status_code,
    ]

    assert answers == [status] * 4
    assert list(Call.objects.values_list("places", "is_published")) == [(10, True)]


def test_api_hides_a_call_in_preparation_from_other_regions():
    call = CallFactory(is_published=False)
    client = client_of(organiser("76"))

    assert client.patch(f"/api/v1/calls/{call.pk}/", {"places": 1}).status_code == 404
    assert client.post(f"/api/v1/calls/{call.pk}/publish/").status_code == 404


def test_api_wants_a_region_that_takes_part():
    ParticipationFactory()
    client = client_of(organiser(language="en"))

    missing = client.post("/api/v1/calls/", {**SENT, "region": None})
    stranger = client.post("/api/v1/calls/", {**SENT, "region": "76"})

    assert (missing.status_code, missing.json()) == (
        400,
        {"region": ["This field may not be null."]},
    )
    assert (stranger.status_code, stranger.json()) == (
        400,
        {"region": ["No region with this code takes part in this edition."]},
    )


TYPED = {
    "places": "12",
    "contact_email": "appel@region.example",
    "opens_at_0": "2030-02-01",
    "opens_at_1": "09:00",
    "closes_at_0": "2030-03-01",
    "closes_at_1": "18:00",
    "grace_minutes": "10",
    "confirm_within_days": "10",
}


def test_desk_writes_and_publishes_a_call_by_the_operations(client):
    participation = ParticipationFactory()
    client.force_login(organiser("53"))

    client.post(reverse("admin:startups_call_add"), {"participation": participation.pk, **TYPED})
    call = Call.objects.get()
    client.post(
        reverse("admin:startups_call_change", args=[call.pk]), {**TYPED, "is_published": "on"}
    )

    call.refresh_from_db()
    assert (call.opens_at, call.places, call.is_published) == (OPENS, 12, True)
    assert [entry[0] for entry in noted()] == ["call.created", "call.published"]


def test_desk_keeps_a_call_published_once_somebody_has_begun_to_apply(client):
    call = ApplicationFactory(call=CallFactory(places=10)).call
    client.force_login(organiser("53", language="en"))

    response = client.post(
        reverse("admin:startups_call_change", args=[call.pk]),
        TYPED,
        headers={"accept-language": "en"},
    )

    assert response.context["adminform"].form.errors == {
        "is_published": ["Bretagne’s call already has applications: it stays published."]
    }
    call.refresh_from_db()
    assert (call.places, call.is_published) == (10, True)
