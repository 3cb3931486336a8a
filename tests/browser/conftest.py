"""A headless Chromium of this machine, and a service of its own with the small demo edition.

The service is gunicorn as `make run` starts it, on a database nobody else sees: loaded once, and no
test needs to clear away what another one left.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, sync_playwright

from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("Chromium is not installed")
    # Playwright's loop runs in this thread, where Django would take other tests for asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Service:
    url: str
    env: dict[str, str]
    log: Path
    web: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.web = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", "python:pavilion.web", "pavilion.wsgi"],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        _wait_until_ready(self.url)

    def stop(self) -> None:
        if self.web is not None:
            self.web.terminate()
            self.web.wait(20)
            self.web = None

    def manage(self, *arguments: str) -> str:
        return subprocess.run(  # noqa: S603
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout


@pytest.fixture(scope="session")
def service(chromium, tmp_path_factory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    port = free_port()
    env = {
        **{name: value for name, value in os.environ.items() if not name.endswith("_URL")},
        "DJANGO_SETTINGS_MODULE": "pavilion.settings",
        "LAPTOP": "true",
        "VAR_DIR": str(folder),
        "PORT": str(port),
    }
    service = Service(url=f"http://localhost:{port}", env=env, log=folder / "web.log")
    for command in ("compile_translations", "collectstatic --noinput -v0", "migrate -v0"):
        service.manage(*command.split())
    service.manage("demo", "--size", "S")
    try:
        service.start()
        yield service
    finally:
        service.stop()


def _wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urlopen(f"{url}/readyz").close()  # noqa: S310
        except URLError:
            assert time.monotonic() < deadline, "the service does not get ready"
            time.sleep(0.1)
        else:
            return


@pytest.fixture(scope="session")
def demo(service) -> dict:
    """Where everything in the demo edition is."""
    return json.loads(service.manage("demo", "--size", "S", "--json"))


@pytest.fixture(scope="session")
def national_team(demo) -> dict[str, str]:
    return {name: demo["admin"][name] for name in ("email", "password")}


@dataclass
class Visitor:
    """Somebody at a screen. Remembers what went wrong on the pages they saw."""

    page: Page
    base_url: str
    troubles: list[str] = field(default_factory=list)

    def open(self, address: str) -> Page:
        response = self.page.goto(f"{self.base_url}{urlsplit(address).path}")
        if response is None or response.status >= 400:
            self.troubles.append(f"answered {response and response.status}")
        return self.page

    def sign_in(self, email: str, password: str) -> None:
        self.open("/accounts/login/")
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", password)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/login/" not in url)

    def barriers(self) -> list[str]:
        """What axe finds on the open page, and a page wider than its window."""
        results = Axe().run(self.page).response
        found = [
            f"{violation['id']}: {node['html'][:200]}"
            for violation in results["violations"]
            for node in violation["nodes"]
        ]
        overflow = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return [*found, *([f"{overflow} px wider than the window"] if overflow > 0 else [])]


@pytest.fixture
def visit(chromium: Browser, service: Service) -> Iterator[Callable[..., Visitor]]:
    """visit(width=…, color_scheme=…, locale=…) gives a new Visitor, with cookies of their own."""
    contexts: list[BrowserContext] = []

    def new(*, width: int = 1280, height: int = 900, **options) -> Visitor:
        options.setdefault("locale", "fr-FR")
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(30_000)
        contexts.append(context)
        visitor = Visitor(page=context.new_page(), base_url=service.url)

        def only_ours(route: Route, request: Request) -> None:
            if request.url.startswith((service.url, "data:", "blob:")):
                route.continue_()
            else:
                visitor.troubles.append(f"asks another host: {request.url}")
                route.abort()

        context.route("**/*", only_ours)
        page = visitor.page
        page.on("pageerror", lambda error: visitor.troubles.append(str(error)))
        page.on(
            "console",
            lambda message: (
                visitor.troubles.append(message.text) if message.type == "error" else None
            ),
        )
        return visitor

    yield new
    for context in contexts:
        context.close()
