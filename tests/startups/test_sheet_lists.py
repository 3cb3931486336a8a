"""Lists as regions keep them: numbered in advance, summed up, with headings on every page."""

import io

import pytest
from django.utils import translation

from startups.models import Application
from startups.operations import importing
from tests import factories as make
from tests.startups import sheets

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def brought_in(*rows) -> list:
    """What became of each row."""
    content = sheets.xlsx(*rows)
    sheet = importing.receive_sheet(
        call_id=make.CallFactory().pk,
        file=io.BytesIO(content),
        file_name="liste.xlsx",
        size=len(content),
        by=None,
    )
    told = importing.compare_sheet(import_id=sheet.pk).report
    if not told["counts"]["refused"]:
        importing.write_sheet(import_id=sheet.pk, by=None)
    return [(row["row"], row["outcome"], *row.get("why", ())) for row in told["rows"]]


def test_rows_about_no_company_are_passed_over_and_told():
    assert brought_in(
        ("Liste des candidats",),
        ("N°", "Raison sociale", "Mail", "Déjà exposant", "CA"),
        (1, "Élan", "a@elan.example", "non", 10),
        (2, None, None, "non", None),
        (3, "-", "n/a", None, None),
        (None, "\u200b", "\u200b"),
        ("N°", "RAISON SOCIALE", "Mail", "Déjà exposant", "CA"),
        ("Liste des candidats",),
        (4, "Total Ouest", "b@total.example", "oui", 20),
        ("Total", None, 2, None, 30),
        (None, "Nombre total : 2", None, None, "=SUM(E3:E9)"),
    ) == [
        (3, "new"),
        (4, "passed_over", "It holds nothing in the columns of the list."),
        (5, "passed_over", "It holds nothing in the columns of the list."),
        (6, "passed_over", "It holds nothing that can be seen."),
        (7, "passed_over", "It repeats the headings."),
        (8, "passed_over", "It repeats the headings."),
        (9, "new"),
        (10, "passed_over", "It sums up the list."),
        (11, "passed_over", "It sums up the list."),
    ]
    names = Application.objects.order_by("pk").values_list("legal_name", flat=True)
    assert list(names) == ["Élan", "Total Ouest"]


def test_amounts_in_thousands_below_a_merged_parent_are_written_in_euros():
    assert brought_in(
        ("Entreprise", None, "Chiffre d’affaires (k€)", None, "Contact", None, None),
        ("Nom", "Ville", "2023", "2024", "Nom", "Prénom", "Mail"),
        ("Élan", "Brest", 100, 350.5, "Le Goff", "Anne", "a@elan.example"),
    ) == [(3, "new")]
    application = Application.objects.get()

    assert (application.legal_name, application.contact_name, application.revenue) == (
        "Élan",
        "Anne Le Goff",
        350500,
    )
