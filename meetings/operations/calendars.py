"""Calendars kept in step: each change renders a meeting's blocks once and moves the feeds on."""

from datetime import datetime, timedelta
from itertools import product

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils import timezone, translation

from meetings import ical
from meetings.models import CalendarBlock, Feed, Meeting, Participant, Person
from meetings.models.meeting import MeetingQuerySet
from pavilion.core.ical import render_event
from pavilion.core.models import Language

TOMBSTONES_KEPT = timedelta(days=30)
AUDIENCES = list(product(Feed.Level.values, Language.values))


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
    blocks = living_blocks(meeting)
    if any(participant.removed_at for participant in meeting.participants.all()):
        blocks += _blocks(meeting, is_removed=True)
    return blocks


def living_blocks(meeting: Meeting) -> list[CalendarBlock]:
    """Those of its blocks that are no tombstones, unsaved."""
    return _blocks(meeting, is_removed=False)


def _blocks(meeting: Meeting, *, is_removed: bool) -> list[CalendarBlock]:
    blocks = []
    for level, language in AUDIENCES:
        with translation.override(language):
            text = render_event(ical.feed_entry(meeting, level=level, is_removed=is_removed))
        blocks.append(
            CalendarBlock(
                meeting=meeting, level=level, language=language, is_removed=is_removed, text=text
            )
        )
    return blocks


def refresh_calendar(meeting: Meeting, *, is_removal: bool = False) -> None:
    """Render what calendars show of this meeting and tell the feeds that show it.

    Those taken off earlier keep the tombstone they have, so that they learn nothing of later
    changes; only a new removal (`is_removal`) renders it again.
    """
    meeting = with_everything(Meeting.objects.all()).get(pk=meeting.pk)
    blocks = living_blocks(meeting)
    if is_removal:
        blocks += _blocks(meeting, is_removed=True)
    store_blocks(blocks)
    touched = Q(removed_at__isnull=True) & ~Q(answer=Participant.Answer.DECLINED)
    if is_removal:
        touched |= Q(removed_at__isnull=False)
    participants = Participant.objects.filter(touched, meeting=meeting)
    move_feeds(Person.objects.filter(participations__in=participants))


def store_blocks(blocks: list[CalendarBlock]) -> None:
    CalendarBlock.objects.bulk_create(
        blocks,
        update_conflicts=True,
        unique_fields=["meeting", "level", "language", "is_removed", "has_alarms"],
        update_fields=["text"],
    )


def move_feeds(people: QuerySet[Person]) -> None:
    """Their feeds show something new: the next ETag differs. One update, however many feeds."""
    Feed.objects.active().filter(person__in=people).update(
        revision=F("revision") + 1, changed_at=timezone.now()
    )


def drop_old_tombstones(*, now: datetime) -> int:
    """Forget what was cancelled, 30 days after the edition: feeds no longer show it.

    Safe to call any number of times.
    """
    ended = (now - TOMBSTONES_KEPT).date()
    gone = [Meeting.Status.CANCELLED, Meeting.Status.NOT_HELD]
    old = CalendarBlock.objects.filter(
        Q(is_removed=True) | Q(meeting__status__in=gone), meeting__edition__ends_on__lt=ended
    )
    meetings = set(old.values_list("meeting", flat=True))
    if meetings:
        move_feeds(Person.objects.filter(participations__meeting__in=meetings))
        old.delete()
    return len(meetings)
