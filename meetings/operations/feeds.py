"""Private calendar addresses: opened, changed, renewed, revoked, read."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Participation, Room, Stand
from meetings import wording
from meetings.models import Appearance, CalendarBlock, Feed, Participant, Person
from meetings.operations.appearances import audience, place_of
from pavilion.core import activity, changes
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.ical import Entry, render_event
from pavilion.core.models import OutboxMessage, User

FEED_FIELDS = frozenset({"label", "level", "language", "has_alarms", "without_invited"})


class FeedRevoked(DomainError):
    code = "feed_revoked"


class OfOneThing(DomainError):
    code = "feed_of_one_thing"


class TooManyFeeds(DomainError):
    code = "too_many_feeds"


MOST_FEEDS = 20  # of one person: each device and helper has its own, and no program makes them


def open_feed(
    *,
    by: User | None,
    person_id: int | None = None,
    participation_id: int | None = None,
    room_id: int | None = None,
    stand_id: int | None = None,
    language: str | None = None,
    label: str = "",
    **wanted: Any,
) -> Feed:
    """Give a person one more calendar address, for one device or one helper; or a region's desk.

    `by=None` is the person themselves, through their private link. The address of a region, a room
    or a stand goes with the account that opened it.
    """
    with transaction.atomic():
        subject = _subject(
            person=person_id, participation=participation_id, room=room_id, stand=stand_id
        )
        feed = Feed(
            **subject,
            language=language or getattr(subject.get("person", by), "language", "") or "fr",
            label=label.strip(),
            **wanted,
        )
        _ensure_may_manage(by, feed)
        if feed.person is None:
            feed.opened_by = by
            feed.without_invited = False  # nobody invites a room
        elif Feed.objects.active().filter(person=feed.person).count() >= MOST_FEEDS:
            raise TooManyFeeds(
                _("%(person)s already has %(count)d calendar addresses: close one first.")
                % {"person": feed.person, "count": MOST_FEEDS}
            )
        feed.save()
        _record("feed.opened", feed, by, after=_settings(feed))
    return feed


def change_feed(*, feed_id: int, by: User | None, **fields: Any) -> Feed:
    """Show something else at the same address: more or less of it, another language, alarms."""
    values = changes.clean(Feed, fields, allowed=FEED_FIELDS)
    with transaction.atomic():
        feed = _lock(feed_id, by)
        if feed.revoked_at:
            raise _revoked()
        if feed.person is None:
            values.pop("without_invited", None)
        before, after = changes.assign(feed, values)
        if after:
            feed.revision += 1
            feed.changed_at = timezone.now()
            feed.save(update_fields=[*after, "revision", "changed_at"])
            _record("feed.changed", feed, by, before=before, after=after)
    return feed


def revoke_feed(*, feed_id: int, by: User | None) -> Feed:
    """Close an address for good, at once: whoever has it finds nothing. Safe to call twice."""
    with transaction.atomic():
        feed = _lock(feed_id, by)
        if feed.revoked_at:
            return feed
        feed.revoked_at, feed.grace_until = timezone.now(), None
        feed.version = F("version") + 1
        feed.save(update_fields=["revoked_at", "grace_until", "version"])
        feed.refresh_from_db(fields=["version"])
        _record("feed.revoked", feed, by, after=_settings(feed))
    return feed


def renew_feed(*, feed_id: int, by: User | None, at_once: bool = False) -> Feed:
    """Replace the address by a new one; each call makes another.

    The former address opens for FEED_GRACE days more, with an event that says until when, so that
    nobody stands without a calendar; `at_once` closes it now, as one that got into wrong hands
    must be. Of several renewals only the last former address opens. What was closed stays closed.
    """
    with transaction.atomic():
        feed = _lock(feed_id, by)
        if feed.revoked_at:
            raise _revoked()
        now = timezone.now()
        grace = timedelta() if at_once else timedelta(days=settings.FEED_GRACE)
        feed.version += 1
        feed.grace_until = now + grace if grace else None
        feed.fetched_at, feed.fetched_with, feed.changed_at = None, "", now
        feed.save(
            update_fields=["version", "grace_until", "fetched_at", "fetched_with", "changed_at"]
        )
        _record("feed.renewed", feed, by, after={**_settings(feed), "at_once": not grace})
    return feed


def texts_of(feed: Feed, *, hidden: set[int] | None = None) -> list[str]:
    """What this feed shows, in one order for ever, whatever moves: the same tag, the same octets.

    The calendar of a region's room or stand tells that region of its own meetings and those its
    people attend; of others the time and the place.
    """
    place = place_of(feed)
    rows = Appearance.objects.filter(**{f"{place.kind}_id": place.pk})
    is_guarded = place.kind in ("room", "stand") and feed.region_code
    full = _known_to(rows, feed.region_code) if is_guarded else None
    blocks = _blocks(feed, rows.filter(left_at__isnull=True), is_guarded=bool(is_guarded))
    texts = []
    for meeting, own in rows.order_by("meeting").values_list("meeting", "own"):
        if hidden and meeting in hidden:
            continue
        level = feed.level if full is None or meeting in full else Feed.Level.DISCREET
        plain = audience(level, feed.language)
        if own:
            ringing = audience(level, feed.language, has_alarms=feed.has_alarms)
            texts.append(own.get(ringing) or own.get(plain, ""))
        else:
            texts.append(blocks.get((meeting, level), ""))
    return texts


def invited_by_mail(person_id: int) -> tuple[set[int], datetime | None]:
    """The meetings whose invitation has left for this person, and when that last changed.

    For calendars that take invitations from the mail: only what certainly left is left out here,
    and nothing whose last message came back.
    """
    left = OutboxMessage.objects.filter(
        thread=Concat(OuterRef("meeting__uid"), Value(":"), OuterRef("public_id")),
        state__in=[OutboxMessage.State.SENT, OutboxMessage.State.BOUNCED],
        ics_method="REQUEST",
    ).order_by("-sent_at", "-pk")[:1]
    at = Coalesce("bounced_at", "sent_at")
    rows = (
        Participant.objects.filter(person=person_id)
        .annotate(last=left.values("state"), at=left.values(at=at))
        .filter(last__isnull=False)
        .values_list("meeting", "last", "at")
    )
    found = list(rows)
    hidden = {meeting for meeting, last, _at in found if last == OutboxMessage.State.SENT}
    return hidden, max((at for _meeting, _last, at in found), default=None)


def notice_of_closing(feed: Feed) -> str:
    """The event in a former address: until when it opens. In the active language."""
    if feed.grace_until is None:
        return ""
    renewed = feed.changed_at
    day = wording.local(feed.grace_until - timedelta(days=1))
    day = day.replace(hour=9, minute=0, second=0, microsecond=0)
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{feed.public_id}#{feed.version}")
    return render_event(
        Entry(
            uid=f"{name}@pavilion",
            sequence=0,
            stamp=renewed,
            created=renewed,
            last_modified=renewed,
            start=day,
            end=day + timedelta(minutes=30),
            status="CONFIRMED",
            transparent=True,
            summary=_("This calendar subscription ends tomorrow: it has a new address"),
            description=_(
                "The address was renewed; this one opens until %(day)s, %(time)s. Subscribe to the "
                "new one, which stands on the page “My day” or is known to whoever gave you this."
            )
            % {"day": wording.day(feed.grace_until), "time": wording.clock(feed.grace_until)},
        )
    )


def note_fetch(*, feed_id: int, client: str, now: datetime) -> None:
    """Remember that a calendar asked; its organisers see it, its ETag does not change."""
    Feed.objects.filter(pk=feed_id).update(fetched_at=now, fetched_with=client[:120])


def _blocks(
    feed: Feed, rows: QuerySet[Appearance], *, is_guarded: bool
) -> dict[tuple[int, str], str]:
    """By meeting and level."""
    levels = [feed.level, Feed.Level.DISCREET] if is_guarded else [feed.level]
    blocks = CalendarBlock.objects.filter(
        meeting__in=rows.values("meeting"),
        level__in=levels,
        language=feed.language,
        has_alarms__in=[False, feed.has_alarms],
    )
    # Those with alarms last, over those without.
    found = blocks.order_by("has_alarms").values_list("meeting", "level", "text")
    return {(meeting, level): text for meeting, level, text in found}


def _known_to(rows: QuerySet[Appearance], region_code: str) -> set[int]:
    """The meetings among these that the region's desk sees."""
    theirs = Appearance.objects.filter(
        meeting__in=rows.values("meeting"), participation__region=region_code
    )
    return set(theirs.values_list("meeting", flat=True))


def _subject(**keys: int | None) -> dict[str, Person | Participation | Room | Stand]:
    given = {name: pk for name, pk in keys.items() if pk is not None}
    if len(given) != 1:
        raise OfOneThing(
            _("A calendar is that of one person, region, room or stand: name one of them.")
        )
    models: dict[str, Any] = {
        "person": Person.objects.all(),
        "participation": Participation.objects.select_related("region"),
        "room": Room.objects.select_related("zone__participation"),
        "stand": Stand.objects.select_related("zone__participation"),
    }
    return {name: models[name].get(pk=pk) for name, pk in given.items()}


def _lock(feed_id: int, by: User | None) -> Feed:
    feed = Feed.objects.with_subject().select_for_update(of=("self",)).get(pk=feed_id)
    _ensure_may_manage(by, feed)
    return feed


def _ensure_may_manage(by: User | None, feed: Feed) -> None:
    if by is None or by.pk != feed.user_id:
        ensure_manages(by, feed.region_code)


def _revoked() -> FeedRevoked:
    return FeedRevoked(_("This calendar address is closed for good: open another."))


def _settings(feed: Feed) -> dict[str, Any]:
    return {name: getattr(feed, name) for name in sorted(FEED_FIELDS)}


def _record(verb: str, feed: Feed, by: User | None, **what: Any) -> None:
    activity.record(
        by=by,
        by_name="" if by else feed.whose,
        verb=verb,
        target=feed,
        region_code=feed.region_code,
        **what,
    )
