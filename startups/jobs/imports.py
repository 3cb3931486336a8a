"""Comparing a list with a call, and writing it."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from pavilion.core import jobs
from pavilion.core.models import Job
from startups.imports.summing_up import summed_up, summed_up_done
from startups.models import SheetImport
from startups.operations import importing


@jobs.register(importing.COMPARE_JOB)
def compare_sheet(job: Job, progress: jobs.Progress) -> Mapping[str, Any]:
    sheet_import = importing.compare_sheet(
        import_id=job.arguments["import"], advance=progress.advance
    )
    return {
        "sentence": summed_up(sheet_import.report["counts"]),
        "url": _page(sheet_import),
        "url_label": _("See the differences"),
    }


@jobs.register(importing.WRITE_JOB)
def write_sheet(job: Job, progress: jobs.Progress) -> Mapping[str, Any]:
    with progress.in_one_transaction():
        sheet_import = importing.write_sheet(
            import_id=job.arguments["import"],
            leave_out_refused=job.arguments["leave_out_refused"],
            by=job.by,
            advance=progress.advance,
        )
    return {
        "sentence": summed_up_done(sheet_import.report["counts"]),
        "url": _page(sheet_import),
        "url_label": _("See what was imported"),
    }


def _page(sheet_import: SheetImport) -> str:
    return reverse(
        "admin:startups_call_import_report", args=[sheet_import.call_id, sheet_import.pk]
    )
