"""Who receives somebody's mail and answers for them; what people said of their time."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import translation

from events.models import Region
from meetings.models import Availability, Secretariat
from meetings.operations import (
    EndsBeforeItStarts,
    SecretariatIdle,
    SecretariatKnown,
    add_secretariat,
    change_secretariat,
    note_availability,
    remove_availability,
    remove_secretariat,
)
from pavilion.core.models import ActivityEntry
from tests.factories import OfficeFactory, PersonFactory, organiser
from tests.meetings.conftest import ELEVEN, HALF_PAST_TEN, TEN

pytestmark = pytest.mark.django_db


def log():
    rows = ActivityEntry.objects.order_by("pk").values_list(
        "verb", "region_code", "before", "after"
    )
    return list(rows)


def test_a_secretariat_is_added_changed_and_removed(person):
    manager = organiser("53")

    row = add_secretariat(
        person_id=person.pk, email="cabinet@region.example", name="Cabinet", by=manager
    )
    for _twice in range(2):
        change_secretariat(secretariat_id=row.pk, answers=False, by=manager)
    remove_secretariat(secretariat_id=row.pk, by=manager)

    assert log() == [
        ("person.secretariat_added", "53", {}, {"name": "Cabinet, cabinet@region.example"}),
        ("person.secretariat_changed", "53", {"answers": True}, {"answers": False}),
        ("person.secretariat_removed", "53", {"name": "Cabinet, cabinet@region.example"}, {}),
    ]
    assert not Secretariat.objects.exists()


def test_an_address_is_one_secretariat_of_somebody_whatever_its_capitals(person, office, national):
    add_secretariat(person_id=person.pk, email="cabinet@region.example", by=national)
    # One secretariat may serve several.
    add_secretariat(office_id=office.pk, email="cabinet@region.example", by=national)
    other = add_secretariat(person_id=person.pk, email="autre@region.example", by=national)

    with translation.override("en"), pytest.raises(SecretariatKnown) as refusal:
        add_secretariat(person_id=person.pk, email="Cabinet@Region.example", by=national)
    assert str(refusal.value) == (
        "Cabinet@Region.example is already the address of a secretariat of Maïwenn Kerzoncuff."
    )
    with pytest.raises(SecretariatKnown):
        change_secretariat(secretariat_id=other.pk, email="CABINET@region.example", by=national)


def test_a_secretariat_has_something_to_do(person, national):
    with pytest.raises(SecretariatIdle):
        add_secretariat(
            person_id=person.pk,
            email="x@region.example",
            receives=False,
            answers=False,
            by=national,
        )


def test_secretariats_are_their_teams_to_keep(person, office):
    for by in (organiser("28"), organiser("53", "reader")):
        with pytest.raises(PermissionDenied):
            add_secretariat(person_id=person.pk, email="x@region.example", by=by)
    with pytest.raises(PermissionDenied):
        add_secretariat(office_id=office.pk, email="x@region.example", by=organiser("53"))


def test_what_somebody_said_of_their_time_is_noted_once_and_taken_back(person):
    manager = organiser("53")
    said = {"person_id": person.pk, "starts_at": TEN, "ends_at": HALF_PAST_TEN, "by": manager}

    row = note_availability(**said, source="phone", note="Séance plénière")
    assert note_availability(**said) == row
    remove_availability(availability_id=row.pk, by=manager)

    times = {"starts_at": "2030-06-12T08:00:00Z", "ends_at": "2030-06-12T08:30:00Z"}
    told = {"kind": "busy", "note": "Séance plénière", **times}
    assert log() == [
        ("person.availability_noted", "53", {}, told),
        ("person.availability_removed", "53", told, {}),
    ]
    assert not Availability.objects.exists()


def test_time_runs_forwards(person, national):
    with pytest.raises(EndsBeforeItStarts):
        note_availability(person_id=person.pk, starts_at=TEN, ends_at=TEN, by=national)


def test_an_offices_time_is_noted_by_whoever_heard_of_it_a_persons_by_their_team(office):
    note_availability(
        office_id=office.pk, starts_at=TEN, ends_at=HALF_PAST_TEN, kind="free", by=organiser("53")
    )
    regional = OfficeFactory(region=PersonFactory().region)
    for whose in ({"office_id": regional.pk}, {"person_id": PersonFactory().pk}):
        with pytest.raises(PermissionDenied):
            note_availability(**whose, starts_at=TEN, ends_at=HALF_PAST_TEN, by=organiser("28"))
    with pytest.raises(PermissionDenied):
        note_availability(
            office_id=office.pk, starts_at=TEN, ends_at=HALF_PAST_TEN, by=organiser("53", "reader")
        )


def test_a_region_notes_at_its_desk_what_an_office_outside_said_of_its_time(client, office):
    client.force_login(organiser("53"))
    client.cookies["django_language"] = "en"
    theirs = OfficeFactory(region=Region.objects.get(code="28"))
    note = reverse("admin:meetings_office_note_time", args=[office.pk])
    said = {
        **{"kind": "busy", "source": "phone", "note": "Conseil des ministres"},
        **{"starts_at": "2030-06-12T10:00", "ends_at": "2030-06-12T11:00"},
    }

    page = client.get(reverse("admin:meetings_office_change", args=[office.pk]))
    client.post(note, said)

    assert [str(each["step"].label) for each in page.context["buttons"]] == [
        "Note their availability"
    ]
    [row] = Availability.objects.all()
    assert (row.office, row.starts_at, row.ends_at) == (office, TEN, ELEVEN)
    client.post(
        reverse("admin:meetings_office_take_back_time", args=[office.pk]),
        {"availability": row.pk},
    )
    assert not Availability.objects.exists()
    denied = client.post(reverse("admin:meetings_office_note_time", args=[theirs.pk]), said)
    assert (denied.status_code, Availability.objects.count()) == (403, 0)
