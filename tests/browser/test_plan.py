"""The public plan on a telephone: zoom, a stand's sheet, search, and the address that keeps it."""

PHONE = {"width": 390, "height": 844, "has_touch": True, "locale": "en-GB"}
# A stand that stands well inside the drawing.
MIDDLE_OF_A_STAND = """() => {
  const frame = document.querySelector("[data-plan]").getBoundingClientRect();
  for (const link of document.querySelectorAll("svg.plan a")) {
    const box = link.querySelector(".stand")?.getBoundingClientRect();
    if (!box) continue;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const inside = x > frame.left + 5 && x < frame.right - 5 && y > frame.top + 70;
    if (!inside || y > Math.min(frame.bottom, innerHeight) - 5) continue;
    return [x, y, link.getAttribute("href")];
  }
}"""


def width_seen(page):
    return float(page.locator("svg.plan").first.get_attribute("viewBox").split()[2])


def test_plan_on_a_telephone(visit, demo):
    visitor = visit(**PHONE)
    page = visitor.open(demo["public"]["plan"])
    assert visitor.barriers() == []
    plan = page.locator("[data-plan]").first
    plan.scroll_into_view_if_needed()
    whole = width_seen(page)

    # By its buttons, by keys, by two taps; what is seen stands in the address.
    plan.get_by_role("button", name="Closer").tap()
    page.wait_for_function("() => location.hash.startsWith('#plan-')")
    closer = width_seen(page)
    plan.focus()
    page.keyboard.press("+")
    page.wait_for_timeout(200)
    assert width_seen(page) < closer < whole
    seen = width_seen(page)
    page.reload()
    page.wait_for_timeout(300)
    assert abs(width_seen(page) - seen) < 2
    plan.get_by_role("button", name="Show all").tap()
    page.wait_for_function("() => location.hash === ''")
    assert width_seen(page) == whole

    # A tap shows who is there; closing leads back.
    plan.evaluate("frame => frame.scrollIntoView({block: 'start'})")
    x, y, href = page.evaluate(MIDDLE_OF_A_STAND)
    page.touchscreen.tap(x, y)
    sheet = page.locator("[data-sheet]")
    sheet.get_by_role("heading", level=1).wait_for()
    number = href.split("/")[-2]
    assert sheet.get_by_role("heading", level=1).inner_text() == f"Stand {number}"
    assert f"stand={number}" in page.url
    assert visitor.barriers() == []
    page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")
    assert "stand=" not in page.url

    # Two taps come closer and open nothing.
    page.touchscreen.tap(x, y)
    page.touchscreen.tap(x, y)
    page.wait_for_timeout(600)
    assert (width_seen(page) < whole, sheet.is_visible()) == (True, False)

    # Looking for a stand leaves it alone in the list.
    page.get_by_label("Exhibitor or stand").fill(number.replace("-", " ").lower())
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**q=**")
    found = page.locator(".plan-list li > a:first-child")
    assert found.all_inner_texts() == [number]
    assert visitor.troubles == []


def test_plan_without_script_says_the_same(visit, demo):
    page = visit(**PHONE, java_script_enabled=False).open(demo["public"]["plan"])

    zone = page.locator(".plan-list details:has(li > a)").first
    zone.locator("summary").click()
    link = zone.locator("li > a").first
    number = link.inner_text()
    link.click()

    assert page.get_by_role("heading", level=1).inner_text() == f"Stand {number}"
