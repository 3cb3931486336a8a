"""Mail that came back is said on the file of whoever it was for."""

from datetime import UTC, datetime

import pytest

from meetings.models import Person, Secretariat
from meetings.operations import change_office, change_secretariat, remove_secretariat
from pavilion.core.models import OutboxMessage
from pavilion.core.returned import note_bounce
from tests.factories import OfficeFactory, PersonFactory

pytestmark = pytest.mark.django_db

AT = datetime(2030, 5, 20, 7, 0, tzinfo=UTC)


def returned(address: str) -> None:
    message = OutboxMessage.objects.create(
        kind="meetings.invitation",
        recipient=address,
        language="fr",
        state="sent",
        sent_at=AT,
        message_id=f"<{address}>",
    )
    note_bounce(message=message, reason="550 5.1.1\n no such user", at=AT)


def failures() -> list[tuple[str, datetime | None, str]]:
    rows = Person.objects.order_by("pk")
    return list(rows.values_list("last_name", "mail_failed_at", "mail_failure"))


def test_mail_to_a_person_marks_their_file_and_nobody_elses():
    PersonFactory(last_name="Le Goff", email="Marie@region.example")
    PersonFactory(last_name="Kermarrec", email="jean@region.example")

    returned("marie@region.example")

    why = "marie@region.example: 550 5.1.1 no such user"
    assert failures() == [("Le Goff", AT, why), ("Kermarrec", None, "")]


def test_mail_to_a_secretariat_marks_whoever_is_written_to_through_it():
    minister = PersonFactory(last_name="Le Goff", email="marie@region.example")
    Secretariat.objects.create(person=minister, email="cabinet@region.example")

    returned("cabinet@region.example")

    why = "cabinet@region.example: 550 5.1.1 no such user"
    assert failures() == [("Le Goff", AT, why)]


@pytest.mark.parametrize("mend", ["change", "remove"])
@pytest.mark.parametrize("whose", ["person", "office"])
def test_address_that_is_written_to_no_more_leaves_no_mark(whose, mend):
    principal = PersonFactory() if whose == "person" else OfficeFactory()
    theirs = Secretariat.objects.create(**{whose: principal}, email="Cabinet@region.example")
    returned("cabinet@region.example")
    principal.refresh_from_db()
    assert principal.mail_failure == "cabinet@region.example: 550 5.1.1 no such user"

    if mend == "change":
        change_secretariat(secretariat_id=theirs.pk, by=None, email="autre@region.example")
    else:
        remove_secretariat(secretariat_id=theirs.pk, by=None)

    principal.refresh_from_db()
    assert (principal.mail_failed_at, principal.mail_failure) == (None, "")


def test_new_address_of_an_office_takes_the_mark_away():
    office = OfficeFactory(email="cabinet@ministere.example")
    returned("cabinet@ministere.example")

    office = change_office(office_id=office.pk, by=None, email="autre@ministere.example")

    office.refresh_from_db()
    assert (office.mail_failed_at, office.mail_failure) == (None, "")
