from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from events.models import Region, Room, Session
from tests.factories import (
    DayFactory,
    EditionFactory,
    ParticipationFactory,
    RoomFactory,
    SessionFactory,
    organiser,
)

pytestmark = pytest.mark.django_db

URL = "/programme/"


@pytest.fixture(autouse=True)
def _before_the_fair():
    with time_machine.travel(datetime(2030, 2, 15, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def days():
    return [DayFactory(date=date(2030, 6, day)) for day in (12, 13)]


def at(hour, minute=0, day=12):
    """A UTC moment of June 2030; Paris is two hours ahead."""
    return datetime(2030, 6, day, hour, minute, tzinfo=UTC)


def session(title, starts_at, minutes=45, **fields):
    return SessionFactory(
        title_fr=title,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        **fields,
    )


def shown(response):
    return [one.title_fr for one in response.context["sessions"]]


def test_programme_without_edition_says_what_will_be_here(client):
    EditionFactory(is_published=False)

    response = client.get(URL)

    assert (response.status_code, response.context["edition"]) == (200, None)


def test_programme_is_found_by_its_name():
    assert reverse("events:programme") == URL


@pytest.mark.parametrize(
    ("now", "query", "day"),
    [
        (at(8, day=1), {}, 12),
        (at(8, day=13), {}, 13),
        (at(8, day=13), {"day": "2030-06-12"}, 12),
        (at(8, day=1), {"day": "2030-06-30"}, 12),
        (at(8, day=1), {"day": "demain"}, 12),
    ],
)
def test_programme_opens_on_the_day_asked_for_else_today_else_the_first(
    client, days, now, query, day
):
    with time_machine.travel(now, tick=False):
        assert client.get(URL, query).context["day"].date == date(2030, 6, day)


def test_programme_tells_the_day_in_order_without_drafts_even_to_their_authors(client, days):
    room = RoomFactory()
    session("Midi", at(10), room=room)
    session("Matin", at(8), room=room, state=Session.State.CANCELLED)
    session("Brouillon", at(9), room=room, state=Session.State.DRAFT)
    session("Lendemain", at(8, day=13), room=room)

    for reader in (None, organiser()):
        if reader:
            client.force_login(reader)
        assert shown(client.get(URL)) == ["Matin", "Midi"]
    assert "<s>Matin</s>" in client.get(URL).content.decode()


def test_programme_narrows_to_a_region(client, days):
    room = RoomFactory()
    session("Commune", at(8), room=room)
    session("Bretonne", at(9), room=room, participation=ParticipationFactory())
    ParticipationFactory(region=Region.objects.get(code="84"))

    assert shown(client.get(URL, {"region": "53"})) == ["Bretonne"]
    assert shown(client.get(URL, {"region": "84"})) == []
    assert shown(client.get(URL, {"region": "nowhere"})) == ["Commune", "Bretonne"]


def test_programme_draws_stages_first_and_widens_to_what_lies_outside_the_hours(client, days):
    lounge = RoomFactory(name_fr="Salon 1")
    stage = RoomFactory(name_fr="Scène", kind=Room.Kind.STAGE)
    session("Petit-déjeuner", at(5, 32), 20, room=lounge)
    session("Débat", at(8, 3), 44, room=stage)
    session("Soirée", at(17), 90, room=lounge)

    grid = client.get(URL).context["grid"]

    assert (grid.first_hour, grid.last_hour, grid.now, grid.is_dense) == (7, 21, "", False)
    assert [(str(track.room), [slot.place for slot in track.slots]) for track in grid.tracks] == [
        ("Scène", ["h-10 m-00 eh-10 em-45"]),
        ("Salon 1", ["h-7 m-30 eh-7 em-50", "h-19 m-00 eh-20 em-30"]),
    ]


def test_programme_keeps_a_night_session_and_a_very_short_one_on_the_grid(client, days):
    session("Nuit", at(21), 180, room=RoomFactory(name_fr="A"))
    session("Annonce", at(8, 1), 2, room=RoomFactory(name_fr="B"))

    grid = client.get(URL).context["grid"]

    assert [slot.place for track in grid.tracks for slot in track.slots] == [
        "h-23 m-00 eh-24 em-00",
        "h-10 m-00 eh-10 em-05",
    ]


def test_programme_draws_the_present_during_the_fair(client, days):
    session("Débat", at(8))
    with time_machine.travel(at(12, 37), tick=False):
        assert client.get(URL).context["grid"].now == "h-14 m-35"
        assert client.get(URL, {"day": "2030-06-13"}).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_programme_costs_the_same_whatever_it_shows(client, django_assert_num_queries, days, rows):
    for number in range(rows):
        session(
            f"Session {number}",
            at(8 + number),
            participation=ParticipationFactory(
                region=Region.objects.get(code=["53", "84", "11"][number])
            ),
        )

    with django_assert_num_queries(4):
        assert len(shown(client.get(URL))) == rows


def test_programme_in_english_says_which_texts_are_french(client, days):
    session("L’hydrogène", at(8), summary_fr="En trois points.")
    session("La mer", at(10), title_en="The sea", state=Session.State.CANCELLED)
    session("Le vent", at(12), state=Session.State.CANCELLED)

    page = client.get(URL, headers={"accept-language": "en"}).content.decode()

    for told in (
        ' lang="fr">L’hydrogène</a>',
        '<span lang="fr">L’hydrogène</span>',
        '<p lang="fr">En trois points.</p>',
        "<s>The sea</s>",
        '<s lang="fr">Le vent</s>',
    ):
        assert told in page
    assert 'lang="fr">La' not in client.get(URL, headers={"accept-language": "fr"}).content.decode()


def test_programme_in_french_agrees_with_its_sessions(client, days):
    session("La mer", at(10), state=Session.State.CANCELLED)

    page = client.get(URL, headers={"accept-language": "fr"}).content.decode()

    assert '<span class="state state-cancelled">Annulée</span>' in page
