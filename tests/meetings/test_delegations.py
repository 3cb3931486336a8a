"""Who comes together: heads, members, substitutes in their order; and what is kept of each."""

from datetime import UTC, date, datetime, time

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from events.models import Region
from meetings.models import Delegate
from meetings.operations import (
    AlreadyInDelegation,
    HeadTaken,
    HoursBackwards,
    NameTaken,
    NeedsEndMissing,
    NotInDelegation,
    ReasonMissing,
    add_delegate,
    change_delegate,
    change_delegation,
    change_office,
    change_person,
    create_delegation,
    erase_expired_needs,
    remove_delegate,
)
from pavilion.core.models import ActivityEntry
from tests.factories import DelegationFactory, ParticipationFactory, PersonFactory, organiser
from tests.meetings.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(db):
    return organiser("53")


@pytest.fixture
def delegation(edition):
    return DelegationFactory(participation=ParticipationFactory(), name_fr="Bretagne")


def bring(delegation, by, **fields):
    person = fields.pop("person", None) or PersonFactory()
    return add_delegate(delegation_id=delegation.pk, person_id=person.pk, by=by, **fields)


def places(delegation):
    rows = delegation.delegates.order_by("pk")
    return list(rows.values_list("role", "rank", "stands_in_for", "keeps_rank"))


def test_substitutes_are_ranked_for_somebody_or_for_anybody(delegation, manager):
    head = bring(delegation, manager, role="head")
    bring(delegation, manager, role="substitute", stands_in_for=head.person, keeps_rank=True)
    bring(delegation, manager, role="substitute")
    bring(delegation, manager, role="staff", rank=4, keeps_rank=True)

    assert places(delegation) == [
        ("head", None, None, False),
        ("substitute", 1, head.person_id, True),
        ("substitute", 2, None, False),
        ("staff", None, None, False),
    ]


def test_a_substitute_who_becomes_a_member_has_no_rank_any_more(delegation, manager):
    row = bring(delegation, manager, role="substitute", keeps_rank=True)

    for _twice in range(2):
        change_delegate(delegate_id=row.pk, role="member", by=manager)

    assert places(delegation) == [("member", None, None, False)]
    entry = ActivityEntry.objects.get(verb="delegation.delegate_changed")
    name = str(row.person)
    assert (entry.before, entry.after) == (
        {
            "name": name,
            "role": "substitute",
            "rank": 1,
            "stands_in_for": "",
            "keeps_rank": True,
        },
        {"name": name, "role": "member"},
    )


def test_a_delegation_has_one_head_who_is_named(delegation, manager):
    bring(delegation, manager, role="head", person=PersonFactory(last_name="Aubry"))
    member = bring(delegation, manager)

    with translation.override("en"), pytest.raises(HeadTaken) as refusal:
        change_delegate(delegate_id=member.pk, role="head", by=manager)
    assert str(refusal.value) == (
        "Maïwenn Aubry is the head of “Bretagne”: give them another role first."
    )


def test_one_comes_once_and_stands_in_for_a_member(delegation, manager):
    member = bring(delegation, manager)

    with pytest.raises(AlreadyInDelegation):
        bring(delegation, manager, person=member.person)
    with pytest.raises(NotInDelegation):
        bring(delegation, manager, role="substitute", stands_in_for=PersonFactory())


def test_who_stood_in_for_somebody_removed_stands_in_for_anybody(delegation, manager):
    member = bring(delegation, manager)
    bring(delegation, manager, role="substitute", stands_in_for=member.person)

    remove_delegate(delegate_id=member.pk, by=manager)

    assert places(delegation) == [("substitute", 1, None, False)]


def test_a_regions_people_are_its_own_to_bring(delegation, manager):
    with pytest.raises(PermissionDenied):
        bring(delegation, manager, person=PersonFactory(region=Region.objects.get(code="75")))
    for by in (organiser("75"), organiser("53", "reader")):
        with pytest.raises(PermissionDenied):
            bring(delegation, by)
        with pytest.raises(PermissionDenied):
            change_delegation(delegation_id=delegation.pk, name_fr="Autre", by=by)


def test_a_delegation_is_renamed_to_a_name_nobody_has(delegation, manager):
    DelegationFactory(edition=delegation.edition, name_fr="Normandie")

    assert change_delegation(delegation_id=delegation.pk, name_fr="Breizh", by=manager).name == (
        "Breizh"
    )
    with pytest.raises(NameTaken):
        change_delegation(delegation_id=delegation.pk, name_fr="Normandie", by=manager)


def test_substitutes_written_down_with_the_delegation_are_asked_in_that_order(edition, national):
    people = PersonFactory.create_batch(3)
    roles = dict(
        zip([each.pk for each in people], ["head", "substitute", "substitute"], strict=True)
    )

    delegation = create_delegation(edition=edition, name_fr="Nous", roles=roles, by=national)

    assert [(role, rank) for role, rank, _who, _keeps in places(delegation)] == [
        ("head", None),
        ("substitute", 1),
        ("substitute", 2),
    ]
    assert Delegate.objects.count() == 3


def test_special_needs_have_an_end_and_leave_no_word_in_the_log(person, manager):
    with pytest.raises(NeedsEndMissing):
        change_person(person_id=person.pk, needs_note="Fauteuil roulant", by=manager)
    change_person(
        person_id=person.pk,
        needs_note="Fauteuil roulant",
        needs_note_until=date(2030, 6, 20),
        by=manager,
    )

    entry = ActivityEntry.objects.get()
    assert (entry.before, entry.after) == (
        {"needs_note": "", "needs_note_until": None},
        {"needs_note": "…", "needs_note_until": "2030-06-20"},
    )
    assert erase_expired_needs(now=NOW) == 0
    for erased in (1, 0):
        assert erase_expired_needs(now=datetime(2030, 6, 19, 22, 30, tzinfo=UTC)) == erased
    person.refresh_from_db()
    assert (person.needs_note, person.needs_note_until) == ("", None)
    last = ActivityEntry.objects.latest("pk")
    assert (last.verb, last.region_code, last.before, last.after) == (
        "person.needs_erased",
        "53",
        {},
        {},
    )


def test_emptied_needs_keep_no_date(person, manager):
    until = date(2030, 6, 20)
    change_person(person_id=person.pk, needs_note="Sans gluten", needs_note_until=until, by=manager)

    change_person(person_id=person.pk, needs_note="", by=manager)

    person.refresh_from_db()
    assert person.needs_note_until is None


def test_a_day_of_work_runs_forwards(person, manager):
    with pytest.raises(HoursBackwards):
        change_person(person_id=person.pk, works_from=time(18), works_until=time(9), by=manager)


def test_a_new_address_is_no_longer_one_from_which_mail_came_back(person, manager):
    person.mail_failed_at, person.mail_failure = NOW, "550 no such user"
    person.save()

    change_person(person_id=person.pk, email="nouvelle@region.example", by=manager)

    person.refresh_from_db()
    assert (person.mail_failed_at, person.mail_failure) == (None, "")


def test_a_rank_of_precedence_changes_for_a_reason(office, national):
    with pytest.raises(ReasonMissing):
        change_office(office_id=office.pk, precedence=8, by=national)
    change_office(office_id=office.pk, precedence=8, reason="Décret du 3 mai", by=national)

    entry = ActivityEntry.objects.get()
    assert (entry.verb, entry.reason, entry.before, entry.after) == (
        "office.changed",
        "Décret du 3 mai",
        {"precedence": 100},
        {"precedence": 8},
    )
