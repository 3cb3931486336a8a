"""An application in two windows, back and forward, with files of every kind."""

import json
import secrets

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_application import begin, picture, write


@pytest.fixture
def phone(visit):
    return visit(width=390, height=844, locale="en-GB")


@pytest.fixture
def page(phone, service) -> Page:
    begin(phone.page, service, f"lea-{secrets.token_hex(3)}@embruns.example")
    return phone.page


def saved(page: Page) -> None:
    expect(page.locator(".saved:not(.unsaved)")).to_be_visible()


def open_step(page: Page, key: str) -> None:
    page.locator(f"[data-outline] button[value={key}]").click()
    page.wait_for_url(f"**/etape/{key}/")


def test_what_two_windows_write_is_kept_and_one_version_chosen(phone, page):
    other = page.context.new_page()
    other.goto(page.url)
    write(page, "city", "Brest")
    saved(page)
    write(other, "city", "Vannes")
    write(other, "legal_name", "Embruns SAS")
    expect(other.locator("[data-name=city] [data-aside]")).to_contain_text("Saved meanwhile: Brest")
    saved(other)
    other.locator("[data-aside] button[name=use]").click()
    expect(other.locator("[data-aside]")).to_have_count(0)
    page.reload()

    expect(page.locator("[name=city]")).to_have_value("Vannes")
    expect(page.locator("[name=legal_name]")).to_have_value("Embruns SAS")
    assert phone.troubles == []


def test_back_and_forward_show_what_was_saved_last(phone, page):
    open_step(page, "project")
    write(page, "pitch_fr", "Bonjour")
    open_step(page, "contact")
    page.go_back()
    expect(page.locator("[name=pitch_fr]")).to_have_value("Bonjour")
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("[name=pitch_fr]").fill("Bonsoir")
    saved(other)
    page.go_forward()
    page.wait_for_url("**/etape/contact/")
    page.go_back()

    expect(page.locator("[name=pitch_fr]")).to_have_value("Bonsoir")
    assert phone.troubles == []


def test_a_file_is_checked_before_it_leaves_and_kept_through_every_error(phone, page):
    open_step(page, "project")
    logo, error = page.locator("[name=logo]"), page.locator("[data-name=logo] .error")
    shown = page.locator("[data-name=logo] img")

    def choose(content: bytes) -> None:
        logo.set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": content})

    choose(b"0" * 2_100_000)
    expect(error).to_have_text("This file is too large: 2 MB at most.")
    choose(b"nothing of a picture")
    expect(error).to_contain_text("cannot be read as a picture")
    choose(picture())
    expect(shown).to_be_visible()
    expect(error).to_have_count(0)
    page.locator(".actions button[value=next]").click()
    page.wait_for_url("**/etape/project/?verifier")
    expect(shown).to_be_visible()
    page.locator("[data-name=logo] button[name=remove]").click()
    expect(shown).to_be_hidden()
    assert phone.troubles == []


def test_errors_are_told_when_a_field_is_left_and_questions_follow_answers(phone, page):
    write(page, "founders", "2")
    write(page, "women_founders", "3")
    error = page.locator("[data-name=women_founders] .error")
    saved(page)
    expect(error).to_have_count(0)
    page.keyboard.press("Tab")
    expect(error).to_have_text("There cannot be more women among the founders than founders.")

    open_step(page, "questions")
    dependent = page.locator("[name='q:structure']")
    expect(dependent).to_be_hidden()
    page.locator("[name='q:accompagnement'][value=yes]").check()
    expect(dependent).to_be_visible()
    assert phone.troubles == []


def test_blocks_are_kept_here_as_the_server_has_them_whatever_their_parts_are_called(phone, page):
    open_step(page, "questions")
    part = page.locator("[name='q:equipe-0-nom']")
    part.evaluate("(input) => { input.name = 'q:equipe-0-nom-de-famille' }")
    page.context.set_offline(True)
    page.locator("[name='q:equipe-0-nom-de-famille']").fill("Le Roux")
    kept = page.evaluate(
        "Object.entries(localStorage).find(([key]) => key.endsWith('.q:equipe'))[1]"
    )
    page.context.set_offline(False)

    assert json.loads(kept)["raw"][0] == {"nom-de-famille": "Le Roux", "fonction": ""}


def test_the_register_fills_what_is_empty_and_says_so(phone, page):
    """The register itself is off here; its own tests ask one that answers, stalls and lies."""
    page.route(
        "**/entreprise/",
        lambda route: route.fulfill(
            json={
                "state": "found",
                "message": "Known to the register.",
                "fields": {"legal_name": "EMBRUNS", "city": "Brest", "founded_on": "2024-03-01"},
            }
        ),
    )
    write(page, "city", "Vannes")
    write(page, "siret", "732 829 320 00074")
    expect(page.locator("[data-lookup-says]")).to_have_text("Known to the register.")

    expect(page.locator("[name=legal_name]")).to_have_value("EMBRUNS")
    expect(page.locator("[name=founded_on]")).to_have_value("01/03/2024")
    expect(page.locator("[name=city]")).to_have_value("Vannes")
    assert phone.troubles == []
