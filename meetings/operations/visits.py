"""Official visits: a walk from stand to stand within a meeting's time."""

from datetime import datetime, timedelta
from typing import NotRequired, TypedDict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Stand
from meetings.models import Meeting, Stop, Visit
from meetings.operations.calendars import refresh_calendar
from meetings.operations.locking import LIVE, ensure_status, lock_meeting
from meetings.operations.slots import NotOfThisEdition
from pavilion.core import activity
from pavilion.core.errors import DomainError
from pavilion.core.models import User

MOST_PEOPLE = 25
WALK = 2  # minutes from one stand to the next


class VisitTooLong(DomainError):
    code = "visit_too_long"


class TooManyVisitors(DomainError):
    code = "too_many_visitors"


class PlannedStop(TypedDict):
    stand_id: int
    minutes: NotRequired[int]
    note: NotRequired[str]


def create_visit(
    *,
    meeting_id: int,
    stops: list[PlannedStop],
    by: User | None,
    headcount: int = 10,
    meeting_point: str = "",
) -> Visit:
    """Lay the route of a meeting: stops in order, two minutes' walk between them.

    Refuses what does not fit into the meeting. Calling again replaces the route.
    """
    if headcount > MOST_PEOPLE:
        raise TooManyVisitors(
            _("At most %(most)s people may walk together.") % {"most": MOST_PEOPLE},
            field="headcount",
            details={"most": MOST_PEOPLE},
        )
    with transaction.atomic():
        meeting = lock_meeting(meeting_id, by)
        ensure_status(meeting, LIVE)
        wanted = {stop["stand_id"] for stop in stops}
        if Stand.objects.filter(pk__in=wanted, edition=meeting.edition).count() != len(wanted):
            raise NotOfThisEdition(
                _("A stop is at a stand that does not belong to %(edition)s.")
                % {"edition": meeting.edition},
                field="stops",
            )
        visit, _is_new = Visit.objects.update_or_create(
            meeting=meeting,
            defaults={"headcount": headcount, "meeting_point": meeting_point.strip()},
        )
        visit.stops.all().delete()
        at = meeting.starts_at
        rows = []
        for position, stop in enumerate(stops, start=1):
            minutes = stop.get("minutes", 5)
            rows.append(
                Stop(
                    visit=visit,
                    position=position,
                    stand_id=stop["stand_id"],
                    starts_at=at,
                    minutes=minutes,
                    note=stop.get("note", ""),
                )
            )
            at += timedelta(minutes=minutes + WALK)
        if rows:
            _ensure_in_time(rows[-1], meeting.ends_at, field="stops")
        Stop.objects.bulk_create(rows)
        meeting.updated_at = timezone.now()
        meeting.save(update_fields=["updated_at"])
        refresh_calendar(meeting)  # those of the stands
        activity.record(
            by=by,
            verb="meeting.visit_planned",
            target=meeting,
            region_code=meeting.region_code,
            after={"stops": len(rows), "headcount": headcount},
        )
    return visit


def ensure_route_fits(meeting: Meeting, *, delay: timedelta) -> None:
    """Refuse to move a meeting, `delay` later, to a time too short for its route."""
    last = Stop.objects.filter(visit__meeting=meeting).order_by("-position").first()
    if last:
        _ensure_in_time(last, meeting.ends_at - delay, field="ends_at")


def _ensure_in_time(last: Stop, ends_at: datetime, *, field: str) -> None:
    over = last.starts_at + timedelta(minutes=last.minutes) - ends_at
    if over > timedelta():
        minutes = int(over.total_seconds() // 60)
        raise VisitTooLong(
            _("The route takes %(minutes)s minutes more than the meeting has.")
            % {"minutes": minutes},
            field=field,
            details={"minutes_over": minutes},
        )
