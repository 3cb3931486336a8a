from datetime import UTC, datetime
from io import BytesIO

import pytest
import segno
import time_machine
from django.urls import reverse
from django.utils import translation

from tests.factories import EditionFactory, HalfDayFactory, PublishedAllocationFactory
from tests.startups.fair import afternoon, exhibitor, second_morning, stand

pytestmark = pytest.mark.django_db

FIRST_MORNING = datetime(2030, 6, 12, 8, tzinfo=UTC)
FIRST_EVENING = datetime(2030, 6, 12, 17, tzinfo=UTC)
BEFORE, AFTER = datetime(2030, 6, 1, tzinfo=UTC), datetime(2030, 6, 20, tzinfo=UTC)


def test_stand_says_who_is_here_now_and_at_every_half_day(client):
    armor, lumen, pod = exhibitor("Armor"), exhibitor("Lumen"), stand("BRE-1")
    PublishedAllocationFactory(exhibitor=armor, stand=pod)
    PublishedAllocationFactory(exhibitor=lumen, stand=pod, half_day=afternoon())
    second_morning()

    with time_machine.travel(FIRST_MORNING, tick=False):
        context = client.get(reverse("startups:stand", args=["BRE-1"])).context

    assert (context["occupant"], context["is_now"]) == (armor, True)
    assert [
        (row.day.date.day, [(bar.column, bar.span, bar.what) for bar in row.bars])
        for row in context["rotation"]
    ] == [(12, [(1, 1, armor), (2, 1, lumen)]), (13, [(1, 1, None)])]


def test_stand_of_an_unpublished_edition_is_not_found(client):
    edition = stand("BRE-1").edition
    edition.is_published = False
    edition.save()

    assert client.get(reverse("startups:stand", args=["BRE-1"])).status_code == 404


def three_turns():
    """Armor, then Lumen, then Armor again on the second morning."""
    armor, lumen, pod = exhibitor("Armor"), exhibitor("Lumen"), stand("BRE-1")
    PublishedAllocationFactory(exhibitor=armor, stand=pod)
    PublishedAllocationFactory(exhibitor=lumen, stand=pod, half_day=afternoon())
    PublishedAllocationFactory(exhibitor=armor, stand=pod, half_day=second_morning())


def told(turn):
    return turn and (str(turn.occupant), turn.starts.short_label, turn.ends.short_label)


@pytest.mark.parametrize(
    ("now", "current", "coming", "today", "about_now"),
    [
        (BEFORE, None, "Armor", ["Armor", "Lumen"], True),
        (FIRST_MORNING, "Armor", "Lumen", ["Armor", "Lumen"], False),
        (datetime(2030, 6, 12, 11, tzinfo=UTC), "Lumen", "Armor", ["Armor", "Lumen"], False),
        (FIRST_EVENING, None, "Armor", ["Armor"], True),
        (AFTER, None, None, ["Armor"], True),
    ],
)
def test_short_address_says_who_is_here_now_next_and_today(
    client, now, current, coming, today, about_now
):
    three_turns()
    with time_machine.travel(now, tick=False):
        context = client.get("/s/BRE-1/").context

    def who(turn):
        return turn and str(turn.occupant)

    assert (who(context["current"]), who(context["next"])) == (current, coming)
    assert [who(turn) for turn in context["today"]] == today
    assert bool(context["about_now"]) == about_now


def test_who_stays_all_day_has_one_turn(client):
    armor, pod = exhibitor("Armor"), stand("BRE-1")
    for half_day in (HalfDayFactory(), afternoon()):
        PublishedAllocationFactory(exhibitor=armor, stand=pod, half_day=half_day)
    with time_machine.travel(FIRST_MORNING, tick=False):
        context = client.get("/s/BRE-1/").context

    with translation.override("en"):
        turns = [told(turn) for turn in context["today"]]
    assert turns == [("Armor", "Wed 12 morning", "Wed 12 afternoon")]


def test_free_stand_says_so(client):
    stand("BRE-1")
    HalfDayFactory()
    with time_machine.travel(FIRST_MORNING, tick=False):
        page = client.get("/s/BRE-1/").content.decode()

    assert "Nobody: this stand is free." in page


@pytest.mark.parametrize("typed", ["bre-1", "BRE 1", "bre1", "Bre–1", "B R E - 1"])
def test_short_address_forgives_how_a_number_is_typed(client, typed):
    stand("BRE-1")
    stand("BRE-11")

    response = client.get(reverse("startups:short", args=[typed]))

    assert (response.status_code, response["Location"]) == (302, "/s/BRE-1/")


def test_short_address_does_not_choose_between_two(client):
    stand("A-11")
    stand("A1-1")

    assert client.get("/s/a11/").status_code == 404
    assert client.get("/s/A-11/").status_code == 200


@pytest.mark.parametrize("page", ["", "sheet/", "qr.svg"])
def test_short_address_is_of_the_current_edition(client, page):
    stand("BRE-1")
    EditionFactory(year=2031, starts_on="2030-03-01", ends_on="2030-03-02")

    assert client.get(f"/s/BRE-1/{page}").status_code == 404


def test_sheet_is_the_same_without_the_page_around_it(client):
    three_turns()
    with time_machine.travel(FIRST_MORNING, tick=False):
        page = client.get("/s/BRE-1/").content.decode()
        sheet = client.get("/s/BRE-1/sheet/").content.decode()

    assert sheet.startswith("<article") or sheet.strip().startswith("<article")
    assert sheet.strip() in page


def test_qr_leads_to_the_short_address(client, settings):
    settings.BASE_URL = "https://pavilion.example"
    stand("BRE-1")

    response = client.get("/s/BRE-1/qr.svg")

    expected = BytesIO()
    code = segno.make_qr("https://pavilion.example/s/BRE-1/", error="m")
    code.save(expected, kind="svg", border=2, light="white", xmldecl=False, omitsize=True)
    assert (response["Content-Type"], response.content) == ("image/svg+xml", expected.getvalue())


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("address", "queries"), [("/s/BRE-0/", 4), ("/s/bre0/sheet/", 6)])
def test_short_address_asks_as_often_for_many(
    client, django_assert_num_queries, address, queries, rows
):
    pod = stand("BRE-0")
    halves = [HalfDayFactory(), afternoon(), second_morning()]
    for number in range(rows):
        PublishedAllocationFactory(
            exhibitor=exhibitor(f"Armor{number}"), stand=pod, half_day=halves[number]
        )

    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200
