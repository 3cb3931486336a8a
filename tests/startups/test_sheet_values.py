"""What cells mean, however they are written, and what is said of those that mean nothing."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from stdnum import luhn

from startups.imports import values
from startups.imports.reading import Broken
from startups.imports.values import Standing, Unclean
from startups.imports.values.numbers import multiple_of
from startups.models import Application, Decision, Headcount, Theme
from tests.factories import siret

pytestmark = pytest.mark.django_db
SIRET = siret(1)
# A number that begins with a zero, which spreadsheets drop.
_LOW_SIREN = "05650162" + luhn.calc_check_digit("05650162")
LOW = f"{_LOW_SIREN}0001" + luhn.calc_check_digit(f"{_LOW_SIREN}0001")


@pytest.fixture
def words():
    with translation.override("en"):
        yield values.read_words()


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        ("siret", SIRET, SIRET),
        ("siret", int(SIRET), SIRET),
        ("siret", f"{SIRET[:3]} {SIRET[3:6]} {SIRET[6:9]}\u00a0{SIRET[9:]}", SIRET),
        ("siret", f"{SIRET[:3]}.{SIRET[3:6]}.{SIRET[6:9]}.{SIRET[9:]}", SIRET),
        ("siret", f"{SIRET}.0", SIRET),
        ("siret", f"{SIRET},00", SIRET),
        ("siret", f"{SIRET[0]}.{SIRET[1:]}E+13", SIRET),
        ("siret", f"{SIRET[0]},{SIRET[1:]}E+13", SIRET),
        ("siret", int(LOW), LOW),
        ("siret", f"'{SIRET}", SIRET),
        ("siren", f"{SIRET[:3]} {SIRET[3:6]} {SIRET[6:9]}", SIRET[:9]),
        ("siren", SIRET, SIRET[:9]),
        ("founded_on", date(2021, 3, 12), date(2021, 3, 12)),
        ("founded_on", datetime(2021, 3, 12, 9, 30), date(2021, 3, 12)),  # noqa: DTZ001
        ("founded_on", "12/03/2021", date(2021, 3, 12)),
        ("founded_on", "12.3.21", date(2021, 3, 12)),
        ("founded_on", "31/12/99", date(1999, 12, 31)),
        ("founded_on", "2021-03-12", date(2021, 3, 12)),
        ("founded_on", "2021-03-12 00:00:00", date(2021, 3, 12)),
        ("founded_on", "1er mars 2021", date(2021, 3, 1)),
        ("founded_on", "vendredi 12 août 2022", date(2022, 8, 12)),
        ("founded_on", "12 févr. 2021", date(2021, 2, 12)),
        ("founded_on", "March 12, 2021", date(2021, 3, 12)),
        ("founded_on", 44267, date(2021, 3, 12)),
        ("founded_on", "44267", date(2021, 3, 12)),
        ("headcount_band", 4, "02"),
        ("headcount_band", 0, "00"),
        ("headcount_band", "12", "11"),
        ("headcount_band", "12,5 ETP", "11"),
        ("headcount_band", "3 à 5 salariés", "02"),
        ("headcount_band", "20-49", "12"),
        ("headcount_band", "1 ou 2", "01"),
        ("headcount_band", "250 et plus", "32"),
        ("headcount_band", "02", "02"),
        ("headcount_band", "Aucun salarié", "00"),
        ("revenue", "1 200 000 €", Decimal("1200000.00")),
        ("revenue", "120,5 k€", Decimal("120500.00")),
        ("revenue", "1.200.000,50", Decimal("1200000.50")),
        ("revenue", 120000.5, Decimal("120000.50")),
        ("revenue", 850.125, Decimal("850.12")),
        ("revenue", "850.125", Decimal("850125.00")),
        ("revenue", "1,5 million d’euros", Decimal("1500000.00")),
        ("power_watts", "1.500", 1500),
        ("power_watts", 1.5, 1),
        ("headcount_band", 1.125, "01"),
        ("headcount_band", "1.125 salariés", "32"),
        ("headcount_band", "Sans effectif salarié", "00"),
        ("technical_notes", "'90s", "'90s"),
        ("technical_notes", "'- une table", "- une table"),
        ("postcode", "'01000", "01000"),
        ("postcode", 1000, "01000"),
        ("postcode", "35 000", "35000"),
        ("postcode", "F-75008 CEDEX 08", "75008"),
        ("contact_phone", 612345678, "06 12 34 56 78"),
        ("contact_phone", "+33 (0)6.12.34.56.78", "06 12 34 56 78"),
        ("contact_phone", "0033612345678", "06 12 34 56 78"),
        ("contact_phone", "+32 475 12 34 56", "+32 475 12 34 56"),
        ("contact_email", "Anne Le Goff <mailto:Anne@Elan.example> ;", "Anne@Elan.example"),
        ("contact_email", " anne@elan.example\u200b", "anne@elan.example"),
        ("website", "www.elan.example", "https://www.elan.example"),
        ("website", "HTTP://elan.example/fr", "HTTP://elan.example/fr"),
        ("trl", "TRL 7", 7),
        ("trl", "7/9", 7),
        ("trl", 7, 7),
        ("has_exhibited", "Oui", True),
        ("has_exhibited", "x", True),
        ("has_exhibited", "Non", False),
        ("language", "Anglais", "en"),
        ("power_watts", "1,5 kW", 1500),
        ("heavy_load", "400 kg/m²", 400),
        ("heavy_load", "1,2 t/m2", 1200),
        ("needs_accessible_stand", "oui", True),
        ("wifi_network", " Iroise  stand ", "Iroise stand"),
        ("founders", "3", 3),
        ("pitch_fr", "Deux\r\nlignes", "Deux\nlignes"),
        ("legal_name", "  Élan \n SAS ", "Élan SAS"),
        ("contact_phone", "-", None),
        ("city", "n/a", None),
        ("city", "   ", None),
        ("standing", "Retenue", Standing("selected")),
        ("standing", "Liste d’attente n° 3", Standing("waitlisted", 3)),
        ("standing", "LA", Standing("waitlisted")),
        ("standing", "Non retenue", Standing("rejected")),
        ("standing", "refusé", Standing("rejected")),
        ("standing", "à étudier", None),
        ("standing", "Withdrawn", Standing(status="withdrawn")),
        ("waiting_rank", "n°4", 4),
    ],
)
def test_cells_however_they_are_written(words, name, cell, value):
    assert values.clean(name, cell, words) == value


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("IA", "ai"),
        ("intelligence artificielle", "ai"),
        ("Santé", "health"),
        ("E-santé", "health"),
        ("CLEANTECH", "cleantech"),
        ("cyber", "cyber"),
        ("Cybersécurité", "cyber"),
        ("Smart mobility", "mobility"),
    ],
)
def test_themes_by_code_name_part_or_synonym(words, cell, code):
    assert values.clean("theme", cell, words) == Theme.objects.get(code=code)


@pytest.mark.parametrize(
    ("name", "cell", "start"),
    [
        ("siret", "8.00012345E+13", "the spreadsheet has rounded this number"),
        ("siret", "8,00012E+13", "the spreadsheet has rounded this number"),
        ("siret", SIRET[:9], "a SIRET has 14 digits, and this has 9. This looks like a SIREN"),
        ("siret", SIRET[:-1] + str((int(SIRET[-1]) + 1) % 10), "this SIRET does not exist"),
        ("siren", "123456789", "this is not a SIREN"),
        ("founded_on", "mars 2021", "this is not a full date"),
        ("founded_on", 2021, "this is a year alone"),
        ("founded_on", "31/02/2021", "this day does not exist"),
        ("founded_on", "03/25/2021", "this day does not exist"),
        ("founded_on", "01/01/2999", "this day is in the future"),
        ("headcount_band", date(2030, 5, 3), "the spreadsheet took this band for a date"),
        ("headcount_band", "10-49", "this is neither a number of employees nor one of the bands"),
        ("postcode", "Rennes", "a French postcode has five digits"),
        ("contact_phone", "06", "this is not a telephone number"),
        ("contact_email", "anne@elan", "this is not an e-mail address"),
        ("contact_email", "a@elan.example; b@elan.example", "this holds several e-mail addresses"),
        ("website", "a.example ou b.example", "this holds more than one address"),
        ("trl", "6-7", "a TRL is one whole number"),
        ("theme", "Santé; IA", "this names several themes"),
        ("theme", "Gastronomie", "no such theme. Write one of these:"),
        ("display_name", "x" * 41, "41 characters, 40 at most"),
        ("standing", "En attente", "no such status"),
        ("has_exhibited", "peut-être", "this is neither yes nor no"),
        ("city", Broken(), "the cell holds a formula whose result was not saved"),
        ("city", Broken(is_error=True), "the cell shows an error"),
        ("waiting_rank", "3/20", "a rank is a whole number"),
        ("waiting_rank", 2.5, "a rank is a whole number"),
        ("postcode", 3500.5, "a French postcode has five digits"),
        ("city", "Besan\ufffdon", "letters of this cell are lost"),
        ("women_founders", "beaucoup", "this is not a number of people"),
        ("language", "breton", "the language is French or English"),
        ("revenue", "beaucoup", "this is not an amount in euros"),
    ],
)
def test_reasons_name_what_is_wrong_and_how_to_mend_it(words, name, cell, start):
    with pytest.raises(Unclean) as refusal:
        values.clean(name, cell, words)

    assert str(refusal.value)[: len(start)] == start


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_label_of_every_choice_is_read_back_in_either_language(words, language):
    with translation.override(language):
        told = {
            "headcount_band": [(band.value, str(band.label)) for band in Headcount],
            "language": [(code, str(label)) for code, label in settings.LANGUAGES],
            "has_exhibited": [(True, str(gettext("yes"))), (False, str(gettext("no")))],
            "theme": [(theme, str(theme)) for theme in Theme.objects.all()],
        }
        statuses = [(status, str(status.label)) for status in Application.Status]
        outcomes = [(outcome.value, str(outcome.label)) for outcome in Decision.Outcome]

    for name, pairs in told.items():
        read = [(values.clean(name, label, words), label) for _value, label in pairs]
        assert (name, read) == (name, pairs)
    for status, label in statuses:
        read = values.clean("standing", label, words)
        is_first = status in ("draft", "submitted")
        assert read is None if is_first else status in (read.status, read.outcome)
    for outcome, label in outcomes:
        assert values.clean("standing", label, words) == Standing(outcome)


@pytest.mark.parametrize(
    ("heading", "cell", "value"),
    [
        ("CA (k€)", 350, Decimal("350000.00")),
        ("CA (k€)", "1 250,5", Decimal("1250500.00")),
        ("CA K€", "350 k€", Decimal("350000.00")),
        ("CA en milliers d’euros", "0,5 M€", Decimal("500000.00")),
        ("Turnover (thousands of euros)", 12.5, Decimal("12500.00")),
        ("CA (M€)", 1.25, Decimal("1250000.00")),
        ("CA en millions d'€", "2", Decimal("2000000.00")),
        ("CA 2029 (€)", 350, Decimal("350.00")),
        ("Chiffre d’affaires HT", 350, Decimal("350.00")),
    ],
)
def test_amounts_are_taken_in_the_unit_of_their_heading(words, heading, cell, value):
    words.multiple = multiple_of(heading)

    assert values.clean("revenue", cell, words) == value


def test_amount_in_another_unit_than_its_heading_is_refused(words):
    words.multiple = 1000
    with pytest.raises(Unclean) as refusal:
        values.clean("revenue", "350 000 €", words)

    assert str(refusal.value).startswith("the heading says thousands or millions")
