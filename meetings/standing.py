"""Meetings and visit stops at stands whose occupant is about to change."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.models import Meeting, Stop
from meetings.wording import clock, short_day
from pavilion.core.models import User
from startups.floor.touching import Span, Touched

if TYPE_CHECKING:
    from django.db.models import QuerySet

# By stand: a whole plan is thousands of spans.
Spans = dict[int, list[Span]]


def at_stands(user: User | None, spans: Collection[Span]) -> list[Touched]:
    """What of it the user may see, in two queries; None is the system, which sees all."""
    meetings = Meeting.objects.live()
    if user is not None:
        meetings = meetings.visible_to(user)
    by_stand: Spans = {}
    for span in spans:
        by_stand.setdefault(span.stand_id, []).append(span)
    return [*_meetings(meetings, by_stand), *_stops(meetings, by_stand)]


def _meetings(meetings: "QuerySet[Meeting]", spans: Spans) -> Iterator[Touched]:
    starts_at, ends_at = _reach(spans)
    found = meetings.filter(
        stand__in=spans.keys(),
        starts_at__lt=ends_at,
        ends_at__gt=starts_at,
    )
    for meeting in found.select_related("stand"):
        if meeting.stand and _falls_in(meeting.stand.pk, meeting.starts_at, meeting.ends_at, spans):
            words = {
                "meeting": meeting,
                "stand": meeting.stand,
                "day": short_day(meeting.starts_at),
                "start": clock(meeting.starts_at),
            }
            yield Touched(
                stand_id=meeting.stand.pk,
                starts_at=meeting.starts_at,
                sentence=_("%(day)s, %(start)s, stand %(stand)s: %(meeting)s.") % words,
                url=_page(meeting),
            )


def _stops(meetings: "QuerySet[Meeting]", spans: Spans) -> Iterator[Touched]:
    starts_at, ends_at = _reach(spans)
    found = Stop.objects.filter(
        visit__meeting__in=meetings,
        stand__in=spans.keys(),
        starts_at__lt=ends_at,
        starts_at__gte=starts_at,
    )
    for stop in found.select_related("stand", "visit__meeting"):
        if _falls_in(stop.stand_id, stop.starts_at, stop.starts_at, spans):
            words = {
                "visit": stop.visit.meeting,
                "stand": stop.stand,
                "day": short_day(stop.starts_at),
                "start": clock(stop.starts_at),
            }
            yield Touched(
                stand_id=stop.stand_id,
                starts_at=stop.starts_at,
                sentence=_("%(day)s, %(start)s, stand %(stand)s: stop of “%(visit)s”.") % words,
                url=_page(stop.visit.meeting),
            )


def _page(meeting: Meeting) -> str:
    return reverse("admin:meetings_meeting_change", args=[meeting.pk])


def _reach(spans: Spans) -> tuple[datetime, datetime]:
    every = [span for of_stand in spans.values() for span in of_stand]
    return min(span.starts_at for span in every), max(span.ends_at for span in every)


def _falls_in(stand_id: int, starts_at: datetime, ends_at: datetime, spans: Spans) -> bool:
    return any(
        starts_at < span.ends_at and (ends_at > span.starts_at or starts_at == span.starts_at)
        for span in spans.get(stand_id, ())
    )
