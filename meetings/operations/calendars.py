"""Calendars kept in step: each change renders a meeting's blocks once and moves the feeds on."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils import timezone, translation

from meetings import ical
from meetings.models import Appearance, CalendarBlock, Feed, Meeting, Participant, Person
from meetings.models.meeting import MeetingQuerySet
from meetings.operations.appearances import (
    AUDIENCES,
    TOMBSTONES_KEPT,
    Place,
    follow,
    place_of,
    showing,
    unsettled,
)
from pavilion.core.ical import add_alarms, render_event


def with_everything(meetings: MeetingQuerySet) -> MeetingQuerySet:
    """Load all that calendars and mails read, in four queries."""
    return meetings.select_related(
        "edition",
        "participation__region",
        "room__zone__level__hall",
        "stand__zone__level__hall",
    ).prefetch_related(
        Prefetch(
            "participants",
            Participant.objects.ranked().order_by("position", "pk"),
        )
    )


def calendar_blocks(meeting: Meeting) -> list[CalendarBlock]:
    """Its blocks for every audience, unsaved; reads only what `with_everything` loads."""
    blocks = []
    for level, language in AUDIENCES:
        with translation.override(language):
            entry = ical.feed_entry(meeting, level=level)
            text = render_event(entry)
            ringing = add_alarms(text, entry, ical.lead_times(meeting))
        audience = {"meeting": meeting, "level": level, "language": language}
        blocks.append(CalendarBlock(**audience, has_alarms=False, text=text))
        blocks.append(CalendarBlock(**audience, has_alarms=True, text=ringing))
    return blocks


def refresh_calendar(meeting: Meeting) -> None:
    """Render what calendars show of this meeting, and tell the feeds that show it or did so.

    Where it is no longer it leaves a tombstone, which learns nothing of later changes; calendars
    of those who declined leave it out.
    """
    touched = follow([meeting.pk])
    meeting = with_everything(Meeting.objects.all()).get(pk=meeting.pk)
    store_blocks(calendar_blocks(meeting))
    move_on(touched | showing([meeting.pk]))


def show_in_calendars(meeting_ids: Collection[int]) -> None:
    """Note in whose calendars these meetings are, whose blocks are stored. For many at once."""
    move_on(follow(meeting_ids))


def store_blocks(blocks: list[CalendarBlock]) -> None:
    CalendarBlock.objects.bulk_create(
        blocks,
        update_conflicts=True,
        unique_fields=["meeting", "level", "language", "has_alarms"],
        update_fields=["text"],
    )


def move_feeds(people: QuerySet[Person]) -> None:
    """These people are expected elsewhere than before: their calendars, and their regions', follow.

    What they are no longer expected at leaves a tombstone, what they declined is left out.
    """
    touched = follow(unsettled(people))
    move_on(touched | {Place("person", pk) for pk in people.values_list("pk", flat=True)})


def move_on(places: Iterable[Place]) -> None:
    """These calendars show something new: the next ETag of their feeds differs.

    One update, however many feeds, of rows locked in one order for all.
    """
    keys: dict[str, list[int]] = defaultdict(list)
    for kind, pk in places:
        keys[kind].append(pk)
    if not keys:
        return
    theirs = Q()
    for name, pks in keys.items():
        theirs |= Q(**{f"{name}__in": pks})
    rows = Feed.objects.active().filter(theirs).order_by("pk").select_for_update()
    if feeds := list(rows.values_list("pk", flat=True)):
        Feed.objects.filter(pk__in=feeds).update(
            revision=F("revision") + 1, changed_at=timezone.now()
        )


def drop_old_tombstones(*, now: datetime) -> int:
    """Forget what was cancelled or left, 30 days after the edition: feeds no longer show it.

    Safe to call any number of times.
    """
    ended = (now - TOMBSTONES_KEPT).date()
    gone = [Meeting.Status.CANCELLED, Meeting.Status.NOT_HELD]
    old = Appearance.objects.filter(
        Q(left_at__isnull=False) | Q(meeting__status__in=gone), meeting__edition__ends_on__lt=ended
    )
    rows = list(old.defer("own"))
    if rows:
        move_on({place_of(row) for row in rows})
        old.delete()
    CalendarBlock.objects.filter(
        meeting__status__in=gone, meeting__edition__ends_on__lt=ended
    ).delete()
    return len({row.meeting_id for row in rows})
