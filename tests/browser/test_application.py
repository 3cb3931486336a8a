"""An application as companies write it: on a telephone, interrupted in every way, nothing lost."""

import io
import re
import secrets
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from PIL import Image
from playwright.sync_api import BrowserType, Error, Page, expect

from tests.browser.conftest import PROGRAMS, SWITCHES, Service
from tests.factories import siret
from tests.servers import free_port

PITCH = "Nous lisons la mer pour ceux qui y travaillent : marins, ports et éclusiers."
FIELDS = {
    "company": {
        "legal_name": "Embruns du Nord SAS",
        "display_name": "Embruns",
        "address": "3 quai des Abers",
        "postcode": "97400",
        "city": "Saint-Denis",
        "founded_on": "15/03/2024",
        "founders": "3",
        "women_founders": "2",
    },
    "project": {
        "pitch_fr": PITCH,
        "pitch_en": "We read the sea for those who work on it.",
        "website": "embruns.example",
    },
    "presence": {"power_watts": "300", "technical_notes": "Une maquette de 20 kg."},
    "questions": {
        "q:demonstration": "Un bassin d’essai, que les visiteurs commandent.",
        "q:structure": "Le pôle Mer",
        "q:equipe-0-nom": "Iris Le Roux",
        "q:equipe-0-fonction": "Présidente",
    },
    "contact": {
        "contact_name": "Iris Le Roux",
        "contact_role": "Présidente",
        "contact_phone": "06 39 98 12 34",
    },
}
SHORT_PAUSE = 700  # longer than the form waits before it saves


@dataclass
class Telephone:
    """A browser of its own, with its own storage, that can be killed."""

    browser_type: BrowserType
    folder: Path
    language: str
    process: "subprocess.Popen[bytes] | None" = None

    def switch_on(self) -> Page:
        port = free_port()
        program = next(filter(None, map(shutil.which, PROGRAMS)))
        self.process = subprocess.Popen(  # noqa: S603
            [
                program,
                *SWITCHES,
                "--headless=new",
                "--no-default-browser-check",
                f"--remote-debugging-port={port}",
                f"--user-data-dir={self.folder}",
                f"--accept-lang={self.language}",
                "--window-size=390,844",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 20
        while True:
            try:
                browser = self.browser_type.connect_over_cdp(f"http://127.0.0.1:{port}")
                break
            except Error:
                assert time.monotonic() < deadline, "the browser does not start"
                time.sleep(0.1)
        context = browser.contexts[0]
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.set_viewport_size({"width": 390, "height": 844})
        return page

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(20)
            self.process = None


@pytest.fixture
def telephone(chromium, service, tmp_path) -> Iterator[Callable[[str], Telephone]]:
    made = []

    def new(language: str) -> Telephone:
        one = Telephone(chromium.browser_type, tmp_path / language, language)
        made.append(one)
        return one

    yield new
    for one in made:
        one.kill()


def submitted(demo: dict, service: Service, name: str) -> dict:
    """What the region reads of it, by the API."""
    answer = requests.get(
        f"{service.url}/api/v1/applications/",
        params={"search": name},
        headers={"Authorization": f"Bearer {demo['api']['token']}"},
        timeout=20,
    )
    (found,) = answer.json()["results"]
    return found


def last_mail(service: Service, email: str) -> str:
    database = Path(service.env["VAR_DIR"]) / "pavilion.sqlite3"
    with closing(sqlite3.connect(database)) as connection:
        query = "SELECT body FROM core_outboxmessage WHERE recipient = ? ORDER BY id DESC LIMIT 1"
        return connection.execute(query, [email]).fetchone()[0]


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (600, 200), (20, 90, 140)).save(content, format="PNG")
    return content.getvalue()


def begin(page: Page, service: Service, email: str) -> None:
    page.goto(f"{service.url}/appels/04/")
    page.locator("[name=email]").fill(email)
    page.locator("main form button.button").click()
    page.wait_for_url("**/etape/company/")


def write(page: Page, name: str, text: str) -> None:
    page.locator(f'[name="{name}"]').press_sequentially(text, delay=8)


def go_on(page: Page, to: str) -> None:
    page.locator(".actions button[value=next]").click()
    page.wait_for_url(f"**/etape/{to}/")


def company(page: Page, number: str) -> None:
    write(page, "siret", number)
    for name, text in FIELDS["company"].items():
        write(page, name, text)
    page.locator("[name=headcount_band]").select_option("02")
    page.locator("[name=has_exhibited][value=no]").check()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_application_on_a_telephone_survives_whatever_happens(
    telephone, service, demo, language
):
    email = f"iris-{secrets.token_hex(3)}@embruns.example"
    started = time.monotonic()
    phone = telephone(language)
    page = phone.switch_on()
    begin(page, service, email)
    assert page.locator("html").get_attribute("lang") == language
    number = siret(secrets.randbelow(1_000_000))
    company(page, number)
    page.wait_for_timeout(SHORT_PAUSE)

    # The browser is killed; on another start, a mailed code leads back to the same place.
    phone.kill()
    page = phone.switch_on()
    page.goto(f"{service.url}/appels/04/reprendre/")
    page.locator("[name=email]").fill(email)
    page.locator("main form button.button").click()
    (code,) = re.findall(r": ([0-9A-Z]{6})$", last_mail(service, email), re.MULTILINE)
    page.locator("[name=code]").fill(code.lower())
    page.locator("main form button.button").click()
    page.wait_for_url("**/etape/project/")
    page.locator("[data-outline] button[value=company]").click()
    page.wait_for_url("**/etape/company/")
    for name, text in {**FIELDS["company"], "siret": number}.items():
        expect(page.locator(f"[name={name}]")).to_have_value(text)

    # The session is gone in the middle of a sentence.
    go_on(page, "project")
    write(page, "pitch_fr", PITCH[:40])
    page.context.clear_cookies()
    write(page, "pitch_fr", PITCH[40:])
    page.locator("[name=theme]").select_option(index=2)
    page.locator("[name=trl]").select_option("7")
    write(page, "pitch_en", FIELDS["project"]["pitch_en"])
    write(page, "website", FIELDS["project"]["website"])
    page.locator("[name=logo]").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": picture()}
    )
    expect(page.locator("[data-name=logo] img")).to_be_visible()
    go_on(page, "presence")

    # The server restarts: what is typed meanwhile waits in the browser.
    service.stop()
    page.locator("[name=wanted_half_days]").first.check()
    for name, text in FIELDS["presence"].items():
        write(page, name, text)
    page.locator(".actions button[value=next]").click()
    expect(page.locator(".saved.unsaved")).to_be_visible()
    page.wait_for_timeout(SHORT_PAUSE)
    assert page.url.endswith("/etape/presence/")
    service.start()
    expect(page.locator(".saved:not(.unsaved)")).to_be_visible(timeout=20_000)
    go_on(page, "questions")

    page.locator("[name='q:attentes']").first.check()
    page.locator("[name='q:accompagnement'][value=yes]").check()
    for name, text in FIELDS["questions"].items():
        write(page, name, text)
    go_on(page, "contact")
    for name, text in FIELDS["contact"].items():
        write(page, name, text)
    go_on(page, "commitments")
    for name in ("will_be_present", "keeps_charter", "is_accurate"):
        page.locator(f"[name={name}]").check()
    page.locator(".actions button.button").first.click()
    page.wait_for_url(re.compile(r"/candidature/[^/]+/$"))

    kept = submitted(demo, service, number)
    wanted = {name: text for step in FIELDS.values() for name, text in step.items()}
    wanted = {name: text for name, text in wanted.items() if not name.startswith("q:")}
    wanted |= {"siret": number, "website": "https://embruns.example", "founded_on": "2024-03-15"}
    wanted |= {"founders": 3, "women_founders": 2, "power_watts": 300, "status": "submitted"}
    assert {name: kept[name] for name in wanted} == wanted
    assert kept["answers"] == {
        "demonstration": FIELDS["questions"]["q:demonstration"],
        "attentes": ["clients"],
        "accompagnement": True,
        "structure": "Le pôle Mer",
        "equipe": [{"nom": "Iris Le Roux", "fonction": "Présidente"}],
    }
    assert time.monotonic() - started < 180


# --- by keyboard alone ----------------------------------------------------------------------------


def focus(page: Page, wanted: str) -> None:
    """Press Tab until the control that is wanted has the focus."""
    for _press in range(60):
        if page.evaluate("wanted => document.activeElement?.matches(wanted) ?? false", wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {wanted} by Tab")


def press_continue(page: Page, to: str) -> None:
    focus(page, ".actions button[value=next]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/etape/{to}/")


def type_into(page: Page, names: list[str], step: str) -> None:
    for name in names:
        focus(page, f'[name="{name}"]')
        page.keyboard.type(FIELDS[step][name])


def test_the_whole_path_by_keyboard_alone(visit, service):
    phone = visit(width=390, height=844)
    page = phone.open("/appels/04/")
    focus(page, "[name=email]")
    page.keyboard.type(f"mael-{secrets.token_hex(3)}@embruns.example")
    page.keyboard.press("Enter")
    page.wait_for_url("**/etape/company/")

    focus(page, "[name=siret]")
    page.keyboard.type(siret(secrets.randbelow(1_000_000)))
    names = list(FIELDS["company"])
    type_into(page, names[: names.index("founded_on") + 1], "company")
    focus(page, "[name=headcount_band]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    focus(page, "[name=has_exhibited]")
    page.keyboard.press("ArrowUp")
    press_continue(page, "project")

    focus(page, "[name=theme]")
    page.keyboard.press("ArrowDown")
    focus(page, "[name=trl]")
    page.keyboard.type("7")
    type_into(page, ["pitch_fr", "pitch_en"], "project")
    press_continue(page, "presence")
    focus(page, "[name=wanted_half_days]")
    page.keyboard.press("Space")
    press_continue(page, "questions")
    type_into(page, ["q:demonstration"], "questions")
    focus(page, "[name='q:equipe-0-nom']")
    page.keyboard.type("Maël")
    focus(page, "[data-more]")
    page.keyboard.press("Enter")
    page.keyboard.type("Iris")  # the new block has the focus
    press_continue(page, "contact")
    type_into(page, ["contact_name"], "contact")
    press_continue(page, "commitments")
    for name in ("will_be_present", "keeps_charter", "is_accurate"):
        focus(page, f"[name={name}]")
        page.keyboard.press("Space")
    focus(page, ".actions button.button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/candidature/[^/]+/$"))

    expect(page.locator("main")).to_contain_text("Iris")
    assert phone.troubles == []


# --- for everybody --------------------------------------------------------------------------------

STEPS = ("company", "project", "presence", "questions", "contact", "commitments")


@pytest.mark.parametrize(
    "screen",
    [
        {"width": 390, "height": 844, "locale": "fr-FR"},
        {"width": 1440, "locale": "en-GB", "color_scheme": "dark"},
    ],
)
def test_no_step_has_a_barrier_empty_or_full_of_errors(visit, screen):
    visitor = visit(**screen)
    page = visitor.open("/appels/04/")
    page.locator("[name=email]").fill(f"zoe-{secrets.token_hex(3)}@embruns.example")
    page.locator("main form button.button").first.click()
    page.wait_for_url("**/etape/company/")
    page.locator("[name=siret]").fill("123")
    page.locator("[name=founders]").fill("beaucoup")
    page.locator("[name=founders]").blur()
    expect(page.locator("[data-name=founders] .error")).to_be_visible()
    found = {}
    for key in STEPS:
        for query in ("", "?verifier"):
            page.goto(re.sub(r"/etape/.*", f"/etape/{key}/{query}", page.url))
            if wrong := visitor.barriers() + visitor.troubles:
                found[f"{key}{query}"] = wrong
            visitor.troubles.clear()

    assert found == {}
