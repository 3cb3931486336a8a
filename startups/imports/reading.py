"""Spreadsheets of any kind, read by a process of their own with limits on memory and time.

A parser that crashes, or is made to eat all memory, dies there: whoever asked gets a sentence. The
process is given the file's path, an empty environment and nothing else.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from pavilion.core.errors import DomainError
from startups.imports import limits


class Unreadable(DomainError):
    """The file as a whole cannot be read."""

    code = "unreadable"


@dataclass(frozen=True)
class Broken:
    """A cell that shows something in its file, and holds no value."""

    is_error: bool = False


Cell = str | int | float | bool | date | datetime | Broken
Row = tuple[int, list[Cell]]


@dataclass
class Sheet:
    """One sheet by its first rows, numbered as in the file."""

    name: str
    rows: int
    columns: int
    first: list[Row] = field(default_factory=list)
    is_hidden: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "rows": self.rows,
            "columns": self.columns,
            "is_hidden": self.is_hidden,
            "first": [[number, [_packed(cell) for cell in row]] for number, row in self.first],
        }

    @classmethod
    def from_json(cls, told: Any) -> "Sheet":
        first = [(number, [_unpacked(cell) for cell in row]) for number, row in told["first"]]
        return cls(told["name"], told["rows"], told["columns"], first, told["is_hidden"])


def ensure_size(size: int | None) -> None:
    """Before anything is read or stored."""
    if (size or 0) > limits.FILE_BYTES:
        raise Unreadable(
            _(
                "The file has %(size)s MB; %(most)s MB at most are read. A list of start-ups is "
                "far smaller: remove pictures and sheets that are not part of it."
            )
            % {"size": round((size or 0) / 1024**2), "most": limits.FILE_BYTES // 1024**2},
            field="file",
            details={"reason": "size"},
        )


def sheets(file: IO[bytes]) -> list[Sheet]:
    """Every sheet by its first rows."""
    with _read(file) as lines:
        found = [Sheet.from_json(sheet) for sheet in next(lines)["sheets"]]
    if not any(sheet.rows for sheet in found):
        raise _refusal({"refused": "nothing"})
    return found


@contextmanager
def rows(file: IO[bytes], sheet: str) -> Iterator[Iterator[Row]]:
    """The rows of one sheet that are not empty, numbered as in the file."""
    with _read(file, sheet) as lines:
        yield ((number, [_unpacked(cell) for cell in row]) for number, row in lines)


@contextmanager
def _read(file: IO[bytes], *sheet: str) -> Iterator[Iterator[Any]]:
    with tempfile.TemporaryDirectory(prefix="sheet-") as folder:
        source, answer = Path(folder, "sheet"), Path(folder, "answer")
        _copy(file, source)
        with answer.open("wb") as output:
            _run(source, sheet, output)
        with answer.open(encoding="utf-8") as lines:
            told = (json.loads(line) for line in lines)
            yield _checked(told)


def _checked(lines: Iterator[Any]) -> Iterator[Any]:
    for line in lines:
        if isinstance(line, dict) and "refused" in line:
            raise _refusal(line)
        yield line


def _copy(file: IO[bytes], target: Path) -> None:
    file.seek(0)
    left = limits.FILE_BYTES
    with target.open("wb") as copy:
        while piece := file.read(64 * 1024):
            left -= len(piece)
            if left < 0:
                ensure_size(limits.FILE_BYTES + 1024**2)
            copy.write(piece)


def _run(source: Path, sheet: tuple[str, ...], output: IO[bytes]) -> None:
    # Without our settings and secrets; only where Python and our code are.
    environment = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603  # our own module, and a path we made
            [sys.executable, "-X", "utf8", "-m", "startups.imports.child", str(source), *sheet],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            env=environment,
            timeout=limits.WAIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _refusal({"refused": "memory"}) from error
    if done.returncode:
        raise _refusal({"refused": "memory"})


def _packed(cell: Cell) -> Any:
    if isinstance(cell, Broken):
        return {"error" if cell.is_error else "formula": True}
    if isinstance(cell, datetime):
        return {"date": cell.isoformat(" ")}
    return {"date": cell.isoformat()} if isinstance(cell, date) else cell


def _unpacked(cell: Any) -> Cell:
    if not isinstance(cell, dict):
        return cell  # type: ignore[no-any-return]  # JSON's own plain values
    if "date" in cell:
        text = cell["date"]
        return datetime.fromisoformat(text) if " " in text else date.fromisoformat(text)
    return Broken(is_error="error" in cell)


def _refusal(told: dict[str, Any]) -> Unreadable:
    code = told["refused"]
    words = {
        **{name: told.get(name, "") for name in ("row", "sheet")},
        "rows": limits.ROWS,
        "columns": limits.COLUMNS,
        "sheets": limits.SHEETS,
        "lines": limits.CELL_LINES,
    }
    sentences = {
        "empty": _("The file is empty."),
        "nothing": _("The file holds no list: all its sheets are empty."),
        "locked": _(
            "The file is protected by a password. Open it, save it without password, and send it "
            "again."
        ),
        "damaged": _(
            "The file is damaged or is not a spreadsheet. Open it in your spreadsheet program, "
            "save it as XLSX, and send it again."
        ),
        "overlapping": _(
            "The file was made to do harm: its parts overlap. Nothing of it was read."
        ),
        "bomb": _(
            "The file grows far too large when it is unpacked: nothing of it was read. If the list "
            "itself is small, copy its rows to a new file."
        ),
        "entities": _(
            "The file contains definitions that no spreadsheet program writes (XML entities): "
            "nothing of it was read. Open it in your spreadsheet program and save it as XLSX."
        ),
        "memory": _(
            "Reading the file takes too much memory or time. It may have a filled cell very far "
            "down or to the right: copy the rows of your list to a new file."
        ),
        "pdf": _("This is a PDF. Send the spreadsheet it was made from: XLSX, ODS or CSV."),
        "picture": _("This is a picture. Send the spreadsheet itself: XLSX, ODS or CSV."),
        "document": _("This is a text document. Send a spreadsheet: XLSX, ODS or CSV."),
        "archive": _("This is an archive (ZIP). Unpack it and send the spreadsheet in it."),
        "page": _(
            "This is a web page under the name of a spreadsheet. Open it in your spreadsheet "
            "program, save it as XLSX, and send it again."
        ),
        "binary": _("This is not a spreadsheet. Send a file in XLSX, ODS, XLS or CSV."),
        "quotes": _(
            "Row %(row)s: a quotation mark is opened and not closed, so that the rows after it "
            "fall into one cell. Remove it, or save the list as XLSX."
        ),
        "cell": _("A cell holds more text than any spreadsheet program allows."),
        "rows": _("The sheet has more than %(rows)s rows. Cut the list into several files."),
        "columns": _(
            "Row %(row)s has more than %(columns)s columns. Remove those that are not part of the "
            "list."
        ),
        "sheets": _("The file has more than %(sheets)s sheets. Keep the one with the list."),
        "gone": _("The file has no sheet “%(sheet)s”."),
    }
    return Unreadable(sentences[code] % words, field="file", details={"reason": code})
