"""A worker is promised a list, to compare or to write."""

from typing import Any

from pavilion.core import jobs
from pavilion.core.models import Job, User
from startups.models import SheetImport
from startups.operations.importing.laying_out import described_sheet


def promise(
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
