"""Rows as spreadsheets: what programs read again, and what none of them calculates."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.utils import translation

from pavilion.core.tables import Column, neutral, write_csv, write_xlsx


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+33 2 98 00 00 00",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\u00a0=1",
        "\u200b=1",
        "\ufeff=1",
        "\x00=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "﹢1",
        "﹣1",
        "﹦1",
        "﹫x",
    ],
)
def test_what_a_program_might_calculate_is_led_by_an_apostrophe(text):
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", " ", "Algovital", "a=1", "12", "’=1", "’", "'=1", "(=1)"])
def test_other_text_stays_as_it_is(text):
    assert neutral(text) == text


VALUES = [
    "=HYPERLINK(1)",
    -5,
    Decimal("12.50"),
    True,
    None,
    date(2030, 2, 10),
    datetime(2030, 2, 10, 12, 30, tzinfo=UTC),
    ["a", "b"],
    "35000",
    'Dit « oui » ; "non"\nfin',
]
COLUMNS = [
    Column("=Titre" if number == 0 else f"C{number}", lambda row, number=number: row[number])
    for number in range(len(VALUES))
]


def test_french_readers_get_semicolons_commas_and_their_dates():
    out = io.BytesIO()
    with translation.override("fr"):
        assert write_csv(out, COLUMNS, [VALUES]) == 1
    assert out.getvalue().decode("utf-8") == (
        "\ufeff'=Titre;C1;C2;C3;C4;C5;C6;C7;C8;C9\r\n"
        "'=HYPERLINK(1);-5;12,50;oui;;10/02/2030;10/02/2030 13:30;a, b;35000;"
        '"Dit « oui » ; ""non""\nfin"\r\n'
    )


def test_english_readers_get_commas_points_and_dates_that_sort():
    out = io.BytesIO()
    with translation.override("en"):
        write_csv(out, COLUMNS[:7], [VALUES])
    assert out.getvalue().decode("utf-8").split("\r\n")[1] == (
        "'=HYPERLINK(1),-5,12.50,yes,,2030-02-10,2030-02-10 13:30"
    )


def test_a_workbook_keeps_numbers_and_dates_and_freezes_its_headings():
    out = io.BytesIO()
    with translation.override("fr"):
        assert write_xlsx(out, "Liste: tout/rien?", COLUMNS, [VALUES, VALUES]) == 2

    book = openpyxl.load_workbook(io.BytesIO(out.getvalue()))
    sheet = book.active
    _headings, first, _second = sheet.iter_rows()
    assert (sheet.title, sheet.freeze_panes) == ("Liste  tout rien ", "A2")
    assert [cell.value for cell in first] == [
        "'=HYPERLINK(1)",
        -5,
        12.5,
        "oui",
        None,
        datetime.fromisoformat("2030-02-10"),
        datetime.fromisoformat("2030-02-10T13:30"),
        "a, b",
        "35000",
        'Dit « oui » ; "non"\nfin',
    ]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert kinds == {"s", "inlineStr", "n", "d"}  # no formula
    assert sheet.column_dimensions["A"].width == 18


def test_a_workbook_takes_any_text_people_type():
    out = io.BytesIO()
    write_xlsx(out, "", [Column("x", lambda row: row)], ["a\x0bb\ud800c", "é" * 40_000, "=\x01"])
    sheet = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active
    assert [cell.value for (cell,) in sheet.iter_rows(min_row=2)] == ["abc", "é" * 32_767, "'="]
