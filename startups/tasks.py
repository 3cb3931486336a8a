"""Celery's doors to the exhibitors: what happens by itself when its time has come."""

from celery import shared_task
from django.utils import timezone

from startups import operations


@shared_task(ignore_result=True)
def release_due_decisions() -> None:
    operations.release_due_decisions(now=timezone.now())


@shared_task(ignore_result=True)
def lapse_offers() -> None:
    """End what was not confirmed in time, then fill whatever place is still free."""
    now = timezone.now()
    operations.lapse_offers(now=now)
    operations.fill_free_places(now=now)


@shared_task(ignore_result=True)
def chase_deadlines() -> None:
    operations.chase_deadlines(now=timezone.now())


@shared_task(ignore_result=True)
def check_companies() -> None:
    operations.check_companies()


@shared_task(ignore_result=True)
def keep_stand_calendars() -> None:
    """Once a day: what nothing else told of, and what is over."""
    now = timezone.now()
    operations.refresh_coming_stand_days(now=now)
    operations.drop_old_stand_days(now=now)


@shared_task(ignore_result=True)
def purge_personal_data() -> None:
    operations.purge_personal_data(now=timezone.now())


@shared_task(ignore_result=True)
def keep_the_floor() -> None:
    """End offered places nobody answered for, and swaps that time or the plan has overtaken."""
    now = timezone.now()
    operations.expire_offers(now=now)
    operations.settle_swaps(now=now)
