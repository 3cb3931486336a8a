"""Which sheet, headings and columns of a list are meant."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups.imports import fields
from startups.imports.mapping import Layout, propose_for
from startups.imports.reading import Sheet
from startups.models import SheetImport
from startups.operations.importing.states import State, ensure_free, ensure_kept, locked


class ColumnsMissing(DomainError):
    code = "columns_missing"


class NoSuchColumn(DomainError):
    code = "no_such_column"


class NoSuchRow(DomainError):
    code = "no_such_row"


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
        sheet_import = locked(import_id, by)
        ensure_free(sheet_import)
        ensure_kept(sheet_import)
        described = described_sheet(sheet_import, sheet)
        _ensure_row_exists(header_row, described)
        if mapping is None or header_row is None:
            proposed = propose_for(described, header_row)
            header_row = proposed.header_row if header_row is None else header_row
            mapping = proposed.mapping if mapping is None else mapping
        layout = Layout(described.name, header_row, {k: v for k, v in mapping.items() if v})
        ensure_columns_exist(layout, described)
        values = columns_of(layout)
        if all(getattr(sheet_import, name) == value for name, value in values.items()):
            return sheet_import
        for name, value in values.items():
            setattr(sheet_import, name, value)
        sheet_import.state = State.UPLOADED
        sheet_import.report = {"sheets": sheet_import.report["sheets"]}
        sheet_import.save()
    return sheet_import


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


def columns_of(layout: Layout) -> dict[str, Any]:
    return {
        "sheet": layout.sheet,
        "header_row": layout.header_row,
        "mapping": {str(column): name for column, name in layout.mapping.items()},
    }


def _ensure_row_exists(header_row: int | None, sheet: Sheet) -> None:
    last = max([sheet.rows, *(number for number, _row in sheet.first)])
    if header_row is not None and not 0 <= header_row <= last:
        raise NoSuchRow(_("The sheet has no such row."), field="header_row")


def ensure_columns_exist(layout: Layout, sheet: Sheet) -> None:
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
