"""A list is received with its file, and goes with it."""

from typing import IO

from django.core.files.base import File
from django.db import transaction

from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups.imports import reading
from startups.imports.mapping import propose
from startups.models import Call, SheetImport
from startups.operations.importing.laying_out import columns_of
from startups.operations.importing.states import ensure_free
from startups.uploads import files


class NoFile(DomainError):
    code = "no_file"


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
        **columns_of(layout),
    )
    with transaction.atomic():
        sheet_import.file.save(file_name, File(file), save=False)
        sheet_import.save()
    return sheet_import


def forget_sheet(*, import_id: int, by: User | None) -> None:
    """Throw away a list that was not imported, with its files. Safe to call twice."""
    with transaction.atomic():
        sheet_import = SheetImport.objects.select_for_update().filter(pk=import_id).first()
        if sheet_import is None:
            return
        ensure_manages(by, sheet_import.region_code)
        ensure_free(sheet_import)
        for stored in (sheet_import.file, sheet_import.refused):
            files.delete_on_commit(stored)
        sheet_import.delete()


def _call(call_id: int) -> Call:
    return Call.objects.select_related("participation").get(pk=call_id)
