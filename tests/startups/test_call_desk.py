"""The desk's pages of a call: its form, its rows, its questions, its codes."""

from datetime import UTC, datetime

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from events.models import Region
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry
from startups.models import Call, ChecklistDeadline, Criterion, LateCode, Question, Quota
from tests.factories import (
    AnswerFactory,
    ApplicationFactory,
    CallFactory,
    ParticipationFactory,
    QuestionFactory,
    organiser,
)

pytestmark = pytest.mark.django_db

OPENS = datetime(2030, 2, 1, 8, tzinfo=UTC)
TYPED = {
    "places": "12",
    "contact_email": "appel@region.example",
    "opens_at_0": "2030-02-01",
    "opens_at_1": "09:00",
    "closes_at_0": "2030-03-01",
    "closes_at_1": "18:00",
    "grace_minutes": "10",
    "confirm_within_days": "10",
    "offer_within_days": "3",
    "reviews_each": "2",
    "badge_quota": "3",
    "hides_other_scores": "on",
    "fills_by_itself": "on",
}


def rows(prefix, *new, old=()):
    """What a browser sends of the rows under a call."""
    typed = [*old, *new]
    sent = {f"{prefix}-TOTAL_FORMS": len(typed), f"{prefix}-INITIAL_FORMS": len(old)}
    for number, row in enumerate(typed):
        sent |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return sent


NO_ROWS = {**rows("criteria"), **rows("quotas"), **rows("deadlines")}


@pytest.fixture
def manager(client):
    user = organiser("53", language="en")
    client.force_login(user)
    return user


def verbs():
    return list(ActivityEntry.objects.order_by("pk").values_list("verb", flat=True))


def told(response):
    return [str(each) for each in get_messages(response.wsgi_request)]


def change(client, call, **typed):
    url = reverse("admin:startups_call_change", args=[call.pk])
    return client.post(url, {**TYPED, **NO_ROWS, **typed}, headers={"accept-language": "en"})


def test_desk_writes_and_publishes_a_call_by_the_operations(client, manager):
    participation = ParticipationFactory()

    client.post(
        reverse("admin:startups_call_add"),
        {"participation": participation.pk, "themes": ["cyber"], **TYPED},
    )
    call = Call.objects.get()
    deadlines = [
        {"id": row.pk, "call": call.pk, "due_at_0": "2030-05-01", "due_at_1": "12:00"}
        for row in call.deadlines.order_by("due_at", "pk")
    ]
    change(client, call, is_published="on", **rows("deadlines", old=deadlines))

    call.refresh_from_db()
    assert (call.opens_at, call.places, call.is_published) == (OPENS, 12, True)
    assert [theme.pk for theme in call.themes.all()] == []
    assert set(call.deadlines.values_list("due_at", flat=True)) == {
        datetime(2030, 5, 1, 10, tzinfo=UTC)
    }
    assert verbs() == [
        "call.created",
        "call.changed",
        "call.published",
        *["call.deadline_changed"] * 7,
    ]


def test_desk_keeps_a_call_published_once_somebody_has_begun_to_apply(client, manager):
    call = ApplicationFactory(call=CallFactory(places=10)).call

    response = change(client, call)

    assert response.context["adminform"].form.errors == {
        "is_published": ["Bretagne’s call already has applications: it stays published."]
    }
    call.refresh_from_db()
    assert (call.places, call.is_published) == (10, True)


def test_desk_writes_criteria_quotas_and_deadlines_under_the_call(client, manager):
    call = CallFactory()

    response = change(
        client,
        call,
        is_published="on",
        **rows(
            "criteria",
            {"name_fr": "Innovation", "weight": "3", "max_score": "5", "position": "0"},
            {"name_fr": "Équipe", "weight": "1", "max_score": "5", "position": "0"},
        ),
        **rows("quotas", {"whom": "department:35", "least": "3"}, {"whom": "women:", "least": "4"}),
        **rows(
            "deadlines", {"item": "logo", "due_at_0": "2030-05-01", "due_at_1": "18:00"}
        ),
    )

    assert response.status_code == 302
    assert list(Criterion.objects.order_by("position").values_list("name_fr", "position")) == [
        ("Innovation", 1),
        ("Équipe", 2),
    ]
    assert list(Quota.objects.order_by("dimension").values_list("dimension", "value", "least")) == [
        ("department", "35", 3),
        ("women", "", 4),
    ]
    assert list(ChecklistDeadline.objects.values_list("item", "due_at")) == [
        ("logo", datetime(2030, 5, 1, 16, tzinfo=UTC))
    ]
