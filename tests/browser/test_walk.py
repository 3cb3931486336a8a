"""The README's walk, done in the browser as it is written there."""

import secrets

from playwright.sync_api import Locator, Page, expect

from tests.factories import siret


def main_of(page: Page) -> Locator:
    return page.locator("main")


def fill_in_application(page: Page, company: str) -> None:
    steps = (
        {
            "siret": siret(secrets.randbelow(1_000_000)),
            "legal_name": f"{company} SAS",
            "display_name": company,
            "postcode": "97400",
            "city": "Saint-Denis",
            "founded_on": "01/03/2024",
            "headcount_band": None,
        },
        {
            "theme": None,
            "trl": None,
            "pitch_fr": "Nous lisons la mer pour ceux qui y travaillent.",
            "pitch_en": "We read the sea for those who work on it.",
        },
        {"wanted_half_days": True},
        {"q:demonstration": "Un bassin d’essai."},
        {"contact_name": "Camille Guérin"},
        {"will_be_present": True, "keeps_charter": True, "is_accurate": True},
    )
    for number, step in enumerate(steps, start=1):
        for name, text in step.items():
            field = page.locator(f'[name="{name}"]').first
            if text is None:
                field.select_option(index=2)
            elif text is True:
                field.check()
            else:
                field.fill(text)
        if number < len(steps):
            here = page.url
            page.get_by_role("button", name="Continuer").click()
            page.wait_for_url(lambda url, here=here: url != here)


def choose(page: Page, field: str, text: str) -> None:
    """In a field that searches while one types."""
    page.locator(f"select[name={field}] + .select2").click()
    page.keyboard.type(text)
    page.locator(".select2-results__option", has_text=text).first.click()


def test_a_company_applies_is_selected_confirms_and_gets_a_stand(visit, demo, national_team):
    company = f"Embruns {secrets.token_hex(3)}"
    phone = visit(width=360, height=740)
    page = phone.open(demo["calls"][0]["url"])
    page.get_by_label("Votre adresse électronique").fill(f"{company[-6:]}@embruns.example")
    page.get_by_role("button", name="Commencer ma candidature").click()
    private_page = page.url.partition("etape/")[0]
    fill_in_application(page, company)
    page.get_by_role("button", name="Déposer ma candidature").click()
    expect(main_of(page)).to_contain_text("La région l’étudie")

    desk = visit(width=1440)
    desk.sign_in(**national_team)
    desk.open("/admin/startups/application/").get_by_role("link", name=company).first.click()
    desk.page.get_by_role("link", name="Retenir la candidature", exact=True).click()
    desk.page.get_by_role("button", name="Retenir la candidature", exact=True).click()

    phone.open(private_page).get_by_role("button", name="Confirmer notre place").click()
    expect(main_of(page)).to_contain_text("Votre place est confirmée")

    desk.open("/admin/startups/exhibitor/").get_by_role("link", name=company).first.click()
    desk.page.get_by_role("link", name="Affecter un stand").click()
    stands = desk.page.locator("select[name=stand]")
    stands.select_option(index=1)
    desk.page.get_by_role("button", name="Affecter un stand").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("est pris par")
    number = stands.locator("option").last.inner_text().split()[0]
    stands.select_option(stands.locator("option").last.get_attribute("value"))
    desk.page.get_by_role("button", name="Affecter un stand").click()
    desk.page.wait_for_url("**/change/*")

    name = next(row["name"] for row in demo["regions"] if row["code"] == demo["calls"][0]["region"])
    desk.open("/admin/startups/planversion/").get_by_role("link", name=name, exact=True).click()
    desk.page.get_by_role("button", name="Annoncer le plan à").click()
    expect(desk.page.get_by_text("Annoncé", exact=False).first).to_be_visible()

    exhibitor = phone.open("/exposants/").get_by_role("link", name=company).first
    exhibitor.click()
    expect(main_of(page)).to_contain_text(number)
    assert phone.troubles + desk.troubles == []


def test_a_meeting_with_an_office_is_confirmed_and_the_delegate_sees_it(visit, demo, national_team):
    subject = f"Cap sur la mer {secrets.token_hex(3)}"
    delegate = demo["delegate_pages"][0]
    desk = visit(width=1440)
    desk.sign_in(**national_team)
    page = desk.open("/admin/meetings/meeting/add/")
    page.locator("[name=subject_fr]").fill(subject)
    choose(page, "people", delegate["person"])
    choose(page, "offices", "Ministre")
    ends = page.locator("[name=ends]")
    page.locator("[name=starts]").fill("17:20")
    expect(ends).to_have_value("17:50")
    page.locator("[name=format]").select_option("press_point")
    expect(ends).to_have_value("17:40")
    ends.fill("17:30")
    page.locator("[name=format]").select_option("bilateral")
    expect(ends).to_have_value("17:30")
    page.locator("[name=place]").fill("Salon Armor")
    page.get_by_role("button", name="Aperçu").click()
    page.get_by_role("button", name="Poser un rendez-vous").click()
    page.get_by_role("button", name="Confirmer le rendez-vous").click()

    phone = visit(width=360, height=740)
    day = phone.open(delegate["url"]).locator(f"a[href*='{demo['edition']['starts_on']}']")
    day.first.click()
    expect(main_of(phone.page)).to_contain_text(subject)
    assert desk.troubles + phone.troubles == []
