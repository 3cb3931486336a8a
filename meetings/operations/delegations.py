"""Who comes together: a delegation's head, members, staff, and its substitutes in their order."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from events.models import Edition, Participation
from meetings.models import Delegate, Delegation, Person
from pavilion.core import activity, changes
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User

DELEGATION_FIELDS = frozenset({"name_fr", "name_en"})
DELEGATE_FIELDS = frozenset({"role", "rank", "stands_in_for", "keeps_rank"})
SUBSTITUTE = Delegate.Role.SUBSTITUTE


class NameTaken(DomainError):
    code = "name_taken"


class AlreadyInDelegation(DomainError):
    code = "already_in_delegation"


class HeadTaken(DomainError):
    code = "head_taken"


class NotInDelegation(DomainError):
    code = "not_in_delegation"


def create_delegation(
    *,
    edition: Edition,
    name_fr: str,
    by: User | None,
    name_en: str = "",
    participation: Participation | None = None,
    roles: Mapping[int, str] | None = None,
) -> Delegation:
    """Write down who comes together; `roles` gives each person (by key) their role in it.

    A region's manager brings their own people: those of others are the national team's to bring.
    Substitutes are asked in the order given.
    """
    region_code = participation.region_id if participation else ""
    ensure_manages(by, region_code)
    with transaction.atomic():
        delegation = Delegation(
            edition=edition, participation=participation, name_fr=name_fr, name_en=name_en
        )
        _save(delegation)
        people = Person.objects.in_bulk(list(roles or {}))
        for person in people.values():
            ensure_manages(by, person.region_id)
        substitutes = [pk for pk, role in (roles or {}).items() if role == SUBSTITUTE]
        Delegate.objects.bulk_create(
            Delegate(
                delegation=delegation,
                person=people[pk],
                role=role,
                rank=substitutes.index(pk) + 1 if role == SUBSTITUTE else None,
            )
            for pk, role in (roles or {}).items()
        )
        activity.record(
            by=by,
            verb="delegation.created",
            target=delegation,
            region_code=region_code,
            after={"members": [str(person) for person in people.values()]},
        )
    return delegation


def change_delegation(*, delegation_id: int, by: User | None, **fields: Any) -> Delegation:
    """Change its name; its edition and its region are what it is."""
    values = changes.clean(Delegation, fields, allowed=DELEGATION_FIELDS)
    with transaction.atomic():
        delegation = _lock(delegation_id, by)
        before, after = changes.assign(delegation, values)
        if after:
            _save(delegation, list(after))
            _record(delegation, "delegation.changed", by, before=before, after=after)
    return delegation


def add_delegate(
    *,
    delegation_id: int,
    person_id: int,
    by: User | None,
    role: str = Delegate.Role.MEMBER,
    rank: int | None = None,
    stands_in_for: Person | None = None,
    keeps_rank: bool = False,
) -> Delegate:
    """Bring one more. A substitute without a rank is asked last."""
    with transaction.atomic():
        delegation = _lock(delegation_id, by)
        person = Person.objects.get(pk=person_id)
        # People of another region, or of none: the national team's to bring in.
        ensure_manages(by, person.region_id)
        if delegation.delegates.filter(person=person).exists():
            words = {"person": person, "delegation": delegation}
            raise AlreadyInDelegation(
                _("%(person)s is already in “%(delegation)s”.") % words, field="person"
            )
        delegate = Delegate(
            delegation=delegation,
            person=person,
            role=role,
            rank=rank,
            stands_in_for=stands_in_for,
            keeps_rank=keeps_rank,
        )
        _settle(delegate)
        delegate.save()
        _record(delegation, "delegation.delegate_added", by, after=_told(delegate))
    return delegate


def change_delegate(*, delegate_id: int, by: User | None, **fields: Any) -> Delegate:
    """Change their role or, of a substitute, whom they are asked for and in which order."""
    values = changes.clean(Delegate, fields, allowed=DELEGATE_FIELDS)
    with transaction.atomic():
        delegate = _lock_delegate(delegate_id, by)
        was = _told(delegate)
        for name, value in values.items():
            setattr(delegate, name, value)
        _settle(delegate)
        now = _told(delegate)
        if now != was:
            delegate.save(update_fields=sorted(DELEGATE_FIELDS))
            _record(delegate.delegation, "delegation.delegate_changed", by, before=was, after=now)
    return delegate


def remove_delegate(*, delegate_id: int, by: User | None) -> None:
    """They no longer come with it; meetings at which they are expected stay as they are.

    Whoever stood in for them alone stands in for anybody from now on.
    """
    with transaction.atomic():
        delegate = _lock_delegate(delegate_id, by)
        delegation = delegate.delegation
        delegation.delegates.filter(stands_in_for=delegate.person).update(stands_in_for=None)
        _record(delegation, "delegation.delegate_removed", by, before=_told(delegate))
        delegate.delete()


def _lock(delegation_id: int, by: User | None) -> Delegation:
    delegation = (
        Delegation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("participation")
        .get(pk=delegation_id)
    )
    ensure_manages(by, _region_code(delegation))
    return delegation


def _lock_delegate(delegate_id: int, by: User | None) -> Delegate:
    _lock(Delegate.objects.get(pk=delegate_id).delegation_id, by)
    rows = Delegate.objects.select_related("person", "stands_in_for", "delegation__participation")
    return rows.get(pk=delegate_id)


def _settle(delegate: Delegate) -> None:
    """Refuse what cannot be; give a substitute a rank, and nobody else one."""
    others = delegate.delegation.delegates.exclude(pk=delegate.pk)
    if delegate.role != SUBSTITUTE:
        delegate.rank, delegate.stands_in_for, delegate.keeps_rank = None, None, False
    elif delegate.rank is None:
        last = others.filter(role=SUBSTITUTE).aggregate(rank=Max("rank"))["rank"]
        delegate.rank = (last or 0) + 1
    if delegate.role == Delegate.Role.HEAD:
        head = others.filter(role=Delegate.Role.HEAD).select_related("person").first()
        if head:
            words = {"person": head.person, "delegation": delegate.delegation}
            raise HeadTaken(
                _("%(person)s is the head of “%(delegation)s”: give them another role first.")
                % words,
                field="role",
            )
    principal = delegate.stands_in_for
    if principal and not others.filter(person=principal).exclude(role=SUBSTITUTE).exists():
        words = {"person": principal, "delegation": delegate.delegation}
        raise NotInDelegation(
            _("%(person)s is no member of “%(delegation)s” for whom somebody stands in.") % words,
            field="stands_in_for",
        )


def _save(delegation: Delegation, update_fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            delegation.save(update_fields=update_fields)
    except IntegrityError as error:
        raise NameTaken(
            _("This edition already has a delegation of this name."), field="name_fr"
        ) from error


def _told(delegate: Delegate) -> dict[str, Any]:
    told: dict[str, Any] = {"name": str(delegate.person), "role": str(delegate.role)}
    if delegate.role == SUBSTITUTE:
        told |= {
            "rank": delegate.rank,
            "stands_in_for": str(delegate.stands_in_for or ""),
            "keeps_rank": delegate.keeps_rank,
        }
    return told


def _region_code(delegation: Delegation) -> str:
    return delegation.participation.region_id if delegation.participation else ""


def _record(delegation: Delegation, verb: str, by: User | None, **what: Any) -> None:
    activity.record(
        by=by, verb=verb, target=delegation, region_code=_region_code(delegation), **what
    )
