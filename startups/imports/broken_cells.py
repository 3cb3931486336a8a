"""Formulas that were saved without their result, and results that are errors.

The reader gives both as empty cells. An empty cell means "nothing to say", so a formula nobody
calculated would be lost without a word: this finds them, by row and column counted from 1.
"""

import zipfile
from typing import BinaryIO
from xml.parsers import expat

from startups.imports.refusing import Refused

FORMULA, ERROR = "formula", "error"
# Rows and columns may be repeated by a million; beyond the limits nobody looks.
_FARTHEST = 1_100_000
Broken = dict[tuple[int, int], str]


def in_workbook(file: BinaryIO, sheet: str) -> Broken:
    """Of an XLSX file. Sheets are found by name through the workbook's own list of parts."""
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" not in names:
            return {}
        sheets = _SheetNames()
        sheets.read(archive.read("xl/workbook.xml"))
        relations = _Relations()
        if "xl/_rels/workbook.xml.rels" in names:
            relations.read(archive.read("xl/_rels/workbook.xml.rels"))
        target = relations.targets.get(sheets.relations.get(sheet, ""), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part not in names:
            return {}
        content = archive.read(part)
    if b"<f" not in content and b't="e"' not in content and b":f" not in content:
        return {}
    cells = _ExcelCells()
    cells.read(content)
    return cells.broken


def in_document(file: BinaryIO, sheet: str) -> Broken:
    """Of an ODS file."""
    with zipfile.ZipFile(file) as archive:
        content = archive.read("content.xml")
    if b"formula=" not in content:
        return {}
    cells = _OpenCells(sheet)
    cells.read(content)
    return cells.broken


class _Reader:
    """Reads XML as a stream; no document type, hence no entity, gets through."""

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            parser.Parse(content, True)
        except expat.ExpatError as error:
            raise Refused("damaged") from error

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...

    def _refuse(self, *args: object) -> None:
        raise Refused("entities")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _SheetNames(_Reader):
    def __init__(self) -> None:
        self.relations: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "sheet":
            key = next((value for at, value in attributes.items() if _local(at) == "id"), "")
            self.relations[attributes.get("name", "")] = key


class _Relations(_Reader):
    def __init__(self) -> None:
        self.targets: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "Relationship":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")


class _ExcelCells(_Reader):
    def __init__(self) -> None:
        self.broken: Broken = {}
        self.row = self.column = 0
        self.kind = ""
        self.has_formula = self.has_value = self.is_in_value = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "row":
            self.row = int(attributes["r"]) if attributes.get("r", "").isdigit() else self.row + 1
            self.column = 0
        elif local == "c":
            letters = "".join(sign for sign in attributes.get("r", "") if sign.isalpha())
            self.column = _column(letters) if letters else self.column + 1
            self.kind = attributes.get("t", "")
            self.has_formula = self.has_value = False
        elif local == "f":
            self.has_formula = True
        elif local in ("v", "t"):
            self.is_in_value = True

    def text(self, text: str) -> None:
        if self.is_in_value and text:
            self.has_value = True

    def end(self, name: str) -> None:
        local = _local(name)
        if local in ("v", "t"):
            self.is_in_value = False
        elif local == "c":
            if self.kind == "e":
                self.broken[self.row, self.column] = ERROR
            # A formula whose result is an empty text is kept with the kind of its result.
            elif self.has_formula and not self.has_value and self.kind != "str":
                self.broken[self.row, self.column] = FORMULA


class _OpenCells(_Reader):
    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.broken: Broken = {}
        self.is_here = False
        self.row = self.column = 0
        self.repeat = 1

    def start(self, name: str, attributes: dict[str, str]) -> None:
        values = {_local(at): value for at, value in attributes.items()}
        local = _local(name)
        if local == "table":
            self.is_here = values.get("name") == self.sheet
            self.row, self.repeat = 0, 1
        elif not self.is_here:
            return
        elif local == "table-row":
            self.row += self.repeat
            self.repeat = _times(values.get("number-rows-repeated"))
            self.column = 1
        elif local in ("table-cell", "covered-table-cell"):
            if "formula" in values and not values.get("value-type"):
                self.broken[self.row or 1, self.column] = FORMULA
            self.column += _times(values.get("number-columns-repeated"))

    def end(self, name: str) -> None:
        if _local(name) == "table":
            self.is_here = False


def _times(text: str | None) -> int:
    return min(int(text), _FARTHEST) if text and text.isdigit() else 1


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper()[:4]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
