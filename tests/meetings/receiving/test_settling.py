"""What an organiser makes of doubtful mail: applied, moved, declined, put aside, each once."""

import pytest
from django.core.exceptions import PermissionDenied

from meetings.models import IncomingMail, Meeting
from meetings.operations import (
    AlreadySettled,
    NoProposal,
    accept_proposal,
    apply_incoming,
    decline_proposal,
    ignore_incoming,
    settle_incoming,
)
from meetings.receiving.taking_in import take_in
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry, OutboxMessage
from tests.factories import organiser
from tests.meetings.conftest import ELEVEN, NOW, outbox
from tests.meetings.receiving.conftest import NOTHING, answer
from tests.meetings.receiving.programs import google, plain


@pytest.fixture
def words(participant, said):
    return take_in(plain(said, "Elle viendra."))


@pytest.fixture
def proposal(participant, said):
    octets = google(said.but(method="COUNTER", message_id="<proposal@region.example>"))
    octets = octets.replace(b"20300612T080000Z", b"20300612T090000Z")
    return take_in(octets.replace(b"20300612T083000Z", b"20300612T093000Z"))


def settled(mail):
    row = IncomingMail.objects.get(pk=mail.pk)
    verbs = ActivityEntry.objects.filter(verb__startswith="incoming.").order_by("pk")
    told = list(verbs.values_list("verb", "reason"))
    return row.outcome, row.settled_at, row.settled_by, row.facts.get("note"), told


def test_message_is_applied_as_the_answer_of_whom_one_says(participant, words, national):
    apply_incoming(
        mail_id=words.pk,
        participant_id=participant.pk,
        answer="accepted",
        comment="Viendra",
        by=national,
    )

    assert answer(participant) == ("accepted", "mail", "maiwenn@region.example", "Viendra")
    assert settled(words) == ("settled", NOW, national, "", [("incoming.applied", "")])


def test_proposal_is_accepted_in_one_go(participant, minister, proposal, national):
    before = len(outbox())

    accept_proposal(mail_id=proposal.pk, by=national)

    meeting = Meeting.objects.get(pk=participant.meeting_id)
    assert (meeting.starts_at, meeting.time_sequence) == (ELEVEN, meeting.sequence)
    assert answer(participant) == NOTHING
    assert sorted(row[:2] for row in outbox()[before:]) == [
        ("update", "cabinet@ministere.example"),
        ("update", "maiwenn@region.example"),
    ]
    assert settled(proposal) == ("settled", NOW, national, "", [("incoming.moved", "")])


def test_proposal_is_declined_with_a_word(participant, proposal, national):
    decline_proposal(mail_id=proposal.pk, by=national, word="Le ministre part à 11 h.")

    message = OutboxMessage.objects.latest("pk")
    assert (message.kind, message.recipient, message.state, message.ics_method) == (
        "meetings.counter_declined",
        "maiwenn@region.example",
        "queued",
        "DECLINECOUNTER",
    )
    assert message.in_reply_to == "<proposal@region.example>"
    assert "METHOD:DECLINECOUNTER" in message.ics
    assert f"UID:{participant.meeting.uid}" in message.ics
    assert "Le ministre part à 11 h." in message.body
    assert "from 11:00 to 11:30" in message.body
    assert Meeting.objects.get(pk=participant.meeting_id).starts_at != ELEVEN
    assert settled(proposal)[0] == "settled"


def test_what_proposes_nothing_can_be_neither_accepted_nor_declined(words, national):
    for operation in (accept_proposal, decline_proposal):
        with pytest.raises(NoProposal):
            operation(mail_id=words.pk, by=national)

    assert settled(words) == ("review", None, None, None, [])


def test_message_is_put_aside_or_settled_with_what_one_says(words, proposal, national):
    ignore_incoming(mail_id=words.pk, by=national, reason="Publicité")
    settle_incoming(mail_id=proposal.pk, by=national, reason="Appelée")

    aside, by_hand = settled(words), settled(proposal)
    log = [("incoming.ignored", "Publicité"), ("incoming.settled", "Appelée")]
    assert aside == ("ignored", NOW, national, "Publicité", log)
    assert by_hand == ("settled", NOW, national, "Appelée", log)


def test_message_is_settled_once(words, participant, national):
    settle_incoming(mail_id=words.pk, by=national)

    with pytest.raises(AlreadySettled):
        ignore_incoming(mail_id=words.pk, by=national)
    with pytest.raises(AlreadySettled):
        apply_incoming(
            mail_id=words.pk, participant_id=participant.pk, answer="declined", by=national
        )

    assert answer(participant) == NOTHING


def test_ignored_message_may_still_be_an_answer(participant, said, national):
    late = take_in(google(said.but(partstat="NEEDS-ACTION")))

    apply_incoming(mail_id=late.pk, participant_id=participant.pk, answer="tentative", by=national)

    assert answer(participant)[0] == "tentative"
    assert settled(late)[0] == "settled"


def test_team_of_another_region_settles_nothing(words, national):
    with pytest.raises(PermissionDenied):
        settle_incoming(mail_id=words.pk, by=organiser("76"))
    with pytest.raises(PermissionDenied):
        settle_incoming(mail_id=words.pk, by=organiser("53", Role.READER))

    assert settled(words)[0] == "review"
