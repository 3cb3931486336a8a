"""Replies out of order, twice, late, to an earlier time, and beside other ways of answering."""

from datetime import timedelta

import pytest

from meetings.models import IncomingMail, Participant
from meetings.operations import (
    cancel_meeting,
    create_meeting,
    record_answer,
    reschedule_meeting,
)
from meetings.receiving.taking_in import take_in
from tests.meetings.conftest import (
    ELEVEN,
    HALF_PAST_ELEVEN,
    HALF_PAST_TEN,
    NOW,
    TEN,
    deliver,
    outbox,
)
from tests.meetings.receiving.conftest import ACCEPTED, NOTHING, answer, mails, taken
from tests.meetings.receiving.programs import exchange, google, horde, kde

MINUTE = timedelta(minutes=1)


def test_same_message_again_changes_nothing(participant, said):
    first = take_in(google(said))
    again = take_in(google(said))
    with_other_heads = take_in(b"Received: from mx2.example; now\r\n" + google(said))

    assert {first.pk, again.pk, with_other_heads.pk} == {first.pk}
    assert mails() == [("applied", "")]
    assert answer(participant) == ACCEPTED


def test_same_reply_without_message_id_is_outdated_the_second_time(participant, said):
    reply = horde(said)

    assert taken(reply) == ("applied", "")
    assert taken(b"X-Hop: 2\r\n" + reply) == ("ignored", "outdated")
    assert answer(participant) == ACCEPTED


@pytest.mark.parametrize("name", ["<>", "<none>", "message", "<a b@x.example>"])
def test_id_that_tells_no_message_from_another_loses_none(participant, said, name):
    first = said.but(message_id=name)
    second = first.but(partstat="DECLINED", stamp="20300520T070900Z")

    assert [taken(google(first)), taken(google(second))] == [("applied", "")] * 2
    assert answer(participant)[0] == "declined"


def test_older_reply_that_comes_later_changes_nothing(participant, said):
    later = said.but(partstat="DECLINED", stamp="20300520T070900Z", message_id="<2@x.example>")

    assert taken(google(later)) == ("applied", "")
    assert taken(google(said)) == ("ignored", "outdated")
    assert answer(participant)[0] == "declined"


def test_newer_reply_counts(participant, said):
    later = said.but(partstat="DECLINED", stamp="20300520T070900Z", message_id="<2@x.example>")

    assert [taken(google(said)), taken(google(later))] == [("applied", "")] * 2
    assert answer(participant)[0] == "declined"


def test_stamp_far_ahead_counts_as_when_it_came(participant, said, clock):
    ahead = said.but(stamp="20350101T000000Z")
    assert taken(google(ahead)) == ("applied", "")
    clock.move_to(NOW + 2 * MINUTE)

    later = said.but(partstat="DECLINED", stamp="20300520T070100Z", message_id="<2@x.example>")

    assert taken(google(later)) == ("applied", "")
    assert Participant.objects.get(pk=participant.pk).answered_stamp == NOW + MINUTE


@pytest.mark.parametrize("stamp", ["", "yesterday", "20300520", "20301399T996100Z"])
def test_reply_without_a_stamp_is_of_when_it_came(participant, said, stamp):
    assert taken(google(said.but(stamp=stamp))) == ("applied", "")

    assert Participant.objects.get(pk=participant.pk).answered_stamp == NOW


def test_sequence_that_we_never_sent_is_looked_at(participant, said):
    assert taken(google(said.but(sequence=7))) == ("review", "unknown_invitation")
    huge = said.but(sequence=10**19, message_id="<2@x.example>")
    assert taken(google(huge)) == ("review", "unknown_invitation")

    assert answer(participant) == NOTHING


def test_reply_without_sequence_counts_by_its_stamp(participant, said):
    without = said.but(sequence=0)

    assert taken(kde(without)) == ("applied", "")
    again = without.but(message_id="<2@x.example>", partstat="DECLINED")
    assert taken(kde(again)) == ("ignored", "outdated")
    assert answer(participant) == ACCEPTED


def moved(participant, national):
    reschedule_meeting(
        meeting_id=participant.meeting_id, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN, by=national
    )
    deliver()


def test_answer_to_the_earlier_time_is_kept_and_asked_again_once(
    participant, said, national, clock
):
    moved(participant, national)
    clock.move_to(NOW + MINUTE)
    before = len(outbox())

    assert taken(google(said)) == ("ignored", "earlier_time")

    assert answer(participant) == NOTHING
    kept = IncomingMail.objects.get()
    assert (kept.participant, kept.facts["asked_again"]) == (participant, True)
    assert [(to, kind) for kind, to, _state in outbox()[before:]] == [
        ("maiwenn@region.example", "invitation")
    ]
    deliver()
    other = said.but(message_id="<2@x.example>", stamp="20300520T070600Z")
    assert taken(google(other)) == ("ignored", "earlier_time")
    assert len(outbox()) == before + 1


def test_answer_to_the_earlier_time_of_somebody_who_has_answered_since_asks_nothing(
    participant, said, national
):
    moved(participant, national)
    now = said.but(sequence=2, message_id="<2@x.example>")
    before = len(outbox())

    assert taken(google(now)) == ("applied", "")
    assert taken(google(said)) == ("ignored", "outdated")
    assert len(outbox()) == before


def test_new_place_alone_leaves_answers_to_the_former_invitation_valid(
    participant, said, national, room
):
    reschedule_meeting(
        meeting_id=participant.meeting_id,
        starts_at=TEN,
        ends_at=HALF_PAST_TEN,
        room=room,
        by=national,
    )

    assert taken(google(said)) == ("applied", "")
    assert answer(participant) == ACCEPTED


def test_last_answer_that_reached_us_counts_whatever_the_way(participant, said, clock):
    clock.move_to(NOW + 5 * MINUTE)
    record_answer(participant_id=participant.pk, answer="declined", via="link")
    clock.move_to(NOW + 10 * MINUTE)

    early = take_in(google(said), received_at=NOW + 4 * MINUTE)
    late = take_in(google(said.but(message_id="<2@x.example>")), received_at=NOW + 6 * MINUTE)

    assert (early.outcome, early.reason) == ("ignored", "outdated")
    assert (late.outcome, late.reason) == ("applied", "")
    assert answer(participant) == ACCEPTED


def test_cancelled_meeting_is_answered_no_more(participant, said, national):
    cancel_meeting(meeting_id=participant.meeting_id, by=national)

    assert taken(google(said)) == ("ignored", "not_live")
    assert answer(participant) == NOTHING


def test_meeting_that_is_over_is_answered_no_more(participant, said, clock):
    clock.move_to(HALF_PAST_TEN)

    assert taken(google(said)) == ("ignored", "over")
    assert answer(participant) == NOTHING


def test_coming_back_to_a_time_that_is_taken_is_looked_at_with_the_reason(
    participant, said, national, edition, person
):
    assert taken(google(said.but(partstat="DECLINED"))) == ("applied", "")
    create_meeting(
        edition=edition,
        subject_fr="Autre",
        starts_at=TEN,
        ends_at=HALF_PAST_TEN,
        by=national,
        person_ids=[person.pk],
    )
    back = said.but(stamp="20300520T070900Z", message_id="<2@x.example>")

    found = take_in(exchange(back))

    assert (found.outcome, found.reason) == ("review", "refused")
    assert "Maïwenn Kerzoncuff" in found.facts["refusal"]
    assert answer(participant)[0] == "declined"
