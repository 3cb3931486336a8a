"""What regions would like: a meeting with somebody, for whom, why and when. Asked, then settled."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from events.models import Edition, Participation
from meetings import wording
from meetings.formats import shape_of
from meetings.models import Meeting, MeetingRequest, Office, Person, RequestWindow
from meetings.operations.scheduling import create_meeting
from meetings.operations.slots import EndsBeforeItStarts, ensure_of_edition
from pavilion.core import activity, changes
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User

REQUEST_FIELDS = frozenset(
    {
        *("office", "subject_fr", "subject_en", "why", "format", "minutes", "priority"),
    }
)
# Meetings that answer a request; a cancelled one, or one that did not take place, does not.
ANSWERING = (Meeting.Status.OPTION, Meeting.Status.CONFIRMED, Meeting.Status.HELD)
Windows = Sequence[tuple[datetime, datetime]]


class RequestSettled(DomainError):
    code = "request_settled"


class RefusalUnexplained(DomainError):
    code = "reason_missing"


class TooShort(DomainError):
    code = "too_short"


def ask_meeting(
    *,
    edition: Edition,
    office_id: int,
    subject_fr: str,
    by: User | None,
    participation: Participation | None = None,
    person_ids: Iterable[int] = (),
    subject_en: str = "",
    why: str = "",
    format: str = Meeting.Format.BILATERAL,
    minutes: int | None = None,
    priority: int = MeetingRequest.Priority.NORMAL,
    windows: Windows = (),
) -> MeetingRequest:
    """Note that a region would like to meet an office. Nothing is held, nobody is written to."""
    region_code = participation.region_id if participation else ""
    ensure_manages(by, region_code)
    ensure_of_edition(edition, room=None, stand=None, participation=participation)
    wanted = MeetingRequest(
        edition=edition,
        participation=participation,
        office_id=office_id,
        subject_fr=subject_fr.strip(),
        subject_en=subject_en.strip(),
        why=why.strip(),
        format=format,
        minutes=shape_of(format).minutes if minutes is None else minutes,
        priority=priority,
        created_by=by,
    )
    _ensure_length(wanted)
    with transaction.atomic():
        wanted.save()
        wanted.people.set(_people(person_ids, by))
        _set_windows(wanted, windows)
        _record(wanted, "request.asked", by, after=_facts(wanted))
    return wanted


def change_request(
    *,
    request_id: int,
    by: User | None,
    person_ids: Iterable[int] | None = None,
    windows: Windows | None = None,
    **fields: Any,
) -> MeetingRequest:
    """Change what is given and leave the rest, as long as it is open."""
    values = changes.clean(MeetingRequest, fields, allowed=REQUEST_FIELDS)
    with transaction.atomic():
        wanted = _lock(request_id, by)
        _ensure_open(wanted)
        was = _facts(wanted)
        _before, after = changes.assign(wanted, values)
        _ensure_length(wanted)
        if after:
            wanted.save(update_fields=list(after))
        if person_ids is not None:
            wanted.people.set(_people(person_ids, by))
        if windows is not None:
            _set_windows(wanted, windows)
        now = _facts(wanted)
        differing = [name for name in now if now[name] != was[name]]
        if differing:
            _record(
                wanted,
                "request.changed",
                by,
                before={name: was[name] for name in differing},
                after={name: now[name] for name in differing},
            )
    return wanted


def refuse_request(*, request_id: int, by: User | None, reason: str) -> MeetingRequest:
    """The office said no, or somebody here did: the reason stays beside it. Safe to call twice."""
    if not reason.strip():
        raise RefusalUnexplained(_("Say why: the region reads it."), field="reason")
    return _settle(request_id, MeetingRequest.Status.REFUSED, "request.refused", by, reason)


def withdraw_request(*, request_id: int, by: User | None, reason: str = "") -> MeetingRequest:
    """It is wanted no more. Safe to call twice."""
    return _settle(request_id, MeetingRequest.Status.WITHDRAWN, "request.withdrawn", by, reason)


def reopen_request(*, request_id: int, by: User | None, reason: str = "") -> MeetingRequest:
    """A refusal or a withdrawal no longer holds. Safe to call twice."""
    with transaction.atomic():
        wanted = _lock(request_id, by)
        if wanted.status == MeetingRequest.Status.OPEN:
            return wanted
        if wanted.status == MeetingRequest.Status.PLANNED:
            raise _settled(wanted)
        _turn(wanted, MeetingRequest.Status.OPEN, "request.reopened", by, reason)
    return wanted


def plan_request(
    *, request_id: int, starts_at: datetime, by: User | None, **meeting: Any
) -> Meeting:
    """Pencil the meeting asked for, with the office and those it is for; refused like any other.

    What is not given is what the request says.
    """
    with transaction.atomic():
        wanted = _lock(request_id, by)
        _ensure_open(wanted)
        made = create_meeting(
            **{
                "edition": wanted.edition,
                "participation": wanted.participation,
                "request": wanted,
                "subject_fr": wanted.subject_fr,
                "subject_en": wanted.subject_en,
                "format": wanted.format,
                "starts_at": starts_at,
                "ends_at": starts_at + wanted.length,
                "office_ids": [wanted.office_id],
                "person_ids": list(wanted.people.order_by("pk").values_list("pk", flat=True)),
                "by": by,
                **meeting,
            }
        )
        _turn(wanted, MeetingRequest.Status.PLANNED, "request.planned", by, "")
    return made


def keep_request_in_step(meeting: Meeting, *, by: User | None) -> None:
    """The request of a meeting that is off is open again, unless another one answers it.

    Called by whatever changes a meeting's state, in its transaction.
    """
    if meeting.request_id is None:
        return
    wanted = MeetingRequest.objects.select_for_update(of=("self",), no_key=True).get(
        pk=meeting.request_id
    )
    is_answered = Meeting.objects.filter(request=wanted, status__in=ANSWERING).exists()
    if is_answered and wanted.status == MeetingRequest.Status.OPEN:
        _turn(wanted, MeetingRequest.Status.PLANNED, "request.planned", by, "")
    elif not is_answered and wanted.status == MeetingRequest.Status.PLANNED:
        _turn(wanted, MeetingRequest.Status.OPEN, "request.reopened", by, "")


def _lock(request_id: int, by: User | None) -> MeetingRequest:
    wanted = (
        MeetingRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("edition", "participation", "office")
        .get(pk=request_id)
    )
    ensure_manages(by, wanted.region_code)
    return wanted


def _ensure_open(wanted: MeetingRequest) -> None:
    if wanted.status != MeetingRequest.Status.OPEN:
        raise _settled(wanted)


def _settled(wanted: MeetingRequest) -> RequestSettled:
    return RequestSettled(
        _("This request is in the state “%(status)s”: that is no longer possible.")
        % {"status": wanted.get_status_display()},
        details={"status": wanted.status},
    )


def _ensure_length(wanted: MeetingRequest) -> None:
    if wanted.minutes < 5:
        raise TooShort(_("A meeting lasts five minutes at least."), field="minutes")


def _people(person_ids: Iterable[int], by: User | None) -> list[Person]:
    people = list(Person.objects.filter(pk__in=list(person_ids)).order_by("pk"))
    for person in people:
        # People of another region, or of none: the national team's to bring in.
        ensure_manages(by, person.region_id)
    return people


def _set_windows(wanted: MeetingRequest, windows: Windows) -> None:
    for starts_at, ends_at in windows:
        if ends_at <= starts_at:
            raise EndsBeforeItStarts(_("A wanted time ends before it starts."), field="windows")
    wanted.windows.all().delete()
    RequestWindow.objects.bulk_create(
        RequestWindow(request=wanted, starts_at=start, ends_at=end)
        for start, end in sorted(set(windows))
    )


def _settle(
    request_id: int, status: MeetingRequest.Status, verb: str, by: User | None, reason: str
) -> MeetingRequest:
    with transaction.atomic():
        wanted = _lock(request_id, by)
        if wanted.status == status:
            return wanted
        _ensure_open(wanted)
        _turn(wanted, status, verb, by, reason)
    return wanted


def _turn(
    wanted: MeetingRequest,
    status: MeetingRequest.Status,
    verb: str,
    by: User | None,
    reason: str,
) -> None:
    before = wanted.status
    wanted.status, wanted.reason = status, reason.strip()[:300]
    wanted.save(update_fields=["status", "reason"])
    _record(
        wanted, verb, by, reason=reason, before={"status": before}, after={"status": str(status)}
    )


def _facts(wanted: MeetingRequest) -> dict[str, Any]:
    """What the log keeps, in words."""
    office = Office.objects.get(pk=wanted.office_id)
    windows = wanted.windows.order_by("starts_at", "pk")
    return {
        "office": str(office),
        "people": [str(person) for person in wanted.people.order_by("pk")],
        "subject_fr": wanted.subject_fr,
        "subject_en": wanted.subject_en,
        "why": wanted.why,
        "format": str(wanted.format),
        "minutes": wanted.minutes,
        "priority": int(wanted.priority),
        "windows": [wording.span(each.starts_at, each.ends_at) for each in windows],
    }


def _record(wanted: MeetingRequest, verb: str, by: User | None, **what: Any) -> None:
    activity.record(by=by, verb=verb, target=wanted, region_code=wanted.region_code, **what)
