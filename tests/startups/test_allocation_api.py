from datetime import UTC, datetime

import pytest
import time_machine

from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry
from startups.models import Allocation
from tests.api import client_of
from tests.factories import (
    AllocationFactory,
    ExhibitorFactory,
    HalfDayFactory,
    StandFactory,
    organiser,
)
from tests.startups.fair import afternoon

pytestmark = pytest.mark.django_db


def test_stand_is_given_for_several_half_days_and_freed_again():
    exhibitor = ExhibitorFactory(application__display_name="Abers Cyber")
    stand = StandFactory(number="B12")
    halves = [HalfDayFactory(), afternoon()]
    client = client_of(organiser("53"))

    given = client.post(
        "/api/v1/allocations/",
        {
            "exhibitor": exhibitor.pk,
            "stand": stand.pk,
            "half_days": [half.pk for half in halves],
        },
    )
    freed = client.delete(f"/api/v1/allocations/{given.json()[0]['id']}/?reason=Retard")

    names = ["Wednesday 12 June, morning", "Wednesday 12 June, afternoon"]
    allocation = Allocation.objects.get()
    assert (given.status_code, given.json()) == (
        201,
        [
            {
                "id": given.json()[index]["id"],
                "edition": 2030,
                "region": "53",
                "exhibitor": exhibitor.pk,
                "exhibitor_name": "Abers Cyber",
                "stand": stand.pk,
                "stand_number": "B12",
                "half_day": half.pk,
                "half_day_name": names[index],
                "status": "planned",
            }
            for index, half in enumerate(halves)
        ],
    )
    assert (freed.status_code, freed.content) == (204, b"")
    assert allocation.half_day == halves[1]
    assert ActivityEntry.objects.get(verb="exhibitor.released").reason == "Retard"


def test_exhibitor_is_given_a_stand_and_its_half_days_freed():
    exhibitor, stand, half_day = ExhibitorFactory(), StandFactory(), HalfDayFactory()
    client = client_of(organiser("53"))
    url = f"/api/v1/exhibitors/{exhibitor.pk}/"

    given = client.post(f"{url}allocate/", {"stand": stand.pk, "half_days": [half_day.pk]})
    freed = client.post(f"{url}release/", {"half_days": [half_day.pk], "reason": "Retard"})

    assert given.status_code == 200
    assert [(row["stand"], row["half_day"]) for row in given.json()] == [(stand.pk, half_day.pk)]
    assert (freed.status_code, freed.json()["id"]) == (200, exhibitor.pk)
    assert not Allocation.objects.exists()


def test_taken_half_days_are_refused_by_name_and_nothing_is_given():
    taken = AllocationFactory(
        stand__number="B12", exhibitor__application__display_name="Molène Robotique"
    )
    exhibitor = ExhibitorFactory()

    response = client_of(organiser("53", language="en")).post(
        "/api/v1/allocations/",
        {
            "exhibitor": exhibitor.pk,
            "stand": taken.stand_id,
            "half_days": [taken.half_day_id, afternoon().pk],
        },
    )

    assert (response.status_code, response.json()) == (
        409,
        {
            "code": "half_days_taken",
            "detail": "Nothing was changed. Wednesday 12 June, morning: stand B12 is taken by "
            "Molène Robotique.",
            "details": {
                "half_days": [
                    {
                        "half_day": taken.half_day_id,
                        "label": "Wednesday 12 June, morning",
                        "stand": "B12",
                        "taken_by": "Molène Robotique",
                    }
                ]
            },
        },
    )
    assert list(Allocation.objects.all()) == [taken]


def test_allocation_names_things_that_exist():
    response = client_of(organiser("53")).post(
        "/api/v1/allocations/", {"exhibitor": 999, "stand": "B12", "half_days": [999, 2**70]}
    )

    assert (response.status_code, response.json()) == (
        400,
        {
            "exhibitor": ['Invalid pk "999" - object does not exist.'],
            "stand": ["Incorrect type. Expected pk value, received str."],
            "half_days": {"1": ["Ensure this value is less than or equal to 9223372036854775807."]},
        },
    )


@pytest.mark.parametrize(
    ("user", "status"),
    [
        (lambda: None, 401),
        (lambda: organiser("75"), 403),
        (lambda: organiser("53", Role.READER), 403),
    ],
)
def test_the_plan_being_made_is_read_by_the_teams_and_changed_by_its_region_only(user, status):
    allocation = AllocationFactory()
    client = client_of(user())
    url = f"/api/v1/exhibitors/{allocation.exhibitor_id}/"
    half_days = {"half_days": [allocation.half_day_id]}

    answers = [
        client.delete(f"/api/v1/allocations/{allocation.pk}/"),
        client.post(f"{url}release/", half_days),
        client.post(f"{url}allocate/", {**half_days, "stand": allocation.stand_id}),
        client.post(f"{url}no-show/"),
    ]

    assert client.get("/api/v1/allocations/").json().get("count") == (None if status == 401 else 1)
    assert [answer.status_code for answer in answers] == [status] * 4
    assert Allocation.objects.get() == allocation


@time_machine.travel(datetime(2030, 6, 12, 7, 0, tzinfo=UTC), tick=False)
def test_no_show_frees_what_lies_ahead():
    allocation = AllocationFactory()
    client = client_of(organiser("53"))
    url = f"/api/v1/exhibitors/{allocation.exhibitor_id}/no-show/"

    first, again = client.post(url, {"reason": "Absents"}), client.post(url)

    assert (first.status_code, first.json()["left_at"]) == (200, "2030-06-12T09:00:00+02:00")
    assert again.json() == first.json()
    assert not Allocation.objects.exists()


def test_allocations_are_filtered_by_day_stand_and_region():
    wanted = AllocationFactory()
    AllocationFactory()
    filters = f"edition=2030&region=53&stand={wanted.stand_id}&date=2030-06-12"

    client = client_of(organiser("75", Role.READER))
    page = client.get(f"/api/v1/allocations/?{filters}").json()

    assert [allocation["id"] for allocation in page["results"]] == [wanted.pk]
