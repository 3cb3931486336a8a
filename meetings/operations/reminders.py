"""Reminders: rows with a due time, written when a meeting is scheduled, found by a scan."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from meetings import emails
from meetings.models import Meeting, Participant, Reminder
from meetings.operations.calendars import with_everything
from pavilion.core import outbox
from pavilion.core.threads import supersede

# How long before the start; the person's own wishes and the clock of the day are to come.
LEADS = {
    Reminder.Kind.EVENING: timedelta(hours=24),
    Reminder.Kind.HOUR: timedelta(hours=1),
}


def plan_reminders(meeting: Meeting, participants: Iterable[Participant]) -> None:
    """Write the reminders of those who come, in place of any still unsent.

    A lead time that has already passed is left out: the invitation has just told them.
    """
    participants = list(participants)
    drop_reminders(participants)
    now = timezone.now()
    Reminder.objects.bulk_create(
        [
            Reminder(
                participant=participant,
                kind=kind,
                starts_at=meeting.starts_at,
                due_at=meeting.starts_at - lead,
            )
            for participant in participants
            if participant.person
            and participant.person.email
            and not participant.removed_at
            and participant.answer != Participant.Answer.DECLINED
            and meeting.status == Meeting.Status.CONFIRMED
            for kind, lead in LEADS.items()
            if meeting.starts_at - lead > now
        ],
        # Moved away and back again: what was sent for this start is not sent twice.
        ignore_conflicts=True,
    )


def drop_reminders(participants: Iterable[Participant]) -> None:
    """Those not yet due, and those that wait to be sent."""
    participants = list(participants)
    Reminder.objects.filter(participant__in=participants, sent_at__isnull=True).delete()
    supersede(emails.reminder_thread(participant) for participant in participants)


def send_due_reminders(*, now: datetime) -> int:
    """Promise every reminder that is due; returns how many.

    Any number of schedulers may call it at once: each row is claimed by a conditional update, in
    the transaction that promises its mail. Found late, two leads of one meeting make one mail.
    """
    due = Reminder.objects.due(now).order_by("due_at", "pk").values_list("pk", flat=True)
    return sum(_send(pk, now) for pk in list(due))


def _send(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        if not Reminder.objects.due(now).filter(pk=pk).update(sent_at=now):
            return False  # another scheduler's, or no longer due
        reminder = Reminder.objects.prefetch_related(
            Prefetch("participant", Participant.objects.select_related("person", "office")),
            Prefetch("participant__meeting", with_everything(Meeting.objects.all())),
        ).get(pk=pk)
        participant = reminder.participant
        if (
            participant.meeting.status != Meeting.Status.CONFIRMED
            or participant.meeting.starts_at != reminder.starts_at
            or participant.removed_at
            or participant.answer == Participant.Answer.DECLINED
            or not participant.email
            or _is_overtaken(reminder, now)
        ):
            return False
        supersede([emails.reminder_thread(participant)])
        outbox.enqueue(emails.reminder(reminder))
        return True


def _is_overtaken(reminder: Reminder, now: datetime) -> bool:
    """A shorter lead of the same meeting is due as well: that one says it."""
    return (
        Reminder.objects.due(now)
        .filter(participant=reminder.participant, due_at__gt=reminder.due_at)
        .exists()
    )
