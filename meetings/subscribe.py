"""A person's calendar addresses, as their page offers them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from meetings.models import Feed
from pavilion.core.subscribing import Address


@dataclass(frozen=True)
class Subscription(Address):
    feed: Feed


@dataclass(frozen=True)
class Calendar:
    """A person's ways in: the one to begin with, and the other addresses that are open."""

    main: Subscription | None
    others: list[Subscription]


def calendar(feeds: Iterable[Feed]) -> Calendar:
    """The first address that tells everything goes first; without one, the first of all."""
    by_detail = sorted(feeds, key=lambda feed: feed.level != Feed.Level.FULL)
    subscriptions = [subscription(feed) for feed in by_detail]
    return Calendar(next(iter(subscriptions), None), subscriptions[1:])


def subscription(feed: Feed) -> Subscription:
    return Subscription(
        https=settings.BASE_URL + feed.get_absolute_url(),
        fetched_at=feed.fetched_at,
        fetched_with=feed.fetched_with,
        feed=feed,
    )
