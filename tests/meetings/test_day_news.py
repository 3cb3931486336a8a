"""What the page of My day asks for once it is open: news, answers, its worker, how it installs."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from meetings.models import OfficeHolder, Participant
from meetings.operations import (
    confirm_meeting,
    create_meeting,
    record_answer,
    remove_participant,
    reschedule_meeting,
)
from tests.factories import PersonFactory, UserFactory
from tests.meetings.conftest import HALF_PAST_TEN, NOW, TEN

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def meeting(edition, national, person):
    return meet(edition, national, person_ids=[person.pk])


def meet(edition, by, hours=0, **fields):
    meeting = create_meeting(
        edition=edition,
        subject_fr=f"Rendez-vous {hours}",
        starts_at=TEN + hours * HOUR,
        ends_at=HALF_PAST_TEN + hours * HOUR,
        by=by,
        **fields,
    )
    return confirm_meeting(meeting_id=meeting.pk, by=by)


def news(client, person, tag=""):
    headers = {"If-None-Match": tag} if tag else {}
    return client.get(reverse("meetings:day_news", args=[person.token]), headers=headers)


def reply(client, person, meeting, answer="accepted", **data):
    participant = meeting.participants.get()
    sent = {"participant": participant.pk, "sequence": meeting.sequence, "answer": answer} | data
    url = reverse("meetings:day_answer", args=[person.token])
    return client.post(url, sent, headers={"Accept": "application/json"})


def told(response):
    return response.status_code, response.json()["detail"]


def test_news_are_the_day_as_the_page_has_it_without_clock_and_token(client, person, meeting):
    page = client.get(person.get_absolute_url()).content.decode()
    fragment = page.partition('<div id="agenda">')[2].partition("</div>\n<p><a href=")[0]

    answer = news(client, person)

    token = r'<input type="hidden" name="csrfmiddlewaretoken"[^>]*>'
    assert answer.content.decode() == re.sub(token, "", fragment)
    assert 'name="answer" value="accepted"' in fragment
    assert len(answer.headers["X-CSRFToken"]) == 64
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer.headers["Cache-Control"]


def test_nothing_new_is_told_without_a_word_as_minutes_go_by(client, person, meeting, clock):
    first = news(client, person)
    clock.move_to(TEN - timedelta(minutes=50))
    again = news(client, person, news(client, person).headers["ETag"])
    clock.move_to(TEN - timedelta(minutes=49))
    later = news(client, person, again.headers["ETag"])

    assert (first.status_code, again.status_code, later.status_code) == (200, 304, 304)
    assert (again.content, later.content) == (b"", b"")


def test_a_move_is_news(client, person, meeting, national):
    tag = news(client, person).headers["ETag"]
    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=TEN + HOUR, ends_at=HALF_PAST_TEN + HOUR, by=national
    )

    answer = news(client, person, tag)
    facts = re.search(r'id="day-facts"[^>]*>(.*?)<', answer.content.decode())

    assert answer.status_code == 200
    assert json.loads(facts[1]) == [
        {
            "id": meeting.pk,
            "subject": "Rendez-vous 0",
            "from": "2030-06-12T11:00:00+02:00",
            "until": "2030-06-12T11:30:00+02:00",
            "day": "2030-06-12",
            "when": "Wed 12, 11:00",
            "place": "",
            "state": "confirmed",
            "isOff": False,
        }
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_news_cost_the_same_however_full_the_day(
    client, edition, national, person, room, count, django_assert_num_queries
):
    for number in range(count):
        meet(edition, national, number, person_ids=[person.pk], room=room)

    with django_assert_num_queries(8):
        answer = news(client, person)

    assert answer.content.decode().count('<circle cx="2.5" cy="2.5" r="2.4"/>') == count


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("accepted", "Noted: you will be there."),
        ("tentative", "Noted: perhaps."),
        ("declined", "Noted: you will not be there."),
    ],
)
def test_one_tap_answers(client, person, meeting, answer, sentence):
    assert told(reply(client, person, meeting, answer)) == (200, sentence)

    participant = meeting.participants.get()
    assert (participant.answer, participant.answered_via) == (answer, "link")
    assert (participant.answered_by, participant.answered_at) == ("", NOW)


def test_an_answer_keeps_the_word_that_went_with_an_earlier_one(client, person, meeting):
    record_answer(
        participant_id=meeting.participants.get().pk,
        answer="tentative",
        via="link",
        comment="Train à 9 h",
    )
    reply(client, person, meeting)

    participant = meeting.participants.get()
    assert (participant.answer, participant.comment) == ("accepted", "Train à 9 h")


def test_an_answer_to_what_has_moved_since_is_refused_in_words(client, person, meeting, national):
    seen = meeting.sequence
    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=TEN + HOUR, ends_at=HALF_PAST_TEN + HOUR, by=national
    )

    answer = reply(client, person, meeting, sequence=seen)

    assert told(answer) == (
        409,
        "This meeting has changed meanwhile. Please look at it again and answer.",
    )
    assert meeting.participants.get().answer == "needs-action"


def test_without_a_script_the_answer_stands_above_the_day_shown(client, person, meeting):
    url = reverse("meetings:day_answer", args=[person.token])
    sent = {"participant": meeting.participants.get().pk, "sequence": meeting.sequence}

    page = client.post(url, {**sent, "answer": "accepted", "jour": "2030-06-12"}, follow=True)
    nothing = client.post(url, sent, follow=True)

    assert page.redirect_chain == [(f"{person.get_absolute_url()}?jour=2030-06-12", 302)]
    assert "<p>Noted: you will be there.</p>" in page.content.decode()
    assert "Choose one of the three answers." in nothing.content.decode()


def test_nobody_answers_for_somebody_else_or_once_taken_off(client, person, meeting, national):
    other = PersonFactory()
    participant = meeting.participants.get()

    assert reply(client, other, meeting).status_code == 404
    assert reply(client, person, meeting, participant="x").status_code == 404
    remove_participant(participant_id=participant.pk, by=national)
    assert reply(client, person, meeting).status_code == 404
    assert meeting.participants.get().answer == "needs-action"


def test_the_holder_of_an_office_sees_and_answers_what_it_is_asked_to(
    client, edition, national, person, office
):
    OfficeHolder.objects.create(office=office, person=person, starts_on="2029-01-01")
    meeting = meet(edition, national, office_ids=[office.pk])

    text = client.get(person.get_absolute_url()).content.decode()
    answer = reply(client, person, meeting)

    assert "You are expected as Minister delegate for Digital Affairs and AI." in text
    assert told(answer) == (200, "Noted: you will be there.")
    participant = meeting.participants.get()
    assert (participant.answer, participant.answered_by) == ("accepted", "Maïwenn Kerzoncuff")


def test_the_former_holder_sees_it_no_more(client, edition, national, person, office):
    OfficeHolder.objects.create(
        office=office, person=person, starts_on="2029-01-01", ends_on="2030-06-11"
    )
    meet(edition, national, office_ids=[office.pk])

    assert "Rendez-vous 0" not in client.get(person.get_absolute_url()).content.decode()


def test_what_one_declined_is_folded_with_who_goes_instead(
    client, edition, national, person, meeting
):
    instead = PersonFactory(first_name="Loeiza", last_name="Trévidic")
    principal = meeting.participants.get()
    Participant.objects.create(meeting=meeting, person=instead, stands_in_for=principal)
    Participant.objects.filter(pk=principal.pk).update(answer="declined")

    mine = client.get(person.get_absolute_url()).content.decode()
    theirs = client.get(instead.get_absolute_url()).content.decode()

    declined = mine.partition('data-part="declined">')[2]
    assert "Rendez-vous 0" in declined
    assert "Loeiza Trévidic goes in your place." in declined
    assert "You go in the place of Maïwenn Kerzoncuff." in theirs


def test_signed_in_one_answers_in_one_s_own_name(client, person, meeting):
    person.user = UserFactory()
    person.save()
    client.force_login(person.user)
    sent = {"participant": meeting.participants.get().pk, "answer": "accepted"}

    client.post(reverse("meetings:my_answer"), sent)

    assert meeting.participants.get().answer == "accepted"
    assert client.get(reverse("meetings:my_news")).status_code == 200


def test_the_worker_lies_below_the_page_it_watches_over(client, person):
    answer = client.get(reverse("meetings:day_worker", args=[person.token]))
    manifest = client.get(reverse("meetings:day_manifest", args=[person.token]))

    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.wsgi_request.path == f"{person.get_absolute_url()}worker.js"
    assert manifest.headers["Content-Type"] == "application/manifest+json"
    told = manifest.json()
    assert [told[name] for name in ("name", "start_url", "scope", "display")] == [
        "My day · Maïwenn Kerzoncuff",
        person.get_absolute_url(),
        person.get_absolute_url(),
        "standalone",
    ]
    assert [icon["sizes"] for icon in told["icons"]] == ["any", "192x192", "512x512"]


def test_a_closed_link_closes_all_that_hangs_below_it(client, person):
    urls = [
        reverse(f"meetings:day{page}", args=[person.token])
        for page in ("", "_news", "_worker", "_manifest", "_answer", "_calendar")
    ]
    person.link_version += 1
    person.save()

    assert {client.get(url).status_code for url in urls} == {404}
