"""Stands as a table: one line each, headings in French or English, "2,5" or "2.5"."""

import csv
import io

from django.utils.translation import gettext as _

from events.imports import limits
from events.imports.columns import LABELS, NAMES, Refused, field_of, value_of
from events.imports.shapes import Reading, Shape, Unreadable, number_problem, text_of

DIVIDERS = ";\t,|"
LONGEST_CELL = 500


def read_csv(data: bytes) -> Reading:
    text = text_of(data)
    if "\0" in text:
        raise Unreadable(_("This is not a CSV file: save the table as CSV first."), field="file")
    first = next((line for line in text.splitlines() if line.strip()), "")
    divider = max(DIVIDERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=divider, strict=True)
    reading = Reading()
    columns: dict[int, str] | None = None
    read = 0
    try:
        for row in reader:
            read = reader.line_num
            if not any(cell.strip() for cell in row):
                continue
            if columns is None:
                columns = _columns(row, reading)
            else:
                _line(reading, columns, row, read)
    except csv.Error as error:
        raise Unreadable(
            _("Line %(line)s cannot be read: a cell is too long or a quotation mark stays open.")
            # Where it begins: a cell that stays open runs to the end of the file.
            % {"line": read + 1},
            field="file",
        ) from error
    return reading


def _columns(headings: list[str], reading: Reading) -> dict[int, str]:
    found: dict[int, str] = {}
    for index, heading in enumerate(headings[:200]):
        field = field_of(heading)
        if field is None:
            if heading.strip():
                reading.problem(
                    _("Heading “%(name)s”") % {"name": heading.strip()[:40]},
                    _("No column of a plan is called so: it is left out."),
                    is_left_out=False,
                )
        elif field in found.values():
            raise Unreadable(
                _("Two columns hold the same: %(name)s. Keep one of them.")
                % {"name": LABELS[field]},
                field="file",
            )
        else:
            found[index] = field
    if "number" not in found.values():
        raise Unreadable(
            _("No column holds the stands’ numbers: call it “%(french)s” or “%(english)s”.")
            % {"french": NAMES["number"][0][0], "english": NAMES["number"][1][0]},
            field="file",
        )
    return found


def _line(reading: Reading, columns: dict[int, str], row: list[str], line: int) -> None:
    where = _("Line %(line)s") % {"line": line}
    values = {}
    for index, field in columns.items():
        cell = row[index][:LONGEST_CELL] if index < len(row) else ""
        try:
            value = value_of(field, cell)
        except Refused as refusal:
            reading.problem(where, f"{LABELS[field]}: {refusal}")
            return
        if value is not None:
            values[field] = value
    number = values.pop("number", "")
    zone_name = values.pop("zone", "")
    if not number:
        reading.problem(where, _("It has no number: every stand has one."))
    elif sentence := number_problem(number):
        reading.problem(where, sentence)
    elif len(reading.shapes) >= limits.SHAPES:
        raise Unreadable(
            _("The file has more than %(most)s lines: split it, one level each.")
            % {"most": limits.SHAPES},
            field="file",
        )
    else:
        reading.add(Shape(f"{where} · {number}", number, values, zone_name=zone_name))
