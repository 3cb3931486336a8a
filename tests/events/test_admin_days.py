"""The desk adds and changes days by the operations, half-days included."""

from datetime import time

import pytest
from django.urls import reverse
from django.utils import timezone

from events.models import Day, HalfDay
from pavilion.core.models import ActivityEntry
from tests.factories import DayFactory, EditionFactory, HalfDayFactory, organiser

pytestmark = pytest.mark.django_db

HOURS = {
    "public": "professional",
    "exhibitor_access_at": "08:00",
    "opens_at": "09:00",
    "closes_at": "18:00",
}


@pytest.fixture
def desk(client):
    client.force_login(organiser(language="en"))
    return client


def rows(prefix, *forms, initial=0):
    """A formset as the page sends it."""
    sent = {f"{prefix}-TOTAL_FORMS": len(forms), f"{prefix}-INITIAL_FORMS": initial}
    for index, fields in enumerate(forms):
        sent |= {f"{prefix}-{index}-{name}": value for name, value in fields.items()}
    return sent


def parts():
    return [
        (half.part, timezone.localtime(half.starts_at).time())
        for half in HalfDay.objects.order_by("starts_at")
    ]


def verbs():
    return list(ActivityEntry.objects.order_by("pk").values_list("verb", flat=True))


def test_a_day_added_on_its_own_page_brings_its_half_days(desk):
    edition = EditionFactory()

    response = desk.post(
        reverse("admin:events_day_add"), {"edition": edition.pk, "date": "2030-06-13", **HOURS}
    )

    assert response.status_code == 302
    assert parts() == [("am", time(9)), ("pm", time(13))]
    assert verbs() == ["day.created"]


def test_a_day_added_to_its_edition_brings_its_half_days(desk):
    known = DayFactory()
    edition = known.edition
    of_edition = {
        name: getattr(edition, name)
        for name in ("name", "year", "starts_on", "ends_on", "venue_name", "is_published")
    }

    response = desk.post(
        reverse("admin:events_edition_change", args=[edition.pk]),
        {
            **of_edition,
            **rows(
                "days",
                {"id": known.pk, "edition": edition.pk, "date": "2030-06-12", **HOURS},
                {"edition": edition.pk, "date": "2030-06-13", **HOURS},
                initial=1,
            ),
        },
    )

    assert response.status_code == 302
    assert parts() == [("am", time(9)), ("pm", time(13))]
    assert verbs() == ["day.created", "edition.changed"]


def test_half_days_follow_a_day_s_hours_unless_typed_otherwise(desk):
    morning = HalfDayFactory()
    afternoon = HalfDayFactory(part="pm")
    day = morning.day
    sent = {"date": "2030-06-12", **HOURS, "opens_at": "10:00"}

    def typed(half_day, starts, ends):
        return {
            "id": half_day.pk,
            "day": day.pk,
            "part": half_day.part,
            "starts_at_0": "2030-06-12",
            "starts_at_1": starts,
            "ends_at_0": "2030-06-12",
            "ends_at_1": ends,
            "pace": "busy",
        }

    response = desk.post(
        reverse("admin:events_day_change", args=[day.pk]),
        {
            **sent,
            **rows(
                "half_days",
                typed(morning, "09:00", "13:00"),
                typed(afternoon, "14:00", "18:00"),
                initial=2,
            ),
        },
    )

    assert response.status_code == 302
    assert parts() == [("am", time(10)), ("pm", time(14))]
    assert {half_day.pace for half_day in HalfDay.objects.all()} == {"busy"}
    assert verbs() == ["day.changed", "day.changed"]


def test_a_day_outside_the_fair_comes_back_with_the_reason(desk):
    edition = EditionFactory()

    response = desk.post(
        reverse("admin:events_day_add"),
        {"edition": edition.pk, "date": "2030-06-20", **HOURS},
    )

    assert response.context["adminform"].form.errors == {
        "date": [
            "The fair runs from Wednesday 12 June to Saturday 15 June: Thursday 20 June is outside."
        ]
    }
    assert not Day.objects.exists()
