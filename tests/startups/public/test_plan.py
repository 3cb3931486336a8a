import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from tests.factories import HalfDayFactory, PublishedAllocationFactory
from tests.startups.fair import BEFORE_THE_FAIR, afternoon, exhibitor, second_morning, stand

pytestmark = pytest.mark.django_db

FIRST_MORNING = datetime(2030, 6, 12, 8, tzinfo=UTC)
FIRST_AFTERNOON = datetime(2030, 6, 12, 11, tzinfo=UTC)
FIRST_EVENING = datetime(2030, 6, 12, 17, tzinfo=UTC)
AFTER_THE_FAIR = datetime(2030, 6, 14, 8, tzinfo=UTC)
MORNING, AFTERNOON = "Wednesday 12 June, morning", "Wednesday 12 June, afternoon"


def drawn(response):
    return [
        (
            zone.region_code,
            [
                (one.number, one.occupant.name if one.occupant else None, one.is_marked)
                for one in zone.stands
            ],
        )
        for level in response.context["levels"]
        for zone in level.zones
    ]


def zones(context):
    return [zone for level in context["levels"] for zone in level.zones]


def a_plan():
    PublishedAllocationFactory(exhibitor=exhibitor("Armor"), stand=stand("BRE-1"))
    PublishedAllocationFactory(
        exhibitor=exhibitor("Lumen", theme_id="health"), stand=stand("BRE-2"), half_day=afternoon()
    )
    stand("ARA-1", code="84")
    stand("BRE-9", is_open=False)


@pytest.mark.parametrize(
    ("now", "asked", "key", "label", "is_now", "follows_clock"),
    [
        (BEFORE_THE_FAIR, "", "2030-06-12-am", MORNING, False, True),
        (BEFORE_THE_FAIR, "now", "2030-06-12-am", MORNING, False, True),
        (FIRST_MORNING, "", "now", MORNING, True, True),
        (FIRST_MORNING, "afternoon", "afternoon", AFTERNOON, False, False),
        (FIRST_MORNING, "2030-06-12-pm", "2030-06-12-pm", AFTERNOON, False, False),
        (FIRST_MORNING, "2030-06-12-am", "2030-06-12-am", MORNING, True, False),
        (FIRST_MORNING, "2030-06-12", "2030-06-12", "Wednesday 12 June", False, False),
        (FIRST_MORNING, "2031-01-01", "now", MORNING, True, True),
        (FIRST_AFTERNOON, "", "now", AFTERNOON, True, True),
        (FIRST_AFTERNOON, "afternoon", "afternoon", AFTERNOON, True, False),
        (FIRST_EVENING, "", "2030-06-13-am", "Thursday 13 June, morning", False, True),
        (FIRST_EVENING, "afternoon", "2030-06-13-am", "Thursday 13 June, morning", False, True),
        (AFTER_THE_FAIR, "", "2030-06-13-am", "Thursday 13 June, morning", False, True),
    ],
)
def test_plan_knows_the_time(client, now, asked, key, label, is_now, follows_clock):
    a_plan()
    second_morning()
    with time_machine.travel(now, tick=False):
        moment = client.get(reverse("startups:plan"), {"when": asked}).context["moment"]

    with translation.override("en"):
        assert (moment.key, moment.label, moment.is_now, moment.follows_clock) == (
            key,
            label,
            is_now,
            follows_clock,
        )


@pytest.mark.parametrize(
    ("now", "sentence", "can_be_now", "has_afternoon", "changes_at"),
    [
        (
            BEFORE_THE_FAIR,
            "The fair is from Wednesday 12 June 2030 to Thursday 13 June 2030.",
            False,
            False,
            datetime(2030, 6, 12, 7, tzinfo=UTC),
        ),
        (FIRST_MORNING, "", True, True, datetime(2030, 6, 12, 11, tzinfo=UTC)),
        (FIRST_AFTERNOON, "", True, True, datetime(2030, 6, 12, 16, tzinfo=UTC)),
        (
            FIRST_EVENING,
            "The fair is closed at this hour. It opens again Thursday 13 June 2030 at 09:00.",
            False,
            False,
            datetime(2030, 6, 13, 7, tzinfo=UTC),
        ),
        (AFTER_THE_FAIR, "The fair is over. This is how it ended.", False, False, None),
    ],
)
def test_plan_says_when_the_fair_is(client, now, sentence, can_be_now, has_afternoon, changes_at):
    a_plan()
    second_morning()
    with time_machine.travel(now, tick=False):
        context = client.get(reverse("startups:plan")).context

    assert (context["about_now"], context["can_be_now"], bool(context["afternoon"])) == (
        sentence,
        can_be_now,
        has_afternoon,
    )
    assert context["changes_at"] == changes_at


def test_plan_shows_who_is_where_at_the_half_day_asked_for(client):
    a_plan()

    response = client.get(reverse("startups:plan"), {"when": "2030-06-12-pm"})

    assert drawn(response) == [
        ("84", [("ARA-1", None, False)]),
        ("53", [("BRE-1", None, False), ("BRE-2", "Lumen", False)]),
    ]


@pytest.mark.parametrize(
    ("query", "marked"),
    [({"theme": "cyber"}, ["BRE-1"]), ({"stand": "ARA-1"}, ["ARA-1"]), ({"theme": "ai"}, [])],
)
def test_plan_marks_a_theme_or_a_stand(client, query, marked):
    a_plan()

    response = client.get(reverse("startups:plan"), query)

    assert [
        number for _code, rows in drawn(response) for number, _name, mark in rows if mark
    ] == marked
    assert response.context["marked"] == len(marked)


def test_plan_of_one_region_is_drawn_from_close_by_with_names(client):
    a_plan()

    response = client.get(reverse("startups:plan"), {"region": "53"})

    assert drawn(response) == [("53", [("BRE-1", "Armor", False), ("BRE-2", None, False)])]
    assert [one.caption.text for one in response.context["levels"][0].zones[0].stands[:1]] == [
        "Armor"
    ]


def test_plan_of_a_day_tells_each_half_and_once_who_stays(client):
    pod = stand("BRE-1")
    armor, lumen = exhibitor("Armor"), exhibitor("Lumen")
    PublishedAllocationFactory(exhibitor=armor, stand=pod)
    PublishedAllocationFactory(exhibitor=lumen, stand=pod, half_day=afternoon())
    stays, other_pod = exhibitor("Reste"), stand("BRE-2")
    for half_day in (HalfDayFactory(), afternoon()):
        PublishedAllocationFactory(exhibitor=stays, stand=other_pod, half_day=half_day)

    levels = client.get(reverse("startups:plan"), {"when": "2030-06-12"}).context["levels"]

    with translation.override("en"):
        assert [
            (one.number, [(who.name, str(who.part)) for who in one.occupants])
            for one in levels[0].zones[0].stands
        ] == [
            ("BRE-1", [("Armor", "morning"), ("Lumen", "afternoon")]),
            ("BRE-2", [("Reste", "")]),
        ]


@pytest.mark.parametrize(
    ("query", "marked", "elsewhen"),
    [
        ({"q": "armor"}, ["BRE-1"], []),
        ({"q": "bre 2"}, ["BRE-2"], []),
        ({"q": "lumen"}, [], [("Lumen", ["BRE-2"])]),
        ({"q": "lumen", "when": "2030-06-12-pm"}, ["BRE-2"], []),
        ({"q": "armor", "theme": "health"}, [], []),
        ({"q": "nobody"}, [], []),
    ],
)
def test_plan_finds_by_name_or_number_and_says_when_they_are_there(client, query, marked, elsewhen):
    a_plan()

    context = client.get(reverse("startups:plan"), query).context

    assert [one.number for zone in zones(context) for one in zone.stands if one.is_marked] == marked
    assert [
        (str(each.exhibitor), [stay.number for stay in each.stays]) for each in context["elsewhen"]
    ] == elsewhen


def test_filtered_list_only_has_what_was_found(client):
    a_plan()

    page = client.get(reverse("startups:plan"), {"theme": "cyber"}).content.decode()

    listed = re.findall(r'<li><a href="/s/([^/]+)/">', page)
    assert listed == ["BRE-1"]


def test_plan_keeps_every_choice_in_its_links(client):
    a_plan()
    query = {"theme": "cyber", "q": "armor", "when": "2030-06-12-pm", "stand": "BRE-1"}

    page = client.get(reverse("startups:plan"), query).content.decode()

    assert 'href="?theme=cyber&amp;q=armor&amp;when=2030-06-12-am"' in page
    assert '<input type="hidden" name="when" value="2030-06-12-pm">' in page
