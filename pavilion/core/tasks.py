"""Celery's doors to the outbox and to the jobs."""

from celery import shared_task

from pavilion.core import delivery, jobs


@shared_task(ignore_result=True, acks_late=True)
def deliver_outbox() -> None:
    delivery.deliver_beside_others()


@shared_task(ignore_result=True)
def sweep_outbox() -> None:
    """Find what a lost nudge, a dead worker or a closed relay left behind."""
    delivery.deliver_beside_others()


@shared_task(ignore_result=True, acks_late=True)
def run_job(job_id: int) -> None:
    jobs.run(job_id)


@shared_task(ignore_result=True)
def sweep_jobs() -> None:
    """Run what a lost nudge or a dead worker left behind."""
    jobs.run_due()


@shared_task(ignore_result=True)
def forget_old_jobs() -> None:
    """What they gave back, and their files, are not kept for ever."""
    jobs.forget_old()
