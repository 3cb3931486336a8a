"""Writes the planned meetings down, with all that operations would have left beside them."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from events.models import Occupation
from events.operations.occupations import key
from meetings.models import (
    CalendarBlock,
    Meeting,
    OfficeHolder,
    Participant,
    Reminder,
    Stop,
    Visit,
)
from meetings.operations import calendar_blocks, show_in_calendars, with_everything
from meetings.operations.reminders import WISHES, due_times
from meetings.operations.slots import takes
from pavilion.core.models import ActivityEntry, User
from pavilion.demo import history
from pavilion.demo.stories import Answer, Status, Story

HOLD_TIME = (Status.OPTION, Status.CONFIRMED, Status.HELD)


def write_meetings(stories: list[Story]) -> None:
    """Meetings, participants, occupations and visits, in bulk."""
    Meeting.objects.bulk_create((story.meeting for story in stories), batch_size=500)
    everybody = [participant for story in stories for participant in story.participants]
    Participant.objects.bulk_create(
        (each for each in everybody if not each.stands_in_for), batch_size=1000
    )
    stand_ins = [each for each in everybody if each.stands_in_for]
    for participant in stand_ins:
        participant.stands_in_for = participant.stands_in_for  # saved by now: its key
    Participant.objects.bulk_create(stand_ins)
    holders = list(OfficeHolder.objects.filter(ends_on__isnull=True))
    Occupation.objects.bulk_create(
        (row for story in stories for row in _occupations(story, holders)), batch_size=2000
    )
    Visit.objects.bulk_create(story.visit for story in stories if story.visit)
    Stop.objects.bulk_create(stop for story in stories for stop in story.stops)


def write_calendars(stories: list[Story]) -> None:
    """Each meeting's calendar blocks, rendered by the function that operations use."""
    meetings = with_everything(Meeting.objects.filter(pk__in=[s.meeting.pk for s in stories]))
    CalendarBlock.objects.bulk_create(
        (block for meeting in meetings.order_by("pk") for block in calendar_blocks(meeting)),
        batch_size=500,
    )
    show_in_calendars([story.meeting.pk for story in stories])


def write_reminders(stories: list[Story]) -> list[Reminder]:
    """Those to come; of what is over, those that were sent. Returns the sent ones."""
    rows = [row for story in stories for row in _reminders(story)]
    Reminder.objects.bulk_create(rows, batch_size=1000)
    return [row for row in rows if row.sent_at]


def _expected(story: Story) -> list[Participant]:
    return [
        participant
        for participant in story.participants
        if not participant.removed_at and participant.answer != Answer.DECLINED
    ]


def _occupations(story: Story, holders: list[OfficeHolder]) -> Iterator[Occupation]:
    meeting = story.meeting
    if meeting.status not in HOLD_TIME:
        return
    keys = list(takes(_expected(story), holders))
    if meeting.room_id:
        keys.append(key("room", meeting.room_id))
    if meeting.stand_id:
        keys.append(key("stand", meeting.stand_id))
    for resource in keys:
        yield Occupation(
            resource=resource,
            holder=key("meeting", meeting.pk),
            starts_at=meeting.occupied_from,
            ends_at=meeting.occupied_until,
        )


def _reminders(story: Story) -> Iterator[Reminder]:
    meeting, now = story.meeting, timezone.now()
    if meeting.status not in (Status.CONFIRMED, Status.HELD, Status.NOT_HELD):
        return
    is_over = meeting.status != Status.CONFIRMED
    for participant in _expected(story):
        for kind, due_at in due_times(meeting.starts_at).items():
            if due_at >= meeting.starts_at:
                continue
            if _was_reminded(participant, kind) if is_over else due_at > now:
                yield Reminder(
                    participant=participant,
                    kind=kind,
                    starts_at=meeting.starts_at,
                    due_at=due_at,
                    sent_at=due_at if is_over else None,
                )


def _was_reminded(participant: Participant, kind: str) -> bool:
    person = participant.person
    return bool(person and person.email and getattr(person, WISHES[Reminder.Kind(kind)]))


def meeting_history(stories: list[Story]) -> Iterator[ActivityEntry]:
    for story in stories:
        yield from _history(story)


def _history(story: Story) -> Iterator[ActivityEntry]:
    meeting = story.meeting
    by: User | None = meeting.created_by
    common: dict[str, Any] = {"target": meeting, "by": by, "region_code": meeting.region_code}
    status = str(Status.OPTION)
    yield history.entry(
        at=story.created_at,
        verb="meeting.created",
        after={
            "starts_at": (meeting.starts_at - story.moved_by).isoformat(),
            "ends_at": (meeting.ends_at - story.moved_by).isoformat(),
        },
        **common,
    )
    if story.visit:
        yield history.entry(
            at=story.created_at,
            verb="meeting.visit_planned",
            after={"stops": len(story.stops), "headcount": story.visit.headcount},
            **common,
        )
    if story.confirmed_at:
        yield history.entry(
            at=story.confirmed_at,
            verb="meeting.confirmed",
            before={"status": status},
            after={"status": str(Status.CONFIRMED)},
            **common,
        )
        status = str(Status.CONFIRMED)
    if story.moved_at:
        yield history.entry(
            at=story.moved_at,
            verb="meeting.rescheduled",
            reason=story.reason,
            before={"starts_at": (meeting.starts_at - story.moved_by).isoformat()},
            after={"starts_at": meeting.starts_at.isoformat()},
            **common,
        )
    if story.changed_at:
        name, phone = story.former_contact
        yield history.entry(
            at=story.changed_at,
            verb="meeting.changed",
            before={"contact_name": name, "contact_phone": phone},
            after={"contact_name": meeting.contact_name, "contact_phone": meeting.contact_phone},
            **common,
        )
    for at, verb, after in (
        (story.called_off_at, "meeting.cancelled", Status.CANCELLED),
        (story.reinstated_at, "meeting.reinstated", Status.CONFIRMED),
    ):
        if at:
            yield history.entry(
                at=at, verb=verb, before={"status": status}, after={"status": str(after)}, **common
            )
            status = str(after)
    for participant in story.participants:
        if (principal := participant.stands_in_for) and principal.answered_at:
            yield history.entry(
                at=principal.answered_at,
                verb="meeting.substitute_asked",
                before={"name": str(principal)},
                after={"name": str(participant)},
                **common | {"by": None},
            )
    if story.removed and story.removed.removed_at:
        yield history.entry(
            at=story.removed.removed_at,
            verb="meeting.participant_removed",
            reason=story.reason,
            before={"name": str(story.removed)},
            **common,
        )
    if story.ended_at:
        yield history.entry(
            at=story.ended_at,
            verb=f"meeting.{meeting.status}",
            reason=story.reason,
            before={"status": status},
            after={"status": str(meeting.status)},
            **common,
        )
    for participant in story.participants:
        if participant.answered_at:
            yield _answer(story, participant)


def _answer(story: Story, participant: Participant) -> ActivityEntry:
    """Noted by an organiser when it came by telephone."""
    meeting, at = story.meeting, participant.answered_at or story.created_at
    by_phone = participant.answered_via == Participant.Channel.PHONE
    name = str(participant)
    return history.entry(
        at=at,
        verb="meeting.answered",
        target=meeting,
        by=meeting.created_by if by_phone else None,
        by_name="" if by_phone else participant.answered_by or name,
        region_code=meeting.region_code,
        before={"name": name, "answer": str(Answer.NEEDS_ACTION)},
        after={
            "name": name,
            "answer": str(participant.answer),
            "comment": participant.comment,
        },
    )
