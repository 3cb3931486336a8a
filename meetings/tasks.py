"""Celery's doors to the delegation."""

from celery import shared_task
from django.utils import timezone

from meetings import operations


@shared_task(ignore_result=True)
def send_due_reminders() -> None:
    operations.send_due_reminders(now=timezone.now())


@shared_task(ignore_result=True)
def refresh_calendars(meeting_ids: list[int]) -> None:
    operations.refresh_calendars(meeting_ids)


@shared_task(ignore_result=True)
def drop_old_tombstones() -> None:
    operations.drop_old_tombstones(now=timezone.now())
