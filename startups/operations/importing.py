"""A region's list, from the spreadsheet it sends to the applications of its call.

Received, laid out (which sheet, which headings, which columns), compared, then written: each step
by itself, so that nothing is written which nobody has seen.
"""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pavilion.core import jobs
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import Job, User
from startups.imports import fields, reading, refused_rows, reports
from startups.imports.comparing import Comparison, compare
from startups.imports.lines import CHANGED, NEW, REFUSED
from startups.imports.mapping import Layout, propose, propose_for
from startups.imports.reading import Sheet
from startups.models import Call, SheetImport
from startups.operations.bringing_in import bring_in, lock_rows, standing_of_call, take_over
from startups.operations.call_locks import locked_call
from startups.operations.states import FOLLOWS
from startups.uploads import files

State = SheetImport.State
COMPARE_JOB = "startups.compare_sheet"
WRITE_JOB = "startups.write_sheet"
# How often a run compares again while companies write in the meantime.
TRIES = 3

Advance = Callable[[int], None]


class NoFile(DomainError):
    code = "no_file"


class Busy(DomainError):
    code = "busy"


class AlreadyImported(DomainError):
    code = "already_imported"


class ColumnsMissing(DomainError):
    code = "columns_missing"


class NoSuchColumn(DomainError):
    code = "no_such_column"


class NoSuchRow(DomainError):
    code = "no_such_row"


class Erased(DomainError):
    code = "erased"


class NotCompared(DomainError):
    code = "not_compared"


class RowsRefused(DomainError):
    code = "rows_refused"


class NothingToWrite(DomainError):
    code = "nothing_to_write"


class ChangedSince(DomainError):
    code = "changed_since"


def receive_sheet(
    *, call_id: int, file: IO[bytes], file_name: str, size: int, by: User | None
) -> SheetImport:
    """Keep a list and propose how to read it. One that cannot be read is refused and not kept."""
    call = _call(call_id)
    ensure_manages(by, call.region_code)
    reading.ensure_size(size)
    sheets = reading.sheets(file)
    layout = propose(sheets)
    file.seek(0)
    sheet_import = SheetImport(
        call=call,
        created_by=by,
        file_name=file_name[-200:],
        report={"sheets": [sheet.as_json() for sheet in sheets]},
        **_columns_of(layout),
    )
    with transaction.atomic():
        sheet_import.file.save(file_name, File(file), save=False)
        sheet_import.save()
    return sheet_import


def lay_out_sheet(
    *,
    import_id: int,
    by: User | None,
    sheet: str | None = None,
    header_row: int | None = None,
    mapping: Mapping[int, str] | None = None,
) -> SheetImport:
    """Say which sheet, headings and columns are meant; what is left out is proposed anew.

    What was compared before is forgotten: it was about other columns.
    """
    with transaction.atomic():
        sheet_import = _locked(import_id, by)
        _ensure_free(sheet_import)
        _ensure_kept(sheet_import)
        described = described_sheet(sheet_import, sheet)
        _ensure_row_exists(header_row, described)
        if mapping is None or header_row is None:
            proposed = propose_for(described, header_row)
            header_row = proposed.header_row if header_row is None else header_row
            mapping = proposed.mapping if mapping is None else mapping
        layout = Layout(described.name, header_row, {k: v for k, v in mapping.items() if v})
        _ensure_columns_exist(layout, described)
        values = _columns_of(layout)
        if all(getattr(sheet_import, name) == value for name, value in values.items()):
            return sheet_import
        for name, value in values.items():
            setattr(sheet_import, name, value)
        sheet_import.state = State.UPLOADED
        sheet_import.report = {"sheets": sheet_import.report["sheets"]}
        sheet_import.save()
    return sheet_import


def ask_comparison(*, import_id: int, by: User | None) -> Job:
    """Have a worker compare the list with the call. Nothing of it is written."""
    with transaction.atomic():
        sheet_import = _locked(import_id, by)
        _ensure_free(sheet_import)
        _ensure_kept(sheet_import)
        ensure_enough(sheet_import)
        label = _("Compare %(file)s with the applications of %(call)s")
        return _promise(sheet_import, State.CHECKING, COMPARE_JOB, label, by=by)


def compare_sheet(*, import_id: int, advance: Advance = lambda count: None) -> SheetImport:
    """The worker's part: compare, and keep what would change and the rows refused."""
    sheet_import = SheetImport.objects.select_related("call__participation").get(pk=import_id)
    if sheet_import.state == State.DONE:
        return sheet_import
    try:
        _ensure_kept(sheet_import)
        _keep(sheet_import, _compared(sheet_import, advance))
    except DomainError:
        _unfinished(import_id).update(state=State.UPLOADED)
        raise
    return sheet_import


def ask_import(*, import_id: int, leave_out_refused: bool = False, by: User | None) -> Job:
    """Have a worker write what was compared: all of it or nothing.

    Rows that were refused stand in the way, unless whoever asks leaves them out.
    """
    with transaction.atomic():
        sheet_import = _locked(import_id, by)
        _ensure_free(sheet_import)
        _ensure_kept(sheet_import)
        if sheet_import.state != State.CHECKED:
            raise NotCompared(_("Compare the list first: nothing is written unseen."))
        counts = sheet_import.report["counts"]
        if counts[REFUSED] and not leave_out_refused:
            raise _rows_refused(counts[REFUSED])
        if not counts[NEW] + counts[CHANGED]:
            raise NothingToWrite(_("There is nothing to write: the list says what is already so."))
        label = _("Import %(file)s into the call of %(call)s")
        return _promise(
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
        _ensure_kept(sheet_import)
        for _attempt in range(TRIES):
            stands = standing_of_call(sheet_import.call_id)
            comparison = _compared(sheet_import, advance)
            if comparison.fingerprint != approved:
                break
            if comparison.of(REFUSED) and not leave_out_refused:
                raise _rows_refused(len(comparison.of(REFUSED)))
            try:
                is_written = _write(sheet_import, comparison, stands, by=by, advance=advance)
            except IntegrityError:
                is_written = False  # a company has just given a SIREN that is in the list
            if is_written:
                return sheet_import
    except DomainError:
        _unfinished(import_id).update(state=State.CHECKED)
        raise
    if not _keep(sheet_import, comparison):
        return sheet_import
    raise ChangedSince(
        _(
            "Applications of this call have changed since you looked at the comparison. Nothing "
            "was written: look at the new comparison, then import."
        )
    )


def described_sheet(sheet_import: SheetImport, name: str | None = None) -> Sheet:
    """One sheet of the file by its first rows: the one laid out, or another of its sheets."""
    name = sheet_import.sheet if name is None else name
    for told in sheet_import.report.get("sheets", []):
        if told["name"] == name:
            return Sheet.from_json(told)
    raise NoSuchColumn(_("The file has no sheet “%(sheet)s”.") % {"sheet": name}, field="sheet")


def layout_of(sheet_import: SheetImport) -> Layout:
    mapping = {int(column): name for column, name in sheet_import.mapping.items()}
    return Layout(sheet_import.sheet, sheet_import.header_row or 0, mapping)


def ensure_enough(sheet_import: SheetImport) -> None:
    """A row must tell which company it is about."""
    mapped = set(sheet_import.mapping.values())
    has_number = bool(mapped & {"siret", "siren"})
    has_name = bool(mapped & {"legal_name", "display_name"}) and "contact_email" in mapped
    if not (has_number or has_name):
        raise ColumnsMissing(
            _(
                "No column tells the companies apart. Choose which one holds the SIRET, or which "
                "ones hold the company’s name and the contact’s e-mail address."
            ),
            field="mapping",
        )


def forget_sheet(*, import_id: int, by: User | None) -> None:
    """Throw away a list that was not imported, with its files. Safe to call twice."""
    with transaction.atomic():
        sheet_import = SheetImport.objects.select_for_update().filter(pk=import_id).first()
        if sheet_import is None:
            return
        ensure_manages(by, sheet_import.region_code)
        _ensure_free(sheet_import)
        for stored in (sheet_import.file, sheet_import.refused):
            files.delete_on_commit(stored)
        sheet_import.delete()


def refused_list(sheet_import: SheetImport, kind: str) -> IO[bytes]:
    """The refused rows with their reasons, as XLSX or CSV."""
    with sheet_import.refused.open("rb") as stored:
        content = stored.read()
    return BytesIO(refused_rows.as_csv(content) if kind == "csv" else content)


def is_busy(sheet_import: SheetImport) -> bool:
    """A worker is at it; one that broke off is not waited for."""
    job = sheet_import.job
    is_at_work = sheet_import.state in (State.CHECKING, State.WRITING)
    return is_at_work and job is not None and job.state in (Job.State.QUEUED, Job.State.RUNNING)


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
        if _is_written(sheet_import):
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


def _compared(sheet_import: SheetImport, advance: Advance) -> Comparison:
    layout = layout_of(sheet_import)
    sheet_import.file.open("rb")
    with sheet_import.file as stored, reading.rows(stored.file, layout.sheet) as rows:
        return compare(sheet_import.call, rows, layout, follows=FOLLOWS, advance=advance)


def _keep(sheet_import: SheetImport, comparison: Comparison) -> bool:
    """False when another worker has written the list meanwhile: that is not to be undone."""
    content = b""
    if refused := comparison.of(REFUSED):
        content = refused_rows.workbook(comparison.headings, refused)
    with transaction.atomic():
        if _is_written(sheet_import):
            return False
        sheet_import.report = {
            "sheets": sheet_import.report["sheets"],
            **reports.report(comparison),
        }
        sheet_import.state = State.CHECKED
        files.replace(sheet_import, "refused", None)
        if content:
            sheet_import.refused.save("refused.xlsx", ContentFile(content), save=False)
        sheet_import.save(update_fields=["report", "state", "refused"])
    return True


def _is_written(sheet_import: SheetImport) -> bool:
    """Asked under a lock; the row then tells what the other worker wrote."""
    locked = SheetImport.objects.select_for_update().get(pk=sheet_import.pk)
    if locked.state == State.DONE:
        sheet_import.state, sheet_import.report = locked.state, locked.report
    return locked.state == State.DONE


def _unfinished(import_id: int) -> QuerySet[SheetImport]:
    return SheetImport.objects.filter(pk=import_id).exclude(state=State.DONE)


def _call(call_id: int) -> Call:
    return Call.objects.select_related("participation").get(pk=call_id)


def _locked(import_id: int, by: User | None) -> SheetImport:
    sheet_import = (
        SheetImport.objects.select_for_update(of=("self",))
        .select_related("call__participation__region", "call__participation__edition", "job")
        .get(pk=import_id)
    )
    ensure_manages(by, sheet_import.region_code)
    return sheet_import


def _ensure_free(sheet_import: SheetImport) -> None:
    if sheet_import.state == State.DONE:
        raise AlreadyImported(_("This list was imported. To bring in more, send the file again."))
    if is_busy(sheet_import):
        raise Busy(_("A worker is reading this list. Wait until it has finished."))


def _ensure_kept(sheet_import: SheetImport) -> None:
    """The purge takes the file and what was read of it, and leaves the row."""
    if not sheet_import.file:
        raise Erased(_("This list has been erased: its time was over. Send the file again."))


def _ensure_row_exists(header_row: int | None, sheet: Sheet) -> None:
    last = max([sheet.rows, *(number for number, _row in sheet.first)])
    if header_row is not None and not 0 <= header_row <= last:
        raise NoSuchRow(_("The sheet has no such row."), field="header_row")


def _columns_of(layout: Layout) -> dict[str, Any]:
    return {
        "sheet": layout.sheet,
        "header_row": layout.header_row,
        "mapping": {str(column): name for column, name in layout.mapping.items()},
    }


def _ensure_columns_exist(layout: Layout, sheet: Sheet) -> None:
    names = list(layout.mapping.values())
    for column, name in layout.mapping.items():
        if name not in fields.NAMES or not 0 <= column < sheet.columns:
            raise NoSuchColumn(
                _("The list has no such column, or an application no such field."),
                field="mapping",
                details={"column": column, "field": name},
            )
        if names.count(name) > 1:
            raise NoSuchColumn(
                _("Two columns are “%(field)s”. Choose it for one of them.")
                % {"field": fields.label(name)},
                field="mapping",
                details={"field": name},
            )


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


def _promise(
    sheet_import: SheetImport,
    state: SheetImport.State,
    kind: str,
    label: str,
    *,
    by: User | None,
    parts: int = 1,
    **arguments: Any,
) -> Job:
    job = jobs.promise(
        kind=kind,
        label=label % {"file": sheet_import.file_name, "call": sheet_import.call},
        by=by,
        arguments={"import": sheet_import.pk, **arguments},
        region_code=sheet_import.region_code,
        total=described_sheet(sheet_import).rows * parts,
    )
    sheet_import.state, sheet_import.job = state, job
    sheet_import.save(update_fields=["state", "job"])
    return job
