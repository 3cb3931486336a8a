"""One page on which a secretariat answers for all for whom it does."""

import pytest

from meetings.models import Participant, Secretariat
from meetings.operations import confirm_meeting, create_meeting, reschedule_meeting
from tests.factories import PersonFactory
from tests.meetings.conftest import ELEVEN, HALF_PAST_ELEVEN, HALF_PAST_TEN, TEN, deliver


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def other(db):
    return PersonFactory(first_name="Gwen", last_name="Riou", email="gwen@region.example")


@pytest.fixture
def guests(edition, national, person, other):
    """The president at ten, her colleague at ten and at eleven."""
    expected = []
    for starts_at, ends_at, people in (
        (TEN, HALF_PAST_TEN, [person, other]),
        (ELEVEN, HALF_PAST_ELEVEN, [other]),
    ):
        meeting = create_meeting(
            edition=edition,
            subject_fr="Entretien",
            subject_en="Talk",
            starts_at=starts_at,
            ends_at=ends_at,
            by=national,
            person_ids=[each.pk for each in people],
            buffer_minutes=0,
        )
        confirm_meeting(meeting_id=meeting.pk, by=national)
        expected += meeting.participants.order_by("pk")
    deliver()
    return expected


@pytest.fixture
def secretariat(person, other):
    rows = [
        Secretariat.objects.create(person=each, name="Cabinet", email=f"{name}@region.example")
        for each, name in ((person, "cabinet"), (other, "Cabinet"))
    ]
    return rows[0]


def answers():
    rows = Participant.objects.order_by("pk")
    return [(row.answer, row.answered_via, row.answered_by, row.comment) for row in rows]


NOTHING = ("needs-action", "", "", "")


def filled(guests, *said, comment="", sequence=1):
    typed = {}
    for guest, answer in zip(guests, said, strict=True):
        typed |= {f"answer-{guest.pk}": answer} if answer else {}
        typed |= {f"sequence-{guest.pk}": sequence, f"comment-{guest.pk}": comment}
    return typed


def test_opening_the_link_changes_nothing_and_shows_all(
    client, guests, secretariat, django_assert_num_queries
):
    with django_assert_num_queries(6):
        response = client.get(secretariat.get_absolute_url())

    text = response.content.decode()
    assert (response.status_code, response.headers["X-Robots-Tag"]) == (200, "noindex")
    assert "3 meetings await your answer" in text
    assert text.count('type="radio"') == 9
    assert answers() == [NOTHING] * 3


def test_several_answers_are_given_at_once_and_the_rest_left_open(client, guests, secretariat):
    url = secretariat.get_absolute_url()

    response = client.post(url, filled(guests, "accepted", "declined", ""))

    assert (response.status_code, response.url) == (302, url)
    assert answers() == [
        ("accepted", "link", "Cabinet", ""),
        ("declined", "link", "Cabinet", ""),
        NOTHING,
    ]
    text = client.get(url).content.decode()
    assert "2 answers are noted. Thank you." in text
    assert "1 meeting awaits your answer" in text
    assert "2 meetings you have answered" in text


def test_answer_is_changed_and_what_stays_is_not_said_again(client, guests, secretariat):
    url = secretariat.get_absolute_url()
    client.post(url, filled(guests, "accepted", "accepted", "accepted"))

    client.post(url, filled(guests, "accepted", "tentative", "accepted"))

    assert [row[0] for row in answers()] == ["accepted", "tentative", "accepted"]
    assert "1 answer is noted. Thank you." in client.get(url).content.decode()


def test_refusal_of_one_stands_beside_it_and_the_others_count(
    client, guests, secretariat, national
):
    reschedule_meeting(
        meeting_id=guests[2].meeting_id,
        starts_at=HALF_PAST_ELEVEN,
        ends_at=HALF_PAST_ELEVEN + (HALF_PAST_TEN - TEN),
        by=national,
    )

    response = client.post(
        secretariat.get_absolute_url(), filled(guests, "accepted", "", "accepted", comment="Oui")
    )

    text = response.content.decode()
    assert response.status_code == 409
    assert text.count("This meeting has changed meanwhile.") == 1
    assert f'name="answer-{guests[2].pk}" value="accepted" checked' in text
    assert answers() == [("accepted", "link", "Cabinet", "Oui"), NOTHING, NOTHING]


@pytest.mark.parametrize(
    "typed", [{"answer": "delegated"}, {"answer": "accepted", "sequence": "one"}]
)
def test_what_is_no_answer_is_refused_in_words(client, guests, secretariat, typed):
    pk = guests[0].pk
    response = client.post(
        secretariat.get_absolute_url(), {f"{name}-{pk}": value for name, value in typed.items()}
    )

    assert response.status_code == 409
    assert 'role="alert"' in response.content.decode()
    assert answers() == [NOTHING] * 3


def test_nobody_elses_meeting_is_answered(client, guests, secretariat, other):
    Secretariat.objects.filter(person=other).delete()

    client.post(secretariat.get_absolute_url(), filled(guests, "", "declined", "declined"))

    assert answers() == [NOTHING] * 3


def test_link_that_was_replaced_or_answers_no_more_opens_nothing(client, guests, secretariat):
    url = secretariat.get_absolute_url()
    Secretariat.objects.filter(pk=secretariat.pk).update(answers=False)
    codes = [client.get(url).status_code]
    Secretariat.objects.filter(pk=secretariat.pk).update(answers=True, link_version=2)
    codes.append(client.get(url).status_code)
    codes.append(client.get("/secretariat/abc/").status_code)

    assert codes == [404, 404, 404]


def test_page_speaks_its_principals_language_unless_the_browser_chose(client, guests, secretariat):
    client.cookies.clear()
    secretariat.person.language = "fr"
    secretariat.person.save()

    page = client.get(secretariat.get_absolute_url(), headers={"accept-language": "en"})

    assert '<html lang="fr">' in page.content.decode()
