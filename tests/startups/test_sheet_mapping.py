"""Which sheet, which row of headings, which field for each column: proposed as regions write."""

import io

import pytest
from django.utils import translation

from startups.imports import mapping, reading
from tests.factories import siret
from tests.startups import sheets

pytestmark = pytest.mark.django_db


def proposed(content: bytes) -> tuple:
    """The sheet, the row of the headings, and the fields by heading."""
    described = reading.sheets(io.BytesIO(content))
    layout = mapping.propose(described)
    sheet = next(each for each in described if each.name == layout.sheet)
    names = {
        column.index: column.heading or column.letters
        for column in mapping.columns(sheet, layout.header_row)
    }
    return layout.sheet, layout.header_row, {names[k]: v for k, v in layout.mapping.items()}


def fields_of(*headings, rows=()) -> dict:
    return proposed(sheets.xlsx(headings, *rows))[2]


def test_headings_below_a_merged_title_empty_lines_and_groups_among_several_sheets():
    content = sheets.xlsx(
        **{
            "Lisez-moi": [["Mode d’emploi"], ["Remplir une ligne par entreprise"]],
            "Candidatures": [
                ["RÉGION BRETAGNE – VIVATECH 2030"],
                [],
                ["Entreprise", "", "", "Contact"],
                ["Raison sociale", "N° SIRET", "CP", "Prénom", "Nom", "Mail"],
                ["Élan", 1, 35000, "Anne", "Le Goff", "anne@elan.example"],
            ],
            "Hôtels": [["Nom", "Ville"], ["Ibis", "Paris"], ["Novotel", "Paris"], ["B", "C"]],
        }
    )

    assert proposed(content) == (
        "Candidatures",
        4,
        {
            "Raison sociale": "legal_name",
            "N° SIRET": "siret",
            "CP": "postcode",
            "Prénom": "contact_first_name",
            "Contact – Nom": "contact_last_name",
            "Mail": "contact_email",
        },
    )


def test_headings_as_regions_write_them():
    assert fields_of(
        *("ENTREPRISE", "Nom de la start-up", "Siren", "Ville", "Code  Postal", "Dép.", "Contact"),
        *("Courriel", "Tél.", "Portable", "Filière", "Effectif (ETP)", "Date de création"),
        *("TRL", "Site", "Présentation", "Présentation (anglais)", "Statut", "Décision", "Motif"),
        *("CA 2029 (€)", "Nombre de fondateurs", "dont femmes", "Besoins techniques"),
    ) == {
        "ENTREPRISE": "legal_name",
        "Nom de la start-up": "display_name",
        "Siren": "siren",
        "Ville": "city",
        "Code Postal": "postcode",
        "Contact": "contact_name",
        "Courriel": "contact_email",
        "Tél.": "contact_phone",
        "Filière": "theme",
        "Effectif (ETP)": "headcount_band",
        "Date de création": "founded_on",
        "TRL": "trl",
        "Site": "website",
        "Présentation": "pitch_fr",
        "Présentation (anglais)": "pitch_en",
        "Décision": "standing",
        "Motif": "decision_reason",
        "CA 2029 (€)": "revenue",
        "Nombre de fondateurs": "founders",
        "dont femmes": "women_founders",
        "Besoins techniques": "technical_notes",
    }


def test_headings_in_english_and_longer_than_they_need_be():
    assert fields_of(
        *("3. Company name *", "Contact person", "E-mail of the contact", "Founding date"),
        *("Number of employees", "Website of the company", "Pitch EN", "Main theme", "Status"),
    ) == {
        "3. Company name *": "legal_name",
        "Contact person": "contact_name",
        "E-mail of the contact": "contact_email",
        "Founding date": "founded_on",
        "Number of employees": "headcount_band",
        "Website of the company": "website",
        "Pitch EN": "pitch_en",
        "Main theme": "theme",
        "Status": "standing",
    }


def test_values_speak_where_headings_say_nothing_or_the_wrong_thing():
    rows = [
        [
            "Élan",
            "anne@elan.example",
            f"{siret(1)[:9]} {siret(1)[9:]}",
            "www.elan.example",
            "35000",
        ],
        ["Ker", "ker@ker.example", siret(2), "https://ker.example", "29200"],
    ]

    assert fields_of("Société", "Contact", "N°", "Colonne 1", "x", rows=rows) == {
        "Société": "legal_name",
        "Contact": "contact_email",
        "N°": "siret",
        "Colonne 1": "website",
        "x": "postcode",
    }


def test_bare_name_is_the_company_s_unless_somebody_s_first_name_stands_beside_it():
    assert fields_of("Nom", "Mail") == {"Nom": "legal_name", "Mail": "contact_email"}
    assert fields_of("Prénom", "Nom", "Mail") == {
        "Prénom": "contact_first_name",
        "Nom": "contact_last_name",
        "Mail": "contact_email",
    }
    assert fields_of("Entreprise", "Nom", "Mail") == {
        "Entreprise": "legal_name",
        "Nom": "contact_name",
        "Mail": "contact_email",
    }


def test_list_without_headings_is_told_by_its_values():
    content = sheets.csv("Élan;anne@elan.example;35000\nKer;ker@ker.example;29200\n")

    assert proposed(content) == ("", 0, {"B": "contact_email", "C": "postcode"})


def test_column_of_reasons_that_comes_back_is_left_out():
    assert fields_of("Motif du refus de la ligne", "Entreprise", "Mail") == {
        "Entreprise": "legal_name",
        "Mail": "contact_email",
    }


def test_merged_parents_are_read_with_the_headings_below_them():
    parents = ["Entreprise", None, None, "Contact", None, None]
    below = ["Nom", "SIRET", "Ville", "Nom", "Prénom", "Mail"]

    assert proposed(
        sheets.xlsx(parents, below, ["Élan", 1, "Brest", "Le Goff", "Anne", "a@a.fr"])
    ) == (
        "Liste",
        2,
        {
            "Entreprise – Nom": "legal_name",
            "SIRET": "siret",
            "Ville": "city",
            "Contact – Nom": "contact_last_name",
            "Prénom": "contact_first_name",
            "Mail": "contact_email",
        },
    )


def test_headings_merged_downwards_stand_beside_those_below_a_parent():
    parents = ["Raison sociale", "SIRET", "Ville", "Contact", None, None]
    below = [None, None, None, "Nom", "Prénom", "Mail"]

    assert proposed(
        sheets.xlsx(parents, below, ["Élan", 1, "Brest", "Le Goff", "Anne", "a@a.fr"])
    ) == (
        "Liste",
        2,
        {
            "Raison sociale": "legal_name",
            "SIRET": "siret",
            "Ville": "city",
            "Contact – Nom": "contact_last_name",
            "Prénom": "contact_first_name",
            "Mail": "contact_email",
        },
    )


def test_of_two_persons_the_contact_is_taken_whole_and_of_two_addresses_the_company_s():
    parents = ["Dirigeant", None, "Contact stand", None, None, "Entreprise", None]
    below = ["Nom", "Mail", "Nom", "Mail", "Adresse", "Raison sociale", "Adresse"]
    _sheet, header_row, found = proposed(sheets.xlsx(parents, below, list("abcdefg")))

    assert (header_row, found) == (
        2,
        {
            "Contact stand – Nom": "contact_name",
            "Contact stand – Mail": "contact_email",
            "Raison sociale": "legal_name",
            "Entreprise – Adresse": "address",
        },
    )


def test_last_name_beside_a_first_name_in_headings_that_both_say_contact():
    assert fields_of("Entreprise", "Nom du contact", "Prénom du contact", "Mail") == {
        "Entreprise": "legal_name",
        "Nom du contact": "contact_last_name",
        "Prénom du contact": "contact_first_name",
        "Mail": "contact_email",
    }


def test_last_year_that_is_over_is_taken_and_its_unit_said(time_machine):
    time_machine.move_to("2030-02-15T10:00:00+01:00", tick=False)
    parents = ["Entreprise", "Chiffre d’affaires (k€)", None, None, None]
    content = sheets.xlsx(
        parents, [None, "2028", "2029", "2031", "Mail"], ["Élan", 1, 2, 3, "a@a.fr"]
    )
    (sheet,) = reading.sheets(io.BytesIO(content))
    with translation.override("en"):
        columns = mapping.columns(sheet, 2)

    assert mapping.propose_for(sheet, 2).mapping == {
        0: "legal_name",
        2: "revenue",
        4: "contact_email",
    }
    assert columns[2].unit == "in thousands of euros: multiplied by 1,000"
    assert fields_of("Entreprise", "CA 2027", "CA 2029", "CA 2030 prévisionnel") == {
        "Entreprise": "legal_name",
        "CA 2029": "revenue",
    }
