"""A new address: the former one opens for a while and says until when, or closes at once."""

import pytest
from django.urls import reverse

from meetings.models import Feed
from meetings.operations import change_feed, open_feed, renew_feed, revoke_feed
from meetings.operations.feeds import MOST_FEEDS, FeedRevoked, OfOneThing, TooManyFeeds
from pavilion.core.models import ActivityEntry
from tests.core.test_ical import unfolded
from tests.factories import FeedFactory, RoomFactory, UserFactory
from tests.meetings.conftest import NOW
from tests.meetings.feeds.subscriber import MINUTE, events, read, state

DAY = 24 * 60 * MINUTE


def at(client, token):
    return client.get(reverse("feed", args=[token]))


def test_the_former_address_opens_for_a_week_and_says_until_when(client, national, meeting, feed):
    former = feed.token
    renewed = renew_feed(feed_id=feed.pk, by=national)

    text = at(client, former).content.decode()

    notice = unfolded(text[text.rindex("BEGIN:VEVENT") :])
    assert [line for line in notice if not line.startswith("UID:")] == [
        "BEGIN:VEVENT",
        "SUMMARY:This calendar subscription ends tomorrow: it has a new address",
        "DTSTART;TZID=Europe/Paris:20300526T090000",
        "DTEND;TZID=Europe/Paris:20300526T093000",
        "DTSTAMP:20300520T070000Z",
        "SEQUENCE:0",
        "CREATED:20300520T070000Z",
        "DESCRIPTION:The address was renewed\\; this one opens until Monday 27 May 2030\\, 09:00. "
        "Subscribe to the new one\\, which stands on the page “My day” or is known to whoever gave "
        "you this.",
        "LAST-MODIFIED:20300520T070000Z",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    assert text.count("BEGIN:VEVENT") == 2
    assert f"/calendar/{former}.ics" in "".join(unfolded(text))
    assert read(client, renewed).content.decode().count("BEGIN:VEVENT") == 1


def test_who_still_reads_the_former_address_has_not_moved_to_the_new_one(client, national, feed):
    former = feed.token
    renewed = renew_feed(feed_id=feed.pk, by=national)

    client.get(reverse("feed", args=[former]), headers={"user-agent": "iOS/19.2"})
    renewed.refresh_from_db()
    assert (renewed.fetched_at, renewed.fetched_with) == (None, "")

    client.get(reverse("feed", args=[renewed.token]), headers={"user-agent": "iOS/19.2"})
    renewed.refresh_from_db()
    assert (renewed.fetched_at, renewed.fetched_with) == (NOW, "iOS/19.2")


def test_the_former_address_closes_when_its_days_are_over(client, national, feed, clock):
    former = feed.token
    renewed = renew_feed(feed_id=feed.pk, by=national)
    clock.shift(7 * DAY - MINUTE)
    assert at(client, former).status_code == 200

    clock.shift(MINUTE)

    assert at(client, former).status_code == 404
    assert at(client, renewed.token).status_code == 200


def test_of_two_renewals_only_the_last_former_address_opens(client, national, feed):
    first = feed.token
    second = renew_feed(feed_id=feed.pk, by=national).token
    third = renew_feed(feed_id=feed.pk, by=national).token

    assert [at(client, token).status_code for token in (first, second, third)] == [404, 200, 200]


def test_an_address_in_wrong_hands_closes_at_once(client, national, feed):
    former = feed.token

    renewed = renew_feed(feed_id=feed.pk, by=national, at_once=True)

    assert [at(client, token).status_code for token in (former, renewed.token)] == [404, 200]
    entry = ActivityEntry.objects.get(verb="feed.renewed")
    assert (entry.after["at_once"], renewed.grace_until) == (True, None)


def test_closing_closes_the_former_address_too(client, national, feed):
    former = feed.token
    present = renew_feed(feed_id=feed.pk, by=national).token

    closed = revoke_feed(feed_id=feed.pk, by=national)

    assert {at(client, token).status_code for token in (former, present, closed.token)} == {404}


def test_a_feed_shows_something_else_at_the_same_address(client, national, meeting, feed):
    before = read(client, feed)

    change_feed(feed_id=feed.pk, by=national, level="discreet", language="fr", label="Chauffeur")

    feed.refresh_from_db()
    after = read(client, feed)
    assert state(client, feed)[0] == "SUMMARY:[Option] Occupé"
    assert after.headers["ETag"] != before.headers["ETag"]
    entry = ActivityEntry.objects.get(verb="feed.changed")
    assert (entry.before, entry.after) == (
        {"level": "full", "language": "en", "label": ""},
        {"level": "discreet", "language": "fr", "label": "Chauffeur"},
    )


def test_changing_nothing_moves_nothing(national, feed):
    change_feed(feed_id=feed.pk, by=national, level="full")

    feed.refresh_from_db()
    assert feed.revision == 1
    assert not ActivityEntry.objects.exists()


def test_what_is_closed_is_not_changed(national, feed):
    revoke_feed(feed_id=feed.pk, by=national)

    with pytest.raises(FeedRevoked):
        change_feed(feed_id=feed.pk, by=national, level="discreet")


def test_a_calendar_is_of_one_thing(national, person, room):
    with pytest.raises(OfOneThing):
        open_feed(by=national)
    with pytest.raises(OfOneThing):
        open_feed(by=national, person_id=person.pk, room_id=room.pk)

    assert not Feed.objects.exists()


def test_nobody_has_more_addresses_than_devices(national, person):
    FeedFactory.create_batch(MOST_FEEDS, person=person)

    with pytest.raises(TooManyFeeds):
        open_feed(by=national, person_id=person.pk)

    assert Feed.objects.count() == MOST_FEEDS


def test_an_account_that_is_closed_closes_its_calendars_at_once(client, national, feed, edition):
    feed.person.user = UserFactory()
    feed.person.save()
    rooms = open_feed(by=national, room_id=RoomFactory().pk)
    assert [read(client, each).status_code for each in (feed, rooms)] == [200, 200]

    for user in (feed.person.user, national):
        user.is_active = False
        user.save()

    assert [read(client, each).status_code for each in (feed, rooms)] == [404, 404]


def test_a_desks_calendar_goes_with_whoever_leaves_the_desk(client, national, edition):
    rooms = open_feed(by=national, room_id=RoomFactory().pk)
    national.memberships.all().delete()

    assert read(client, rooms).status_code == 404


def test_the_moment_of_a_change_is_part_of_the_tag(client, feed, clock):
    """A database restored from a backup counts its changes from an earlier number."""
    before = read(client, feed).headers["ETag"]
    Feed.objects.update(changed_at=NOW + MINUTE)

    assert read(client, feed).headers["ETag"] != before
    assert events(client, feed) == []
