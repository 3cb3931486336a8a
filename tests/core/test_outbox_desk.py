"""The outbox as a desk: where messages are, why they wait, what they will look like."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import translation

from meetings.operations import confirm_meeting, create_meeting
from pavilion.core import waiting
from pavilion.core.access import Role
from pavilion.core.attention import attention
from pavilion.core.models import ActivityEntry, MailPolicy, OutboxMessage
from tests.api import client_of
from tests.core.test_outbox_admin import message
from tests.factories import DayFactory, PersonFactory, organiser

pytestmark = pytest.mark.django_db

State = OutboxMessage.State
NOW = datetime(2030, 5, 20, 7, 0, tzinfo=UTC)
LIST = "admin:core_outboxmessage_changelist"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def subjects(client, **query) -> list[str]:
    page = client.get(reverse(LIST), query)
    return [row.subject for row in page.context["cl"].result_list]


def test_each_tab_counts_and_lists_its_own(client):
    message(1, kind="meetings.invitation")
    message(2, kind="startups.selected")
    message(3, state="queued", send_after=NOW + timedelta(hours=1))
    message(4, state="queued")
    message(5, state="failed")
    message(6, state="bounced", sent_at=NOW, bounced_at=NOW)
    client.force_login(organiser(language="en"))

    tabs = client.get(reverse(LIST), {"state__exact": "held"}).context["tabs"]

    assert [(str(tab["label"]), tab["count"], tab["is_current"]) for tab in tabs] == [
        ("All", None, False),
        ("To approve", 2, True),
        ("Scheduled", 1, False),
        ("Sent", 0, False),
        ("Failed", 1, False),
        ("Came back", 1, False),
    ]
    assert [(str(kind["label"]), kind["count"]) for kind in tabs[1]["kinds"]] == [
        ("Invitation", 1),
        ("Offer of a place", 1),
    ]
    assert subjects(client, waits="scheduled") == ["Invitation 3"]
    assert subjects(client, waits="returned") == ["Invitation 6", "Invitation 5"]
    assert subjects(client, to="startups", state__exact="held") == ["Invitation 2"]
    assert subjects(client, kind="meetings.invitation", state__exact="held") == ["Invitation 1"]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"state": "held"}, None),
        ({}, "leaving"),
        ({"send_after": NOW + timedelta(minutes=1)}, "settles"),
        ({"send_after": NOW + timedelta(days=1)}, "planned"),
        ({"send_after": datetime(2030, 5, 21, 4, 30, tzinfo=UTC)}, "quiet"),
        ({"send_after": NOW + timedelta(hours=1), "attempts": 3}, "retry"),
        ({"send_after": NOW + timedelta(seconds=30), "last_error": "refused"}, "relay"),
    ],
)
def test_a_message_says_what_it_waits_for(settings, fields, why):
    settings.MAIL_SETTLES, settings.QUIET_HOURS = 120, "22:00-06:30"
    assert waiting.why(message(**{"state": "queued"} | fields), NOW) == why


def test_all_that_match_are_approved_at_once(client):
    for number in range(3):
        message(number, kind="startups.selected")
    message(4)
    client.force_login(organiser(language="en"))
    url = f"{reverse(LIST)}?to=startups&state__exact=held"
    chosen = {"action": "approve", "select_across": "1", "_selected_action": ["1"]}

    page = client.post(url, chosen)
    assert page.context["button"] == "Approve 3 messages"
    client.post(url, chosen | {"_step": "1"})

    left = OutboxMessage.objects.filter(state="queued")
    assert set(left.values_list("kind", flat=True)) == {"startups.selected"}
    assert left.count() == 3


def test_an_invitation_is_shown_without_the_keys_of_whoever_gets_it(client):
    day = DayFactory()
    meeting = create_meeting(
        edition=day.edition,
        subject_fr="Entretien",
        starts_at=day.at(day.opens_at),
        ends_at=day.at(day.opens_at) + timedelta(minutes=30),
        person_ids=[PersonFactory(email="marie@region.example").pk],
        by=None,
    )
    confirm_meeting(meeting_id=meeting.pk, by=None)
    participant, row = meeting.participants.get(), OutboxMessage.objects.get()
    assert participant.token in row.body
    client.force_login(organiser(language="en"))

    page = client.get(reverse("admin:core_outboxmessage_change", args=[row.pk]))
    edit = client.get(reverse("admin:core_outboxmessage_edit", args=[row.pk]))
    seen = page.content.decode() + edit.content.decode()
    seen += client_of(organiser()).get(f"/api/v1/messages/{row.pk}/").content.decode()

    assert participant.token not in seen
    assert participant.mail_token not in seen
    assert "[link 1]" in edit.content.decode()
    assert '<iframe class="desk-frame" sandbox srcdoc=' in page.content.decode()
    [panel] = page.context["panels"]
    told = dict(panel.context["lines"])
    assert (told["What it does"], told["Asks for an answer"], told["Sequence"]) == (
        "Puts the meeting into the calendar, or changes it there",
        "yes",
        "1",
    )


def test_words_are_edited_on_a_page_and_a_lost_link_is_said_there(client):
    link = f"https://pavilion.example/reponse/{'a' * 22}.1.{'b' * 43}/"
    row = message()
    OutboxMessage.objects.update(body=f"Répondre : {link}")
    client.force_login(organiser(language="en"))
    url = reverse("admin:core_outboxmessage_edit", args=[row.pk])

    refused = client.post(url, {"subject": "Invitation", "body": "Answer"})
    assert refused.context["form"].errors == {
        "body": ["Keep “[link 1]” in the text: there stands the recipient’s own link."]
    }
    done = client.post(url, {"subject": "Invitation", "body": "Answer: [link 1]"})

    assert [str(each) for each in get_messages(done.wsgi_request)] == ["1 message edited."]
    row.refresh_from_db()
    assert row.body == f"Answer: {link}"


# --- Policies ---


def test_the_page_of_policies_saves_what_differs(client):
    client.force_login(organiser(language="en"))
    url = reverse("admin:core_mailpolicy_changelist")
    rows = [row for group in client.get(url).context["groups"] for row in group["rows"]]
    assert {(row.approval, row.keeps_quiet) for row in rows} == {("default", True)}
    assert not any(row.kind.endswith(".link") for row in rows)

    as_it_is = {f"quiet-{row.kind}": "on" for row in rows}
    client.post(url, as_it_is)
    assert not MailPolicy.objects.exists()
    client.post(url, as_it_is | {"approval-meetings.invitation": "always"})

    assert list(MailPolicy.objects.values_list("kind", "approval", "keeps_quiet")) == [
        ("meetings.invitation", "always", True)
    ]
    assert ActivityEntry.objects.get().verb == "mailpolicy.changed"


def test_a_national_reader_sees_the_policies_and_saves_none(client):
    client.force_login(organiser("", Role.READER))
    url = reverse("admin:core_mailpolicy_changelist")

    assert b'<button class="desk-button primary">' not in client.get(url).content
    assert client.post(url, {}).status_code == 403
    assert not MailPolicy.objects.exists()


# --- The API ---


def test_programs_edit_hurry_and_send_again():
    client = client_of(organiser("53"))
    waiting, left = message(1, state="queued"), message(2, state="sent", sent_at=NOW)
    OutboxMessage.objects.filter(pk=waiting.pk).update(send_after=NOW + timedelta(hours=1))

    edited = client.post(
        f"/api/v1/messages/{waiting.pk}/edit/", {"subject": "Hello", "body": "Monday"}
    ).json()
    hurried = client.post(f"/api/v1/messages/{waiting.pk}/send-now/").json()
    again = client.post(f"/api/v1/messages/{left.pk}/send-again/").json()

    assert (edited["subject"], edited["body"], edited["waits_for"]) == (
        "Hello",
        "Monday",
        "planned",
    )
    assert (hurried["waits_for"], hurried["is_urgent"]) == ("leaving", True)
    assert (again["resends"], again["state"]) == (left.pk, "queued")


def test_programs_approve_several_at_once_or_none():
    client = client_of(organiser("53"))
    mine, others = message(1), message(2, region_code="76")

    refused = client.post("/api/v1/messages/approve-many/", {"messages": [mine.pk, others.pk]})
    assert (refused.status_code, refused.json()) == (
        400,
        {"messages": [f'Invalid pk "{others.pk}" - object does not exist.']},
    )
    done = client.post("/api/v1/messages/approve-many/", {"messages": [mine.pk]})
    assert (done.json(), OutboxMessage.objects.get(pk=mine.pk).state) == ({"count": 1}, "queued")


def test_programs_read_and_decide_policies():
    client = client_of(organiser())
    address = "/api/v1/mail-policies/meetings.invitation/"
    before = client.get(address).json()
    after = client.post(f"{address}decide/", {"approval": "never", "keeps_quiet": False}).json()

    assert before == {
        "kind": "meetings.invitation",
        "name": "Invitation",
        "approval": "default",
        "keeps_quiet": True,
    }
    assert after == before | {"approval": "never", "keeps_quiet": False}
    assert client.get(address).json() == after
    assert client.get("/api/v1/mail-policies/no.such_kind/").status_code == 404


def test_what_should_have_left_is_told_on_the_first_page(client):
    """No worker lives, or the mail server wants nothing from us: nobody else would say so."""
    long_ago = NOW - timedelta(minutes=11)
    soon = NOW + timedelta(seconds=30)
    message(1, state="queued", send_after=long_ago)
    message(2, state="queued", created_at=long_ago, send_after=soon, last_error="535 no")
    message(3, state="queued", created_at=long_ago, send_after=soon, last_error="451", attempts=1)
    message(4, state="queued", created_at=long_ago, send_after=soon)
    message(5, state="queued", send_after=NOW - timedelta(minutes=9))
    message(6, state="held", send_after=long_ago)
    desk = organiser(language="en")
    client.force_login(desk)

    with translation.override("en"):
        told = [(item.count, item.sentence, item.url) for item in attention(desk)]

    assert told[0] == (
        2,
        "messages should have left more than ten minutes ago",
        f"{reverse(LIST)}?waits=late",
    )
    assert subjects(client, waits="late") == ["Invitation 1", "Invitation 2"]
