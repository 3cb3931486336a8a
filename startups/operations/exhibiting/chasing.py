"""Write the reminders of deadlines: each once, whoever asks, however late."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from pavilion.core import outbox
from startups import chasers, emails
from startups.chasers import Due
from startups.models import Chaser, ChecklistItem
from startups.operations.applying.states import locked


def chase_deadlines(*, now: datetime) -> int:
    """Promise every reminder that is due; returns how many mails.

    Any number of workers may call it at once, late or twice: what is due is looked at again once
    the application is locked, and a reminder is kept with its mail. Found late, only the most
    urgent one of a deadline is written. What is to be done on a checklist makes one mail for
    everything that has come equally near.
    """
    return sum(_chase(each, now) for each in _mails(chasers.due(now)))


def _mails(found: Iterable[Due]) -> list[list[Due]]:
    mails: dict[tuple[int, str, int], list[Due]] = defaultdict(list)
    for each in found:
        kind = "checklist" if each.kind in ChecklistItem.values else each.kind
        mails[each.application_id, kind, each.days_before].append(each)
    return list(mails.values())


def _chase(found: Collection[Due], now: datetime) -> bool:
    first = next(iter(found))
    with transaction.atomic():
        application = locked(first.application_id)
        kinds = {each.kind for each in found}
        still = chasers.due(now, kinds=sorted(kinds), application_id=application.pk)
        wanted = [each for each in still if each.days_before == first.days_before]
        if not wanted:
            return False  # done meanwhile, or another worker's
        Chaser.objects.bulk_create(
            Chaser(
                application=application,
                kind=each.kind,
                deadline=each.deadline,
                days_before=each.days_before,
                sent_at=now,
            )
            for each in wanted
        )
        outbox.enqueue(
            emails.chaser(
                application, [(each.kind, each.deadline) for each in wanted], first.days_before
            )
        )
    return True
