"""Addresses nobody was given: refused or empty, never a failure, on both engines."""

import pytest
from django.test import Client

from tests.factories import EditionFactory, organiser

pytestmark = pytest.mark.django_db
BEYOND = "99999999999999999999"

ANSWERS = {
    # NUL, wherever it stands.
    "/appels/%00/": 400,
    "/stands/%00/": 400,
    "/api/v1/regions/%00/": 400,
    "/admin/core/activityentry/%00/change/": 400,
    "/ma-journee/?jour=%00": 400,
    "/api/v1/meetings/?search=%00": 400,
    "/api/v1/meetings/?%00=1": 400,
    "/admin/core/activityentry/?region=%00": 400,
    "/admin/meetings/meeting/?q=%00": 400,
    "/admin/startups/application/?region=%00": 400,
    # Other characters and forms that no code, number or token has.
    "/stands/A%0A1/": 404,
    "/appels/5%0A/": 404,
    "/appels/bretagne/": 404,
    "/journee/a%20b/": 404,
    "/reponse/%C3%A9/": 404,
    "/candidature/a%0Ab/": 404,
    "/calendar/a%20b.ics": 404,
    "/api/v1/regions/x%0A/": 404,
    "/api/v1/themes/%C3%A9/": 404,
    f"/api/v1/editions/{BEYOND}/": 404,
    f"/api/v1/meetings/{BEYOND}/": 404,
    "/api/v1/meetings/x/": 404,
    # Values of filters that no row can have.
    f"/api/v1/meetings/?person={BEYOND}": 400,
    f"/api/v1/stands/?zone={BEYOND}": 400,
    "/api/v1/stands/?zone=1.5": 400,
    "/api/v1/sessions/?edition=1e400": 400,
    "/api/v1/sessions/?edition=-1": 400,
    "/api/v1/sessions/?starts_after=0001-01-01T00:00:00%2B14:00": 400,
    "/api/v1/sessions/?starts_after=9999-12-31T23:59:59-12:00": 400,
    "/api/v1/sessions/?date=zzz": 400,
}
EMPTY_LISTS = [
    "/admin/meetings/meeting/?day=zzz",
    "/admin/meetings/meeting/?day=0000-00-00",
    "/admin/meetings/meeting/?region=zzz",
    "/admin/core/activityentry/?region=zzz",
    "/admin/core/outboxmessage/?kind=zzz",
    "/admin/startups/allocation/?half_day=zzz",
    f"/admin/startups/allocation/?half_day={BEYOND}",
    "/admin/startups/application/?region=zzz",
]


@pytest.fixture
def browser():
    EditionFactory()
    client = Client(raise_request_exception=False)
    client.force_login(organiser())
    return client


@pytest.mark.parametrize("address", ANSWERS)
def test_an_address_nobody_was_given_is_refused(browser, address):
    assert browser.get(address).status_code == ANSWERS[address]


@pytest.mark.parametrize("address", EMPTY_LISTS)
def test_a_list_asked_for_what_it_does_not_offer_is_empty(browser, address):
    page = browser.get(address)
    assert page.status_code == 200
    assert list(page.context["cl"].result_list) == []


def test_a_cookie_with_nul_is_refused(browser):
    browser.cookies["sessionid"] = "a\0bcdefgh"
    assert browser.get("/admin/").status_code == 400
