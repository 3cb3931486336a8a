"""The drawing edited by hand, by keyboard alone, and taken back."""

import re

import pytest


@pytest.fixture
def drawing(visit, national_team):
    """The first level of the demo edition, drawn, in front of the national team."""
    visitor = visit(width=1440, height=1000)
    visitor.sign_in(national_team["email"], national_team["password"])
    visitor.open("/admin/events/level/")
    visitor.page.locator(".field-plan a").first.click()
    visitor.page.wait_for_selector("[data-ready=yes]")
    yield visitor
    assert visitor.troubles == []


def place_of(page, number):
    """Where a stand is, as the list beside the drawing tells it."""
    row = page.locator("#plan-rows tr", has_text=number)
    return [row.locator("td.num").nth(index).inner_text() for index in (0, 1)]


def saving(page):
    return page.expect_response(lambda answer: answer.url.endswith("/plan/edits/"))


def test_a_stand_is_dragged_turned_and_taken_back_and_the_undo_survives_a_reload(drawing):
    page = drawing.page
    page.locator("#plan-rows a").first.click()
    number = page.inner_text("#plan-stand-title")
    before = place_of(page, number)
    page.locator("#plan-frame").scroll_into_view_if_needed()
    box = page.locator(".stand.is-chosen rect").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 60, middle[1] + 40, steps=5)
    with saving(page) as saved:
        page.mouse.up()

    assert saved.value.status == 200
    page.wait_for_function("() => document.getElementById('plan-redo').disabled")
    after = place_of(page, number)
    assert after != before
    page.reload()
    page.wait_for_selector("[data-ready=yes]")
    assert place_of(page, number) == after
    with saving(page):
        page.click("#plan-undo")
    page.wait_for_function("() => !document.getElementById('plan-redo').disabled")
    assert place_of(page, number) == before


def test_keys_alone_choose_move_turn_type_repeat_and_take_back(drawing):
    page = drawing.page
    live = page.locator("#plan-live")
    count = page.locator("#plan-rows tr").count()
    page.focus("#plan-drawing")
    page.keyboard.press("n")
    number = page.inner_text("#plan-stand-title")
    x, y = (float(each.replace(",", ".")) for each in place_of(page, number))

    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    with saving(page) as nudged:
        page.keyboard.press("Shift+ArrowDown")
    # Three steps, one edit.
    assert nudged.value.json()["label"].endswith(number)
    page.wait_for_function("() => document.getElementById('plan-live').textContent.includes(':')")
    assert re.search(number, live.inner_text())
    page.wait_for_timeout(100)
    moved = [float(each.replace(",", ".")) for each in place_of(page, number)]
    assert moved == [round(x + 0.2, 2), round(y + 1, 2)]
    with saving(page):
        page.keyboard.press("r")
    page.keyboard.press("Enter")
    page.fill("#id_power_watts", "1500")
    with saving(page) as typed:
        page.keyboard.press("Tab")
    assert typed.value.status == 200
    page.focus("#plan-drawing")
    page.keyboard.press("Control+d")
    page.keyboard.type("2")
    with saving(page) as repeated:
        page.focus("#plan-duplicate")
        page.keyboard.press("Enter")
    assert len(repeated.value.json()["stands"]) == 2
    page.wait_for_function(f"document.querySelectorAll('#plan-rows tr').length === {count + 2}")

    page.focus("#plan-drawing")
    for _ in range(4):
        with saving(page) as undone:
            page.keyboard.press("Control+z")
        assert undone.value.status == 200
    page.wait_for_function(f"document.querySelectorAll('#plan-rows tr').length === {count}")
    assert [float(each.replace(",", ".")) for each in place_of(page, number)] == [x, y]


def test_what_somebody_else_changed_is_not_overwritten(drawing):
    page = drawing.page
    page.focus("#plan-drawing")
    page.keyboard.press("n")
    number = page.inner_text("#plan-stand-title")
    # Another window of the same team moves it first.
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("[data-ready=yes]")
    other.focus("#plan-drawing")
    other.keyboard.press("n")
    with saving(other):
        other.keyboard.press("ArrowRight")
    theirs = place_of(other, number)

    with saving(page) as refused:
        page.keyboard.press("ArrowDown")

    assert refused.value.status == 409
    page.wait_for_selector("#plan-trouble:not([hidden])")
    assert number in page.inner_text("#plan-trouble")
    other.wait_for_timeout(100)
    theirs = place_of(other, number)
    page.wait_for_function("() => Plan.first")
    assert place_of(page, number) == theirs
    with saving(other):
        other.keyboard.press("Control+z")
    drawing.troubles.clear()  # the browser counts the 409 among its errors


def test_the_drawing_and_its_forms_have_no_barrier(drawing):
    page = drawing.page
    page.focus("#plan-drawing")
    page.keyboard.press("n")
    page.wait_for_timeout(300)
    barriers = drawing.barriers()
    assert [each for each in barriers if "plan" in each or "desk" in each] == []
