"""CSV as it is really written: marks that are not closed, encodings that are mixed."""

import io

import pytest
from django.utils import translation

from startups.imports import reading
from startups.imports.reading import Unreadable
from tests.startups.test_sheet_reading import rows_of


def refused_row(text: str) -> str:
    with pytest.raises(Unreadable) as refusal:
        reading.sheets(io.BytesIO(text.encode()))
    assert refusal.value.details == {"reason": "quotes"}
    return str(refusal.value).partition(":")[0]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('Nom;Mail;Ville\r\nA;a@a.fr;"Brest\r\nB;b@b.fr;Rennes\r\nC;c@c.fr;Vannes\r\n', "Row 2"),
        ('Nom;Mail;Ville\nA;a@a.fr;Brest\nB;b@b.fr;"Rennes', "Row 3"),
        ('Nom;Mail;Ville\nA;a@a.fr;Brest\nB;b@b.fr;"Rennes\n', "Row 3"),
        # Closed by a mark that means inches, in the middle of a cell or at its end.
        ('N;M;P\nA;a@a.fr;"La belle\nB;b@b.fr;Oui\nC;c@c.fr;5" de large\nD;d@d.fr;ok\n', "Row 2"),
        ('N;M;P\nA;a@a.fr;"La belle\nB;b@b.fr;Oui\nC;c@c.fr;5"\nD;d@d.fr;ok\n', "Row 2"),
        ('N;M;P\nA;a@a.fr;"La belle\nC;c@c.fr;5"\nD;d@d.fr;ok\n', "Row 2"),
        ('N,M,P\nA,a@a.fr,"La belle\nC,c@c.fr,5"\nD,d@d.fr,ok\n', "Row 2"),
        ('N\tM\tP\nA\ta@a.fr\t"La belle\nC\tc@c.fr\t5"\nD\td@d.fr\tok\n', "Row 2"),
        ('N;M\nA;a@a.fr\n"B;b@b.fr\nC";c@c.fr\nD;d@d.fr\n', "Row 3"),
        # Closed by the mark that opens another cell.
        ('N;M;P\nA;a@a.fr;"Brest\n"B";b@b.fr;Oui\n"C";c@c.fr;Non\n', "Row 2"),
        ('sep=;\nN;M;P\nA;a@a.fr;"Brest\n"B";b@b.fr;Oui\n', "Row 3"),
    ],
)
def test_mark_that_swallows_rows_is_refused_with_its_row(text, row):
    with translation.override("en"):
        assert refused_row(text) == row


@pytest.mark.parametrize(
    ("separator", "cell"),
    [
        (";", "Une offre ;\n- rapide ;\n- sûre ; simple ; belle ;\n- et légère."),
        (",", "Nous faisons,\navec 12,5 t, du pain, du vin, et du sel,\net le reste, aussi."),
        ("|", "Deux | trois\nquatre | cinq | six"),
        (";", 'Un écran de 5"\net un "autre" ; le "tout" ici'),
        (";", "Ligne 1\r\n\r\nLigne 3"),
    ],
)
@pytest.mark.parametrize("column", [0, 1, 2])
def test_text_on_several_lines_is_one_cell_whatever_its_marks(separator, cell, column):
    row = ["A", "a@a.fr", "Brest"]
    row[column] = cell
    quoted = ['"' + each.replace('"', '""') + '"' if each == cell else each for each in row]
    lines = ["N", "M", "P"], quoted, ["B", "b@b.fr", "Rennes"]

    assert rows_of("\r\n".join(separator.join(each) for each in lines).encode()) == [
        [1, "N", "M", "P"],
        [2, *row],
        [3, "B", "b@b.fr", "Rennes"],
    ]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850"])
def test_lines_in_two_encodings_are_each_read_in_their_own(mark, encoding):
    utf8 = ["Société;Ville", "Élan;Besançon", "Cœur’d’été;Orléans"]
    other = ["Étoile d’été;Saint-Méloir", "L’école;Bézier"]
    if encoding == "cp850":  # it has no such apostrophe
        other = [line.replace("’", "'") for line in other]
    content = mark + "\n".join(utf8).encode() + b"\n" + "\n".join(other).encode(encoding)

    assert [";".join(row[1:]) for row in rows_of(content)] == utf8 + other


def test_line_in_two_encodings_loses_no_letter():
    content = "Société;Ville\nÉlan;".encode() + "Besançon\n".encode("cp1252")

    assert rows_of(content) == [[1, "Société", "Ville"], [2, "Élan", "Besançon"]]
