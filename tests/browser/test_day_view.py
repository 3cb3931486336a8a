"""The organisers' day: a meeting moved by pointer and by keys alone, shown before it is done."""

import pytest

from tests.browser.conftest import Visitor

PLAY = """
from datetime import timedelta
from events.models import Day, Room
from meetings import operations
from meetings.models import Meeting, Person
day = Day.objects.latest("date")
rooms = []
for number in (1, 2):
    room = Room.objects.filter(name_fr=f"Salon d’essai {number}").first()
    if room is None:
        room = Room.objects.earliest("pk")
        room.pk, room.name_fr, room.name_en = None, f"Salon d’essai {number}", f"Trial {number}"
        room._state.adding = True
        room.save()
    rooms.append(room)
Meeting.objects.filter(room__in=rooms).exclude(status="cancelled").update(status="cancelled")
from events.models import Occupation
Occupation.objects.filter(resource__in=[f"room:{room.pk}" for room in rooms]).delete()
person, _made = Person.objects.get_or_create(
    email="essai@region.example", defaults={"first_name": "Loeiza", "last_name": "Trévidic"})
Occupation.objects.filter(resource=f"person:{person.pk}").delete()
starts_at = day.opens + timedelta(hours=2)
meeting = operations.create_meeting(
    edition=day.edition, subject_fr="Essai de la journée", starts_at=starts_at,
    ends_at=starts_at + timedelta(minutes=30), by=None, room=rooms[0], person_ids=[person.pk])
operations.confirm_meeting(meeting_id=meeting.pk, by=None)
print(day.date.isoformat(), meeting.pk, rooms[0].pk, rooms[1].pk)
"""
FOCUSED = "document.activeElement.closest('.block')?.dataset.m"


@pytest.fixture
def at_day(visit, service, national_team):
    """The national team at the last day's rooms, with a meeting of the test's own to move."""
    day, *numbers = service.manage("shell", "-v0", "-c", PLAY).split()
    meeting, first, second = map(int, numbers)

    def open_day(**options) -> tuple[Visitor, int, int, int]:
        visitor = visit(width=1440, **options)
        chosen = {"name": "django_language", "value": "en", "url": visitor.base_url}
        visitor.page.context.add_cookies([chosen])
        visitor.sign_in(**national_team)
        visitor.page.goto(f"{visitor.base_url}/admin/meetings/day/{day}/?view=rooms")
        visitor.page.wait_for_selector(".has-script")
        return visitor, meeting, first, second

    return open_day


def start_of(page, meeting):
    return page.evaluate(f"DayView.facts.meetings[{meeting}].start")


def block(room, meeting):
    return f'.day-column[data-c="room:{room}"] .block[data-m="{meeting}"]'


def test_a_drag_to_another_room_is_shown_first_and_seen_by_a_colleague(at_day):
    visitor, meeting, first, second = at_day()
    colleague = at_day()[0]
    page = visitor.page
    start = start_of(page, meeting)
    for room in (second, first):
        page.locator(f'[data-c="room:{room}"] h2').scroll_into_view_if_needed()
    page.locator(block(first, meeting)).scroll_into_view_if_needed()
    box = page.locator(block(first, meeting)).bounding_box()
    to = page.locator(f'[data-c="room:{second}"] h2').bounding_box()
    hour = page.locator(".day-hours ol").bounding_box()["height"] / page.evaluate(
        "DayView.facts.until - DayView.facts.from"
    )

    page.mouse.move(box["x"] + 15, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(to["x"] + 15, box["y"] + 8 + hour, steps=6)
    page.wait_for_selector(f'[data-c="room:{second}"] .landing')
    page.mouse.up()
    page.wait_for_selector("#day-preview[open]")

    assert "Loeiza Trévidic" in page.text_content("#day-preview-body")
    assert start_of(page, meeting) == start
    page.click("#day-yes")
    page.wait_for_selector(block(second, meeting))
    assert start_of(page, meeting) == start + 60
    colleague.page.wait_for_selector(block(second, meeting), timeout=12_000)
    assert "Essai de la journée: now" in colleague.page.text_content("#day-news")
    assert (visitor.troubles, colleague.troubles) == ([], [])


def test_by_keys_alone_with_what_stands_against_it(at_day):
    visitor, meeting, first, _second = at_day()
    page = visitor.page
    start = start_of(page, meeting)
    page.focus("#day-grid")
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    page.focus(f"{block(first, meeting)} a")

    page.keyboard.press("Enter")
    page.wait_for_selector("#day-panel[open]")
    assert "Loeiza Trévidic" in page.text_content("#day-panel-people")
    page.keyboard.press("Enter")  # the panel's first button picks it up
    page.wait_for_selector(".landing")
    page.keyboard.press("Escape")
    assert page.text_content("#day-live") == "Cancelled: nothing has changed."
    assert page.evaluate(FOCUSED) == str(meeting)

    page.keyboard.press("m")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("ArrowDown")
    said = page.text_content("#day-live")
    page.keyboard.press("Enter")
    page.wait_for_selector("#day-preview[open]")
    page.keyboard.press("Enter")
    page.wait_for_function(f"DayView.facts.meetings[{meeting}].start === {start + 35}")
    assert ", Trial 1" in said
    assert page.evaluate(FOCUSED) == str(meeting)
    assert visitor.troubles == []


def test_no_barriers_in_any_view_and_on_a_narrow_screen(at_day):
    visitor, *_numbers = at_day()
    page = visitor.page
    address = page.url.partition("?")[0]
    for view in ("people", "rooms", "offices", "delegations"):
        page.goto(f"{address}?view={view}")
        # The menu button outside every landmark is the admin's own.
        found = [each for each in visitor.barriers() if not each.startswith("region:")]
        assert (view, found) == (view, [])
    page.fill("#day-search", "nobody of that name")
    assert page.is_visible("#day-none")


CROWD = """
from datetime import timedelta
from events.models import Day, Region
from meetings import operations
from meetings.models import Delegate, Delegation, Person
day = Day.objects.latest("date")
delegation = Delegation.objects.create(edition=day.edition, name_fr="Foule")
regions = list(Region.objects.order_by("sort_key"))
people = Person.objects.bulk_create([
    Person(first_name="Ana", last_name=f"Foule {number:03}", region=regions[number % 18])
    for number in range(250)])
people = list(Person.objects.filter(last_name__startswith="Foule").order_by("pk"))
Delegate.objects.bulk_create([Delegate(delegation=delegation, person=each) for each in people])
print(day.date.isoformat(), delegation.pk)
"""


def test_among_250_columns_one_gets_to_a_region_at_once(at_day, service):
    day, delegation = service.manage("shell", "-v0", "-c", CROWD).split()
    visitor, *_numbers = at_day()
    page = visitor.page
    page.goto(f"{visitor.base_url}/admin/meetings/day/{day}/?delegation={delegation}")
    page.wait_for_selector(".has-script")
    assert page.locator(".day-column").count() == 250

    [_choose, region] = page.locator("#day-jump option").all()  # the demo has one region
    page.select_option("#day-jump", region.get_attribute("value"))

    code = page.input_value("#day-jump")
    first = page.locator(f'.day-column[data-r="{code}"]').first.bounding_box()
    hours = page.locator(".day-hours").bounding_box()
    assert abs(first["x"] - hours["x"] - hours["width"]) < 2
    page.fill("#day-search", "Foule 0")
    assert page.locator(".day-column:not([hidden])").count() == 100
    assert visitor.troubles == []
