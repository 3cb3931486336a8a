"""What the mail says that tells an exhibitor its stand, word by word, in both languages."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from events.models import HalfDay
from pavilion.core.models import OutboxMessage
from startups import operations, summary
from startups.models import Allocation
from tests.factories import AllocationFactory, DayFactory, HalfDayFactory
from tests.startups.fair import exhibitor, participation_of, stand

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(datetime(2030, 5, 20, 7, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def half_days():
    """Thursday 13 and Friday 14 June, morning and afternoon."""
    days = [DayFactory(date=date(2030, 6, number)) for number in (13, 14)]
    return [HalfDayFactory(day=day, part=part) for day in days for part in HalfDay.Part]


@pytest.fixture
def armor(half_days):
    return exhibitor("Armor", contact_name="Camille Le Goff")


def give(who, cells):
    Allocation.objects.filter(exhibitor=who).delete()
    for half_day, where in cells:
        AllocationFactory(exhibitor=who, stand=where, half_day=half_day)


def announce(note=""):
    OutboxMessage.objects.all().delete()
    operations.announce_plan(participation_id=participation_of("53").pk, by=None, note=note)
    return OutboxMessage.objects.get()


def in_english(who):
    who.application.language = "en"
    who.application.save()


def page_of(who):
    return f"http://testserver{who.application.get_absolute_url()}"


def told(mail):
    """The lines between the greeting and the links."""
    lines = mail.body.splitlines()
    start, end = 2, next(number for number, line in enumerate(lines) if line.startswith("http"))
    return [line for line in lines[start : end - 1] if line]


def test_the_first_announcement_in_french(armor, half_days):
    a12 = stand("A12")
    give(armor, [(half_day, a12) for half_day in half_days[:3]])

    mail = announce("Badges à retirer au comptoir.")

    assert (mail.language, mail.region_code, mail.recipient) == (
        "fr",
        "53",
        armor.application.contact_email,
    )
    assert mail.subject == "Votre stand à VivaTech 2030 : A12, jeu. 13, ven. 14 matin"
    assert mail.expires_at == half_days[2].ends_at
    assert (
        mail.body
        == f"""\
Bonjour Camille Le Goff,

Bretagne annonce son plan pour VivaTech 2030. Voici votre stand\u00a0:

Stand A12
– Jeudi 13 juin, matin et après-midi (9\u00a0h – 18\u00a0h)
– Vendredi 14 juin, matin (9\u00a0h – 13\u00a0h)

Un mot de la région\u00a0:
Badges à retirer au comptoir.

Votre stand, son plan, vos voisins, et ceux qui vous précèdent et vous suivent\u00a0:
{page_of(armor)}stand/

Vos demi-journées dans votre propre agenda, qui se met à jour de lui-même\u00a0:
{page_of(armor)}stand/#calendar

Votre candidature, sur sa page privée\u00a0:
{page_of(armor)}
Quiconque possède ce lien agit au nom de votre entreprise\u00a0: ne le confiez qu’à des \
collègues de confiance.

Référence\u00a0: {summary.reference(armor.application)}
Questions\u00a0: appel@region.example

L’équipe du pavillon à VivaTech 2030 (Bretagne)
"""
    )


def test_a_move_in_french_is_said_in_the_subject(armor, half_days):
    a12, b03 = stand("A12"), stand("B03")
    give(armor, [(half_day, a12) for half_day in half_days])
    announce()

    give(armor, [*((one, a12) for one in half_days[:2]), *((one, b03) for one in half_days[2:])])
    mail = announce()

    assert mail.subject == (
        "VivaTech 2030 : vous passez du stand A12 au stand B03 le vendredi 14 juin"
    )
    assert told(mail) == [
        "Bretagne annonce un nouveau plan pour VivaTech 2030. Voici ce qui change pour vous\u00a0:",
        "– Vous passez du stand A12 au stand B03 le vendredi 14 juin.",
        "Vous avez désormais\u00a0:",
        "Stand A12",
        "– Jeudi 13 juin, matin et après-midi (9\u00a0h – 18\u00a0h)",
        "Stand B03",
        "– Vendredi 14 juin, matin et après-midi (9\u00a0h – 18\u00a0h)",
    ]


def test_moved_gained_and_lost_in_english(armor, half_days):
    in_english(armor)
    a12, b03 = stand("A12"), stand("B03")
    give(armor, [(half_days[0], a12), (half_days[1], a12)])
    announce()

    give(armor, [(half_days[0], b03), (half_days[2], b03), (half_days[3], b03)])
    mail = announce()

    assert (mail.language, mail.subject) == (
        "en",
        "Your stand at VivaTech 2030 changes: B03, Thu 13 morning, Fri 14",
    )
    assert told(mail)[:6] == [
        "Bretagne announces a new plan for VivaTech 2030. This changes for you:",
        "– You move from stand A12 to stand B03 on Thursday 13 June in the morning.",
        "– You also get stand B03 on Friday 14 June.",
        "– You no longer have stand A12 on Thursday 13 June in the afternoon.",
        "You have from now on:",
        "Stand B03",
    ]


def test_who_has_no_stand_any_more_is_told_so(armor, half_days):
    give(armor, [(half_days[0], stand("A12"))])
    announce()

    give(armor, [])
    mail = announce()

    assert mail.subject == "VivaTech 2030 : plus aucun stand ne vous est annoncé"
    assert told(mail)[1:3] == [
        "– Vous n’avez plus le stand A12 le jeudi 13 juin au matin.",
        "Plus aucun stand ne vous est annoncé. Si vous ne vous y attendiez pas, écrivez à "
        "l’équipe.",
    ]


def test_a_percent_in_the_name_of_an_edition_breaks_no_subject(armor, half_days):
    edition = armor.participation.edition
    edition.name = "Salon 100 %"
    edition.save()
    give(armor, [(half_days[0], stand("A12"))])

    assert announce().subject == "Votre stand à Salon 100 % 2030 : A12, jeu. 13 matin"
