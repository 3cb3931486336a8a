import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from events.models import Region
from pavilion.core import tokens
from pavilion.core.models import OutboxMessage
from startups.models import Application
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    DayFactory,
    ExhibitorFactory,
    HalfDayFactory,
    ParticipationFactory,
    PublishedAllocationFactory,
)

pytestmark = pytest.mark.django_db

OPEN = datetime(2030, 2, 10, 9, 0, tzinfo=UTC)
CLOSED = datetime(2030, 3, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def at_open():
    with time_machine.travel(OPEN, tick=False):
        yield


def text(response):
    """The page as one reads it."""
    content = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(content.split())


def draft(**fields):
    contact = {"contact_name": "", "contact_email": "iris@societe.example"}
    fields = {"status": "draft", "siret": "", **contact, **fields}
    return ApplicationFactory(**fields)


def address(application, action=""):
    name = f"application_{action}" if action else "application"
    return reverse(f"startups:{name}", args=[application.token])


# --- Calls -----------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_calls_are_listed_with_the_same_number_of_queries(
    client, at_open, django_assert_num_queries, count
):
    for code in ("53", "28", "76")[:count]:
        CallFactory(participation=ParticipationFactory(region=Region.objects.get(code=code)))

    with django_assert_num_queries(2):
        response = client.get("/appels/")

    assert response.status_code == 200
    assert response.content.decode().count("Until Friday 1 March 2030 at 01:00") == count


def test_calls_are_sorted_into_open_coming_and_closed(client, at_open):
    for code, opens, closes in (("53", -1, 1), ("28", 1, 2), ("76", -2, -1)):
        CallFactory(
            participation=ParticipationFactory(region=Region.objects.get(code=code)),
            opens_at=OPEN + timedelta(days=opens),
            closes_at=OPEN + timedelta(days=closes),
        )
    context = client.get("/appels/").context

    assert [
        [call.region_code for call in context[name]]
        for name in ("open_calls", "coming_calls", "closed_calls")
    ] == [["53"], ["28"], ["76"]]


def test_a_call_that_is_not_published_is_nowhere(client, at_open):
    CallFactory(is_published=False)

    assert "Bretagne" not in text(client.get("/appels/"))
    assert client.get("/appels/53/").status_code == 404


def test_beginning_opens_the_new_draft_at_once(client, at_open):
    CallFactory()
    response = client.post("/appels/53/", {"email": "iris@societe.example", "language": "en"})

    application = Application.objects.get()
    assert response.headers["Location"] == application.get_absolute_url()
    assert client.get(response.headers["Location"], follow=True).status_code == 200


def test_beginning_again_opens_nothing_to_whoever_types_the_address(client, at_open):
    application = draft(contact_email="iris@societe.example")
    response = client.post(
        "/appels/53/", {"email": "iris@societe.example", "language": "en"}, follow=True
    )

    assert response.redirect_chain == [("/appels/53/", 302)]
    assert "has already begun an application" in text(response)
    assert application.token not in response.content.decode()
    assert OutboxMessage.objects.get().kind == "startups.link"


@pytest.mark.parametrize("fields", [{"email": ""}, {"email": "iris", "language": "en"}])
def test_beginning_without_a_good_address_says_so(client, at_open, fields):
    CallFactory()
    response = client.post("/appels/53/", fields)

    assert "Please check what you entered" in text(response)
    assert not Application.objects.exists()


def test_beginning_after_the_closing_is_refused_in_words(client):
    CallFactory()
    with time_machine.travel(CLOSED, tick=False):
        response = client.post("/appels/53/", {"email": "iris@societe.example", "language": "en"})

        assert "Applications closed on Friday 1 March 2030 at 01:00." in text(response)
    assert not Application.objects.exists()


def test_resuming_answers_the_same_to_known_and_unknown_addresses(client, at_open):
    draft(contact_email="iris@societe.example")
    answers = [
        text(client.post("/appels/53/reprendre/", {"email": email})).replace(email, "")
        for email in ("iris@societe.example", "nobody@societe.example")
    ]

    assert answers[0] == answers[1]
    assert OutboxMessage.objects.get().recipient == "iris@societe.example"


# --- The private page ------------------------------------------------------------------------


def test_the_private_page_is_for_its_link_alone(client, at_open):
    application = draft()
    response = client.get(address(application), follow=True)
    stale = tokens.make("application", application.public_id, 2)

    assert response.status_code == 200
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response.headers["Cache-Control"]
    for token in (stale, application.token[:-1], application.public_id, "x"):
        assert client.get(f"/candidature/{token}/").status_code == 404
        assert client.post(f"/candidature/{token}/submit/").status_code == 404


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("eligible", "The region is studying it."),
        ("ineligible", "The region is studying it."),
        ("selected", "Confirm your place before Wednesday 20 March 2030 at 23:59."),
        ("waitlisted", "1 company comes before you."),
        ("rejected", "did not select it. Siège hors région"),
        ("confirmed", "We expect you from Wednesday 12 June 2030 to Saturday 15 June 2030"),
        ("declined", "You gave up the place you were offered."),
        ("withdrawn", "This application has been withdrawn."),
        ("no_show", "noted as absent"),
    ],
)
def test_the_status_page_says_what_happens_next(client, status, words):
    call = CallFactory()
    ApplicationFactory(call=call, status="waitlisted", waiting_rank=2)
    application = ApplicationFactory(
        call=call,
        status=status,
        waiting_rank=5 if status == "waitlisted" else None,
        decision_reason="Siège hors région" if status == "rejected" else "",
        confirm_by=datetime(2030, 3, 20, 22, 59, 59, tzinfo=UTC),
    )
    with time_machine.travel(datetime(2030, 3, 15, tzinfo=UTC), tick=False):
        page = text(client.get(address(application)))

    assert words in page
    assert "neligible" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_status_page_shows_the_stand_with_the_same_number_of_queries(
    client, django_assert_num_queries, count
):
    exhibitor = ExhibitorFactory()
    for number in range(count):
        half_day = HalfDayFactory(day=DayFactory(date=date(2030, 6, 12 + number)))
        exhibitor.application.wanted_half_days.add(half_day)
        PublishedAllocationFactory(exhibitor=exhibitor, half_day=half_day)

    with django_assert_num_queries(14):
        response = client.get(address(exhibitor.application))

    assert len(response.context["allocations"]) == count


def test_buttons_confirm_decline_withdraw_and_take_up_again(client, at_open):
    for status, action, result in (
        ("selected", "confirm", "confirmed"),
        ("selected", "decline", "declined"),
        ("submitted", "withdraw", "withdrawn"),
        ("withdrawn", "reopen", "draft"),
    ):
        application = ApplicationFactory(status=status)
        assert client.get(address(application, action)).url == address(application)
        response = client.post(address(application, action))
        application.refresh_from_db()
        assert (response.headers["Location"], application.status) == (
            application.get_absolute_url(),
            result,
        )


def test_a_button_pressed_too_late_says_why(client, at_open):
    application = ApplicationFactory(status="rejected")
    response = client.post(address(application, "confirm"), follow=True)

    assert "it cannot become “Confirmed”" in text(response)
