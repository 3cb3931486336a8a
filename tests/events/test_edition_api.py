from datetime import date

import pytest

from events.models import HalfDay, Region
from pavilion.core.access import Role
from tests.api import client_of
from tests.factories import (
    DayFactory,
    EditionFactory,
    HalfDayFactory,
    LevelFactory,
    ParticipationFactory,
    RoomFactory,
    SessionFactory,
    StandFactory,
    ZoneFactory,
    organiser,
)

pytestmark = pytest.mark.django_db


def test_edition_is_read_by_its_year():
    EditionFactory()

    assert client_of().get("/api/v1/editions/2030/").json() == {
        "year": 2030,
        "name": "VivaTech",
        "starts_on": "2030-06-12",
        "ends_on": "2030-06-15",
        "venue_name": "Paris Expo Porte de Versailles",
        "venue_address": "",
        "is_published": True,
    }


def test_unpublished_edition_and_its_venue_are_for_teams():
    edition = EditionFactory(is_published=False)
    RoomFactory(zone__level__hall__edition=edition)
    HalfDayFactory(day__edition=edition)
    lists = ("editions", "halls", "levels", "zones", "rooms", "days", "half-days")

    def counts(client):
        return [client.get(f"/api/v1/{name}/").json()["count"] for name in lists]

    assert counts(client_of()) == [0] * 7
    assert counts(client_of(organiser("75", Role.READER))) == [1] * 7
    assert client_of().get("/api/v1/editions/2030/").status_code == 404


def test_regions_come_in_their_alphabetical_order_with_a_text_for_a_code():
    page = client_of().get("/api/v1/regions/?page_size=9").json()

    assert page["count"] == 18
    assert [region["code"] for region in page["results"]] == [
        "84",
        "27",
        "53",
        "24",
        "94",
        "44",
        "01",
        "03",
        "32",
    ]
    assert client_of().get("/api/v1/regions/75/").json()["name"] == "Nouvelle-Aquitaine"


def test_half_day_names_itself_in_the_language_of_the_reader_and_in_paris_time():
    half_day = HalfDayFactory(part=HalfDay.Part.AFTERNOON)

    assert client_of().get("/api/v1/half-days/").json()["results"] == [
        {
            "id": half_day.pk,
            "edition": 2030,
            "day": half_day.day_id,
            "part": "pm",
            "pace": "usual",
            "starts_at": "2030-06-12T13:00:00+02:00",
            "ends_at": "2030-06-12T18:00:00+02:00",
            "name": "Wednesday 12 June, afternoon",
        }
    ]


def rows_of_everything(number):
    """`number` rows of each kind, all in one edition but the editions themselves."""
    for index in range(number):
        EditionFactory(year=2030 + index)
        region = Region.objects.order_by("sort_key")[index]
        participation = ParticipationFactory(region=region)
        day = DayFactory(date=date(2030, 6, 12 + index))
        HalfDayFactory(day=day)
        level = LevelFactory(hall__name_fr=f"Hall {index}")
        zone = ZoneFactory(level=level, participation=participation)
        StandFactory(zone=zone)
        SessionFactory(room=RoomFactory(zone=zone), participation=participation)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    "resource",
    [
        "editions",
        "participations",
        "days",
        "half-days",
        "halls",
        "levels",
        "zones",
        "stands",
        "rooms",
        "sessions",
    ],
)
def test_lists_ask_the_same_questions_for_one_row_and_for_three(
    resource, rows, django_assert_num_queries
):
    rows_of_everything(rows)
    client = client_of()

    with django_assert_num_queries(2):
        assert client.get(f"/api/v1/{resource}/").json()["count"] == rows
