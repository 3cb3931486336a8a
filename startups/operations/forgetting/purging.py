"""The nightly purge: it tells what will go, waits, and then does it, whoever runs it and when."""

import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from pavilion.core import outbox
from pavilion.core.models import Job, OutboxMessage
from startups import emails, retention
from startups.models import Application, Badge, Call, Purge, ResumeCode, SheetImport
from startups.operations.applying.states import locked
from startups.operations.forgetting.anonymising import (
    BADGE_NOTICE,
    anonymise_application,
    empty_mails,
    forget_files,
    forget_words_about,
)
from startups.retention import KINDS, NOTICE_DAYS, Kind
from startups.uploads import files

logger = logging.getLogger(__name__)

AT_ONCE = 50


def purge_personal_data(*, now: datetime) -> None:
    """Announce what will be due, treat what was announced and is due, erase old copies.

    Late, twice or in two workers at once: nothing is told twice, nothing goes untold, nothing is
    counted twice. The log holds numbers, never names.
    """
    today = timezone.localdate(now, timezone.get_default_timezone())
    for call_id in Call.objects.order_by("pk").values_list("pk", flat=True):
        _announce(call_id, today)
    for purge_id in _due(today).order_by("due_on", "pk").values_list("pk", flat=True):
        while _treat_some(purge_id, today):
            pass
    _erase_copies(now)


def _due(today: date) -> QuerySet[Purge]:
    return Purge.objects.filter(done_at__isnull=True, due_on__lte=today)


def _announce(call_id: int, today: date) -> None:
    """One mail to the region for all that is new, and one to the author of each draft."""
    with transaction.atomic():
        call = (
            Call.objects.select_for_update(of=("self",), no_key=True)
            .select_related("participation__region", "participation__edition")
            .get(pk=call_id)
        )
        new = [purge for kind in KINDS if (purge := _announced(kind, call, today))]
        if not new:
            return
        outbox.enqueue(emails.purge_announced(call, new))
        for purge in new:
            if purge.kind == "drafts":
                for draft in retention.BY_KEY["drafts"].rows(call).order_by("pk"):
                    draft.call = call
                    outbox.enqueue(emails.draft_will_go(draft, purge.due_on))
    logger.info("Announced %s purges for the call %s", len(new), call_id)


def _announced(kind: Kind, call: Call, today: date) -> Purge | None:
    """The new announcement, if there is something to announce."""
    due_on = kind.due_on(call)
    known = Purge.objects.filter(kind=kind.key, call=call, done_at__isnull=True).first()
    if known is not None and known.due_on < due_on and known.treated == 0:
        # The closing or the fair was put off: the announcement is taken back.
        known.delete()
        known = None
    if known is not None or today < due_on - timedelta(days=NOTICE_DAYS):
        return None
    count = kind.rows(call).count()
    if not count:
        return None
    # Announced late, done late.
    due_on = max(due_on, today + timedelta(days=NOTICE_DAYS))
    return Purge.objects.create(kind=kind.key, call=call, due_on=due_on, count=count)


def _treat_some(purge_id: int, today: date) -> bool:
    """One batch, in one transaction; whether there may be more."""
    with transaction.atomic():
        # Of two workers, one treats a batch while the other waits, then looks for what is left.
        purge = (
            Purge.objects.select_for_update(of=("self",))
            .select_related("call__participation__edition")
            .get(pk=purge_id)
        )
        kind = retention.BY_KEY.get(purge.kind)
        if purge.done_at is not None:
            return False
        if kind is None or kind.due_on(purge.call) > today:
            return False  # put off since; the next announcement says when
        rows = kind.rows(purge.call)
        if kind.key == "drafts":  # whose authors were told
            rows = rows.filter(created_at__lt=purge.announced_at)
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        if not keys:
            if kind.key == "badges":
                _forget_badge_notices(purge)
            Purge.objects.filter(pk=purge.pk).update(done_at=timezone.now())
            logger.info("Purge %s of %s: %s treated", purge.pk, purge.kind, purge.treated)
            return False
        _treat(kind, purge, keys)
        Purge.objects.filter(pk=purge.pk).update(treated=F("treated") + len(keys))
        return True


def _treat(kind: Kind, purge: Purge, keys: Iterable[int]) -> None:
    if kind.key == "drafts":
        for pk in keys:
            _erase_draft(pk)
    elif kind.key == "badges":
        Badge.objects.filter(pk__in=keys).delete()
    elif kind.key == "comments":
        kind.rows(purge.call).filter(pk__in=keys).update(comment="", recusal_reason="")
    else:
        # All of them before the board, which the first one locks: see `locked_board`.
        rows = Application.objects.select_for_update(of=("self",)).filter(pk__in=keys)
        list(rows.order_by("pk").values_list("pk"))
        for pk in keys:
            anonymise_application(application_id=pk)


def _erase_draft(application_id: int) -> None:
    draft = locked(application_id)
    forget_words_about(draft)
    forget_files(draft)
    draft.delete()


def _forget_badge_notices(purge: Purge) -> None:
    """The mails that told people what was kept; also those taken off the list since."""
    notices = OutboxMessage.objects.filter(
        kind=BADGE_NOTICE,
        region_code=purge.region_code,
        created_at__date__lte=purge.call.edition.ends_on,
    ).exclude(recipient="")
    empty_mails(notices)


def _erase_copies(now: datetime) -> None:
    """What was made on the way and served its purpose."""
    ResumeCode.objects.filter(
        expires_at__lt=now - timedelta(days=retention.RESUME_CODES_DAYS)
    ).delete()
    sheets = SheetImport.objects.filter(
        created_at__lt=now - timedelta(days=retention.SHEETS_DAYS)
    ).exclude(file="", refused="", report={})
    for sheet in sheets.order_by("pk"):
        with transaction.atomic():
            files.delete_on_commit(sheet.file)
            files.delete_on_commit(sheet.refused)
            SheetImport.objects.filter(pk=sheet.pk).update(
                file="", refused="", report={}, erased_at=now
            )
    jobs = Job.objects.filter(
        Q(finished_at__lt=now - timedelta(days=retention.JOBS_DAYS)),
    ).exclude(file="", result={}, arguments={})
    for job in jobs.order_by("pk"):
        with transaction.atomic():
            files.delete_on_commit(job.file)
            Job.objects.filter(pk=job.pk).update(file="", result={}, arguments={})
