"""Run sheets in a real browser: by one's link on a telephone, on the desk, and on paper."""

import pytest

from tests.browser.conftest import Visitor

# Two of the demo's own, each given out once and changed since; then what is theirs.
PLAY = """
from datetime import timedelta
from events.models import Edition
from meetings.models import Delegate, Meeting
from meetings.operations.run_sheets import give_out_run_sheet
from meetings.run_sheets.subjects import Subject, of_person
edition = Edition.objects.current()
delegate = Delegate.objects.filter(
    delegation__edition=edition, person__participations__meeting__status="confirmed"
).earliest("pk")
person, delegation = delegate.person, delegate.delegation
for subject in (of_person(person, edition), Subject("delegation", delegation, edition)):
    give_out_run_sheet(subject=subject, by=None)
meeting = Meeting.objects.filter(participants__person=person, status="confirmed").earliest("pk")
meeting.press = "open" if meeting.press != "open" else "pool"
meeting.save()
print(person.get_absolute_url(), person.pk, delegation.pk)
"""
SCREENS = {
    "telephone": {"width": 390, "height": 844},
    "dark": {"width": 390, "height": 844, "color_scheme": "dark"},
    "desk": {"width": 1280},
}


@pytest.fixture(scope="module")
def given_out(service) -> tuple[str, str, str]:
    """The address of a delegate's day, their key and their delegation's."""
    link, person, delegation = service.manage("shell", "-v0", "-c", PLAY).split()
    return link, person, delegation


def wrong_on(visitor: Visitor, *addresses: str) -> dict[str, list[str]]:
    found = {}
    for address in addresses:
        visitor.troubles.clear()
        visitor.open(address)
        # The menu button outside every landmark is the admin's own.
        wrong = [each for each in visitor.barriers() if not each.startswith("region:")]
        if wrong := [*wrong, *visitor.troubles]:
            found[address] = wrong
    return found


@pytest.mark.parametrize("screen", SCREENS)
def test_no_barriers_for_whoever_reads_by_their_link(visit, given_out, screen):
    link, _person, delegation = given_out
    visitor = visit(**SCREENS[screen])

    assert wrong_on(visitor, f"{link}deroule/", f"{link}deroule/delegation/{delegation}/") == {}


def test_what_one_has_read_is_no_news_any_more(visit, given_out):
    link, *_keys = given_out
    visitor = visit(width=390, height=844, locale="en-GB")
    page = visitor.open(f"{link}deroule/")
    assert page.locator(".run-standing").inner_text().startswith("Working state newer than")
    assert page.locator(".run-news li").count() == 1

    page.get_by_role("button", name="I have read version 1").click()

    assert page.locator(".notice").first.inner_text() == "Noted: you have read version 1."
    # What came since is still marked, in the list and in the row.
    assert page.locator(".run-news h2").inner_text() == (
        "What changed since version 1, the last you read"
    )
    assert page.locator("tr.is-new .run-change").inner_text() == "Changed"
    assert visitor.troubles == []


def test_no_barriers_on_the_desk(visit, given_out, national_team):
    _link, person, delegation = given_out
    visitor = visit(width=1440)
    visitor.sign_in(**national_team)
    root = "/admin/meetings/runsheetversion/"

    assert (
        wrong_on(
            visitor,
            f"{root}of/person/",
            f"{root}of/day/",
            f"{root}of/person/{person}/",
            f"{root}of/delegation/{delegation}/",
            f"/deroules/person/{person}/",
            f"/deroules/delegation/{delegation}/",
        )
        == {}
    )


def test_on_paper_nothing_of_the_screen_is_left_and_nothing_runs_off(visit, given_out):
    link, *_keys = given_out
    visitor = visit(width=794, height=1123)  # A4 at 96 dots an inch
    page = visitor.open(f"{link}deroule/")

    page.emulate_media(media="print")

    seen = page.eval_on_selector_all(
        ".screen-only, nav, button", "all => all.filter((el) => el.offsetParent).length"
    )
    assert (seen, visitor.barriers()) == (0, [])
    assert page.locator(".run-running").first.is_visible()
