"""Who may be met: people, the offices they hold, the delegations they come with."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from events.models import Edition, Participation, Region
from meetings.models import Delegate, Delegation, Office, Person
from meetings.operations.renaming import refresh_meetings_with
from pavilion.core import activity, changes
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User

PERSON_FIELDS = frozenset(
    {
        *("first_name", "last_name", "title_fr", "title_en", "region", "user"),
        *("email", "phone", "language", "wants_invitations"),
    }
)
OFFICE_FIELDS = frozenset(
    {
        *("code", "kind", "title_fr", "title_en", "region", "precedence"),
        *("email", "phone", "language"),
    }
)


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
        if _holds_email(Person(email=email)):
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


def change_person(*, person_id: int, by: User | None, **fields: Any) -> Person:
    """Change what is given and leave the rest; calendars follow a new name at once.

    Somebody changes regions only by the hand of one who acts for both.
    """
    values = changes.clean(Person, fields, allowed=PERSON_FIELDS)
    with transaction.atomic():
        person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
        ensure_manages(by, person.region_id)
        before, after = changes.assign(person, values)
        if after:
            ensure_manages(by, person.region_id)
            if "email" in after and _holds_email(person):
                raise _email_taken()
            changes.save(
                person,
                rivals=Person.objects.exclude(email="").filter(email__iexact=person.email),
                refusal=lambda rival: _email_taken(),
                update_fields=list(after),
            )
            activity.record(
                by=by,
                verb="person.changed",
                target=person,
                region_code=person.region_id or "",
                before=before,
                after=after,
            )
        if after.keys() & {"first_name", "last_name", "title_fr", "title_en"}:
            refresh_meetings_with(person)
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
            raise _code_taken() from error
        activity.record(by=by, verb="office.created", target=office, region_code=region_code)
    return office


def change_office(*, office_id: int, by: User | None, **fields: Any) -> Office:
    """Change what is given and leave the rest; calendars follow a new title at once.

    An office changes regions only by the hand of somebody who acts for both.
    """
    values = changes.clean(Office, fields, allowed=OFFICE_FIELDS)
    with transaction.atomic():
        office = Office.objects.select_for_update(of=("self",)).get(pk=office_id)
        ensure_manages(by, office.region_id)
        before, after = changes.assign(office, values)
        if after:
            ensure_manages(by, office.region_id)
            changes.save(
                office,
                rivals=Office.objects.filter(code=office.code),
                refusal=lambda rival: _code_taken(),
                update_fields=list(after),
            )
            activity.record(
                by=by,
                verb="office.changed",
                target=office,
                region_code=office.region_id or "",
                before=before,
                after=after,
            )
        if after.keys() & {"title_fr", "title_en", "precedence"}:
            refresh_meetings_with(office)
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


def _holds_email(person: Person) -> bool:
    """Whether somebody else has their address."""
    others = Person.objects.exclude(pk=person.pk)
    return bool(person.email) and others.filter(email__iexact=person.email).exists()


def _code_taken() -> CodeTaken:
    return CodeTaken(_("Another office already has this code."), field="code")


def _email_taken() -> EmailTaken:
    return EmailTaken(_("Somebody already has this e-mail address."), field="email")
