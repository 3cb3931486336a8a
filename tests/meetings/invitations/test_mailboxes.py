"""Which mailboxes get an invitation, sending one again, and switching them off."""

from datetime import timedelta

import pytest

from meetings.addressees import invitations_link, mail_token_in, may_answer_from, organizer_email
from meetings.admin.participants_panel import participants_panel
from meetings.models import Participant, Secretariat
from meetings.operations import (
    NoAddress,
    NotExpected,
    ReplyOutdated,
    ReplyStamp,
    ReplyToEarlierTime,
    ReplyToUnknown,
    confirm_meeting,
    record_answer,
    reschedule_meeting,
    resend_invitation,
)
from pavilion.core import delivery
from pavilion.core.desk import KINDS
from pavilion.core.models import OutboxMessage
from tests.factories import OfficeFactory, PersonFactory
from tests.meetings.conftest import HALF_PAST_TEN, NOW, TEN, deliver, outbox
from tests.meetings.diary import pencil

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def meeting(edition, national, person):
    meeting = pencil(edition, national, person_ids=[person.pk])
    confirm_meeting(meeting_id=meeting.pk, by=national)
    return meeting


@pytest.fixture
def secretariats(person):
    rows = (
        ("recoit@region.example", True, False),
        ("repond@region.example", False, True),
        ("Maiwenn@Region.example", True, True),
    )
    for email, receives, answers in rows:
        Secretariat.objects.create(
            person=person, name="Cabinet", email=email, receives=receives, answers=answers
        )


def test_who_receives_their_mail_gets_the_same_invitation(secretariats, meeting):
    participant = Participant.objects.get()

    own, copy = OutboxMessage.objects.order_by("pk")

    assert (own.recipient, copy.recipient) == ("maiwenn@region.example", "recoit@region.example")
    assert own.ics == copy.ics
    assert copy.thread.startswith(f"{own.thread}:s")
    assert copy.body.startswith("This is for Maïwenn Kerzoncuff, whose mail you receive.\n\n")
    assert (bool(own.headers), copy.headers) == (True, {})
    assert may_answer_from(participant) == {"maiwenn@region.example", "repond@region.example"}


def test_the_organisers_address_tells_who_replies_whatever_its_case(meeting, settings):
    participant = Participant.objects.get()
    address = organizer_email(participant)

    assert address == f"rendez-vous+{participant.mail_token}@pavilion.example"
    assert mail_token_in(address.upper()) == participant.mail_token
    for other in ("rendez-vous@pavilion.example", address.replace("rendez", "x"), f"{address}.net"):
        assert mail_token_in(other) == ""
    settings.ORGANIZER_SUBADDRESSES = False
    assert organizer_email(participant) == "rendez-vous@pavilion.example"


@pytest.mark.parametrize("whose", ["person", "office"])
def test_whoever_has_no_address_is_invited_at_their_secretariats(edition, national, whose):
    """A minister is often reached through a secretariat alone."""
    who = PersonFactory(email="") if whose == "person" else OfficeFactory(email="", kind="region")
    emails = ("cabinet@region.example", "chef@region.example")
    for email in emails:
        Secretariat.objects.create(**{whose: who}, email=email)
    meeting = pencil(edition, national, **{f"{whose}_ids": [who.pk]})

    confirm_meeting(meeting_id=meeting.pk, by=national)

    messages = OutboxMessage.objects.order_by("pk")
    assert [each.recipient for each in messages] == list(emails)
    assert [attendee(each) for each in messages] == list(emails)
    deliver()
    shown = participants_panel(meeting, may_act=False).context["expected"]
    assert [(each["told"]["words"], each["told"]["message"]) for each in shown] == [
        (KINDS["meetings.invitation"], messages[1])
    ]


def test_told_through_a_secretariat_they_know_the_time_as_others_do(edition, national):
    person = PersonFactory(email="")
    Secretariat.objects.create(person=person, email="cabinet@region.example")
    meeting = pencil(edition, national, person_ids=[person.pk])
    confirm_meeting(meeting_id=meeting.pk, by=national)
    deliver()
    participant = Participant.objects.get()
    record_answer(participant_id=participant.pk, answer="accepted", via="link")

    for hours in (1, 0):
        reschedule_meeting(
            meeting_id=meeting.pk,
            starts_at=TEN + hours * HOUR,
            ends_at=HALF_PAST_TEN + hours * HOUR,
            by=national,
        )

    participant.refresh_from_db()
    assert participant.answer == "accepted"


def attendee(message):
    [line] = [
        each
        for each in message.ics.replace("\r\n ", "").split("\r\n")
        if each.startswith("ATTENDEE")
    ]
    return line.partition(":mailto:")[2]


# --- Once more ---


def test_sent_again_it_is_the_same_sequence_with_a_later_stamp(meeting, national, clock):
    deliver()
    clock.move_to(NOW + HOUR)

    resend_invitation(participant_id=Participant.objects.get().pk, by=national)

    first, again = OutboxMessage.objects.order_by("pk")
    assert [part in again.ics for part in ("\r\nSEQUENCE:1\r\n", "DTSTAMP:20300520T080000Z")] == [
        True,
        True,
    ]
    assert again.in_reply_to == first.message_id
    assert again.message_id != first.message_id


def test_whoever_declined_or_has_no_address_is_sent_nothing_again(edition, national, person):
    silent = PersonFactory(email="")
    meeting = pencil(edition, national, person_ids=[person.pk, silent.pk])
    confirm_meeting(meeting_id=meeting.pk, by=national)
    deliver()
    decliner = Participant.objects.get(person=person)
    record_answer(participant_id=decliner.pk, answer="declined", via="link")

    for who, refusal in ((decliner, NotExpected), (silent.participations.get(), NoAddress)):
        with pytest.raises(refusal):
            resend_invitation(participant_id=who.pk, by=national)

    assert len(outbox()) == 1


# --- Off ---


def test_a_mail_program_switches_invitations_off_by_a_post_alone(
    client, meeting, person, mailoutbox
):
    delivery.deliver_due()
    [mail] = mailoutbox
    headers = mail.message()
    link = f"http://testserver{invitations_link(person)}"
    assert headers["List-Unsubscribe"] == f"<{link}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    page = client.get(link)
    person.refresh_from_db()
    assert (page.status_code, person.wants_invitations) == (200, True)
    assert person.get_absolute_url() not in page.content.decode()

    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    person.refresh_from_db()
    assert person.wants_invitations is False
    assert client.post(link).status_code == 200  # as often as they like


@pytest.mark.parametrize("token", ["AAAAAAAAAAAAAAAAAAAAAA.1.forged", "x"])
def test_a_made_up_link_switches_nothing_off(client, meeting, person, token):
    assert client.post(f"/invitations/{token}/").status_code == 404
    person.refresh_from_db()
    assert person.wants_invitations is True


# --- Replies by mail, in their order ---


def replied(answer, sequence, minutes):
    return record_answer(
        participant_id=Participant.objects.get().pk,
        answer=answer,
        via="mail",
        reply=ReplyStamp(sequence=sequence, stamp=NOW + minutes * MINUTE),
    ).answer


def test_an_older_reply_or_the_same_twice_changes_nothing(meeting):
    deliver()
    assert replied("accepted", 1, 10) == "accepted"
    for sequence, minutes in ((1, 10), (1, 5), (0, 9)):
        with pytest.raises(ReplyOutdated):
            replied("declined", sequence, minutes)

    assert replied("tentative", 0, 11) == "tentative"


def test_a_reply_to_what_was_never_sent_is_refused(meeting):
    deliver()
    with pytest.raises(ReplyToUnknown):
        replied("accepted", 7, 10)


def test_a_reply_for_the_earlier_time_is_refused_unless_it_is_there_again(meeting, national, clock):
    deliver()
    clock.move_to(NOW + 5 * MINUTE)
    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=TEN + HOUR, ends_at=HALF_PAST_TEN + HOUR, by=national
    )
    deliver()
    for sequence in (1, 0):
        with pytest.raises(ReplyToEarlierTime):
            replied("accepted", sequence, 4)
    assert replied("accepted", 2, 6) == "accepted"

    clock.move_to(NOW + 10 * MINUTE)
    reschedule_meeting(meeting_id=meeting.pk, starts_at=TEN, ends_at=HALF_PAST_TEN, by=national)
    deliver()
    Participant.objects.update(answered_sequence=None, answered_stamp=None)
    assert replied("tentative", 1, 7) == "tentative"
