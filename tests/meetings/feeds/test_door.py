"""The door in front of the site's own: what it answers, and what it does not need."""

import pytest
from django.core.cache import cache, caches
from django.test import Client, override_settings
from django.urls import reverse

from meetings.views.feed import _look_up
from tests.factories import FeedFactory, organiser
from tests.meetings.feeds.subscriber import MINUTE, read

UNKNOWN = "/calendar/AAAAAAAAAAAAAAAAAAAAAA.1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.ics"


@pytest.fixture(autouse=True)
def counted_anew():
    cache.clear()


def test_whoever_tries_addresses_is_slowed_down_and_nobody_else(client, feed):
    answers = [client.get(UNKNOWN, REMOTE_ADDR="203.0.113.9").status_code for _ in range(301)]

    assert (answers[0], answers[299], answers[300]) == (404, 404, 429)
    assert client.get(UNKNOWN, REMOTE_ADDR="198.51.100.7").status_code == 404
    known = client.get(reverse("feed", args=[feed.token]), REMOTE_ADDR="203.0.113.9")
    assert known.status_code == 200


def test_the_limit_is_of_each_address_and_tells_when_to_come_back(client, person, clock, settings):
    settings.FEED_REQUESTS_PER_HOUR = 2
    one, other = FeedFactory(person=person), FeedFactory(person=person)
    clock.shift(50 * MINUTE)

    answers = [read(client, one) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert (answers[2].headers["Retry-After"], answers[2].content) == (
        "600",
        b"Too many requests for this calendar.\n",
    )
    assert read(client, other).status_code == 200


def test_a_stranger_and_an_organiser_get_the_same_octets(client, meeting, feed):
    signed_in = Client()
    signed_in.force_login(organiser())

    answers = [
        each.get(reverse("feed", args=[feed.token]), headers={"Accept-Language": language})
        for each, language in ((client, "fr"), (signed_in, "en"))
    ]

    assert len({answer.content for answer in answers}) == 1
    assert [(len(answer.cookies), answer.headers.get("Vary")) for answer in answers] == [
        (0, None),
        (0, None),
    ]


def test_every_refusal_is_plain_and_stored_nowhere(client, feed):
    address = reverse("feed", args=[feed.token])
    refusals = [client.get(UNKNOWN), client.post(address), client.delete(address)]

    assert [refusal.status_code for refusal in refusals] == [404, 405, 405]
    assert {refusal.headers["Cache-Control"] for refusal in refusals} == {"private, no-store"}
    assert {refusal.headers["Referrer-Policy"] for refusal in refusals} == {"no-referrer"}
    assert {refusal.headers["X-Content-Type-Options"] for refusal in refusals} == {"nosniff"}
    assert refusals[1].headers["Allow"] == "GET, HEAD"


def test_plain_http_is_sent_to_https_where_the_site_is(feed):
    with override_settings(SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=60):
        client = Client()
        plain = read(client, feed)
        secure = client.get(reverse("feed", args=[feed.token]), secure=True)

    assert (plain.status_code, plain.url) == (
        301,
        f"https://testserver{reverse('feed', args=[feed.token])}",
    )
    assert (secure.status_code, secure.headers["Strict-Transport-Security"]) == (
        200,
        "max-age=60",
    )


def test_with_the_cache_down_calendars_still_answer(client, meeting, feed, monkeypatch):
    """As django-redis says it, told to ignore that nobody answers: nothing found, None counted."""
    backend = type(caches["default"])
    for name in ("incr", "get", "set", "add"):
        monkeypatch.setattr(backend, name, lambda *args, **kwargs: None)

    answers = [read(client, feed) for _ in range(3)]

    assert [(each.status_code, b"BEGIN:VEVENT" in each.content) for each in answers] == [
        (200, True)
    ] * 3


def test_a_warm_calendar_is_one_look_up(client, meeting, feed, django_assert_num_queries):
    first = read(client, feed)

    with django_assert_num_queries(1):
        second = read(client, feed)

    assert second.content == first.content


def test_a_prepared_look_up_reads_what_the_query_reads(feed, db):
    row = _look_up.queryset.get(public_id=feed.public_id)

    assert (_look_up(feed.public_id), _look_up(feed.public_id), _look_up("nobody")) == (
        row,
        row,
        None,
    )


def test_robots_may_read_calendars(client):
    """Google obeys it for subscriptions, too."""
    rules = client.get("/robots.txt").content.decode().splitlines()

    assert rules == [
        "User-agent: *",
        "Allow: /calendar/",
        "Disallow: /admin/",
        "Disallow: /api/",
    ]
