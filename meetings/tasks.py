"""Celery's doors to the delegation."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from meetings import operations
from meetings.operations import briefings, digests, run_sheets
from meetings.receiving.mailbox import mailbox_at, poll


@shared_task(ignore_result=True)
def send_due_reminders() -> None:
    operations.send_due_reminders(now=timezone.now())


@shared_task(ignore_result=True)
def refresh_calendars(meeting_ids: list[int]) -> None:
    operations.refresh_calendars(meeting_ids)


@shared_task(ignore_result=True)
def drop_old_tombstones() -> None:
    operations.drop_old_tombstones(now=timezone.now())


@shared_task(ignore_result=True)
def poll_mailbox() -> None:
    """What came to the organisers' mailbox, where there is one to fetch from."""
    if settings.IMAP_URL:
        poll(mailbox_at(settings.IMAP_URL))


@shared_task(ignore_result=True)
def send_digests() -> None:
    """Every few minutes: each leaves at its hour, or late where nobody asked at that hour."""
    now = timezone.now()
    digests.send_programmes(now=now)
    digests.send_morning_news(now=now)
    digests.send_waiting_lists(now=now)


@shared_task(ignore_result=True)
def erase_expired_needs() -> None:
    operations.erase_expired_needs(now=timezone.now())


@shared_task(ignore_result=True)
def erase_old_briefings() -> None:
    briefings.erase_old_briefings(today=timezone.localdate())


@shared_task(ignore_result=True)
def erase_old_run_sheets() -> None:
    run_sheets.erase_old_run_sheets(today=timezone.localdate())
