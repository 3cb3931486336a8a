"""Who may be met: people and offices, and what is written of them."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Region
from meetings.expecting import of_person
from meetings.models import Office, Person
from meetings.operations.calendars import show_in_calendars
from meetings.operations.readdressing import follow_address
from meetings.operations.renaming import refresh_meetings_with
from pavilion.core import activity, changes
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User

PERSON_FIELDS = frozenset(
    {
        *("first_name", "last_name", "title_fr", "title_en", "region", "user"),
        *("email", "phone", "language", "contact_name", "contact_phone"),
        *("wants_invitations", "wants_feed", "works_from", "works_until"),
        *("remind_evening_before", "remind_morning_of", "remind_hour_before"),
        *("wants_programme", "wants_morning_news", "needs_note", "needs_note_until"),
    }
)
OFFICE_FIELDS = frozenset(
    {
        *("code", "kind", "title_fr", "title_en", "region", "precedence"),
        *("organisation_fr", "organisation_en", "salutation_fr", "salutation_en"),
        *("email", "phone", "language"),
    }
)
# What the log tells of a note that nobody but its region's managers may read.
UNTOLD = "…"


class EmailTaken(DomainError):
    code = "email_taken"


class CodeTaken(DomainError):
    code = "code_taken"


class NeedsEndMissing(DomainError):
    code = "needs_end_missing"


class HoursBackwards(DomainError):
    code = "hours_backwards"


class NoChannel(DomainError):
    code = "no_channel"


class ReasonMissing(DomainError):
    code = "reason_missing"


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
        person = Person(
            first_name=first_name, last_name=last_name, region=region, email=email, **details
        )
        _ensure_whole(person)
        try:
            with transaction.atomic():
                person.save()
        except IntegrityError as error:
            raise _email_taken() from error
        activity.record(by=by, verb="person.created", target=person, region_code=region_code)
    return person


def change_person(*, person_id: int, by: User | None, **fields: Any) -> Person:
    """Change what is given and leave the rest; calendars follow a new name at once.

    What still waits to be sent goes to a new address. Somebody changes regions only by the hand of
    one who acts for both.
    """
    values = changes.clean(Person, fields, allowed=PERSON_FIELDS)
    with transaction.atomic():
        # Not the key: whoever adds them to a meeting goes on meanwhile.
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
        ensure_manages(by, person.region_id)
        former = person.email
        if values.get("needs_note") == "":
            values["needs_note_until"] = None
        before, after = changes.assign(person, values)
        if after:
            ensure_manages(by, person.region_id)
            if "email" in after and _holds_email(person):
                raise _email_taken()
            _ensure_whole(person)
            fields_saved = list(after)
            if "email" in after and person.mail_failed_at:
                # What came back did so from the former address.
                person.mail_failed_at, person.mail_failure = None, ""
                fields_saved += ["mail_failed_at", "mail_failure"]
            changes.save(
                person,
                rivals=Person.objects.exclude(email="").filter(email__iexact=person.email),
                refusal=lambda rival: _email_taken(),
                update_fields=fields_saved,
            )
            activity.record(
                by=by,
                verb="person.changed",
                target=person,
                region_code=person.region_id or "",
                before=_discreet(before),
                after=_discreet(after),
            )
        if "region" in after:
            # Out of the former region's calendar, into the new one's.
            show_in_calendars(set(of_person(person).values_list("meeting", flat=True)))
        if "email" in after:
            follow_address(person, former=former, now_at=person.email)
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


def change_office(*, office_id: int, by: User | None, reason: str = "", **fields: Any) -> Office:
    """Change what is given and leave the rest; calendars follow a new title at once.

    What still waits to be sent goes to a new address. An office changes regions only by the hand of
    somebody who acts for both, and its rank of precedence only with a reason, which the log keeps.
    """
    values = changes.clean(Office, fields, allowed=OFFICE_FIELDS)
    with transaction.atomic():
        office = Office.objects.select_for_update(of=("self",), no_key=True).get(pk=office_id)
        ensure_manages(by, office.region_id)
        former = office.email
        before, after = changes.assign(office, values)
        if after:
            ensure_manages(by, office.region_id)
            if "precedence" in after and by is not None and not reason.strip():
                raise ReasonMissing(
                    _("Say why its rank of precedence changes: the log keeps it."), field="reason"
                )
            fields_saved = list(after)
            if "email" in after and office.mail_failed_at:
                # What came back did so from the former address.
                office.mail_failed_at, office.mail_failure = None, ""
                fields_saved += ["mail_failed_at", "mail_failure"]
            changes.save(
                office,
                rivals=Office.objects.filter(code=office.code),
                refusal=lambda rival: _code_taken(),
                update_fields=fields_saved,
            )
            activity.record(
                by=by,
                verb="office.changed",
                target=office,
                region_code=office.region_id or "",
                reason=reason,
                before=before,
                after=after,
            )
        if "email" in after:
            follow_address(office, former=former, now_at=office.email)
        if after.keys() & {"title_fr", "title_en", "precedence"}:
            refresh_meetings_with(office)
    return office


def erase_expired_needs(*, now: datetime) -> int:
    """Erase the special needs whose day has come; the log says so, without a word of them.

    Returns how many. Safe to call any number of times.
    """
    today = timezone.localdate(now, timezone.get_default_timezone())
    with transaction.atomic():
        people = Person.objects.exclude(needs_note="").filter(needs_note_until__lte=today)
        expired = list(people.select_for_update(of=("self",), no_key=True).order_by("pk"))
        for person in expired:
            person.needs_note, person.needs_note_until = "", None
            activity.record(
                by=None,
                verb="person.needs_erased",
                target=person,
                region_code=person.region_id or "",
            )
        Person.objects.bulk_update(expired, ["needs_note", "needs_note_until"], batch_size=500)
    return len(expired)


def _ensure_whole(person: Person) -> None:
    if person.needs_note and person.needs_note_until is None:
        raise NeedsEndMissing(
            _("Say until when the special needs are kept."), field="needs_note_until"
        )
    if not (person.wants_invitations or person.wants_feed):
        raise NoChannel(
            _(
                "Choose invitations by mail, a calendar subscription, or both: otherwise nothing "
                "tells them of a new meeting."
            ),
            field="wants_feed",
        )
    start, end = person.works_from, person.works_until
    if start and end and end <= start:
        raise HoursBackwards(
            _("The end of their day comes before its beginning."), field="works_until"
        )


def _discreet(values: dict[str, Any]) -> dict[str, Any]:
    """For the log, which more people read than a special need."""
    return values | {
        name: UNTOLD if values[name] else "" for name in ("needs_note",) if name in values
    }


def _holds_email(person: Person) -> bool:
    """Whether somebody else has their address."""
    others = Person.objects.exclude(pk=person.pk)
    return bool(person.email) and others.filter(email__iexact=person.email).exists()


def _code_taken() -> CodeTaken:
    return CodeTaken(_("Another office already has this code."), field="code")


def _email_taken() -> EmailTaken:
    return EmailTaken(_("Somebody already has this e-mail address."), field="email")
