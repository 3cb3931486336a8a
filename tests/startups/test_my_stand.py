"""The exhibitor's own page about its stand: where, when, beside whom, after whom, with what."""

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from events.models import HalfDay
from pavilion.core.models import ActivityEntry
from startups.models import FloorRules, StandCalendar
from tests.factories import DayFactory, HalfDayFactory, PublishedAllocationFactory
from tests.startups.fair import exhibitor, participation_of, stand

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(datetime(2030, 5, 20, 7, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def half_days():
    """Wednesday 12 and Thursday 13 June, morning and afternoon."""
    days = [DayFactory(), DayFactory(date=date(2030, 6, 13))]
    return [HalfDayFactory(day=day, part=part) for day in days for part in HalfDay.Part]


def announced(who, where, *half_days):
    for half_day in half_days:
        PublishedAllocationFactory(exhibitor=who, stand=where, half_day=half_day)


def address(who):
    return reverse("startups:application_stand", args=[who.application.token])


def page(client, who, language="en"):
    with translation.override(language):
        return client.get(address(who), headers={"accept-language": language})


def words(response):
    drawn = re.sub(r"<svg.*?</svg>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", drawn)).split())


def row_of_stands():
    """Three side by side and, over an aisle of two metres, one across the middle one."""
    return [
        stand("A11", x=1, y=1),
        stand("A12", x=2, y=1),
        stand("A13", x=3, y=1),
        stand("B12", x=2, y=4),
    ]


def test_everything_about_a_stand_in_english(client, half_days):
    left, mine, right, across = row_of_stands()
    armor = exhibitor("Armor", power_watts=1500, needs_screen=True)
    mine.power_watts, mine.has_wired_network = 500, True
    mine.save()
    announced(armor, mine, *half_days[:1], *half_days[2:])
    announced(exhibitor("Lumen"), mine, half_days[1])
    announced(exhibitor("Gauche"), left, *half_days)
    announced(exhibitor("Droite"), right, half_days[0])
    announced(exhibitor("Face"), across, *half_days[:2])
    FloorRules.objects.create(
        participation=participation_of("53"),
        handover_minutes=15,
        handover_note_en="The screen on, the key at the counter.",
    )

    text = words(page(client, armor))

    assert (
        "My stand Stand A12 , on Wednesday 12 June in the morning and on Thursday 13 June" in text
    )
    assert "Hall 7, level 1 · Bretagne · Pod" in text
    assert (
        "Wednesday 12 June Morning, 09:00 – 13:00 Exhibitors are let in from 08:00 Leave stand "
        "A12 at 12:45: Lumen takes it over. Thursday 13 June Morning, 09:00 – 13:00 Afternoon, "
        "13:00 – 18:00 Exhibitors are let in from 08:00 Before you, Lumen is on stand A12 on "
        "Wednesday 12 June in the afternoon." in text
    )
    assert (
        "Your neighbours On Wednesday 12 June in the morning On your left Droite stand A13 On "
        "your right Gauche stand A11 Across the aisle Face stand B12 On Thursday 13 June On your "
        "left nobody stand A13 On your right Gauche stand A11 Across the aisle nobody stand B12"
        in text
    )
    assert (
        "Power 1500 W 500 W too little Screen needed not on the stand too little Wired network – "
        "on the stand" in text
    )
    assert "leave the stand 15 minutes before the end of your half-day" in text
    assert "What to leave The screen on, the key at the counter." in text
    assert "Create my calendar address" in text


def test_everything_about_a_stand_in_french(client, half_days):
    armor = exhibitor("Armor")
    announced(armor, stand("A12"), half_days[1])
    announced(exhibitor("Lumen"), stand("B03"), half_days[1])

    text = words(page(client, armor, "fr"))

    assert "Mon stand Stand A12 , le mercredi 12 juin après-midi" in text
    assert "Mercredi 12 juin Après-midi, 13 h – 18 h" in text
    assert "Les exposants entrent" not in text
    assert "Remportez ce que vous avez apporté" in text


def test_before_anything_is_announced_the_page_says_what_will_be_there(client, half_days):
    armor = exhibitor("Armor")

    text = words(page(client, armor))

    assert "Bretagne has not announced your stand yet." in text
    assert "In your own calendar" not in text


def test_two_stands_are_told_one_after_the_other(client, half_days):
    armor = exhibitor("Armor")
    announced(armor, stand("B03"), half_days[2])
    announced(armor, stand("A12", x=5), half_days[0])

    shown = page(client, armor).context["stands"]

    assert [(own.stand.number, own.when) for own in shown] == [
        ("A12", "on Wednesday 12 June in the morning"),
        ("B03", "on Thursday 13 June in the morning"),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_and_three_half_days(
    client, half_days, count, django_assert_num_queries
):
    left, mine, *_others = row_of_stands()
    armor = exhibitor("Armor")
    announced(armor, mine, *half_days[:count])
    announced(exhibitor("Gauche"), left, *half_days[:count])
    url = address(armor)

    with django_assert_num_queries(14):
        client.get(url)


def test_a_new_calendar_address_is_asked_for_by_a_post(client, half_days):
    armor = exhibitor("Armor")
    announced(armor, stand("A12"), half_days[0])
    url = reverse("startups:application_stand_calendar", args=[armor.application.token])

    assert client.get(url).url == armor.application.get_absolute_url()
    assert not StandCalendar.objects.exists()
    response = client.post(url)
    first = StandCalendar.objects.get()
    client.post(url)

    assert response.url == f"{address(armor)}#calendar"
    assert StandCalendar.objects.get().version == first.version + 1
    assert ActivityEntry.objects.filter(verb="exhibitor.calendar_renewed").count() == 2
    shown = client.get(address(armor)).content.decode()
    token = StandCalendar.objects.get().token
    assert f'value="http://testserver/calendar/stand/{token}.ics"' in shown
    assert f'href="webcal://testserver/calendar/stand/{token}.ics"' in shown


def test_who_does_not_exhibit_is_led_to_its_application(client, half_days):
    armor = exhibitor("Armor")
    armor.application.status = "withdrawn"
    armor.application.save()

    assert client.get(address(armor)).url == armor.application.get_absolute_url()


def test_the_status_page_leads_to_the_stand(client, half_days):
    armor = exhibitor("Armor")
    announced(armor, stand("A12"), half_days[0])

    assert (
        f'href="{address(armor)}"'
        in client.get(armor.application.get_absolute_url()).content.decode()
    )
