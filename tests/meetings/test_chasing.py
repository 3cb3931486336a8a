"""Whom to ask again: what was agreed comes first; contacts, links and answers by telephone."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from meetings.chase_list import WAITING, awaiting, due, in_order, to_chase
from meetings.models import ContactNote, Participant, Secretariat
from meetings.operations import (
    AnsweredSince,
    AnswersForNobody,
    NotYet,
    change_secretariat,
    confirm_meeting,
    create_meeting,
    note_contact,
    record_answer,
    renew_answer_link,
    send_secretariat_link,
)
from pavilion.core.models import ActivityEntry, OutboxMessage
from tests.factories import OfficeFactory, PersonFactory, organiser
from tests.meetings.conftest import ELEVEN, HALF_PAST_ELEVEN, HALF_PAST_TEN, NOW, TEN, deliver

TODAY = date(2030, 5, 20)
DAY = timedelta(days=1)


@pytest.fixture
def meeting(edition, national, person, office):
    meeting = create_meeting(
        edition=edition,
        subject_fr="Entretien",
        starts_at=TEN,
        ends_at=HALF_PAST_TEN,
        by=national,
        person_ids=[person.pk],
        office_ids=[office.pk],
    )
    return confirm_meeting(meeting_id=meeting.pk, by=national)


@pytest.fixture
def participant(meeting, person):
    return Participant.objects.get(meeting=meeting, person=person)


@pytest.fixture
def minister(meeting, office):
    return Participant.objects.get(meeting=meeting, office=office)


def names(user):
    rows = in_order(to_chase(user, now=NOW).filter(WAITING))
    return [str(row) for row in rows]


def test_contact_is_kept_with_whom_and_what_next(minister, national, office):
    note = note_contact(
        participant_id=minister.pk,
        by=national,
        with_whom="Chef de cabinet",
        note="Rappellera",
        next_step="Rappeler",
        next_on=TODAY + DAY,
    )

    kept = ContactNote.objects.values_list(
        "participant", "at", "by", "channel", "with_whom", "note", "next_step", "next_on"
    )
    assert list(kept) == [
        (
            minister.pk,
            NOW,
            national.pk,
            "phone",
            "Chef de cabinet",
            "Rappellera",
            "Rappeler",
            TODAY + DAY,
        )
    ]
    entry = ActivityEntry.objects.get(verb="meeting.contacted")
    assert (entry.by, entry.reason, entry.after["name"]) == (national, "Rappellera", str(office))
    assert note.participant.answer == "needs-action"


def test_answer_given_by_telephone_is_noted_with_who_gave_it(minister, national):
    note_contact(
        participant_id=minister.pk,
        by=national,
        with_whom="Chef de cabinet",
        note="Viendra",
        at=NOW - DAY,
        answer="accepted",
    )

    minister.refresh_from_db()
    said = (minister.answer, minister.answered_via, minister.answered_by, minister.comment)
    assert said == ("accepted", "phone", "Chef de cabinet", "Viendra")


def test_contact_to_come_is_refused(minister, national):
    with pytest.raises(NotYet):
        note_contact(participant_id=minister.pk, by=national, at=NOW + DAY)

    assert not ContactNote.objects.exists()


def test_team_that_has_nothing_to_do_with_it_notes_nothing(participant):
    with pytest.raises(PermissionDenied):
        note_contact(participant_id=participant.pk, by=organiser("76"))

    note_contact(participant_id=participant.pk, by=organiser("53"))
    assert ContactNote.objects.count() == 1


def test_what_is_due_comes_first_then_those_nobody_asked(edition, national):
    offices = [OfficeFactory(title_en=name, title_fr=name) for name in "ABCD"]
    meeting = create_meeting(
        edition=edition,
        subject_fr="Table ronde",
        starts_at=ELEVEN,
        ends_at=HALF_PAST_ELEVEN,
        by=national,
        office_ids=[office.pk for office in offices],
    )
    a, b, _c, d = meeting.participants.order_by("pk")
    note_contact(participant_id=a.pk, by=national, next_on=TODAY + DAY)
    note_contact(participant_id=b.pk, by=national)
    note_contact(participant_id=d.pk, by=national, next_on=TODAY + DAY, at=NOW - 2 * DAY)
    note_contact(participant_id=d.pk, by=national, next_on=TODAY, at=NOW - DAY)

    assert names(national) == ["D", "C", "B", "A"]
    assert [str(row) for row in due(to_chase(national, now=NOW))] == ["D"]


def test_team_sees_whom_it_may_ask(meeting, national, person, office):
    assert set(names(national)) == {str(office), str(person)}
    assert names(organiser("53")) == [str(person)]
    assert names(organiser("76")) == []


def test_who_has_answered_or_is_over_is_asked_no_more(participant, minister, national, clock):
    record_answer(participant_id=participant.pk, answer="accepted", via="link")
    assert names(national) == [str(minister)]
    assert not to_chase(national, now=HALF_PAST_TEN).exists()


def test_link_to_answer_is_replaced_one_by_one(participant, minister, national, client):
    former, other = participant.get_absolute_url(), minister.get_absolute_url()

    renewed = renew_answer_link(participant_id=participant.pk, by=national)

    codes = [client.get(url).status_code for url in (former, renewed.get_absolute_url(), other)]
    assert codes == [404, 200, 200]
    assert ActivityEntry.objects.filter(verb="meeting.link_renewed").count() == 1


@pytest.fixture
def secretariat(person):
    return Secretariat.objects.create(
        person=person, name="Cabinet", email="cabinet@region.example", receives=False
    )


def test_secretariat_gets_its_link_at_its_own_address(participant, secretariat, national):
    send_secretariat_link(secretariat_id=secretariat.pk, by=national)

    message = OutboxMessage.objects.latest("pk")
    assert (message.kind, message.recipient, message.state) == (
        "meetings.secretariat.link",
        "cabinet@region.example",
        "queued",
    )
    assert secretariat.get_absolute_url() in message.body
    assert message.subject == "1 meeting awaits your answer"
    # A region's desk reads nobody's personal link.
    assert not OutboxMessage.objects.visible_to(organiser("53")).filter(pk=message.pk).exists()


def test_renewed_link_closes_those_of_the_whole_mailbox(participant, secretariat, national, client):
    other = Secretariat.objects.create(
        person=PersonFactory(), email="Cabinet@Region.example", receives=False
    )
    former = [secretariat.get_absolute_url(), other.get_absolute_url()]

    fresh = send_secretariat_link(secretariat_id=secretariat.pk, by=national, renew=True)

    assert [client.get(url).status_code for url in former] == [404, 404]
    assert client.get(fresh.get_absolute_url()).status_code == 200


def test_new_address_closes_the_links_of_the_former_one(participant, secretariat, national, client):
    former = secretariat.get_absolute_url()

    changed = change_secretariat(
        secretariat_id=secretariat.pk, by=national, email="nouveau@region.example"
    )

    codes = [client.get(url).status_code for url in (former, changed.get_absolute_url())]
    assert codes == [404, 200]


def test_address_that_answers_for_nobody_gets_no_link(secretariat, national):
    Secretariat.objects.filter(pk=secretariat.pk).update(answers=False)

    with pytest.raises(AnswersForNobody):
        send_secretariat_link(secretariat_id=secretariat.pk, by=national)


def test_office_is_shown_nothing_before_its_invitation_has_left(minister, office):
    theirs = Secretariat.objects.create(office=office, email="autre@ministere.example")

    assert list(awaiting(theirs)) == []
    OutboxMessage.objects.filter(state="held").update(state="queued")
    deliver()
    assert list(awaiting(theirs)) == [minister]


def test_answer_noted_late_does_not_replace_what_they_have_answered_since(
    participant, national, clock
):
    def reached(at, answer):
        note_contact(participant_id=participant.pk, by=national, at=at, answer=answer)

    called_at = NOW
    clock.move_to(NOW + timedelta(hours=1))
    record_answer(participant_id=participant.pk, answer="declined", via="link")
    clock.move_to(NOW + timedelta(hours=2))

    with translation.override("en"), pytest.raises(AnsweredSince) as refusal:
        reached(called_at, "accepted")

    assert str(refusal.value) == (
        "They have answered since (Mon 20 May, 10:00): “Declined”. "
        "Note the contact without an answer."
    )
    assert ContactNote.objects.count() == 0
    reached(NOW + timedelta(minutes=90), "accepted")
    participant.refresh_from_db()
    assert (participant.answer, participant.answered_at) == (
        "accepted",
        NOW + timedelta(minutes=90),
    )
