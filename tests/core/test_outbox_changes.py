"""Messages edited before they leave, sent without waiting, sent once more."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from pavilion.core import claims, delivery
from pavilion.core.models import ActivityEntry, OutboxMessage
from pavilion.core.outbox import AlreadyGone, Superseded, TooLate
from pavilion.core.outbox_changes import (
    AwaitsApproval,
    NotSent,
    Wordless,
    edit_message,
    send_again,
    send_now,
)
from pavilion.core.veil import LinkLost, veil
from tests.core.test_delivery import promise
from tests.factories import organiser

pytestmark = pytest.mark.django_db

State = OutboxMessage.State
NOW = datetime(2030, 5, 20, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LINK = f"https://pavilion.example/reponse/{'a' * 22}.1.{'b' * 43}/"
ICS = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nDTSTAMP:20300501T070000Z\r\nSEQUENCE:3\r\n"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller, translation.override("en"):
        yield traveller


def edited(message, by=None, **words) -> OutboxMessage:
    words = {"subject": message.subject, "body": veil(message.body)} | words
    return edit_message(message_id=message.pk, by=by, **words)


def entry() -> tuple[str, dict, dict]:
    return ActivityEntry.objects.values_list("verb", "before", "after").get()


# --- Edited ---


@pytest.mark.parametrize("state", [State.HELD, State.QUEUED])
def test_edited_words_leave_and_the_log_says_what_they_were(state):
    message = promise(
        state=state, body=f"Répondez :\n{LINK}\n", html="<p>x</p>", ics=ICS, ics_method="REQUEST"
    )

    edited(message, subject=" New  words ", body="Please answer: [link 1]\r\n<Thanks>")

    message.refresh_from_db()
    assert (message.subject, message.body, message.ics, message.edited_at) == (
        "New words",
        f"Please answer: {LINK}\n<Thanks>",
        ICS,
        NOW,
    )
    assert f'<p>Please answer: <a href="{LINK}"' in message.html
    assert "&lt;Thanks&gt;" in message.html
    veiled = "https://pavilion.example/reponse/[…]/"
    assert entry() == (
        "message.edited",
        {"subject": "Réponse attendue", "body": f"Répondez :\n{veiled}\n"},
        {"subject": "New words", "body": f"Please answer: {veiled}\n<Thanks>"},
    )


def test_an_edit_that_changes_nothing_leaves_no_trace():
    message = promise(body=f"Répondez : {LINK}")
    edited(message)
    assert not ActivityEntry.objects.exists()


def test_a_message_without_html_stays_without():
    message = promise()
    edited(message, body="Bonsoir")
    message.refresh_from_db()
    assert (message.body, message.html) == ("Bonsoir", "")


@pytest.mark.parametrize(
    ("words", "refusal", "field"),
    [
        ({"subject": " "}, Wordless, "subject"),
        ({"body": "[link 1]" + "x" * 20_000}, Wordless, "body"),
        ({"body": "No link"}, LinkLost, "body"),
    ],
)
def test_words_that_nobody_could_use_are_refused(words, refusal, field):
    message = promise(body=f"Répondez : {LINK}")
    with pytest.raises(refusal) as refused:
        edited(message, **words)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "fields",
    [
        {"state": State.SENT, "sent_at": NOW},
        {"state": State.DROPPED},
        {"state": State.FAILED},
        {"attempts": 1},
        {"claim": "8e2f0a51-9b43-4d2f-a7a3-0d1f6c1b2a3c"},
    ],
    ids=["sent", "dropped", "failed", "tried", "in a worker's hands"],
)
def test_what_has_left_or_may_have_is_not_edited(fields):
    with pytest.raises(AlreadyGone):
        edited(promise(**fields), body="Other words")


def test_what_a_newer_message_replaces_is_not_edited():
    message = promise(thread="a")
    promise(thread="a")
    with pytest.raises(Superseded):
        edited(message, body="Other words")


def test_only_those_who_act_for_the_region_edit():
    with pytest.raises(PermissionDenied):
        edited(promise(region_code="53"), by=organiser("76"), body="Other words")


# --- Sent now ---


def test_what_waits_for_other_changes_leaves_at_once():
    message = promise(send_after=NOW + HOUR)
    for _ in range(2):
        send_now(message_ids=[message.pk], by=None)

    assert delivery.deliver_due() == 1
    assert entry() == (
        "message.hurried",
        {"send_after": "2030-05-20T08:00:00Z"},
        {"send_after": "2030-05-20T07:00:00Z"},
    )


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"state": State.HELD}, AwaitsApproval),
        ({"state": State.SENT, "sent_at": NOW}, AlreadyGone),
        ({"expires_at": NOW}, TooLate),
    ],
    ids=["held", "sent", "over"],
)
def test_what_does_not_wait_for_its_time_is_not_hurried(fields, refusal):
    with pytest.raises(refusal):
        send_now(message_ids=[promise(**fields).pk], by=None)


# --- Sent again ---


@pytest.mark.parametrize("state", [State.SENT, State.BOUNCED])
def test_a_second_one_says_the_same_in_the_same_thread_with_a_new_stamp(state):
    national = organiser()
    first = promise(
        state=state,
        sent_at=NOW - HOUR,
        kind="meetings.invitation",
        thread="a",
        ics=ICS,
        ics_method="REQUEST",
        html="<p>x</p>",
        told={"place": "Stand 1"},
        headers={"List-Unsubscribe": "<https://pavilion.example/>"},
        expires_at=NOW + HOUR,
    )

    [again] = send_again(message_ids=[first.pk], by=national)
    [same] = send_again(message_ids=[first.pk], by=national)

    assert same == again
    kept = ("kind", "recipient", "subject", "body", "html", "told", "headers", "expires_at")
    assert [getattr(again, name) for name in kept] == [getattr(first, name) for name in kept]
    assert (again.state, again.thread, again.in_reply_to, again.by, again.resends) == (
        State.QUEUED,
        "a",
        first.message_id,
        national,
        first,
    )
    assert again.message_id != first.message_id
    assert again.ics == ICS.replace("20300501T070000Z", "20300520T070000Z")
    assert entry() == ("message.sent_again", {}, {"message_id": again.message_id})


def test_what_has_not_left_or_is_replaced_is_not_sent_again():
    replaced = promise(state=State.SENT, sent_at=NOW, thread="a")
    promise(thread="a")
    for message, refusal in ((promise(), NotSent), (replaced, Superseded)):
        with pytest.raises(refusal):
            send_again(message_ids=[message.pk], by=None)


def test_a_third_one_may_follow_once_the_second_has_left():
    first = promise(state=State.SENT, sent_at=NOW)
    [second] = send_again(message_ids=[first.pk], by=None)
    assert delivery.deliver_due() == 1
    [third] = send_again(message_ids=[second.pk], by=None)
    assert (third.pk != second.pk, third.in_reply_to) == (True, first.message_id)


def test_a_message_in_a_workers_hands_is_in_nobody_elses():
    message = promise()
    claims.take(1)
    with pytest.raises(AlreadyGone):
        edited(message, body="Other words")
    send_now(message_ids=[message.pk], by=None)
    assert not ActivityEntry.objects.exists()
    assert message.created_at == timezone.now()
