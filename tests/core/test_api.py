import pytest
from django.core.management import call_command
from django.utils import timezone
from rest_framework.authtoken.models import Token

from pavilion.core import activity
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry, OutboxMessage
from tests.api import Client, client_of
from tests.factories import EditionFactory, UserFactory, organiser

pytestmark = pytest.mark.django_db

PUBLIC = [
    "editions",
    "regions",
    "participations",
    "days",
    "half-days",
    "halls",
    "levels",
    "zones",
    "stands",
    "rooms",
    "sessions",
    "themes",
    "calls",
    "exhibitors",
    "published-allocations",
]
PRIVATE = [
    "allocations",
    "plan-versions",
    "applications",
    "offices",
    "people",
    "delegations",
    "meetings",
    "participants",
    "visits",
    "feeds",
    "messages",
    "activity",
]
NO_CREDENTIALS = {"detail": "Authentication credentials were not provided."}


def message(**fields) -> OutboxMessage:
    number = OutboxMessage.objects.count()
    values = {
        "kind": "meetings.invitation",
        "state": OutboxMessage.State.HELD,
        "region_code": "53",
        "recipient": "cabinet@ministere.example",
        "language": "fr",
        "subject": "Invitation",
        "body": "Bonjour",
        "message_id": f"<{number}@pavilion.example>",
    }
    return OutboxMessage.objects.create(**{**values, **fields})


@pytest.mark.parametrize("resource", PRIVATE)
def test_anonymous_reader_is_asked_who_they_are(resource):
    response = client_of().get(f"/api/v1/{resource}/")

    assert (response.status_code, response.json()) == (401, NO_CREDENTIALS)
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("resource", PUBLIC)
def test_anonymous_reader_reads_public_lists_and_writes_none(resource):
    url = f"/api/v1/{resource}/"

    assert set(client_of().get(url).json()) == {"count", "next", "previous", "results"}
    assert client_of().post(url, {}).json() == NO_CREDENTIALS


@pytest.mark.parametrize("resource", [*PUBLIC, *PRIVATE])
def test_what_does_not_exist_is_a_404_and_not_an_error(resource):
    client = client_of(organiser())

    for key in ("999999", "no-key", str(2**70)):
        response = client.get(f"/api/v1/{resource}/{key}/")
        assert response.status_code == 404, key


@pytest.mark.parametrize("scheme", ["Token", "Bearer"])
def test_token_is_taken_under_both_names(scheme):
    token = Token.objects.create(user=organiser())
    client = Client(headers={"authorization": f"{scheme} {token.key}"})

    assert client.get("/api/v1/people/").json()["count"] == 0


def test_session_reads_and_needs_the_csrf_token_to_write():
    client = Client(enforce_csrf_checks=True)
    client.force_login(organiser(language="en"))

    assert client.get("/api/v1/people/").status_code == 200
    refused = client.post("/api/v1/people/", {"first_name": "A", "last_name": "B"})
    assert (refused.status_code, refused.json()) == (
        403,
        {"detail": "CSRF Failed: CSRF cookie not set."},
    )


def test_token_of_a_closed_account_opens_nothing():
    user = organiser(is_active=False)

    response = client_of(user).get("/api/v1/editions/")

    assert (response.status_code, response.json()) == (
        401,
        {"detail": "User inactive or deleted."},
    )


def test_errors_speak_the_language_of_the_account_unless_another_is_asked_for():
    token = Token.objects.create(user=organiser(language="fr"))
    client = Client(headers={"authorization": f"Bearer {token.key}"})

    french = client.post("/api/v1/people/", {})
    english = client.post("/api/v1/people/", {}, headers={"accept-language": "en"})

    assert (french.status_code, french.json()) == (
        400,
        {
            "first_name": ["Ce champ est obligatoire."],
            "last_name": ["Ce champ est obligatoire."],
        },
    )
    assert (english.status_code, english.json()) == (
        400,
        {"first_name": ["This field is required."], "last_name": ["This field is required."]},
    )


def test_pages_follow_one_another_whatever_the_order_asked_for():
    same_day = {"starts_on": "2030-06-12", "ends_on": "2030-06-15"}
    for year in (2030, 2031, 2032):
        EditionFactory(year=year, **same_day)
    client = client_of()

    seen, url = [], "/api/v1/editions/?ordering=starts_on&page_size=2"
    while url:
        page = client.get(url).json()
        seen += [edition["year"] for edition in page["results"]]
        url = page["next"]

    assert seen == [2030, 2031, 2032]


def test_schema_describes_everything_without_a_warning(capsys):
    call_command("spectacular", validate=True, fail_on_warn=True)

    assert capsys.readouterr().out.startswith("openapi: 3.0.3")


def test_schema_and_its_page_are_public_and_stay_on_this_host():
    page = client_of().get("/api/docs/")

    assert client_of().get("/api/schema/").status_code == 200
    assert set(page.headers["Content-Security-Policy"].split("; ")) == {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    }
    assert "//" not in page.content.decode()
    # Or Swagger UI would send the schema to a validator elsewhere.
    assert '"validatorUrl": null' in client_of().get("/api/docs/?script=").content.decode()


def test_message_is_shown_without_its_private_links():
    token = "AAAAAAAAAAAAAAAAAAAAAA.1." + "B" * 43
    row = message(body=f"Répondre : https://x.example/reponse/{token}/")

    response = client_of(organiser("53", Role.READER)).get(f"/api/v1/messages/{row.pk}/")

    assert response.json() == {
        "id": row.pk,
        "kind": "meetings.invitation",
        "state": "held",
        "region_code": "53",
        "recipient": "cabinet@ministere.example",
        "recipient_name": "",
        "language": "fr",
        "subject": "Invitation",
        "body": "Répondre : https://x.example/reponse/[…]/",
        "ics_method": "",
        "by": "",
        "created_at": response.json()["created_at"],
        "edited_at": None,
        "send_after": response.json()["send_after"],
        "waits_for": "",
        "is_urgent": False,
        "expires_at": None,
        "sent_at": None,
        "bounced_at": None,
        "attempts": 0,
        "last_error": "",
        "resends": None,
        "editable_body": "Répondre : [link 1]",
        "calendar": [],
    }


def test_held_message_leaves_once_approved_and_stays_once_dropped():
    leaves, stays = message(), message()
    client = client_of(organiser("53"))

    approved = client.post(f"/api/v1/messages/{leaves.pk}/approve/")
    dropped = client.post(f"/api/v1/messages/{stays.pk}/drop/", {"reason": "Doublon"})

    assert (approved.status_code, approved.json()["state"]) == (200, "queued")
    assert (dropped.status_code, dropped.json()["state"]) == (200, "dropped")
    assert ActivityEntry.objects.get(verb="message.dropped").reason == "Doublon"


def test_message_that_failed_tries_again():
    failed = message(state=OutboxMessage.State.FAILED, attempts=8)

    retried = client_of(organiser("53")).post(f"/api/v1/messages/{failed.pk}/retry/").json()

    assert (retried["state"], retried["attempts"]) == ("queued", 0)


def test_message_that_left_cannot_be_dropped():
    row = message(state=OutboxMessage.State.SENT, sent_at=timezone.now())

    response = client_of(organiser()).post(f"/api/v1/messages/{row.pk}/drop/")

    assert (response.status_code, response.json()) == (
        409,
        {
            "code": "already_gone",
            "detail": "“Invitation” has left already, or is leaving now.",
            "details": {},
        },
    )


@pytest.mark.parametrize(
    ("region_code", "role", "status"),
    [("53", Role.READER, 403), ("53", Role.REVIEWER, 404), ("75", Role.MANAGER, 404)],
)
def test_message_is_approved_by_those_who_act_for_its_region_only(region_code, role, status):
    row = message()

    response = client_of(organiser(region_code, role)).post(f"/api/v1/messages/{row.pk}/approve/")

    assert response.status_code == status
    row.refresh_from_db()
    assert row.state == OutboxMessage.State.HELD


def test_activity_says_who_did_what_to_what():
    user = organiser("53", full_name="Anne Le Bris")
    edition = EditionFactory()
    entry = activity.record(
        by=user, verb="edition.seen", target=edition, region_code="53", after={"a": 1}
    )
    activity.record(by=None, verb="edition.hidden", target=edition, region_code="75")

    page = client_of(user).get("/api/v1/activity/?target_type=events.edition").json()

    assert page["results"] == [
        {
            "id": entry.pk,
            "at": page["results"][0]["at"],
            "by": "Anne Le Bris",
            "verb": "edition.seen",
            "target_type": "events.edition",
            "target_id": str(edition.pk),
            "target_label": "VivaTech 2030",
            "region_code": "53",
            "reason": "",
            "before": {},
            "after": {"a": 1},
        }
    ]


def test_delegate_sees_neither_messages_nor_activity():
    message()
    activity.record(by=None, verb="edition.seen", target=EditionFactory())
    client = client_of(UserFactory())

    assert client.get("/api/v1/messages/").json()["results"] == []
    assert client.get("/api/v1/activity/").json()["results"] == []


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("resource", ["messages", "activity"])
def test_lists_ask_the_same_questions_for_one_row_and_for_three(
    resource, rows, django_assert_num_queries
):
    user = organiser()
    for _number in range(rows):
        message()
        activity.record(by=user, verb="edition.seen", target=EditionFactory())
    client = client_of(user)

    with django_assert_num_queries(4):
        assert client.get(f"/api/v1/{resource}/").json()["count"] == rows
