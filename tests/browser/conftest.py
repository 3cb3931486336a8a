"""A headless Chromium of this machine against a live server with the small demo edition."""

import io
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Rules of WCAG 2.2 AA, which French law asks for through the RGAA, and good practice.
AXE_OPTIONS = {"resultTypes": ["violations"]}


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(os.path.dirname(__file__)):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("Chromium is not installed")
    # Playwright's loop runs in this thread; Django would take us for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
            ],
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Visitor:
    """Somebody at a screen. Remembers what went wrong on the pages they saw."""

    page: Page
    base_url: str
    troubles: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        response = self.page.goto(f"{self.base_url}{urlsplit(path).path}")
        if response is None or response.status >= 400:
            self.troubles.append(f"{path}: {response and response.status}")
        return self.page

    def sign_in(self, email: str, password: str) -> None:
        self.open("/accounts/login/")
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", password)
        self.page.click("main form button[type=submit]")
        self.page.wait_for_load_state()

    def barriers(self) -> list[str]:
        """What axe finds on the open page, and a page wider than its window."""
        results = Axe().run(self.page, options=AXE_OPTIONS).response
        found = [
            f"{violation['id']}: {node['html'][:120]}"
            for violation in results["violations"]
            for node in violation["nodes"]
        ]
        overflow = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return [*found, *([f"{overflow} px wider than the window"] if overflow > 0 else [])]


@pytest.fixture
def visit(chromium: Browser, live_server) -> Iterator[object]:
    """visit(width=…, color_scheme=…, locale=…) gives a new Visitor, with cookies of their own."""
    contexts: list[BrowserContext] = []

    def new(*, width: int = 1280, height: int = 900, **options) -> Visitor:
        options.setdefault("locale", "fr-FR")
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        visitor = Visitor(page=context.new_page(), base_url=live_server.url)

        def only_ours(route: Route, request: Request) -> None:
            if request.url.startswith((live_server.url, "data:", "blob:")):
                route.continue_()
            else:
                visitor.troubles.append(f"asks another host: {request.url}")
                route.abort()

        context.route("**/*", only_ours)
        page = visitor.page
        page.on("pageerror", lambda error: visitor.troubles.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: (
                visitor.troubles.append(f"{page.url}: {message.text}")
                if message.type == "error"
                else None
            ),
        )
        return visitor

    yield new
    for context in contexts:
        context.close()


@pytest.fixture
def demo(transactional_db) -> dict:
    """The small demo edition, and where everything in it is."""

    out = io.StringIO()
    call_command("demo", size="S", json=True, stdout=out)
    return json.loads(out.getvalue())
