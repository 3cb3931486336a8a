"""Who may be met: people, the offices they hold, the delegations they come with."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from events.models import Edition, Participation, Region
from meetings.models import Delegate, Delegation, Office, Person
from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User


class EmailTaken(DomainError):
    code = "email_taken"


class CodeTaken(DomainError):
    code = "code_taken"


class NameTaken(DomainError):
    code = "name_taken"


def create_person(
    *,
    first_name: str,
    last_name: str,
    by: User | None,
    region: Region | None = None,
    email: str = "",
    **details: Any,
) -> Person:
    """Add somebody with a calendar to a region, or to the national team without one."""
    region_code = region.pk if region else ""
    ensure_manages(by, region_code)
    with transaction.atomic():
        if email and Person.objects.filter(email__iexact=email).exists():
            raise _email_taken()
        try:
            with transaction.atomic():
                person = Person.objects.create(
                    first_name=first_name,
                    last_name=last_name,
                    region=region,
                    email=email,
                    **details,
                )
        except IntegrityError as error:
            raise _email_taken() from error
        activity.record(by=by, verb="person.created", target=person, region_code=region_code)
    return person


def renew_day_link(*, person_id: int, by: User | None) -> Person:
    """Replace the private link to somebody's day; whoever has the former finds nothing.

    Nothing is mailed: who asks hands the new one over. Each call makes another.
    """
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person_id)
        if by is None or by.pk != person.user_id:
            ensure_manages(by, person.region_id)
        person.link_version += 1
        person.save(update_fields=["link_version"])
        activity.record(
            by=by,
            verb="person.link_renewed",
            target=person,
            region_code=person.region_id or "",
        )
    return person


def create_office(
    *,
    code: str,
    kind: str,
    title_fr: str,
    by: User | None,
    region: Region | None = None,
    **details: Any,
) -> Office:
    """Add a function one meets; without a region, one the national team keeps for everybody."""
    region_code = region.pk if region else ""
    ensure_manages(by, region_code)
    with transaction.atomic():
        try:
            with transaction.atomic():
                office = Office.objects.create(
                    code=code, kind=kind, title_fr=title_fr, region=region, **details
                )
        except IntegrityError as error:
            raise CodeTaken(_("Another office already has this code."), field="code") from error
        activity.record(by=by, verb="office.created", target=office, region_code=region_code)
    return office


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
    """
    region_code = participation.region_id if participation else ""
    ensure_manages(by, region_code)
    with transaction.atomic():
        try:
            with transaction.atomic():
                delegation = Delegation.objects.create(
                    edition=edition, participation=participation, name_fr=name_fr, name_en=name_en
                )
        except IntegrityError as error:
            raise NameTaken(
                _("This edition already has a delegation of this name."), field="name_fr"
            ) from error
        people = Person.objects.in_bulk(list(roles or {}))
        for person in people.values():
            ensure_manages(by, person.region_id)
        Delegate.objects.bulk_create(
            Delegate(delegation=delegation, person=people[pk], role=role)
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


def _email_taken() -> EmailTaken:
    return EmailTaken(_("Somebody already has this e-mail address."), field="email")
