"""Private calendar addresses: opened, renewed, revoked, read."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.models import CalendarBlock, Feed, Participant, Person
from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User


class FeedRevoked(DomainError):
    code = "feed_revoked"


def open_feed(
    *,
    person_id: int,
    by: User | None,
    level: str = Feed.Level.FULL,
    language: str | None = None,
    label: str = "",
) -> Feed:
    """Give a person one more calendar address, for one device or one helper.

    `by=None` is the person themselves, through their private link.
    """
    with transaction.atomic():
        person = Person.objects.get(pk=person_id)
        _ensure_may_manage(by, person)
        feed = Feed.objects.create(
            person=person, level=level, language=language or person.language, label=label.strip()
        )
        _record("feed.opened", feed, by)
    return feed


def revoke_feed(*, feed_id: int, by: User | None) -> Feed:
    """Close an address for good: whoever has it finds nothing. Safe to call twice."""
    with transaction.atomic():
        feed = _lock(feed_id, by)
        if feed.revoked_at:
            return feed
        feed.revoked_at = timezone.now()
        feed.version = F("version") + 1
        feed.save(update_fields=["revoked_at", "version"])
        feed.refresh_from_db(fields=["version"])
        _record("feed.revoked", feed, by)
    return feed


def renew_feed(*, feed_id: int, by: User | None) -> Feed:
    """Replace the address by a new one, at once; each call makes another.

    What was closed for good stays closed.
    """
    with transaction.atomic():
        feed = _lock(feed_id, by)
        if feed.revoked_at:
            raise FeedRevoked(_("This calendar address is closed for good: open another."))
        feed.version += 1
        feed.fetched_at, feed.fetched_with = None, ""
        feed.changed_at = timezone.now()
        feed.save(update_fields=["version", "fetched_at", "fetched_with", "changed_at"])
        _record("feed.renewed", feed, by)
    return feed


def blocks_of(feed: Feed) -> QuerySet[CalendarBlock]:
    """What this feed shows, in one order for ever, whatever moves: the same tag, the same octets.

    A meeting its person declined is left out; one they were taken off is a tombstone.
    """
    present = Q(is_removed=False, meeting__participants__removed_at__isnull=True)
    removed = Q(is_removed=True, meeting__participants__removed_at__isnull=False)
    declined = Q(is_removed=False, meeting__participants__answer=Participant.Answer.DECLINED)
    return CalendarBlock.objects.filter(
        present & ~declined | removed,
        meeting__participants__person=feed.person_id,
        level=feed.level,
        language=feed.language,
    ).order_by("meeting_id")


def note_fetch(*, feed: Feed, client: str, now: datetime) -> None:
    """Remember that a calendar asked; its organisers see it, its ETag does not change."""
    Feed.objects.filter(pk=feed.pk).update(fetched_at=now, fetched_with=client[:120])


def _lock(feed_id: int, by: User | None) -> Feed:
    feed = Feed.objects.select_for_update(of=("self",)).select_related("person").get(pk=feed_id)
    _ensure_may_manage(by, feed)
    return feed


def _ensure_may_manage(by: User | None, whose: Feed | Person) -> None:
    if by is None or by.pk != whose.user_id:
        code = whose.region_id if isinstance(whose, Person) else whose.region_code
        ensure_manages(by, code)


def _record(verb: str, feed: Feed, by: User | None) -> None:
    activity.record(
        by=by,
        by_name="" if by else str(feed.subject),
        verb=verb,
        target=feed,
        region_code=feed.region_code,
        after={"level": feed.level, "language": feed.language, "label": feed.label},
    )
