"""Bring a region's list of start-ups into its call of the current edition."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from events.models import Edition
from pavilion.core.errors import DomainError
from startups.imports.fields import label
from startups.imports.lines import REFUSED
from startups.imports.mapping import columns
from startups.imports.summing_up import summed_up, summed_up_done
from startups.models import Call, SheetImport
from startups.operations import importing


class Command(BaseCommand):
    help = (
        "Import a list of start-ups (XLSX, ODS, XLS or CSV) into a region's call of the current "
        "edition. All or nothing. Exit status: 0 when every row went in (or would, in a dry run), "
        "1 when rows were refused, 2 when the list cannot be read at all."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the list")
        parser.add_argument("--region", required=True, metavar="CODE", help="INSEE code: 53")
        parser.add_argument("--dry-run", action="store_true", help="compare, write nothing")
        parser.add_argument("--sheet", help="the sheet with the list; without, the likeliest")
        parser.add_argument(
            "--leave-out-refused", action="store_true", help="write the rest, still status 1"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object instead")
        parser.add_argument("--language", default="fr", choices=["fr", "en"], help="of the reasons")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            try:
                self._import(options)
            except DomainError as error:
                raise CommandError(str(error), returncode=2) from error

    def _import(self, options: dict[str, Any]) -> None:
        path = Path(options["file"])
        call = _call(options["region"])
        try:
            with path.open("rb") as file:
                size = path.stat().st_size
                sheet_import = importing.receive_sheet(
                    call_id=call.pk, file=file, file_name=path.name, size=size, by=None
                )
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=2) from error
        try:
            self._carry_out(sheet_import, options)
        finally:
            sheet_import.refresh_from_db(fields=["state"])
            if sheet_import.state != SheetImport.State.DONE:
                # Nobody comes back to it: what was only looked at leaves no file behind.
                importing.forget_sheet(import_id=sheet_import.pk, by=None)

    def _carry_out(self, sheet_import: SheetImport, options: dict[str, Any]) -> None:
        if options["sheet"] is not None:
            sheet_import = importing.lay_out_sheet(
                import_id=sheet_import.pk, sheet=options["sheet"], by=None
            )
        importing.ensure_enough(sheet_import)
        sheet_import = importing.compare_sheet(import_id=sheet_import.pk)
        counts = sheet_import.report["counts"]
        told = sheet_import.report
        is_written = False
        may_write = not counts[REFUSED] or options["leave_out_refused"]
        if may_write and not options["dry_run"]:
            importing.write_sheet(
                import_id=sheet_import.pk,
                leave_out_refused=options["leave_out_refused"],
                by=None,
            )
            is_written = True
        if options["json"]:
            self._print_json(sheet_import, told, is_written)
        else:
            self._print(sheet_import, told, is_written, is_dry_run=options["dry_run"])
        if counts[REFUSED]:
            raise SystemExit(1)

    def _print(
        self, sheet_import: SheetImport, told: Any, is_written: bool, *, is_dry_run: bool
    ) -> None:
        sheet = importing.described_sheet(sheet_import)
        named = {
            column.index: column.heading or column.letters for column in _columns(sheet_import)
        }
        if sheet.name:
            self.stdout.write(_("Sheet: %(name)s") % {"name": sheet.name})
        for index, name in importing.layout_of(sheet_import).mapping.items():
            self.stdout.write(f"  {named.get(index, index)} → {label(name)}")
        for row in told["rows"]:
            if row["outcome"] == REFUSED:
                name = f" ({row['name']})" if row["name"] else ""
                words = {"row": row["row"], "name": name, "why": " ".join(row["why"])}
                self.stdout.write(_("Row %(row)s%(name)s: %(why)s") % words)
        if is_written:
            self.stdout.write(self.style.SUCCESS(summed_up_done(told["counts"])))
            return
        self.stdout.write(summed_up(told["counts"]))
        if is_dry_run:
            self.stdout.write(_("Dry run: nothing was written."))
        else:
            self.stdout.write(
                self.style.ERROR(
                    _(
                        "Nothing was written. Mend the rows above and start again, or leave them "
                        "out with --leave-out-refused."
                    )
                )
            )

    def _print_json(self, sheet_import: SheetImport, told: Any, is_written: bool) -> None:
        columns_used = {
            column.heading or column.letters: sheet_import.mapping.get(str(column.index), "")
            for column in _columns(sheet_import)
        }
        answer = {
            "sheet": sheet_import.sheet,
            "columns": columns_used,
            "counts": told["counts"],
            "is_written": is_written,
            "rows": told["rows"],
        }
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))


def _columns(sheet_import: SheetImport) -> Any:
    return columns(importing.described_sheet(sheet_import), sheet_import.header_row or 0)


def _call(region_code: str) -> Call:
    edition = Edition.objects.current()
    call = Call.objects.filter(
        participation__edition=edition, participation__region=region_code
    ).first()
    if call is None:
        raise CommandError(
            _("%(edition)s has no call of region %(code)s. Codes are INSEE’s: 53 for Bretagne.")
            % {"edition": edition or _("There is no edition: it"), "code": region_code},
            returncode=2,
        )
    return call
