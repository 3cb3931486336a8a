"""The addresses that receive the mail of a person or an office, or answer for them, or both."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from meetings.models import Office, Person, Secretariat
from meetings.operations.readdressing import follow_address
from meetings.operations.returned_mail import forget_mail_failure
from pavilion.core import activity, changes
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from pavilion.core.threads import supersede

SECRETARIAT_FIELDS = frozenset({"name", "email", "phone", "receives", "answers"})


class SecretariatKnown(DomainError):
    code = "secretariat_known"


class SecretariatIdle(DomainError):
    code = "secretariat_idle"


def add_secretariat(
    *,
    email: str,
    by: User | None,
    person_id: int | None = None,
    office_id: int | None = None,
    name: str = "",
    phone: str = "",
    receives: bool = True,
    answers: bool = True,
) -> Secretariat:
    """Write down who receives somebody's mail or answers for them, from the next message on."""
    with transaction.atomic():
        whose = lock_whose(person_id, office_id, by)
        secretariat = Secretariat(
            **{_kind(whose): whose},
            email=email.strip(),
            name=name.strip(),
            phone=phone.strip(),
            receives=receives,
            answers=answers,
        )
        _save(secretariat)
        _record(secretariat, "secretariat_added", by, after={"name": _named(secretariat)})
    return secretariat


def change_secretariat(*, secretariat_id: int, by: User | None, **fields: Any) -> Secretariat:
    """Change what is given and leave the rest; what has left by mail stays as it left.

    What still waits goes where its mail goes now. A new address closes the links that the former
    one holds.
    """
    values = changes.clean(Secretariat, fields, allowed=SECRETARIAT_FIELDS)
    with transaction.atomic():
        secretariat = _lock(secretariat_id, by)
        former = secretariat.email if secretariat.receives else ""
        before, after = changes.assign(secretariat, values)
        if after:
            names = list(after)
            if "email" in after:
                # What waits with a link of its own would open nothing.
                supersede([f"secretariat:{secretariat.public_id}"])
                secretariat.link_version += 1
                secretariat.mail_failed_at, secretariat.mail_failure = None, ""
                names += ["link_version", "mail_failed_at", "mail_failure"]
                forget_mail_failure(_whose(secretariat), before["email"])
            _save(secretariat, update_fields=names)
            _record(secretariat, "secretariat_changed", by, before=before, after=after)
            follow_address(
                _whose(secretariat),
                former=former,
                now_at=secretariat.email if secretariat.receives else "",
                mark=f"s{secretariat.pk}",
            )
    return secretariat


def remove_secretariat(*, secretariat_id: int, by: User | None) -> None:
    """It receives and answers nothing more, not even what waits. Links it already got close."""
    with transaction.atomic():
        secretariat = _lock(secretariat_id, by)
        _record(secretariat, "secretariat_removed", by, before={"name": _named(secretariat)})
        whose, former, mark = _whose(secretariat), secretariat.email, f"s{secretariat.pk}"
        forget_mail_failure(whose, former)
        supersede([f"secretariat:{secretariat.public_id}"])
        secretariat.delete()
        follow_address(whose, former=former, now_at="", mark=mark)


def lock_whose(person_id: int | None, office_id: int | None, by: User | None) -> Person | Office:
    """The person or the office, nobody else's to change until this transaction ends."""
    whose: Person | Office
    if person_id is not None and office_id is None:
        whose = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
    elif office_id is not None and person_id is None:
        whose = Office.objects.select_for_update(of=("self",), no_key=True).get(pk=office_id)
    else:
        raise ValueError("Give a person or an office.")
    ensure_manages(by, whose.region_id)
    return whose


def _lock(secretariat_id: int, by: User | None) -> Secretariat:
    found = Secretariat.objects.get(pk=secretariat_id)
    lock_whose(found.person_id, found.office_id, by)
    # Who waited for the lock reads what the other has left.
    return Secretariat.objects.select_related("person", "office").get(pk=secretariat_id)


def _save(secretariat: Secretariat, update_fields: list[str] | None = None) -> None:
    if not (secretariat.receives or secretariat.answers):
        raise SecretariatIdle(
            _("A secretariat receives their mail, answers for them, or both."), field="receives"
        )
    rivals = Secretariat.objects.filter(
        person=secretariat.person, office=secretariat.office, email__iexact=secretariat.email
    )
    if rivals.exclude(pk=secretariat.pk).exists():
        raise _known(secretariat)
    changes.save(
        secretariat,
        rivals=rivals,
        refusal=lambda rival: _known(secretariat),
        update_fields=update_fields,
    )


def _known(secretariat: Secretariat) -> SecretariatKnown:
    words = {"email": secretariat.email, "whose": _whose(secretariat)}
    return SecretariatKnown(
        _("%(email)s is already the address of a secretariat of %(whose)s.") % words, field="email"
    )


def _whose(secretariat: Secretariat) -> Person | Office:
    whose = secretariat.person or secretariat.office
    if whose is None:
        raise RuntimeError("The database keeps no secretariat of nobody.")
    return whose


def _named(secretariat: Secretariat) -> str:
    return ", ".join(filter(None, [secretariat.name, secretariat.email]))


def _kind(whose: Person | Office) -> str:
    return "person" if isinstance(whose, Person) else "office"


def _record(secretariat: Secretariat, verb: str, by: User | None, **what: Any) -> None:
    whose = _whose(secretariat)
    activity.record(
        by=by,
        verb=f"{_kind(whose)}.{verb}",
        target=whose,
        region_code=whose.region_id or "",
        **what,
    )
