"""My day on a telephone: no network, one tap, news that come by themselves, a closed link."""

import pytest

from tests.browser.conftest import Visitor

WHO = """
from datetime import timedelta
from events.models import Day
from meetings import operations
from meetings.models import Meeting, Person
person, _made = Person.objects.get_or_create(
    email="%s@region.example", defaults={"first_name": "Loeiza", "last_name": "Trévidic"})
"""
TWO = """
day = Day.objects.earliest("date")
for hours, subject in ((2, "Cybersécurité des ports"), (4, "Convention littoral")):
    starts_at = day.opens + timedelta(hours=hours)
    meeting = operations.create_meeting(
        edition=day.edition, subject_fr=subject, starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30), by=None, person_ids=[person.pk],
        place="Quai Est", contact_name="Anaïs", contact_phone="06 39 98 12 34")
    operations.confirm_meeting(meeting_id=meeting.pk, by=None)
"""
FIRST = """
first = Meeting.objects.filter(participants__person=person).earliest("starts_at")
"""
CACHES = """async () => {
  const names = await caches.keys();
  const found = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return found.flat().map((request) => new URL(request.url).pathname);
}"""
KEPT = "#my-day[data-is-kept=true]"


@pytest.fixture
def run(service, request):
    """Code in the service's own database, about a person of the test's own: what it prints."""

    def run(*code):
        who = WHO % request.node.name[:40]
        return service.manage("shell", "-v0", "-c", who + "".join(code)).strip()

    return run


@pytest.fixture
def at_day(visit, run):
    """Somebody with two confirmed meetings, at their day, once the telephone keeps it."""

    def open_day(**options) -> Visitor:
        address = run(TWO, "print(person.get_absolute_url())")
        visitor = visit(width=390, height=844, **options)
        visitor.open(address)
        visitor.page.wait_for_selector(KEPT)
        return visitor

    return open_day


def offline(visitor, is_off=True):
    visitor.page.context.set_offline(is_off)


def test_it_opens_without_a_network_and_sends_what_was_answered_meanwhile(at_day, run):
    visitor = at_day()
    page = visitor.page
    assert (visitor.barriers(), visitor.troubles) == ([], [])

    offline(visitor)
    page.reload()
    page.wait_for_selector("#offline:not([hidden])")
    assert page.text_content("#offline") != ""
    assert page.get_by_role("heading", name="Cybersécurité des ports").is_visible()
    assert page.locator(".is-next a[href='tel:0639981234']").is_visible()
    page.click(".is-next button[value=accepted]")
    page.wait_for_selector(".is-next .told:not([hidden])")
    page.reload()
    page.wait_for_selector(".is-next button[value=accepted][aria-pressed=true]")

    offline(visitor, is_off=False)
    page.evaluate("Day.look()")
    page.wait_for_function("""() => document.querySelector(".is-next .state-confirmed")""")
    assert run(FIRST, "print(first.participants.get().answer)").endswith("accepted")


def test_an_answer_kept_for_what_moved_meanwhile_is_refused_in_words(at_day, run):
    visitor = at_day(locale="en-GB")
    page = visitor.page
    offline(visitor)
    page.click(".is-next button[value=accepted]")
    page.wait_for_selector(".is-next .told:not([hidden])")
    run(
        FIRST,
        "operations.reschedule_meeting(meeting_id=first.pk, by=None, place='Quai Ouest',"
        " starts_at=first.starts_at + timedelta(hours=1),"
        " ends_at=first.ends_at + timedelta(hours=1))",
    )

    offline(visitor, is_off=False)
    page.evaluate("Day.look()")
    page.wait_for_selector(".is-next .told.is-wrong:not([hidden])")

    told = page.text_content(".is-next .told")
    assert told == "This meeting has changed meanwhile. Please look at it again and answer."
    assert page.text_content("#changes h2") == "1 change since you last looked"
    assert "Other place: it was Quai Est" in page.text_content(".is-next .changed")
    assert run(FIRST, "print(first.participants.get().answer)").endswith("needs-action")
    page.click("#changes button")
    assert page.locator(".changed").count() == 0


def test_news_come_by_themselves_and_leave_the_focus_where_it_is(at_day, run):
    visitor = at_day(locale="en-GB")
    page = visitor.page
    page.focus(".is-next button[value=tentative]")
    page.evaluate("Day.look()")
    run(FIRST, "operations.cancel_meeting(meeting_id=first.pk, by=None)")

    page.evaluate("Day.look()")
    page.wait_for_selector(".meeting s")

    said = page.text_content("#day-said")
    assert said == "Cybersécurité des ports: Cancelled since you last looked"
    assert page.text_content(".is-next h2") == "Convention littoral"
    # The button is gone with the meeting; nothing else was touched.
    assert page.evaluate("document.querySelectorAll('.meeting').length") == 2
    assert visitor.troubles == []


def test_a_telephone_forgets_when_told_and_when_the_link_is_closed(at_day, run):
    visitor = at_day(locale="en-GB")
    page = visitor.page
    mine = page.evaluate("location.pathname")
    kept = page.evaluate(CACHES)
    assert mine in kept
    assert [path for path in kept if not path.startswith((mine, "/static/"))] == []

    page.click("#forget button")
    page.wait_for_selector("#forget button", state="detached")
    assert (page.evaluate(CACHES), page.evaluate("localStorage.length")) == ([], 0)

    page.reload()
    page.wait_for_selector(KEPT)
    assert page.evaluate(CACHES) == kept
    run("operations.renew_day_link(person_id=person.pk, by=None)")
    page.evaluate("Day.look()")
    page.wait_for_selector("#content > .notice")
    assert (page.evaluate(CACHES), page.evaluate("localStorage.length")) == ([], 0)
    assert page.locator(".meeting").count() == 0


def test_while_the_service_is_down_behind_its_proxy_the_kept_day_is_shown(at_day, run):
    visitor = at_day()
    page = visitor.page
    rename = (
        "from django.db import connection\n"
        "connection.cursor().execute('ALTER TABLE meetings_feed RENAME TO {}')"
    )
    run(rename.format("meetings_away"))
    try:
        page.reload()
        assert page.locator(".meeting").count() == 2
        page.evaluate("void Day.look()")
        page.wait_for_selector("#offline:not([hidden])")
    finally:
        run(rename.format("meetings_feed").replace("meetings_feed RENAME", "meetings_away RENAME"))

    page.evaluate("void Day.look()")
    page.wait_for_selector("#offline", state="hidden")


def test_after_midnight_the_page_is_the_new_day_s(at_day):
    visitor = at_day()
    page = visitor.page
    shown = page.get_attribute("#my-day", "data-shown")
    page.evaluate("document.getElementById('my-day').dataset.shown = '2020-01-01 today'")

    with page.expect_navigation():
        page.evaluate("void Day.look()")

    page.wait_for_selector(KEPT)
    assert page.get_attribute("#my-day", "data-shown") == shown
    assert visitor.troubles == []


def test_without_a_network_the_next_morning_it_opens_on_that_day(at_day):
    visitor = at_day()
    page = visitor.page
    kept_yesterday = """async () => {
      const [name] = await caches.keys();
      const cache = await caches.open(name);
      const own = new URL(location.pathname, location.origin).href;
      const kept = await cache.match(own);
      const [text, now] = [await kept.text(), Date.now()];
      const copy = (body, at) => new Response(body, { headers: { "Content-Type": "text/html", "Kept-At": String(at) } });
      const today = new Date().toLocaleDateString("en-CA", { timeZone: "Europe/Paris" });
      await cache.put(own, copy(text, now - 26 * 3600e3));
      await cache.put(`${own}?jour=${today}`, copy(text.replace("<h1>", "<h1>Aujourd’hui "), now - 26 * 3600e3));
    }"""  # noqa: E501
    page.evaluate(kept_yesterday)

    offline(visitor)
    page.reload()

    assert page.text_content("h1").startswith("Aujourd’hui ")


ACCOUNT = """
from allauth.account.models import EmailAddress
from pavilion.core.models import User
user = User.objects.create_user(email="%s", password="%s", full_name="Loeiza Trévidic")
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
operations.change_person(person_id=person.pk, user=user, by=None)
print(person.get_absolute_url())
"""


def test_where_one_signs_out_the_day_of_whoever_was_signed_in_is_forgotten(at_day, run):
    visitor = at_day()
    page = visitor.page
    link = page.evaluate("location.pathname")
    email, password = "loeiza@region.example", "mer-calme-et-ciel-clair"
    run(ACCOUNT % (email, password))
    visitor.sign_in(email, password)
    visitor.open("/ma-journee/")
    page.wait_for_selector(KEPT)
    assert {"/ma-journee/", link} <= set(page.evaluate(CACHES))

    visitor.open("/accounts/logout/")
    page.wait_for_function("async () => (await caches.keys()).length === 1")

    assert link in page.evaluate(CACHES)
    scopes = (
        "async () => (await navigator.serviceWorker.getRegistrations()).map((each) => each.scope)"
    )
    assert page.evaluate(scopes) == [f"{visitor.base_url}{link}"]
    assert page.evaluate("Object.keys(localStorage)") == [f"day {link}"]
    assert visitor.troubles == []
