"""A person's calendar addresses, as their page offers them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from meetings.forms import FeedForm
from meetings.models import Feed
from pavilion.core.subscribing import Address


@dataclass(frozen=True)
class Subscription(Address):
    feed: Feed

    @property
    def former_until(self) -> datetime | None:
        """Until when the address before the last renewal still opens."""
        until = self.feed.grace_until
        return until if until and until > timezone.now() else None

    @property
    def form(self) -> FeedForm:
        """What it shows, to be changed."""
        return FeedForm(instance=self.feed, auto_id=f"feed-{self.feed.pk}-%s")


@dataclass(frozen=True)
class Calendar:
    """A person's ways in: the one to begin with, and the other addresses that are open."""

    main: Subscription | None
    others: list[Subscription]

    @property
    def new(self) -> FeedForm:
        """One more, for another device or another person's eyes."""
        return FeedForm(auto_id="feed-new-%s")

    @property
    def days_of_grace(self) -> int:
        """How long the former address of a renewed one still opens."""
        days: int = settings.FEED_GRACE
        return days


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
