"""Who opens an address, how long it lives, and what it costs to knock."""

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import translation

from meetings.models import Feed
from meetings.operations import FeedRevoked, open_feed, renew_feed, revoke_feed
from pavilion.core.models import ActivityEntry
from tests.factories import FeedFactory, PersonFactory, UserFactory, organiser
from tests.meetings.conftest import NOW
from tests.meetings.feeds.subscriber import MINUTE, read


def test_a_feed_is_only_read(client, feed):
    assert client.post(reverse("feed", args=[feed.token])).status_code == 405


def test_no_session_is_opened_even_for_somebody_signed_in(
    client, national, feed, django_assert_num_queries
):
    client.force_login(national)

    with django_assert_num_queries(4):
        response = read(client, feed)

    assert not response.cookies
    assert not response.has_header("Vary")


def test_what_does_not_open_is_the_same_404(client, national, person, feed):
    address = reverse("feed", args=[feed.token])
    forged = address.replace(feed.token[:4], "AAAA")
    unknown = reverse("feed", args=[FeedFactory.build(person=person).token])
    old = renew_feed(feed_id=feed.pk, by=national, at_once=True)
    assert client.get(reverse("feed", args=[old.token])).status_code == 200
    revoked = revoke_feed(feed_id=feed.pk, by=national)
    leaver = FeedFactory(person=PersonFactory(user=UserFactory(is_active=False)))

    answers = {
        (response.status_code, response.headers["Content-Type"], len(response.content))
        for url in (
            address,
            forged,
            unknown,
            reverse("feed", args=[old.token]),
            reverse("feed", args=[revoked.token]),
            reverse("feed", args=[leaver.token]),
        )
        for response in [client.get(url)]
    }

    assert {status for status, _type, _length in answers} == {404}


def test_the_last_fetch_is_noted_every_five_minutes(client, feed, clock):
    for _minute in range(6):
        clock.shift(MINUTE)
        read(client, feed, user_agent="Thunderbird/153")

    feed.refresh_from_db()
    assert (feed.fetched_at, feed.fetched_with) == (NOW + 5 * MINUTE, "Thunderbird/153")
    assert feed.revision == 1


def test_too_many_requests_wait_for_the_next_hour(client, feed, clock):
    clock.shift(50 * MINUTE)
    cache.set(f"feed:{feed.public_id}:2030052007", 120)

    refused = read(client, feed)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "600")
    clock.shift(10 * MINUTE)
    assert read(client, feed).status_code == 200


def test_a_feed_is_opened_by_its_person_or_their_team(national, person):
    person.user = UserFactory()
    person.save()

    for by in (None, person.user, organiser("53"), national):
        open_feed(person_id=person.pk, by=by)
    for stranger in (UserFactory(), organiser("76")):
        with pytest.raises(PermissionDenied):
            open_feed(person_id=person.pk, by=stranger)

    assert Feed.objects.count() == 4
    assert set(Feed.objects.values_list("language", flat=True)) == {"en"}


def test_revoking_twice_is_revoking_once(national, feed):
    first = revoke_feed(feed_id=feed.pk, by=national)

    assert revoke_feed(feed_id=feed.pk, by=national).version == first.version == 2
    assert ActivityEntry.objects.filter(verb="feed.revoked").count() == 1


def test_a_closed_address_is_not_renewed(client, national, feed):
    revoke_feed(feed_id=feed.pk, by=national)

    with translation.override("en"), pytest.raises(FeedRevoked) as refusal:
        renew_feed(feed_id=feed.pk, by=national)

    assert str(refusal.value) == "This calendar address is closed for good: open another."
    feed.refresh_from_db()
    assert feed.version == 2
    assert read(client, feed).status_code == 404
