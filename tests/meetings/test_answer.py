"""The page that answers without an account."""

import pytest

from meetings.models import Participant
from meetings.operations import (
    cancel_meeting,
    confirm_meeting,
    create_meeting,
    record_answer,
    remove_participant,
    reschedule_meeting,
)
from pavilion.core.models import ActivityEntry
from tests.meetings.conftest import ELEVEN, HALF_PAST_ELEVEN, HALF_PAST_TEN, TEN


@pytest.fixture
def participant(edition, national, person, office):
    meeting = create_meeting(
        edition=edition,
        subject_fr="Entretien",
        starts_at=TEN,
        ends_at=HALF_PAST_TEN,
        by=national,
        person_ids=[person.pk],
        office_ids=[office.pk],
        contact_phone="+33 6 00 00 00 00",
        internal_note="Ne pas parler du budget",
    )
    confirm_meeting(meeting_id=meeting.pk, by=national)
    return Participant.objects.get(person=person)


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"


def page(client, participant):
    return client.get(participant.get_absolute_url()).content.decode()


def test_opening_the_link_changes_nothing_and_costs_the_same(
    client, participant, django_assert_num_queries
):
    with django_assert_num_queries(4):
        response = client.get(participant.get_absolute_url())

    text = response.content.decode()
    assert text.count('<button class="button') == 3
    assert "Wednesday 12 June 2030, from 10:00 to 10:30 (Paris time)" in text
    assert 'href="tel:+33600000000"' in text
    assert "budget" not in text
    assert response.headers["X-Robots-Tag"] == "noindex"
    participant.refresh_from_db()
    assert participant.answer == "needs-action"


def test_a_button_answers(client, participant):
    response = client.post(
        participant.get_absolute_url(),
        {"answer": "accepted", "sequence": 1, "comment": "Avec plaisir", "answered_by": "Cabinet"},
    )

    assert (response.status_code, response.url) == (302, participant.get_absolute_url())
    participant.refresh_from_db()
    assert (participant.answer, participant.answered_via) == ("accepted", "link")
    assert (participant.answered_by, participant.comment) == ("Cabinet", "Avec plaisir")
    assert ActivityEntry.objects.get(verb="meeting.answered").by_name == "Cabinet"
    text = page(client, participant)
    assert "<strong>Accepted</strong>, given on" in text
    assert "Answered by Cabinet." in text


def test_from_my_day_one_returns_to_my_day(client, participant):
    day = participant.person.get_absolute_url()

    back = client.post(participant.get_absolute_url(), {"answer": "tentative", "next": day})
    away = client.post(
        participant.get_absolute_url(), {"answer": "accepted", "next": "https://evil.example/"}
    )

    assert (back.url, away.url) == (day, participant.get_absolute_url())


def test_what_is_no_answer_is_refused_in_words(client, participant):
    response = client.post(participant.get_absolute_url(), {"answer": "delegated"})

    assert response.status_code == 400
    assert "Choose one of the three answers." in response.content.decode()


def test_a_meeting_that_moved_under_the_reader_asks_again(client, participant, national):
    reschedule_meeting(
        meeting_id=participant.meeting_id,
        starts_at=ELEVEN,
        ends_at=HALF_PAST_ELEVEN,
        by=national,
    )

    response = client.post(participant.get_absolute_url(), {"answer": "accepted", "sequence": 1})

    text = response.content.decode()
    assert response.status_code == 409
    assert "This meeting has changed meanwhile." in text
    assert "from 11:00 to 11:30" in text
    assert '<input type="hidden" name="sequence" value="2">' in text
    participant.refresh_from_db()
    assert participant.answer == "needs-action"


def test_a_cancelled_meeting_says_so_and_takes_no_answer(client, participant, national):
    cancel_meeting(meeting_id=participant.meeting_id, by=national)

    text = page(client, participant)
    response = client.post(participant.get_absolute_url(), {"answer": "accepted"})

    assert "This meeting is cancelled." in text
    assert 'name="answer"' not in text
    assert response.status_code == 409


def test_whoever_was_taken_off_learns_only_that(client, participant, national):
    remove_participant(participant_id=participant.pk, by=national)

    text = page(client, participant)

    assert "You are no longer expected at this meeting." in text
    assert "10:00" not in text


def test_after_the_meeting_there_is_nothing_to_answer(client, participant, clock):
    clock.move_to(HALF_PAST_TEN)

    text = page(client, participant)

    assert "This meeting is over." in text
    assert 'name="answer"' not in text


def test_a_wrong_link_opens_nothing(client, participant):
    url = participant.get_absolute_url()
    Participant.objects.filter(pk=participant.pk).update(link_version=2)

    statuses = [client.get(url).status_code, client.get("/reponse/abc/").status_code]
    statuses.append(client.get(f"/reponse/{participant.person.token}/").status_code)

    assert statuses == [404, 404, 404]


def test_a_link_answers_until_the_end(client, participant, clock):
    clock.move_to(HALF_PAST_TEN)

    response = client.post(
        participant.get_absolute_url(),
        {"answer": "declined", "sequence": participant.meeting.sequence},
    )

    assert response.status_code == 409
    assert (
        "This meeting is over: it ended on Wednesday 12 June 2030 at 10:30."
        in response.content.decode()
    )
    participant.refresh_from_db()
    assert participant.answer == "needs-action"


def test_what_was_heard_is_noted_after_the_end(participant, national, clock):
    clock.move_to(HALF_PAST_TEN)

    record_answer(participant_id=participant.pk, answer="accepted", via="phone", by=national)

    participant.refresh_from_db()
    assert participant.answer == "accepted"


def test_a_button_without_fields_keeps_what_was_said_before(client, participant):
    sequence = participant.meeting.sequence
    said = {"comment": "needs a ramp", "answered_by": "Cabinet"}
    client.post(
        participant.get_absolute_url(), {"answer": "tentative", "sequence": sequence, **said}
    )

    client.post(
        participant.get_absolute_url(),
        {"answer": "accepted", "sequence": sequence, "next": "/ma-journee/"},
    )

    participant.refresh_from_db()
    assert (participant.answer, participant.comment, participant.answered_by) == (
        "accepted",
        "needs a ramp",
        "Cabinet",
    )


def test_empty_fields_take_back_what_was_said(client, participant):
    sequence = participant.meeting.sequence
    for comment in ("needs a ramp", ""):
        client.post(
            participant.get_absolute_url(),
            {"answer": "accepted", "sequence": sequence, "comment": comment, "answered_by": ""},
        )

    participant.refresh_from_db()
    assert participant.comment == ""
