"""Reminders of deadlines that are near already: they left before anybody looks at the demo."""

from django.utils import timezone

from startups import chasers
from startups.models import Chaser


def remind_beforehand() -> None:
    """Their rows without their mails: or a new demo's worker would begin by writing hundreds."""
    Chaser.objects.bulk_create(
        (
            Chaser(
                application_id=due.application_id,
                kind=due.kind,
                deadline=due.deadline,
                days_before=due.days_before,
                sent_at=chasers.moment_of(due.deadline, due.days_before),
            )
            for due in chasers.due(timezone.now())
        ),
        batch_size=1000,
    )
