"""Celery's doors to the outbox."""

from celery import shared_task

from pavilion.core import delivery


@shared_task(ignore_result=True, acks_late=True)
def deliver_outbox() -> None:
    delivery.deliver_due()


@shared_task(ignore_result=True)
def sweep_outbox() -> None:
    """Find what a lost nudge, a dead worker or a closed relay left behind."""
    delivery.deliver_due()
