"""Every main page in a real browser: no barrier, no error, no other host, on every screen."""

import pytest

SCREENS = {
    "desk": {"width": 1280},
    "phone": {"width": 360, "height": 740},
    "dark": {"width": 1280, "color_scheme": "dark"},
    "English phone": {"width": 360, "height": 740, "locale": "en-GB", "color_scheme": "dark"},
}


@pytest.fixture(params=SCREENS)
def screen(request) -> dict:
    return SCREENS[request.param]


def found_on(visitor, addresses: dict[str, str]) -> dict[str, list[str]]:
    """What is wrong, page by page; nothing for a page that is fine."""
    found = {}
    for name, address in addresses.items():
        visitor.troubles.clear()
        visitor.open(address)
        if wrong := visitor.barriers() + visitor.troubles:
            found[name] = wrong
    return found


def test_public_pages(visit, demo, screen):
    exhibitor = visit(**screen).open(demo["public"]["directory"]).locator(".exhibitor a").first
    addresses = {
        **demo["public"],
        "exhibitor": exhibitor.get_attribute("href"),
        "calls": "/appels/",
        "call": demo["calls"][0]["url"],
        "resume": demo["calls"][0]["url"] + "reprendre/",
        "sign in": "/accounts/login/",
        "code": "/accounts/login/code/",
        "forgotten password": "/accounts/password/reset/",
        "accessibility": "/accessibilite/",
        "privacy": "/donnees-personnelles/",
    }

    assert found_on(visit(**screen), addresses) == {}


def test_private_pages(visit, demo, screen):
    addresses = {page["status"]: page["url"] for page in demo["applicant_pages"]}
    addresses |= {page["person"]: page["url"] for page in demo["delegate_pages"][:2]}

    assert found_on(visit(**screen), addresses) == {}


def test_desk_of_an_organiser(visit, demo):
    """The admin's own template set is its authors' business; our pages must work in it."""
    visitor = visit(width=1440)
    visitor.sign_in(demo["admin"]["email"], demo["admin"]["password"])
    visitor.open("/admin/")

    assert (visitor.page.title() != "", visitor.troubles) == (True, [])
