"""Doubtful mail and the chase list at the desk and over the API."""

import csv
import io

import pytest
from django.urls import reverse

from meetings.models import ContactNote, IncomingMail, Secretariat
from meetings.receiving.taking_in import take_in
from tests.api import client_of
from tests.factories import organiser
from tests.meetings.conftest import outbox
from tests.meetings.receiving.conftest import answer
from tests.meetings.receiving.programs import google, plain

API = "/api/v1"


@pytest.fixture
def words(participant, said):
    text = f"Bonjour,<script>alert(1)</script>\n{participant.get_absolute_url()}"
    return take_in(plain(said, text))


@pytest.fixture
def desk(client, national):
    client.force_login(national)
    client.cookies["django_language"] = "en"
    return client


def test_message_is_shown_beside_what_was_understood_without_keys(desk, words, participant):
    url = reverse("admin:meetings_incomingmail_change", args=[words.pk])

    text = desk.get(url).content.decode()

    assert "Somebody wrote free text." in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert" not in text
    assert participant.mail_token not in text
    assert participant.token not in text
    assert "Wednesday 12 June 2030, from 10:00 to 10:30" in text


def test_raw_message_is_handed_out_as_a_file(desk, words):
    response = desk.get(reverse("admin:meetings_incomingmail_raw", args=[words.pk]))

    kept = IncomingMail.objects.get(pk=words.pk)
    assert response.getvalue() == bytes(kept.raw)
    assert response.headers["Content-Type"] == "message/rfc822"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Security-Policy"] == "sandbox"


def test_message_is_applied_at_the_desk(desk, words, participant):
    url = reverse("admin:meetings_incomingmail_apply", args=[words.pk])

    page = desk.get(url).content.decode()
    response = desk.post(
        url,
        {"meeting": participant.meeting_id, "participant": participant.pk, "answer": "tentative"},
    )

    assert f'<option value="{participant.pk}" selected>' in page
    assert response.status_code == 302
    assert answer(participant)[0] == "tentative"


def test_messages_are_put_aside_together(desk, words, participant, said):
    other = take_in(plain(said.but(message_id="<2@x.example>"), "Encore."))
    url = reverse("admin:meetings_incomingmail_changelist")

    desk.post(url, {"action": "ignore", "_selected_action": [words.pk, other.pk], "_step": "1"})

    assert list(IncomingMail.objects.values_list("outcome")) == [("ignored",), ("ignored",)]


def test_contact_and_answer_are_noted_at_the_desk(desk, minister):
    url = reverse("admin:meetings_chase_contact", args=[minister.pk])

    desk.post(
        url,
        {"channel": "phone", "with_whom": "Cheffe de cabinet", "answer": "accepted", "note": "Oui"},
    )

    assert answer(minister) == ("accepted", "phone", "Cheffe de cabinet", "Oui")
    assert ContactNote.objects.get().note == "Oui"


def test_chase_list_is_narrowed_and_taken_away(desk, minister, participant):
    listed = reverse("admin:meetings_chase_changelist")
    offices = desk.get(f"{listed}?who=offices").content.decode()
    exported = desk.post(reverse("admin:meetings_chase_export"), {"format": "csv"}).getvalue()

    assert str(minister) in offices
    assert "Kerzoncuff" not in offices
    rows = list(csv.DictReader(io.StringIO(exported.decode("utf-8-sig"))))
    told = [(row["Who"], row["Meeting"], row["Their answer"]) for row in rows]
    assert sorted(told) == sorted(
        (str(each), "Entretien", "No answer yet") for each in (minister, participant)
    )


def test_program_settles_a_message(words, participant, national):
    api = client_of(national)
    row = f"{API}/incoming-mail/{words.pk}"

    applied = api.post(f"{row}/apply/", {"participant": participant.pk, "answer": "accepted"})
    again = api.post(f"{row}/ignore/", {})

    assert (applied.status_code, applied.json()["outcome"]) == (200, "settled")
    assert (again.status_code, again.json()["code"]) == (409, "already_settled")
    assert answer(participant)[0] == "accepted"


def test_program_answers_a_proposal(participant, said, national):
    found = take_in(google(said.but(method="COUNTER")))
    api = client_of(national)

    listed = api.get(f"{API}/incoming-mail/?outcome=review").json()["results"]
    declined = api.post(f"{API}/incoming-mail/{found.pk}/decline-proposal/", {"word": "Non"})

    assert [(row["id"], row["why"]) for row in listed] == [(found.pk, "It proposes another time.")]
    assert declined.json()["outcome"] == "settled"
    assert outbox()[-1][:2] == ("counter_declined", "maiwenn@region.example")


def test_who_would_be_told_is_shown_before_a_proposal_is_accepted(
    desk, participant, minister, said
):
    octets = google(said.but(method="COUNTER")).replace(b"20300612T080000Z", b"20300612T090000Z")
    found = take_in(octets.replace(b"20300612T083000Z", b"20300612T093000Z"))
    url = reverse("admin:meetings_incomingmail_move", args=[found.pk])

    page = desk.post(url, {})
    tried = client_of(page.wsgi_request.user).post(
        f"{API}/incoming-mail/{found.pk}/accept-proposal/preview/", {}
    )

    told = sorted(line["name"] for line in page.context["panel"].context["told"])
    assert told == sorted(str(each) for each in (participant, minister))
    assert sorted(row["participant"] for row in tried.json()["told"]) == told
    assert IncomingMail.objects.get(pk=found.pk).outcome == "review"

    desk.post(url, {"_seen": page.context["seen"]})
    assert IncomingMail.objects.get(pk=found.pk).outcome == "settled"


def test_program_reads_the_chase_list_and_notes_a_contact(minister, participant, national):
    api = client_of(national)
    said = {"with_whom": "Cabinet", "note": "Rappeler", "next_on": "2030-05-20"}

    noted = api.post(f"{API}/chases/{minister.pk}/note-contact/", said)
    future = api.post(
        f"{API}/chases/{minister.pk}/note-contact/", {"at": "2031-01-01T10:00:00+01:00"}
    )
    due = api.get(f"{API}/chases/?is_due=true").json()["results"]

    assert noted.status_code == 201
    assert (future.status_code, future.json()["code"]) == (409, "not_yet")
    assert [(row["id"], row["contacted_who"], row["is_due"]) for row in due] == [
        (minister.pk, "Cabinet", True)
    ]


def test_program_sends_a_secretariat_its_link(participant, person, office, national):
    theirs = Secretariat.objects.create(person=person, email="cabinet@region.example")
    foreign = Secretariat.objects.create(office=office, email="autre@ministere.example")
    url = f"{API}/chases/{participant.pk}/send-secretariat-link/"

    codes = [
        client_of(user).post(url, {"secretariat": row.pk}).status_code
        for user, row in (
            (national, theirs),
            (national, foreign),
            (organiser("53"), theirs),
            (organiser("76"), theirs),
        )
    ]

    assert codes == [200, 404, 200, 404]


@pytest.mark.parametrize("how_many", [1, 3])
@pytest.mark.parametrize("resource", ["incoming-mail", "chases", "contact-notes"])
def test_lists_cost_the_same_for_one_and_three(
    participant, minister, said, national, resource, how_many, django_assert_num_queries
):
    for number in range(how_many):
        take_in(plain(said.but(message_id=f"<{number}@x.example>"), f"Mot {number}"))
        ContactNote.objects.create(participant=minister, note=str(number))
    api = client_of(national)

    with django_assert_num_queries(4):
        assert api.get(f"{API}/{resource}/").status_code == 200
