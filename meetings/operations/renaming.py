"""Names in calendars: rendered once, hence again when a place, a person or an office is renamed."""

import logging
from collections.abc import Iterable
from functools import partial

from celery import current_app
from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone
from kombu.exceptions import OperationalError

from events.models import Edition, Hall, Level, Room, Stand, Zone
from meetings.models import CalendarBlock, Meeting, Office, Participant, Person
from meetings.models.meeting import MeetingQuerySet
from meetings.operations.appearances import Place, follow, showing
from meetings.operations.calendars import (
    calendar_blocks,
    move_on,
    store_blocks,
    with_everything,
)

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 50  # more are left to a worker: whoever renames a hall does not wait
BATCH = 200
# How a room or a stand leads to the place.
_PATHS: dict[type[Model], str] = {
    Zone: "zone",
    Level: "zone__level",
    Hall: "zone__level__hall",
}


def refresh_meetings_at(place: Model) -> None:
    """Tell calendars what a place is called now; what they already tell leaves no trace."""
    match place:
        case Edition():
            there = Q(edition=place)
        case Room():
            there = Q(room=place)
        case Stand():
            there = Q(stand=place)
        case _:
            path = _PATHS[type(place)]
            there = Q(**{f"room__{path}": place}) | Q(**{f"stand__{path}": place})
    _refresh(Meeting.objects.filter(there))
    if isinstance(place, Room | Stand):
        # Its calendar bears its name.
        move_on({Place("room" if isinstance(place, Room) else "stand", place.pk)})


def refresh_meetings_with(who: Person | Office) -> None:
    """Tell everybody's calendars what somebody is called now."""
    them = Q(person=who) if isinstance(who, Person) else Q(office=who)
    expected = Participant.objects.present().filter(them)
    _refresh(Meeting.objects.filter(pk__in=expected.values("meeting")))
    if isinstance(who, Person):
        move_on({Place("person", who.pk)})


def _refresh(meetings: MeetingQuerySet) -> None:
    pks = list(meetings.live().order_by("pk").values_list("pk", flat=True))
    if len(pks) <= MOST_AT_ONCE:
        refresh_calendars(pks)
    else:
        transaction.on_commit(partial(_hand_over, pks), robust=True)


def _hand_over(pks: list[int]) -> None:
    try:
        # By name: a task is a door, and operations know no doors.
        current_app.send_task("meetings.tasks.refresh_calendars", [pks])
    except (OperationalError, OSError) as error:
        logger.warning("The broker does not answer, so who renames has to wait: %s", error)
        refresh_calendars(pks)


def refresh_calendars(meeting_ids: Iterable[int]) -> int:
    """Render live meetings again and move the feeds of those whose text differs; returns how many.

    As many queries for a batch as for one meeting. Safe to call again.
    """
    pks = sorted(meeting_ids)
    batches = (pks[start : start + BATCH] for start in range(0, len(pks), BATCH))
    return sum(_refresh_batch(batch) for batch in batches)


def _refresh_batch(pks: list[int]) -> int:
    with transaction.atomic():
        live = Meeting.objects.live().filter(pk__in=pks).select_for_update(of=("self",))
        meetings = list(with_everything(live).order_by("pk"))
        shown = {
            (each.meeting_id, each.level, each.language, each.has_alarms): each.text
            for each in CalendarBlock.objects.filter(meeting__in=meetings)
        }
        stale = [
            meeting
            for meeting in meetings
            if any(
                shown.get((meeting.pk, block.level, block.language, block.has_alarms)) != block.text
                for block in calendar_blocks(meeting)
            )
        ]
        if not stale:
            return 0
        now = timezone.now()
        for meeting in stale:
            # Some calendars look for a later LAST-MODIFIED only.
            meeting.updated_at = now
        Meeting.objects.filter(pk__in=[meeting.pk for meeting in stale]).update(updated_at=now)
        keys = [meeting.pk for meeting in stale]
        touched = follow(keys)  # the stops of visits, named anew
        store_blocks([block for meeting in stale for block in calendar_blocks(meeting)])
        move_on(touched | showing(keys))
    return len(stale)
