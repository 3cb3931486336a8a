"""Where a list stands: held under a lock, left alone while a worker is at it."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import Job, User
from startups.models import SheetImport

State = SheetImport.State


class Busy(DomainError):
    code = "busy"


class AlreadyImported(DomainError):
    code = "already_imported"


class Erased(DomainError):
    code = "erased"


def locked(import_id: int, by: User | None) -> SheetImport:
    sheet_import = (
        SheetImport.objects.select_for_update(of=("self",))
        .select_related("call__participation__region", "call__participation__edition", "job")
        .get(pk=import_id)
    )
    ensure_manages(by, sheet_import.region_code)
    return sheet_import


def ensure_free(sheet_import: SheetImport) -> None:
    if sheet_import.state == State.DONE:
        raise AlreadyImported(_("This list was imported. To bring in more, send the file again."))
    if is_busy(sheet_import):
        raise Busy(_("A worker is reading this list. Wait until it has finished."))


def ensure_kept(sheet_import: SheetImport) -> None:
    """The purge takes the file and what was read of it, and leaves the row."""
    if not sheet_import.file:
        raise Erased(_("This list has been erased: its time was over. Send the file again."))


def is_busy(sheet_import: SheetImport) -> bool:
    """A worker is at it; one that broke off is not waited for."""
    job = sheet_import.job
    is_at_work = sheet_import.state in (State.CHECKING, State.WRITING)
    return is_at_work and job is not None and job.state in (Job.State.QUEUED, Job.State.RUNNING)


def unfinished(import_id: int) -> QuerySet[SheetImport]:
    return SheetImport.objects.filter(pk=import_id).exclude(state=State.DONE)


def is_written(sheet_import: SheetImport) -> bool:
    """Asked under a lock; the row then tells what the other worker wrote."""
    current = SheetImport.objects.select_for_update().get(pk=sheet_import.pk)
    if current.state == State.DONE:
        sheet_import.state, sheet_import.report = current.state, current.report
    return current.state == State.DONE
