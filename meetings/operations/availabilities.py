"""What people and offices said of their time. It guides whoever chooses a time, refuses nothing."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from meetings.models import Availability, Office, Person
from meetings.operations.slots import EndsBeforeItStarts
from pavilion.core import activity
from pavilion.core.access import access_of, ensure_manages
from pavilion.core.models import User


def note_availability(
    *,
    starts_at: datetime,
    ends_at: datetime,
    by: User | None,
    person_id: int | None = None,
    office_id: int | None = None,
    kind: str = Availability.Kind.BUSY,
    source: str = Availability.Source.HAND,
    note: str = "",
) -> Availability:
    """Note when somebody is taken, or free only then that day. The same twice is noted once."""
    if ends_at <= starts_at:
        raise EndsBeforeItStarts(_("It ends before it starts."), field="ends_at")
    with transaction.atomic():
        whose: Person | Office
        if person_id is not None and office_id is None:
            whose = Person.objects.get(pk=person_id)
        elif office_id is not None and person_id is None:
            whose = Office.objects.get(pk=office_id)
        else:
            raise ValueError("Give a person or an office.")
        _ensure_may_note(whose, by)
        row, is_new = Availability.objects.get_or_create(
            person=whose if isinstance(whose, Person) else None,
            office=whose if isinstance(whose, Office) else None,
            kind=kind,
            starts_at=starts_at,
            ends_at=ends_at,
            defaults={"source": source, "note": note.strip()},
        )
        if is_new:
            _record(whose, "availability_noted", by, after=_told(row))
    return row


def remove_availability(*, availability_id: int, by: User | None) -> None:
    """What was noted no longer holds."""
    with transaction.atomic():
        row = Availability.objects.select_related("person", "office").get(pk=availability_id)
        whose = row.person or row.office
        if whose is None:
            raise RuntimeError("The database keeps no availability of nobody.")
        _ensure_may_note(whose, by)
        _record(whose, "availability_removed", by, before=_told(row))
        row.delete()


def _ensure_may_note(whose: Person | Office, by: User | None) -> None:
    """Offices outside the regions are everybody's to meet: whoever heard it notes it for all."""
    if isinstance(whose, Office) and not whose.region_id:
        if by is not None and not access_of(by).manages_anything:
            raise PermissionDenied(_("Your role does not allow this."))
    else:
        ensure_manages(by, whose.region_id)


def _told(row: Availability) -> dict[str, Any]:
    return {
        "kind": str(row.kind),
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "note": row.note,
    }


def _record(whose: Person | Office, verb: str, by: User | None, **what: Any) -> None:
    kind = "person" if isinstance(whose, Person) else "office"
    activity.record(
        by=by,
        verb=f"{kind}.{verb}",
        target=whose,
        region_code=whose.region_id or "",
        **what,
    )
