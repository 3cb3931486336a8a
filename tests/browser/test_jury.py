"""A reviewer who keeps both hands on the keyboard."""


def test_a_file_is_scored_handed_in_and_left_by_keyboard_alone(visit, demo):
    region = next(each for each in demo["regions"] if each["reviewer"])
    visitor = visit(width=1440)
    visitor.sign_in(region["reviewer"]["email"], region["reviewer"]["password"])
    page = visitor.page
    assert page.url.endswith("/jury/")
    page.locator("tbody a").first.click()
    page.wait_for_selector("form[data-sheet]")
    address = page.url
    criteria = page.locator(".jury-criterion").count()

    page.keyboard.press("?")
    assert page.locator("dialog#shortcuts").is_visible()
    page.keyboard.press("Escape")
    with page.expect_response(lambda response: response.request.method == "POST") as saved:
        page.keyboard.press("4")
    assert saved.value.status == 200
    for _ in range(criteria - 1):
        page.keyboard.press("3")
    page.keyboard.press("c")
    page.keyboard.press("Control+A")  # whatever was noted before
    page.keyboard.type("Solide, à revoir en 2030 ?")
    page.keyboard.press("Escape")
    # Everything is kept before anything is handed in.
    page.wait_for_selector("form[data-sheet] .saved:not(.unsaved)")
    page.goto(address)
    assert page.locator(".jury-criterion :checked").count() == criteria
    assert page.locator("textarea").input_value() == "Solide, à revoir en 2030 ?"

    with page.expect_navigation():
        page.keyboard.press("n")

    assert page.url != address
    assert page.locator(".messages .notice").count() == 1
    assert visitor.troubles == []


def test_pages_of_the_jury_have_no_barrier(visit, demo):
    region = next(each for each in demo["regions"] if each["reviewer"])
    for screen in ({"width": 1440}, {"width": 390, "height": 844, "color_scheme": "dark"}):
        visitor = visit(**screen)
        visitor.sign_in(region["reviewer"]["email"], region["reviewer"]["password"])
        pile = visitor.barriers()
        visitor.page.locator("tbody a").first.click()
        visitor.page.wait_for_selector("form[data-sheet]")
        assert (pile, visitor.barriers(), visitor.troubles) == ([], [], [])
