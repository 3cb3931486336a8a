import pytest

from events.imports import Options, Problem, Shape, Unreadable, read
from events.imports.limits import FILE_BYTES


def read_csv(text):
    return read(text.encode() if isinstance(text, str) else text, "csv", Options())


def test_a_french_table_with_semicolons_and_decimal_commas():
    reading = read_csv(
        "\ufeffNuméro;Espace;Type;X (m);Y (m);Largeur (m);Profondeur (m);Rotation (°);"
        "Puissance (W);Écran;Réseau filaire;Accessible;En service\r\n"
        "BRE-01;Bretagne;Table haute;1,5;2;1,25;1,2;-90;1 000;oui;non;oui;oui\r\n"
        "\r\n"
    )

    assert (reading.shapes, reading.problems) == (
        [
            Shape(
                "Line 2 · BRE-01",
                "BRE-01",
                {
                    "kind": "table",
                    "x": 1.5,
                    "y": 2.0,
                    "width": 1.25,
                    "depth": 1.2,
                    "rotation": 270,
                    "power_watts": 1000,
                    "has_screen": True,
                    "has_wired_network": False,
                    "is_accessible": True,
                    "is_open": True,
                },
                zone_name="Bretagne",
            )
        ],
        [],
    )


def test_an_english_table_with_commas_leaves_out_what_it_does_not_know():
    reading = read_csv("number,x,y,colour,power (W)\nA-1,1.5,2,red,\n")

    assert reading.shapes == [Shape("Line 2 · A-1", "A-1", {"x": 1.5, "y": 2.0})]
    assert reading.problems == [
        Problem(
            "Heading “colour”",
            "No column of a plan is called so: it is left out.",
            is_left_out=False,
        )
    ]


def test_what_windows_and_spreadsheets_write_is_read():
    reading = read_csv("N°;écran\n'-7;oui\n".encode("cp1252"))
    assert [(shape.name, shape.values) for shape in reading.shapes] == [
        ("-7", {"has_screen": True})
    ]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("A-1;beside;1;pod;oui", "x (m): “beside” is not a number: write 2.5 or 2,5."),
        ("A-1;1;1;palace;oui", "kind: “palace” is not a kind of stand"),
        ("A-1;1;1;pod;perhaps", "screen: “perhaps” is neither yes nor no."),
        (";1;1;pod;oui", "It has no number: every stand has one."),
        (
            "A-1234567890123;1;1;pod;oui",
            "“A-1234567890123” is too long for a stand’s number: 12 signs at most.",
        ),
        ("..;1;1;pod;oui", "“..” cannot be a stand’s number: it takes letters"),
        ("A/1;1;1;pod;oui", "“A/1” cannot be a stand’s number: it takes letters"),
    ],
)
def test_a_line_that_makes_no_sense_is_left_out_with_its_number_and_how_to_mend_it(line, sentence):
    reading = read_csv(f"numéro;x;y;type;écran\n{line}\nA-2;1;1;pod;oui\n")

    assert [shape.name for shape in reading.shapes] == ["A-2"]
    [problem] = reading.problems
    assert (problem.where, problem.is_left_out) == ("Line 2", True)
    assert problem.sentence.startswith(sentence)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"x;y\n1;2\n", "No column holds the stands’ numbers"),
        (b"number;stand\nA;B\n", "Two columns hold the same: number. Keep one of them."),
        (b"number;x\n\0\0", "This is not a CSV file"),
        (b'number;x\n"' + b"a" * 200_000, "Line 2 cannot be read"),
        (b'number;x\nA1;1\n\n"A2;1\nA3;1\n', "Line 4 cannot be read: a cell is too long or a quot"),
        (b'number;x\n"A1;1\n"A2;1\n', "Line 2 cannot be read: a cell is too long or a quot"),
        (b"number\n" + b"a" * FILE_BYTES, "The file has 1024 kB; 1024 kB at most are read."),
        (
            b"number\n" + b"".join(b"A%d\n" % index for index in range(5_001)),
            "The file has more than 5000 lines: split it, one level each.",
        ),
        (b"number\n", "Nothing in this file is a stand or an area"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_why(data, sentence):
    with pytest.raises(Unreadable) as refusal:
        read_csv(data)
    assert str(refusal.value).startswith(sentence)
