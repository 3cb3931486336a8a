"""What the national team decided per kind of message, and when nothing leaves that can wait."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from pavilion.core import activity, changes
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.ical import PARIS
from pavilion.core.models import MailPolicy, OutboxMessage, User

State = OutboxMessage.State


class AskedFor(DomainError):
    code = "asked_for"


def apply(messages: Iterable[OutboxMessage]) -> None:
    """Hold, let go, or keep for the morning, as decided for each one's kind. One query."""
    messages = list(messages)
    kinds = {message.kind for message in messages if not is_asked_for(message.kind)}
    decided = {row.kind: row for row in MailPolicy.objects.filter(kind__in=kinds)}
    for message in messages:
        if is_asked_for(message.kind):
            continue
        policy = decided.get(message.kind) or MailPolicy(kind=message.kind)
        if message.state == State.QUEUED and policy.approval == MailPolicy.Approval.ALWAYS:
            message.state = State.HELD
        elif message.state == State.HELD and policy.approval == MailPolicy.Approval.NEVER:
            message.state = State.QUEUED
        if policy.keeps_quiet and not message.is_urgent:
            until = quiet_until(message.send_after)
            if until and (message.expires_at is None or until < message.expires_at):
                message.send_after = until


def set_policy(*, kind: str, approval: str, keeps_quiet: bool, by: User | None) -> MailPolicy:
    """Decide for one kind of message, from the next one written on. Safe to call twice.

    What already waits goes on as it began.
    """
    ensure_manages(by, "")
    if is_asked_for(kind):
        raise AskedFor(_("Somebody waits for this mail and has asked for it: it leaves at once."))
    if approval not in MailPolicy.Approval.values:
        raise ValueError(f"Not a way of approving: {approval!r}")
    with transaction.atomic():
        policy, _made = MailPolicy.objects.select_for_update().get_or_create(kind=kind)
        before, after = changes.assign(policy, {"approval": approval, "keeps_quiet": keeps_quiet})
        if after:
            policy.save(update_fields=list(after))
            activity.record(
                by=by, verb="mailpolicy.changed", target=policy, before=before, after=after
            )
    return policy


def is_asked_for(kind: str) -> bool:
    """Whether somebody is waiting for it now: their own link, asked for. It is never kept back."""
    return kind.endswith(OutboxMessage.PERSONAL_LINK)


def keep_quiet(now: datetime) -> None:
    """In the quiet hours, let what is late (a retry, a relay back at night) wait for the morning.

    One statement, and none by day.
    """
    until = quiet_until(now)
    if until is None:
        return
    loud = MailPolicy.objects.filter(keeps_quiet=False).values("kind")
    OutboxMessage.objects.unclaimed(now).filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=until),
        state=State.QUEUED,
        send_after__lte=now,
        is_urgent=False,
    ).exclude(kind__in=loud).exclude(kind__endswith=OutboxMessage.PERSONAL_LINK).update(
        send_after=until
    )


def quiet_until(moment: datetime) -> datetime | None:
    """When the quiet time that `moment` falls into ends; None when mail may leave then.

    The hours are read off Paris's clocks, over midnight too; a time that the clocks jump over in
    spring is the one an hour later, as they show it.
    """
    hours = quiet_hours()
    if hours is None:
        return None
    begins, ends = hours
    local = moment.astimezone(PARIS)
    clock = local.time()
    if begins <= ends:
        is_quiet, days = begins <= clock < ends, 0
    else:
        is_quiet, days = clock >= begins or clock < ends, int(clock >= begins)
    if not is_quiet:
        return None
    end = datetime.combine(local.date() + timedelta(days=days), ends, PARIS)
    return end.astimezone(UTC)


def quiet_hours() -> tuple[time, time] | None:
    """From when to when, off `settings.QUIET_HOURS`."""
    if not settings.QUIET_HOURS:
        return None
    begins, _, ends = settings.QUIET_HOURS.partition("-")
    begins, ends = (time.fromisoformat(part.strip()) for part in (begins, ends))
    return None if begins == ends else (begins, ends)
