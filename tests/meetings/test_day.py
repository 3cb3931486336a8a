"""My day, by a private link and signed in."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from meetings import wording
from meetings.agenda import agenda
from meetings.models import Feed, Person
from meetings.operations import (
    cancel_meeting,
    confirm_meeting,
    create_meeting,
    create_visit,
    open_feed,
    record_answer,
)
from meetings.subscribe import Calendar, calendar
from tests.factories import PersonFactory, PublishedAllocationFactory, StandFactory, UserFactory
from tests.meetings.conftest import ELEVEN, HALF_PAST_ELEVEN, HALF_PAST_TEN, NOW, TEN

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"


def meet(edition, by, person, hours=0, extra=(), **fields):
    meeting = create_meeting(
        edition=edition,
        subject_fr=f"Rendez-vous {hours}",
        starts_at=TEN + hours * HOUR,
        ends_at=HALF_PAST_TEN + hours * HOUR,
        by=by,
        person_ids=[person.pk, *extra],
        **fields,
    )
    return confirm_meeting(meeting_id=meeting.pk, by=by)


def subjects(items):
    return [item.meeting.subject_fr for item in items]


def test_a_day_of_which_everything_is_declined_says_that_nothing_else_is_planned(
    client, edition, national, person
):
    meeting = meet(edition, national, person)
    sentence = "Besides what you declined, nothing is planned for you on this day."
    said = []
    for answer in ("accepted", "declined"):
        record_answer(participant_id=meeting.participants.get().pk, answer=answer, via="link")
        said.append(sentence in client.get(person.get_absolute_url()).content.decode())

    assert said == [False, True]


def test_it_opens_on_now_and_next(edition, national, person, clock):
    for hours in (-1, 0, 1, 3):
        meet(edition, national, person, hours)
    clock.move_to(TEN + timedelta(minutes=5))

    shown = agenda(person, edition=edition, wanted=None, now=TEN + timedelta(minutes=5))

    assert subjects(shown.cards) == ["Rendez-vous 0", "Rendez-vous 1"]
    assert [(item.is_now, item.is_next) for item in shown.cards] == [(True, False), (False, True)]
    assert shown.cards[1].wait == "55 minutes"
    assert (subjects(shown.later), subjects(shown.past)) == (["Rendez-vous 3"], ["Rendez-vous -1"])
    assert (shown.is_today, shown.unanswered) == (True, 3)


def test_what_is_cancelled_is_struck_through_and_never_next(edition, national, person):
    off = meet(edition, national, person, 0)
    cancel_meeting(meeting_id=off.pk, by=national)
    meet(edition, national, person, 1)

    shown = agenda(person, edition=edition, wanted=None, now=NOW)

    assert subjects(shown.cards) == ["Rendez-vous 1"]
    assert [(item.state, item.is_off) for item in shown.later] == [("cancelled", True)]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_full_the_day(
    client, edition, national, person, office, room, count, django_assert_num_queries
):
    stand = StandFactory()
    for number in range(count):
        meeting = meet(
            edition, national, person, number, office_ids=[office.pk], room=room, contact_phone="1"
        )
        create_visit(
            meeting_id=meeting.pk,
            stops=[{"stand_id": stand.pk}, {"stand_id": stand.pk}],
            by=national,
        )
    open_feed(person_id=person.pk, by=national)

    with django_assert_num_queries(11):
        response = client.get(person.get_absolute_url())

    assert response.content.decode().count("<h2>Rendez-vous") == count
    assert response.content.decode().count("<details open>") == 2  # the next one, and its stops


def test_a_stop_says_who_stands_there(client, edition, national, person):
    allocation = PublishedAllocationFactory()
    meeting = meet(edition, national, person)
    create_visit(
        meeting_id=meeting.pk,
        stops=[{"stand_id": allocation.stand_id, "note": "démonstration"}],
        by=national,
        meeting_point="Porte 4",
    )

    text = client.get(person.get_absolute_url()).content.decode()

    assert f"<strong>{allocation.stand.number}</strong> {allocation.exhibitor}" in text
    assert "Be at Porte 4 at <b>09:50</b>" in text


def test_looking_creates_nothing(client, edition, national, person):
    text = client.get(person.get_absolute_url()).content.decode()

    assert not Feed.objects.exists()
    assert "Create my calendar address" in text
    assert "Nothing is planned for you on this day." in text


def test_the_private_link_opens_renews_and_closes_the_calendar(client, person):
    url = reverse("meetings:day_calendar", args=[person.token])

    client.post(url, {"action": "open"})
    client.post(url, {"action": "open"})
    feed = Feed.objects.get()
    first = feed.token
    client.post(url, {"action": "renew", "feed": feed.pk})
    feed.refresh_from_db()
    renewed = feed.token
    client.post(url, {"action": "revoke", "feed": feed.pk})
    again = client.post(url, {"action": "revoke", "feed": feed.pk}, follow=True)

    feed.refresh_from_db()
    assert len({first, renewed, feed.token}) == 3
    assert feed.revoked_at == NOW
    assert "This calendar address is already closed." in again.content.decode()


def test_nobody_touches_another_person_s_calendar(client, person, national):
    other = open_feed(person_id=Person.objects.create(last_name="Autre").pk, by=national)

    client.post(
        reverse("meetings:day_calendar", args=[person.token]),
        {"action": "revoke", "feed": other.pk},
    )

    other.refresh_from_db()
    assert other.revoked_at is None


def test_the_ways_to_subscribe(client, person, national):
    feed = open_feed(person_id=person.pk, by=national)

    text = client.get(person.get_absolute_url()).content.decode()

    path = f"testserver/calendar/{feed.token}.ics"
    escaped = path.replace("/", "%2F")
    for link in (
        f'href="webcal://{path}"',
        f'value="http://{path}"',
        f'href="https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2F{escaped}"',
        f'href="https://outlook.live.com/calendar/0/addfromweb?url=http%3A%2F%2F{escaped}"',
    ):
        assert text.count(link) == 1
    assert "<svg" in text
    assert "style=" not in text


def test_several_addresses_are_explained_once_and_listed(client, person, national):
    discreet = open_feed(person_id=person.pk, by=national, level="discreet", label="Driver")
    full = open_feed(person_id=person.pk, by=national, label="Telephone")
    tablet = open_feed(person_id=person.pk, by=national)
    Feed.objects.filter(pk=discreet.pk).update(
        fetched_at=NOW - timedelta(days=1, hours=3), fetched_with="Thunderbird/128.0"
    )

    shown = calendar(Feed.objects.order_by("pk"))
    text = client.get(person.get_absolute_url()).content.decode()

    assert (shown.main.feed, [other.feed for other in shown.others]) == (full, [tablet, discreet])
    with translation.override("en"):
        assert [other.last_read for other in shown.others] == [
            "not read by any calendar yet",
            "read by Thunderbird 1\xa0day ago",
        ]
    assert text.count("Your calendar follows by itself.") == 1
    assert text.count('href="webcal://') == 1
    assert "Driver <span" in text
    assert "Calendar address <span" in text
    for feed in (full, discreet, tablet):
        assert text.count(f'name="feed" value="{feed.pk}"') == 1
        assert text.count(f"/calendar/{feed.token}.ics") == (2 if feed == full else 1)


def test_without_a_full_address_the_first_one_is_explained(person, national):
    discreet = open_feed(person_id=person.pk, by=national, level="discreet")

    shown = calendar(Feed.objects.all())

    assert (shown.main.feed, shown.others, calendar([])) == (discreet, [], Calendar(None, []))


@pytest.mark.parametrize(
    ("others", "first", "rest"), [(1, 1, 0), (5, 5, 0), (6, 4, 2), (20, 4, 16)]
)
def test_a_crowd_is_named_up_to_four(others, first, rest):
    names = [f"Personne {number}" for number in range(others)]

    shown = wording.company(names)

    assert shown == wording.Company(names[:first], names[first:])
    assert len(shown.others) == rest


@pytest.mark.parametrize("others", [3, 9])
def test_the_answer_comes_before_the_people_however_many(
    client, edition, national, person, others, django_assert_num_queries
):
    crowd = [PersonFactory(last_name=f"Autre {number}") for number in range(others)]
    meet(edition, national, person, extra=[each.pk for each in crowd], contact_phone="06 12")

    with django_assert_num_queries(7):
        text = client.get(person.get_absolute_url()).content.decode()

    assert text.index('value="accepted"') < text.index("06\xa012") < text.index("Autre 0")
    assert ("<summary>and 5 others</summary>" in text) == (others == 9)
    assert sum(f"Autre {number}</li>" in text for number in range(others)) == others


def test_signed_in_one_sees_one_s_own_day(client, edition, national, person):
    person.user = UserFactory()
    person.save()
    meet(edition, national, person)
    client.force_login(person.user)

    text = client.get(reverse("meetings:my_day")).content.decode()
    client.post(reverse("meetings:my_calendar"), {"action": "open"})

    assert "Rendez-vous 0" in text
    assert Feed.objects.get().person == person


def test_an_account_of_nobody_is_told_so(client, db):
    client.force_login(UserFactory())

    response = client.get(reverse("meetings:my_day"))

    assert response.status_code == 404
    assert "Your account is not linked to anybody of a delegation" in response.content.decode()
    assert client.post(reverse("meetings:my_calendar")).status_code == 404


def test_strangers_sign_in_first_and_wrong_links_open_nothing(client, person):
    url = person.get_absolute_url()
    person.link_version = 2
    person.save()
    leaver = Person.objects.create(last_name="Parti", user=UserFactory(is_active=False))

    assert client.get(reverse("meetings:my_day")).status_code == 302
    statuses = {
        client.get(each).status_code for each in (url, "/journee/abc/", leaver.get_absolute_url())
    }
    assert statuses == {404}


def test_another_day_is_one_click_away(client, edition, national, person):
    meet(edition, national, person)

    text = client.get(person.get_absolute_url(), {"jour": "2030-06-12"}).content.decode()
    nonsense = client.get(person.get_absolute_url(), {"jour": "2030-99-99"})

    assert "<h1>Wednesday 12 June</h1>" in text
    assert nonsense.status_code == 200


def test_the_plan_marks_the_place(client, edition, national, person, room):
    meet(edition, national, person, room=room)

    text = client.get(person.get_absolute_url()).content.decode()

    assert '<circle cx="2.5" cy="2.5" r="2.4"/>' in text
    assert 'viewBox="-1 -1 102 62"' in text


def test_the_plan_draws_the_route_of_a_visit(client, edition, national, person, room):
    meeting = meet(edition, national, person, room=room)
    stands = [StandFactory(x=10, y=5), StandFactory(x=30, y=5)]
    create_visit(
        meeting_id=meeting.pk, stops=[{"stand_id": stand.pk} for stand in stands], by=national
    )

    text = client.get(person.get_absolute_url()).content.decode()

    assert '<polyline class="route" points="10.5,5.5 30.5,5.5"/>' in text
    assert text.count('<g class="stop">') == 2


def test_a_meeting_of_somebody_else_is_not_shown(client, edition, national, person):
    other = Person.objects.create(last_name="Autre")
    create_meeting(
        edition=edition,
        subject_fr="Secret",
        starts_at=ELEVEN,
        ends_at=HALF_PAST_ELEVEN,
        by=national,
        person_ids=[other.pk],
    )

    assert "Secret" not in client.get(person.get_absolute_url()).content.decode()


def test_the_private_link_shows_an_edition_that_is_not_published_yet(
    client, edition, national, person
):
    meet(edition, national, person)
    edition.is_published = False
    edition.save()

    assert "Rendez-vous 0" in client.get(person.get_absolute_url()).content.decode()
