"""Reminders: rows with a due time, written when a meeting is scheduled, found by a scan.

A row is written for every kind; what somebody wishes, who holds the office and in which language is
asked when it is due. Whoever sets a row's `sent_at` promises its mail, in the same transaction.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, time, timedelta

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from meetings import expecting, reminding, wording
from meetings.models import Meeting, Participant, Person, Reminder
from meetings.models.reminder import ReminderQuerySet
from meetings.operations.calendars import with_everything
from pavilion.core import outbox
from pavilion.core.models import OutboxMessage
from pavilion.core.threads import supersede

logger = logging.getLogger(__name__)

Kind = Reminder.Kind
EVENING, MORNING = time(18), time(7, 30)

WISHES = {
    Kind.EVENING: "remind_evening_before",
    Kind.MORNING: "remind_morning_of",
    Kind.HOUR: "remind_hour_before",
}
# A person, and what one mail tells them of: a day, or a start.
Slot = tuple[int, str]
_WAITING = (
    OutboxMessage.State.HELD,
    OutboxMessage.State.QUEUED,
    OutboxMessage.State.FAILED,
)


def due_times(starts_at: datetime) -> dict[str, datetime]:
    """When each kind is due, by the clocks of Paris."""
    start = wording.local(starts_at)
    evening = start.date() - timedelta(days=1)
    return {
        Kind.EVENING: datetime.combine(evening, EVENING, tzinfo=start.tzinfo),
        Kind.MORNING: datetime.combine(start.date(), MORNING, tzinfo=start.tzinfo),
        # On the clock of the world: Paris's jumps by that hour twice a year.
        Kind.HOUR: starts_at.astimezone(UTC) - timedelta(hours=1),
    }


def plan_reminders(meeting: Meeting, participants: Iterable[Participant]) -> None:
    """Write the reminders of those who come, in place of any still unsent for another time.

    One that would be due already is left out: the invitation has just told them. Nobody is reminded
    twice for one start, whatever happened meanwhile.
    """
    participants = list(participants)
    told = [each for each in participants if _is_reminded(meeting, each)]
    _wait_for_senders(participants)
    _take_back(participants)
    _unsent(participants).exclude(participant__in=told, starts_at=meeting.starts_at).delete()
    now = timezone.now()
    Reminder.objects.bulk_create(
        [
            Reminder(participant=participant, kind=kind, starts_at=meeting.starts_at, due_at=due_at)
            for participant in told
            for kind, due_at in due_times(meeting.starts_at).items()
            if now < due_at < meeting.starts_at
        ],
        ignore_conflicts=True,
    )


def drop_reminders(participants: Iterable[Participant]) -> None:
    """Those not yet due, and those that wait to leave; what else these told is told again."""
    participants = list(participants)
    _wait_for_senders(participants)
    _take_back(participants)
    _unsent(participants).delete()


def _unsent(participants: Collection[Participant]) -> ReminderQuerySet:
    return Reminder.objects.filter(participant__in=participants, sent_at__isnull=True)


def _wait_for_senders(participants: Collection[Participant]) -> None:
    """Whoever is claiming one of these at this moment has promised its mail afterwards.

    Nobody claims one until this transaction is over: what waits to leave by then is all there is.
    """
    list(_unsent(participants).order_by("pk").select_for_update().values_list("pk"))


def send_due_reminders(*, now: datetime) -> int:
    """Promise every reminder that is due; returns how many mails, copies left out.

    Any number of schedulers may call it at once, late or twice. Found late, several reminders of
    one meeting make one mail; what has begun is not recalled. One that cannot be written is left to
    the next call, and keeps none of the others.
    """
    sent = 0
    for slot, keys in _due(now).items():
        try:
            sent += _send(slot, keys, now)
        except Exception:
            logger.exception("The reminders of person %s could not be written", slot[0])
    return sent


def _due(now: datetime) -> dict[Slot, list[int]]:
    """The rows that are due, by the mail that will tell them: hours first."""
    rows = list(Reminder.objects.due(now).order_by("due_at", "pk"))
    if not rows:
        return {}
    participants = Participant.objects.filter(pk__in={row.participant_id for row in rows})
    expected: dict[int, int | None] = {
        each.pk: getattr(each, "expected_id", None)
        for each in expecting.with_expected(participants)
    }
    people = Person.objects.in_bulk({pk for pk in expected.values() if pk})
    slots: dict[Slot, list[int]] = defaultdict(list)
    unwished = []
    by_hour = {(row.participant_id, row.starts_at) for row in rows if row.kind == Kind.HOUR}
    for row in sorted(rows, key=lambda row: row.kind != Kind.HOUR):
        person = people.get(expected.get(row.participant_id) or 0)
        if person is None:
            continue  # nobody holds the office; whoever comes to it in time is reminded
        if not getattr(person, WISHES[Kind(row.kind)]):
            unwished.append(row.pk)
            by_hour.discard((row.participant_id, row.starts_at))
            continue
        # What the hour tells need not be told with the day.
        is_of_the_hour = (row.participant_id, row.starts_at) in by_hour
        slots[person.pk, _mark(row, is_of_the_hour=is_of_the_hour)].append(row.pk)
    # Nor later, should the wish change: it was due now.
    Reminder.objects.filter(pk__in=unwished, sent_at__isnull=True).delete()
    return slots


def _mark(row: Reminder, *, is_of_the_hour: bool) -> str:
    """The date for what is told with the day, the start for what is told an hour before."""
    start = wording.local(row.starts_at)
    return f"{start:%Y%m%dT%H%M}" if is_of_the_hour else f"{start:%Y%m%d}"


@transaction.atomic
def _send(slot: Slot, keys: Collection[int], now: datetime) -> int:
    person = Person.objects.prefetch_related("secretariats").get(pk=slot[0])
    mine = _claimed(keys, now)
    if not mine:
        return 0  # another scheduler's
    mailboxes = reminding.mailboxes(person)
    family = reminding.thread(person, slot[1])
    # A former mail of the same day that has not left: this one says what it said, too.
    former = Reminder.objects.filter(pk__in=_recall([family]), starts_at__gt=now)
    mine |= set(former.values_list("pk", flat=True))
    participants = _coming(mine)
    if not participants or not mailboxes:
        return 0
    for to in mailboxes:
        message = reminding.reminder(person, participants, to=to)
        message.thread = reminding.thread(person, slot[1], to)
        message.told = {"reminders": sorted(mine)}
        # An hour before is never too early to be told.
        message.is_urgent = "T" in slot[1]
        outbox.enqueue(message)
    return 1


def _claimed(keys: Collection[int], now: datetime) -> set[int]:
    """Those of the rows that are ours now: set one by one, each either here or elsewhere."""
    due = Reminder.objects.due(now)
    return {key for key in sorted(keys) if due.filter(pk=key).update(sent_at=now)}


def _coming(keys: Collection[int]) -> list[Participant]:
    """Whose reminders these are, in the order of time; rows that outlived their meeting go."""
    rows = Reminder.objects.filter(pk__in=keys).prefetch_related(
        Prefetch("participant", Participant.objects.ranked().select_related("stands_in_for")),
        Prefetch("participant__meeting", with_everything(Meeting.objects.all())),
    )
    found: dict[int, Participant] = {}
    outlived = []
    for row in rows.order_by("starts_at", "pk"):
        meeting = row.participant.meeting
        if meeting.starts_at != row.starts_at or not _is_reminded(meeting, row.participant):
            outlived.append(row.pk)
        else:
            found[row.participant_id] = row.participant
    Reminder.objects.filter(pk__in=outlived).delete()
    return expecting.once(found.values())


def _is_reminded(meeting: Meeting, participant: Participant) -> bool:
    return (
        meeting.status == Meeting.Status.CONFIRMED
        and participant.removed_at is None
        and participant.answer != Participant.Answer.DECLINED
    )


def _take_back(participants: Collection[Participant]) -> set[int]:
    """Mails about these that have not left: never to leave, and all they tell to be told again."""
    told = Reminder.objects.filter(
        participant__in=participants, sent_at__isnull=False, starts_at__gt=timezone.now()
    )
    keys = set(told.values_list("pk", flat=True))
    if not keys:
        return set()
    waiting = OutboxMessage.objects.filter(kind=reminding.REMINDER, state__in=_WAITING)
    threads = waiting.values_list("thread", "told")
    families = {
        reminding.family(thread) for thread, said in threads if keys & set(said["reminders"])
    }
    untold = _recall(families)
    Reminder.objects.filter(pk__in=untold).update(sent_at=None)
    return untold


def _recall(families: Iterable[str]) -> set[int]:
    """Let nothing of these mails leave that has not; returns the reminders that nobody received."""
    dropped: set[int] = set()
    for family in sorted(families):
        rows = OutboxMessage.objects.filter(thread__startswith=family, state__in=_WAITING)
        waiting = {row.pk: row for row in rows.defer("body", "html")}
        if not waiting:
            continue
        threads = OutboxMessage.objects.filter(thread__startswith=family)
        left = supersede(set(threads.values_list("thread", flat=True)))
        gone = [message for messages in left.values() for message in messages]
        for message in waiting.values():
            dropped |= set(message.told["reminders"])
        for message in gone:
            dropped -= set(message.told["reminders"])
    return dropped
