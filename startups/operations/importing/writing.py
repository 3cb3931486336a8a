"""Write what was compared and seen: all of it or nothing."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pavilion.core.errors import DomainError
from pavilion.core.models import Job, User
from startups.imports import reports
from startups.imports.comparing import Comparison
from startups.imports.lines import CHANGED, NEW, REFUSED
from startups.models import SheetImport
from startups.operations.bringing_in import bring_in, lock_rows, standing_of_call, take_over
from startups.operations.calls.locks import locked_call
from startups.operations.importing.comparing import Advance, compared, keep
from startups.operations.importing.promising import promise
from startups.operations.importing.states import (
    State,
    ensure_free,
    ensure_kept,
    is_written,
    locked,
    unfinished,
)

WRITE_JOB = "startups.write_sheet"
# How often a run compares again while companies write in the meantime.
TRIES = 3


class NotCompared(DomainError):
    code = "not_compared"


class RowsRefused(DomainError):
    code = "rows_refused"


class NothingToWrite(DomainError):
    code = "nothing_to_write"


class ChangedSince(DomainError):
    code = "changed_since"


def ask_import(*, import_id: int, leave_out_refused: bool = False, by: User | None) -> Job:
    """Have a worker write what was compared: all of it or nothing.

    Rows that were refused stand in the way, unless whoever asks leaves them out.
    """
    with transaction.atomic():
        sheet_import = locked(import_id, by)
        ensure_free(sheet_import)
        ensure_kept(sheet_import)
        if sheet_import.state != State.CHECKED:
            raise NotCompared(_("Compare the list first: nothing is written unseen."))
        counts = sheet_import.report["counts"]
        if counts[REFUSED] and not leave_out_refused:
            raise _rows_refused(counts[REFUSED])
        if not counts[NEW] + counts[CHANGED]:
            raise NothingToWrite(_("Nothing to change: the list matches what is already there."))
        label = _("Import %(file)s into the call of %(call)s")
        return promise(
            sheet_import,
            State.WRITING,
            WRITE_JOB,
            label,
            by=by,
            parts=2,  # compared again, then written
            leave_out_refused=leave_out_refused,
        )


def write_sheet(
    *,
    import_id: int,
    by: User | None,
    leave_out_refused: bool = False,
    advance: Advance = lambda count: None,
) -> SheetImport:
    """The worker's part: write everything in one transaction. Safe to call twice.

    Compared again first. When that says anything else than what was seen, nothing is written and
    the new comparison is kept to be looked at.
    """
    sheet_import = SheetImport.objects.select_related("call__participation").get(pk=import_id)
    if sheet_import.state == State.DONE:
        return sheet_import
    approved = sheet_import.report.get("fingerprint")
    try:
        ensure_kept(sheet_import)
        for _attempt in range(TRIES):
            stands = standing_of_call(sheet_import.call_id)
            comparison = compared(sheet_import, advance)
            if comparison.fingerprint != approved:
                break
            if comparison.of(REFUSED) and not leave_out_refused:
                raise _rows_refused(len(comparison.of(REFUSED)))
            try:
                is_done = _write(sheet_import, comparison, stands, by=by, advance=advance)
            except IntegrityError:
                is_done = False  # a company has just given a SIREN that is in the list
            if is_done:
                return sheet_import
    except DomainError:
        unfinished(import_id).update(state=State.CHECKED)
        raise
    if not keep(sheet_import, comparison):
        return sheet_import
    raise ChangedSince(
        _(
            "Applications of this call have changed since you looked at the comparison. Nothing "
            "was written: look at the new comparison, then import."
        )
    )


def _write(
    sheet_import: SheetImport,
    comparison: Comparison,
    stands: object,
    *,
    by: User | None,
    advance: Advance,
) -> bool:
    """False when the call has moved since it was compared."""
    lines, compared = comparison.lines, len(comparison.lines)
    letters = take_over(sheet_import.call, lines)
    with transaction.atomic():
        call = locked_call(sheet_import.call_id, by)
        if is_written(sheet_import):
            return True  # another worker took this one for dead and was faster
        lock_rows(lines)
        if standing_of_call(call.pk) != stands:
            return False
        bring_in(
            call,
            lines,
            letters,
            by=by,
            file_name=sheet_import.file_name,
            advance=lambda written: advance(compared + written),
        )
        sheet_import.report = {
            "sheets": sheet_import.report["sheets"],
            **reports.brief(comparison),
        }
        sheet_import.state, sheet_import.done_at = State.DONE, timezone.now()
        sheet_import.save(update_fields=["report", "state", "done_at"])
    return True


def _rows_refused(count: int) -> RowsRefused:
    return RowsRefused(
        ngettext(
            "%(count)d row is refused, so nothing is written. Mend it, or leave it out.",
            "%(count)d rows are refused, so nothing is written. Mend them, or leave them out.",
            count,
        )
        % {"count": count},
        details={"refused": count},
    )
