"""Who may answer: the holder of an invitation, or an address that answers, vouched for."""

import pytest

from meetings.models import Participant, Secretariat
from meetings.operations import create_meeting, remove_participant
from meetings.receiving.taking_in import take_in
from tests.factories import PersonFactory
from tests.meetings.conftest import ELEVEN, HALF_PAST_ELEVEN
from tests.meetings.receiving.conftest import (
    ACCEPTED,
    AUTHSERV,
    NOTHING,
    PROVED,
    answer,
    taken,
)
from tests.meetings.receiving.programs import exchange, google, kde

OURS = f"Authentication-Results: {AUTHSERV};"


def test_sender_alone_proves_nothing(participant, bare):
    assert taken(google(bare)) == ("review", "unproved")

    assert answer(participant) == NOTHING


@pytest.mark.parametrize(
    "results",
    [
        f"{OURS} dmarc=pass (p=REJECT sp=NONE) header.from=region.example",
        f"{OURS.upper()} spf=pass smtp.mailfrom=x;\r\n\tdmarc=pass",
        f"{OURS} dkim=pass header.d=region.example header.s=k1",
        f'{OURS} dkim=pass (2048-bit key; unprotected) header.i="@region.example"',
        f"{OURS} dkim=fail header.d=list.example; dkim=pass header.d=region.example",
    ],
)
def test_sender_that_our_server_vouches_for_counts(participant, bare, results):
    assert taken(google(bare.but(headers=results))) == ("applied", "")

    assert answer(participant) == ACCEPTED


@pytest.mark.parametrize(
    "results",
    [
        "Authentication-Results: mx.elsewhere.example; dmarc=pass",
        f"{OURS} dmarc=none",
        f"{OURS} spf=pass smtp.mailfrom=maiwenn@region.example",
        f"{OURS} dmarc=pass header.from=evil.example",
        f"{OURS} dkim=pass header.d=evil.example",
        f"{OURS} dkim=pass header.d=example",
        f"{OURS} dkim=neutral header.d=region.example",
        f"{OURS} none",
        f"X-{PROVED}",
    ],
)
def test_what_our_server_does_not_say_of_the_sender_proves_nothing(participant, bare, results):
    assert taken(google(bare.but(headers=results))) == ("review", "unproved")

    assert answer(participant) == NOTHING


def test_without_a_server_of_ours_nobody_is_vouched_for(participant, bare, settings):
    settings.AUTHSERV_ID = ""

    assert taken(google(bare.but(headers=PROVED))) == ("review", "unproved")


@pytest.mark.parametrize(
    "results", [f"{OURS} dmarc=fail", f"{OURS} dkim=pass header.d=region.example; dmarc=fail"]
)
def test_forged_sender_is_ignored(participant, bare, results):
    assert taken(google(bare.but(headers=results))) == ("ignored", "forged")

    assert answer(participant) == NOTHING


def test_forged_sender_who_holds_the_invitation_is_looked_at(participant, said):
    assert taken(google(said.but(headers=f"{OURS} dmarc=fail"))) == ("review", "forged")

    assert answer(participant) == NOTHING


def test_holder_of_the_invitation_answers_from_wherever_they_write(participant, said):
    assert taken(google(said.but(sender="m.kerzoncuff@home.example"))) == ("applied", "")

    assert answer(participant) == ("accepted", "mail", "m.kerzoncuff@home.example", "")


def test_guest_to_whom_the_invitation_was_passed_on_does_not_answer_for_them(participant, said):
    crasher = said.but(sender="ami@ailleurs.example", attendee="ami@ailleurs.example")

    assert taken(google(crasher)) == ("review", "another_attendee")

    assert answer(participant) == NOTHING


def test_stranger_of_a_proved_domain_stays_a_stranger(participant, bare):
    results = f"{OURS} dmarc=pass header.from=ailleurs.example"
    stranger = bare.but(
        sender="ami@ailleurs.example", attendee="ami@ailleurs.example", headers=results
    )

    assert taken(google(stranger)) == ("review", "stranger")
    # Nor does naming somebody invited make them one.
    somebody = stranger.but(attendee="maiwenn@region.example", message_id="<2@x.example>")
    found = take_in(google(somebody))
    assert (found.outcome, found.reason) == ("review", "on_behalf")
    assert found.participant == participant
    assert answer(participant) == NOTHING


def test_invitation_to_one_meeting_opens_no_other(participant, said, edition, national, person):
    other = create_meeting(
        edition=edition,
        subject_fr="Autre",
        starts_at=ELEVEN,
        ends_at=HALF_PAST_ELEVEN,
        by=national,
        person_ids=[person.pk],
    )

    assert taken(google(said.but(uid=other.uid))) == ("review", "token_elsewhere")

    assert answer(Participant.objects.get(meeting=other)) == NOTHING
    assert answer(participant) == NOTHING


def test_only_the_senders_own_line_counts(participant, minister, said):
    reply = said.but(more="ATTENDEE;PARTSTAT=DECLINED:mailto:cabinet@ministere.example")

    assert taken(exchange(reply)) == ("applied", "")

    assert (answer(participant), answer(minister)) == (ACCEPTED, NOTHING)


def test_secretariat_that_answers_does_so_for_its_principal(participant, bare, person):
    Secretariat.objects.create(person=person, email="Secretariat@Region.example", receives=False)
    by_theirs = bare.but(sender="secretariat@region.example", headers=PROVED)

    assert taken(google(by_theirs)) == ("applied", "")

    assert answer(participant) == ("accepted", "mail", "secretariat@region.example", "")


def test_secretariat_writes_in_the_name_of_its_principal(participant, bare, person):
    Secretariat.objects.create(person=person, email="secretariat@region.example")
    reply = google(bare.but(headers=PROVED)).replace(
        b"ROLE=REQ-PARTICIPANT;",
        b'ROLE=REQ-PARTICIPANT;SENT-BY="mailto:secretariat@region.example";',
    )

    assert taken(reply) == ("applied", "")
    assert answer(participant) == ("accepted", "mail", "secretariat@region.example", "")


def test_address_that_only_receives_does_not_answer(participant, bare, person):
    Secretariat.objects.create(person=person, email="copie@region.example", answers=False)

    reply = google(bare.but(sender="copie@region.example", headers=PROVED))

    assert taken(reply) == ("review", "on_behalf")
    assert answer(participant) == NOTHING


def test_somebody_elses_word_for_the_sender_is_looked_at(participant, bare):
    reply = google(bare.but(headers=PROVED)).replace(
        b"ROLE=REQ-PARTICIPANT;", b'ROLE=REQ-PARTICIPANT;SENT-BY="mailto:assistant@x.example";'
    )

    assert taken(reply) == ("review", "on_behalf")
    assert answer(participant) == NOTHING


@pytest.mark.parametrize(
    "sender",
    [
        "maiwenn@region.example, ami@ailleurs.example",
        '"maiwenn@region.example" <ami@ailleurs.example>',
        "=?utf-8?q?maiwenn=40region=2Eexample?=",
        "maiwenn@region.example\nFrom: maiwenn@region.example",
        "",
    ],
)
def test_sender_that_is_not_one_address_is_nobody(participant, bare, sender):
    found = taken(kde(bare.but(sender=sender, headers=PROVED)))

    assert found in {("review", "several_senders"), ("review", "on_behalf")}
    assert answer(participant) == NOTHING


def test_secretariat_of_two_guests_answers_for_the_one_it_names(
    participant, minister, bare, person, office
):
    for who in ({"person": person}, {"office": office}):
        Secretariat.objects.create(email="bureau@region.example", **who)
    reply = bare.but(sender="bureau@region.example", headers=PROVED)

    assert taken(kde(reply)) == ("applied", "")
    both = reply.but(
        more="ATTENDEE;PARTSTAT=ACCEPTED:mailto:cabinet@ministere.example",
        message_id="<2@region.example>",
    )
    assert taken(kde(both)) == ("review", "several_attendees")
    assert answer(participant) == ("accepted", "mail", "bureau@region.example", "")
    assert answer(minister) == NOTHING


def test_whoever_was_taken_off_is_no_longer_asked(participant, said, national):
    remove_participant(participant_id=participant.pk, by=national)

    assert taken(google(said)) == ("ignored", "no_longer_expected")

    assert answer(participant) == NOTHING


def test_meeting_of_somebody_else_is_looked_at_only_if_somebody_of_ours_writes(db, bare):
    PersonFactory(email="connue@region.example")
    foreign = bare.but(uid="somebody-elses@calendar.example", sender="nobody@x.example")

    assert taken(google(foreign)) == ("ignored", "unknown_meeting")
    known = foreign.but(sender="Connue@region.example", message_id="<2@region.example>")
    assert taken(google(known)) == ("review", "unknown_meeting")
