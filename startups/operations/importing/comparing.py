"""Compare a list with the applications of its call. Nothing of it is written."""

from collections.abc import Callable
from io import BytesIO
from typing import IO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from pavilion.core.errors import DomainError
from pavilion.core.models import Job, User
from startups.imports import reading, refused_rows, reports
from startups.imports.comparing import Comparison, compare
from startups.imports.lines import REFUSED
from startups.models import SheetImport
from startups.operations.applying.states import FOLLOWS
from startups.operations.importing.laying_out import ensure_enough, layout_of
from startups.operations.importing.promising import promise
from startups.operations.importing.states import (
    State,
    ensure_free,
    ensure_kept,
    is_written,
    locked,
    unfinished,
)
from startups.uploads import files

COMPARE_JOB = "startups.compare_sheet"

Advance = Callable[[int], None]


def ask_comparison(*, import_id: int, by: User | None) -> Job:
    """Have a worker compare the list with the call. Nothing of it is written."""
    with transaction.atomic():
        sheet_import = locked(import_id, by)
        ensure_free(sheet_import)
        ensure_kept(sheet_import)
        ensure_enough(sheet_import)
        label = _("Compare %(file)s with the applications of %(call)s")
        return promise(sheet_import, State.CHECKING, COMPARE_JOB, label, by=by)


def compare_sheet(*, import_id: int, advance: Advance = lambda count: None) -> SheetImport:
    """The worker's part: compare, and keep what would change and the rows refused."""
    sheet_import = SheetImport.objects.select_related("call__participation").get(pk=import_id)
    if sheet_import.state == State.DONE:
        return sheet_import
    try:
        ensure_kept(sheet_import)
        keep(sheet_import, compared(sheet_import, advance))
    except DomainError:
        unfinished(import_id).update(state=State.UPLOADED)
        raise
    return sheet_import


def refused_list(sheet_import: SheetImport, kind: str) -> IO[bytes]:
    """The refused rows with their reasons, as XLSX or CSV."""
    with sheet_import.refused.open("rb") as stored:
        content = stored.read()
    return BytesIO(refused_rows.as_csv(content) if kind == "csv" else content)


def compared(sheet_import: SheetImport, advance: Advance) -> Comparison:
    layout = layout_of(sheet_import)
    sheet_import.file.open("rb")
    with sheet_import.file as stored, reading.rows(stored.file, layout.sheet) as rows:
        return compare(sheet_import.call, rows, layout, follows=FOLLOWS, advance=advance)


def keep(sheet_import: SheetImport, comparison: Comparison) -> bool:
    """False when another worker has written the list meanwhile: that is not to be undone."""
    content = b""
    if refused := comparison.of(REFUSED):
        content = refused_rows.workbook(comparison.headings, refused)
    with transaction.atomic():
        if is_written(sheet_import):
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
