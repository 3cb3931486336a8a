"""Two organisers at the rotation board: by pointer, by keyboard alone, in both languages.

What is where is asked of the page's own script, so that no test needs to know the demo's stands.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe

LANGUAGES = {"fr": "Rien n’a changé", "en": "Nothing has changed"}
# A bar of the region, a stand where it may go on the same half-days, one where somebody is.
LOOK = """() => {
  const rows = [...Board.rows.values()].filter((row) => row.mine);
  const bars = rows.flatMap((row) =>
    row.cells.map((cell, col) => cell?.sure === false && Board.barAt(row, col)).filter(Boolean));
  const others = (bar) => rows.filter((row) => row.id !== bar.origin.stand);
  for (const bar of bars) {
    const { columns } = bar.origin;
    const free = others(bar).find((row) => columns.every((col) => !row.cells[col]));
    const taken = others(bar).find((row) => {
      const whose = (cell) => cell?.sure === false && cell.x;
      const there = new Set(columns.map((col) => whose(row.cells[col])));
      return there.size === 1 && !there.has(false);
    });
    if (free && taken && columns.length > 1) {
      return { x: bar.x, stand: bar.origin.stand, col: columns[0], columns,
        free: free.id, taken: taken.id, other: taken.cells[columns[0]].x };
    }
  }
  return null;
}"""
PLACE = """([stand, col]) => {
  const row = Board.rows.get(stand).el;
  row.scrollIntoView({ block: "nearest", behavior: "instant" });
  const head = Board.heads[col].getBoundingClientRect();
  const box = row.getBoundingClientRect();
  return [head.left + head.width / 2, box.top + box.height / 2];
}"""
# Milliseconds from letting go to the frame that shows the exhibitor on the stand.
WATCH = """([x, stand]) => {
  window.drawn = new Promise((resolve) => {
    let began = 0;
    const start = () => { began = performance.now(); };
    addEventListener("pointerup", start, { capture: true, once: true });
    const look = () => {
      const isThere = Board.rows.get(stand).el.querySelector(`[data-x="${x}"]`);
      if (began && isThere) resolve(performance.now() - began);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}"""


@pytest.fixture
def at_board(visit, national_team):
    def open_board(*, language="fr", **options):
        visitor = visit(width=1440, **options)
        chosen = {"name": "django_language", "value": language, "url": visitor.base_url}
        visitor.page.context.add_cookies([chosen])
        visitor.sign_in(**national_team)
        visitor.open("/admin/startups/board/")
        visitor.page.wait_for_selector(".has-script")
        return visitor

    return open_board


def drag(page, start, end):
    for stand in (start, end):
        page.evaluate(PLACE, stand)
    page.mouse.move(*page.evaluate(PLACE, start))
    page.mouse.down()
    page.mouse.move(*page.evaluate(PLACE, end), steps=5)
    page.wait_for_selector(".landing")
    page.mouse.up()


def stands_of(page, x):
    return page.evaluate("(x) => [...new Set(Board.stayOf(x).values())]", x)


def said(page):
    return page.locator("#board-live").text_content().strip("\xa0")


def wait_until_on(page, x, stand):
    page.wait_for_function(
        "([x, stand]) => [...Board.stayOf(x).values()].includes(stand)"
        " && !document.querySelector('#board-state.is-wrong')",
        arg=[x, stand],
        timeout=3000,
    )


def settle(page, act):
    """`act`, and the answer to the step it takes; what it touches of others is agreed to."""

    def posted(response):
        return "/board/" in response.url and response.request.method == "POST"

    with page.expect_response(posted) as answer:
        act()
    if answer.value.ok and "ask" in answer.value.json():
        page.wait_for_selector("#board-dialog[open]")
        with page.expect_response(posted):
            page.keyboard.press("Enter")
    page.wait_for_function("() => Board.inTurn(() => true)")


def test_a_drag_is_drawn_at_once_and_seen_by_a_colleague_within_three_seconds(at_board):
    first, second = at_board(), at_board(language="en")
    page, colleague = first.page, second.page
    seen = page.evaluate(LOOK)
    page.evaluate(WATCH, [seen["x"], seen["free"]])

    settle(page, lambda: drag(page, (seen["stand"], seen["col"]), (seen["free"], seen["col"])))

    assert page.evaluate("window.drawn") < 200
    wait_until_on(colleague, seen["x"], seen["free"])
    assert stands_of(page, seen["x"]) == stands_of(colleague, seen["x"]) == [seen["free"]]
    # A change that touches others is shown whole before it is made, and taken back by one key.
    drag(page, (seen["free"], seen["col"]), (seen["taken"], seen["col"]))
    page.locator("#board-refusal button").first.click()
    page.wait_for_selector("#board-dialog[open]")
    assert page.locator("#board-dialog dl").count() == 2
    settle(page, lambda: page.keyboard.press("Enter"))
    assert (stands_of(page, seen["x"]), stands_of(page, seen["other"])) == (
        [seen["taken"]],
        [seen["free"]],
    )
    for _ in range(2):
        settle(page, lambda: page.keyboard.press("Control+z"))
    assert stands_of(page, seen["x"]) == [seen["stand"]]
    wait_until_on(colleague, seen["x"], seen["stand"])
    assert [each for each in first.troubles + second.troubles if "409" not in each] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_conflicting_move_is_refused_beside_the_bar_with_who_and_when(at_board, language):
    visitor = at_board(language=language)
    page = visitor.page
    seen = page.evaluate(LOOK)

    settle(page, lambda: drag(page, (seen["stand"], seen["col"]), (seen["taken"], seen["col"])))

    values = page.evaluate(
        "({ taken, other, columns }) => ({ stand: Board.rows.get(taken).number,"
        " others: Board.nameOf(other), days: Board.days(columns) })",
        seen,
    )
    expected = page.evaluate("(values) => Board.say('taken', values)", values)
    told = f"{LANGUAGES[language]}. {expected}"
    page.wait_for_selector("#board-refusal:not([hidden])")
    assert page.locator("#board-refusal p").text_content() == told
    assert said(page).endswith(told)
    assert values["others"] in told
    assert stands_of(page, seen["x"]) == [seen["stand"]]
    page.keyboard.press("Escape")
    assert page.locator("#board-refusal").is_hidden()


def test_everything_is_done_by_keyboard_alone(at_board):
    visitor = at_board()
    page = visitor.page
    keyboard = page.keyboard
    seen = page.evaluate(LOOK)
    x = seen["x"]

    def given():
        return page.evaluate("(x) => [...Board.stayOf(x).keys()].sort()", x)

    def focus(stand):
        page.evaluate("([s, c]) => Board.focus(Board.rows.get(s), c)", [stand, seen["col"]])

    keyboard.press("?")
    assert page.locator("#board-shortcuts").is_visible()
    keyboard.press("Escape")
    # Move: up or down to the free stand.
    focus(seen["stand"])
    keyboard.press("Enter")
    assert page.evaluate("Board.hand.x") == x
    ids = page.evaluate("[...Board.grid.querySelectorAll('.board-row')].map((el) => +el.dataset.s)")
    by = ids.index(seen["free"]) - ids.index(seen["stand"])
    for _ in range(abs(by)):
        keyboard.press("ArrowDown" if by > 0 else "ArrowUp")
    settle(page, lambda: keyboard.press("Enter"))
    assert stands_of(page, x) == [seen["free"]]
    # Shorten, confirm, take the confirmation back, stretch, free: focus stays on the bar.
    settle(page, lambda: keyboard.press("Shift+ArrowLeft"))
    assert given() == seen["columns"][:-1]
    settle(page, lambda: keyboard.press("c"))
    assert page.locator(f".bar.sure[data-x='{x}']").count() == 1
    settle(page, lambda: keyboard.press("c"))
    settle(page, lambda: keyboard.press("Shift+ArrowRight"))
    assert given() == seen["columns"]
    settle(page, lambda: keyboard.press("Delete"))
    assert given() == []
    # Whoever has no stand stands beside the board: found, chosen, put down.
    keyboard.press("/")
    page.locator("#waiting-search").press_sequentially(page.evaluate("(x) => Board.nameOf(x)", x))
    keyboard.press("Enter")
    keyboard.press("Enter")
    page.wait_for_selector(".landing")
    keyboard.press("Escape")
    assert page.evaluate("Board.hand") is None
    # Keep free, and give back.
    focus(seen["free"])
    keyboard.press("h")
    page.wait_for_selector("#board-menu[open]")
    settle(page, lambda: keyboard.press("Enter"))
    assert page.locator(".board-row .held").count() >= 1
    settle(page, lambda: keyboard.press("h"))
    # Back to the beginning, step by step, and one step forth again.
    while page.locator("#board-undo[aria-disabled=false]").count() and stands_of(page, x) != [
        seen["stand"]
    ]:
        settle(page, lambda: keyboard.press("Control+z"))
    assert (stands_of(page, x), given()) == ([seen["stand"]], seen["columns"])
    settle(page, lambda: keyboard.press("Control+y"))
    assert stands_of(page, x) == [seen["free"]]
    settle(page, lambda: keyboard.press("Control+z"))
    assert visitor.troubles == []


def barriers(page):
    """What axe finds on the board; the admin's frame around it is its authors' business."""
    violations = Axe().run(page, context=".board-page").response["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in violations for node in each["nodes"]]


def test_the_board_has_no_barrier(at_board):
    for screen in ({}, {"color_scheme": "dark"}):
        visitor = at_board(**screen)
        page = visitor.page
        found = barriers(page)
        page.locator(".choose").first.click()
        found += barriers(page)
        page.keyboard.press("Escape")
        page.locator("#board-log").click()
        page.wait_for_selector("#board-steps > *")
        assert (found, barriers(page), visitor.troubles) == ([], [], [])
