"""Spreadsheets of every kind are read; what would harm is refused with a sentence, unharmed."""

import io
import json
import resource
import struct
import zipfile
from datetime import date

import openpyxl
import pytest

from startups.imports import limits, reading
from startups.imports.reading import Broken, Unreadable
from tests.startups import sheets

LIST = [["Entreprise", "Ville"], ["Élan été", "Évry"]]


def rows_of(content: bytes, sheet: str = "") -> list:
    with reading.rows(io.BytesIO(content), sheet) as rows:
        return [[number, *cells] for number, cells in rows]


def reason_of(content: bytes) -> str:
    with pytest.raises(Unreadable) as refusal:
        reading.sheets(io.BytesIO(content))
    return refusal.value.details["reason"]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "mac_roman", "cp850"]
)
def test_csv_in_any_encoding_and_with_any_separator(separator, encoding):
    content = "".join(separator.join(row) + "\r\n" for row in LIST).encode(encoding)

    assert rows_of(content) == [[1, *LIST[0]], [2, *LIST[1]]]


def test_csv_keeps_breaks_and_separators_inside_quotes_and_numbers_rows_as_programs_do():
    content = 'Nom;Pitch\n\nÉlan;"Deux\nlignes; et ""guillemets"""\n;\n;fin\n'.encode()

    assert rows_of(content) == [
        [1, "Nom", "Pitch"],
        [3, "Élan", 'Deux\nlignes; et "guillemets"'],
        [5, "", "fin"],
    ]


def test_csv_believes_the_line_that_announces_its_separator():
    assert rows_of(b"sep=|\na|b;c;d\n1|2\n") == [[2, "a", "b;c;d"], [3, "1", "2"]]


def test_xlsx_gives_values_days_whole_numbers_and_broken_formulas():
    content = sheets.xlsx(
        [],
        ["", "Nom", 80001234500012, date(2021, 3, 12), 1.5, True, "=1+1", "#N/A"],
    )

    assert rows_of(content, "Liste") == [
        [2, "", "Nom", 80001234500012, date(2021, 3, 12), 1.5, True, Broken(), Broken(True)]
    ]


def test_text_that_looks_like_a_formula_stays_text():
    book = openpyxl.Workbook()
    book.active["A1"] = '=HYPERLINK("http://pirate.example")'
    book.active["A1"].data_type = "s"
    output = io.BytesIO()
    book.save(output)

    assert rows_of(output.getvalue(), "Sheet") == [[1, '=HYPERLINK("http://pirate.example")']]


def test_ods_is_read_like_xlsx():
    content = sheets.ods(["Nom", "SIRET"], ["Élan", 80001234500012])

    assert rows_of(content, "Liste") == [[1, "Nom", "SIRET"], [2, "Élan", 80001234500012]]


def test_every_sheet_is_described_by_its_first_rows():
    content = sheets.xlsx(Notes=[["bonjour"]], Liste=LIST, Vide=[])

    assert [
        (sheet.name, sheet.rows, sheet.columns) for sheet in reading.sheets(io.BytesIO(content))
    ] == [
        ("Notes", 1, 1),
        ("Liste", 2, 2),
        ("Vide", 0, 0),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 ...", "pdf"),
        (b"\x89PNG\r\n\x1a\n....", "picture"),
        (b"<html><table><tr><td>Nom</td></tr></table></html>", "page"),
        (b"{\\rtf1 Liste}", "document"),
        (bytes(range(256)) * 20, "binary"),
        (b"PK\x03\x04" + bytes(200), "damaged"),
        (b'a;b\n"x;y\n' + b"1;2\n" * 300, "quotes"),
        (b";;;\n;;\n", "nothing"),
        (b"a\n" * 20_001, "rows"),
        (b";" * 200 + b"x\n", "columns"),
        (b"a;" + b"b" * 40_000, "cell"),
        (sheets.packed({"word/document.xml": "<a/>"}), "document"),
        (sheets.packed({"liste.csv": "a;b"}), "archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "locked"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_list_is_refused_by_name(content, reason):
    assert reason_of(content) == reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_unread(encoding):
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    honest = zipfile.ZipFile(io.BytesIO(sheets.xlsx(*LIST)))
    parts = {name: honest.read(name) for name in honest.namelist()}
    parts["xl/workbook.xml"] = bomb.encode(encoding)

    assert reason_of(sheets.packed(parts)) == "entities"


def test_zip_bomb_is_refused_by_what_it_really_unpacks_to(monkeypatch):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _megabyte in range(210):
                part.write(bytes(1024 * 1024))
    content = bytearray(output.getvalue())
    assert len(content) < 300_000
    # It declares one byte: what an archive says of itself is not believed.
    central = content.rindex(b"PK\x01\x02")
    content[central + 24 : central + 28] = struct.pack("<I", 1)

    assert reason_of(bytes(content)) == "bomb"


def test_archive_whose_parts_lie_over_each_other_is_refused():
    content = sheets.packed({"xl/workbook.xml": "<a/>", "xl/other.xml": "<b/>"})
    copy = bytearray(content)
    second = copy.rindex(b"PK\x01\x02")
    copy[second + 42 : second + 46] = struct.pack("<I", 0)

    assert reason_of(bytes(copy)) == "overlapping"


def test_cell_at_the_end_of_the_sheet_costs_the_reader_its_life_and_nobody_else_theirs():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "a", "b"
    output = io.BytesIO()
    book.save(output)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert reason_of(output.getvalue()) == "memory"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_list_of_fifty_megabytes_is_refused_before_it_is_read():
    with pytest.raises(Unreadable) as refusal:
        reading.ensure_size(50 * 1024 * 1024)

    assert refusal.value.details == {"reason": "size"}


def test_list_that_grows_while_it_is_copied_is_refused_at_the_limit():
    class Endless(io.RawIOBase):
        given = 0

        def seek(self, *args):
            return 0

        def read(self, size=-1):
            self.given += size
            return b"x" * size

    endless = Endless()
    with pytest.raises(Unreadable):
        reading.sheets(endless)
    assert endless.given <= limits.FILE_BYTES + 128 * 1024


def one_text_everywhere(length: int) -> bytes:
    """A small file: 4,400 cells that refer to one shared text."""
    return sheets.xlsx([f"c{column}" for column in range(200)], *[["é" * length] * 200] * 22)


def test_long_texts_are_cut_where_a_sheet_is_only_described():
    content = one_text_everywhere(3000)

    (sheet,) = reading.sheets(io.BytesIO(content))

    assert (len(content) < 500_000, sheet.rows, sheet.columns) == (True, 23, 200)
    assert len(json.dumps(sheet.as_json())) <= limits.DESCRIPTION_BYTES + 200
    assert sheet.first[0] == (1, [f"c{column}" for column in range(200)])
    assert len(rows_of(content, "Liste")[22][1]) == 3000


def test_text_that_is_repeated_beyond_measure_is_refused_at_little_cost():
    content = one_text_everywhere(32_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert (len(content) < 500_000, reason_of(content)) == (True, "bomb")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000
