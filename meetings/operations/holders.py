"""Offices change hands: the meetings stay, and whoever holds the office is expected at them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Occupation
from events.operations import occupations
from meetings import wording
from meetings.models import Meeting, Office, OfficeHolder, Participant, Person
from meetings.operations import slots
from meetings.operations.appearances import unsettled
from meetings.operations.calendars import move_feeds
from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.dates import written
from pavilion.core.errors import DomainError
from pavilion.core.models import User


class TermTaken(DomainError):
    code = "term_taken"


class TermBackwards(DomainError):
    code = "term_backwards"


@dataclass(frozen=True)
class Conflict:
    """A meeting that expects somebody whom another one holds at that time."""

    meeting: Meeting
    name: str
    what: str  # what holds them, in the reader's words
    starts_at: datetime
    ends_at: datetime

    def __str__(self) -> str:
        words = {
            "meeting": self.meeting,
            "name": self.name,
            "what": self.what,
            "span": wording.span(self.starts_at, self.ends_at),
        }
        return _("“%(meeting)s”: %(name)s is not free, %(what)s, %(span)s.") % words


@dataclass(frozen=True)
class Appointment:
    """What came of a new term, or of its end."""

    holder: OfficeHolder
    former: OfficeHolder | None = None
    meetings: list[Meeting] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)


def appoint_holder(
    *,
    office_id: int,
    person_id: int,
    starts_on: date,
    by: User | None,
    ends_on: date | None = None,
    reason: str = "",
) -> Appointment:
    """Somebody holds the office from that day on; whoever held it does until the day before.

    Every meeting of the office still to come in those days is theirs at once: their time is held
    and the calendars of both show it. Where another meeting has taken them, nothing is lost and
    nothing is refused: both meetings stay, and the conflict is returned, logged and shown to the
    desk until somebody solves it. Safe to repeat.
    """
    with transaction.atomic():
        office = _lock(office_id, by)
        person = Person.objects.get(pk=person_id)
        # People of another region, or of none: the national team's to appoint.
        ensure_manages(by, person.region_id)
        same = OfficeHolder.objects.filter(
            office=office, person=person, starts_on=starts_on, ends_on=ends_on
        )
        if known := same.first():
            return Appointment(known)
        if ends_on is not None and ends_on < starts_on:
            raise TermBackwards(_("The term ends before it starts."), field="ends_on")
        former = _end_former(office, starts_on)
        if rival := _terms(office, starts_on, ends_on).select_related("person").first():
            raise _taken(rival)
        holder = OfficeHolder.objects.create(
            office=office, person=person, starts_on=starts_on, ends_on=ends_on
        )
        people = {person.pk, former.person_id} if former else {person.pk}
        meetings, conflicts = _follow(office, people, by=by)
        _record(
            office,
            "office.holder_appointed",
            by,
            reason=reason,
            before={"holder": str(former.person), "until": former.ends_on} if former else {},
            after={"holder": str(person), "since": starts_on, **_told(meetings, conflicts)},
        )
    return Appointment(holder, former, meetings, conflicts)


def end_term(*, holder_id: int, ends_on: date, by: User | None, reason: str = "") -> Appointment:
    """They hold it until that day; meetings after it are the office's, with nobody to hold it."""
    with transaction.atomic():
        holder = _lock_term(holder_id, by)
        if ends_on < holder.starts_on:
            raise TermBackwards(_("The term ends before it starts."), field="ends_on")
        if holder.ends_on == ends_on:
            return Appointment(holder)
        rivals = _terms(holder.office, holder.starts_on, ends_on).exclude(pk=holder.pk)
        if rival := rivals.select_related("person").first():
            raise _taken(rival)
        before = {"holder": str(holder.person), "until": holder.ends_on}
        holder.ends_on = ends_on
        holder.save(update_fields=["ends_on"])
        meetings, conflicts = _follow(holder.office, {holder.person_id}, by=by)
        _record(
            holder.office,
            "office.term_ended",
            by,
            reason=reason,
            before=before,
            after={"holder": str(holder.person), "until": ends_on, **_told(meetings, conflicts)},
        )
    return Appointment(holder, None, meetings, conflicts)


def remove_term(*, holder_id: int, by: User | None, reason: str = "") -> None:
    """It was written down by mistake: they never held it. Their time at its meetings is free."""
    with transaction.atomic():
        holder = _lock_term(holder_id, by)
        holder.delete()
        meetings, conflicts = _follow(holder.office, {holder.person_id}, by=by)
        _record(
            holder.office,
            "office.term_removed",
            by,
            reason=reason,
            before={
                "holder": str(holder.person),
                "since": holder.starts_on,
                "until": holder.ends_on,
            },
            after=_told(meetings, conflicts),
        )


def _lock(office_id: int, by: User | None) -> Office:
    # Not the key: whoever adds the office to a meeting goes on meanwhile.
    rows = Office.objects.select_for_update(of=("self",), no_key=True)
    office = rows.get(pk=office_id)
    ensure_manages(by, office.region_id)
    return office


def _lock_term(holder_id: int, by: User | None) -> OfficeHolder:
    _lock(OfficeHolder.objects.get(pk=holder_id).office_id, by)
    return OfficeHolder.objects.select_related("office", "person").get(pk=holder_id)


def _end_former(office: Office, starts_on: date) -> OfficeHolder | None:
    """Whoever holds it on the eve holds it until then, not beyond."""
    eve = starts_on - timedelta(days=1)
    held = OfficeHolder.objects.on(eve).filter(office=office).select_related("person")
    former = held.exclude(ends_on=eve).first()
    if former:
        former.ends_on = eve
        former.save(update_fields=["ends_on"])
    return former


def _terms(office: Office, starts_on: date, ends_on: date | None) -> Any:
    """Those that share a day with these days."""
    terms = OfficeHolder.objects.filter(office=office)
    terms = terms.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
    if ends_on is not None:
        terms = terms.filter(starts_on__lte=ends_on)
    return terms.order_by("starts_on", "pk")


def _taken(rival: OfficeHolder) -> TermTaken:
    words = {
        "person": rival.person,
        "since": written(rival.starts_on, "j F Y"),
        "until": written(rival.ends_on, "j F Y") if rival.ends_on else "",
    }
    if rival.ends_on:
        sentence = _(
            "%(person)s holds this office from %(since)s to %(until)s. End or remove that term "
            "first, or say when this one ends."
        )
    else:
        sentence = _(
            "%(person)s holds this office since %(since)s. End or remove that term first, or say "
            "when this one ends."
        )
    return TermTaken(sentence % words, field="starts_on")


def _follow(
    office: Office, people: Collection[int], *, by: User | None
) -> tuple[list[Meeting], list[Conflict]]:
    """The office's and these people's meetings to come take whom they expect now.

    Returns those that changed hands, and who is in two places since.
    """
    meetings, wanted = _queued_for(office, people)
    held = _held(meetings)
    changed = [each for each in meetings if held[each.pk] != wanted[each.pk].keys()]
    # First let go, so that what one of them leaves another of them may take.
    for meeting in changed:
        slots.let_go(meeting)
    conflicts: list[Conflict] = []
    for meeting in changed:
        clashes = slots.hold_what_is_free(meeting)
        conflicts += _conflicts(meeting, clashes, wanted[meeting.pk], by)
    if changed:
        _note(changed, conflicts, office, by)
    theirs = Person.objects.filter(pk__in=people)
    # Whose time a conflict kept from being held leaves a calendar all the same.
    if changed or unsettled(theirs):
        move_feeds(theirs)
    return changed, conflicts


def _queued_for(
    office: Office, people: Collection[int]
) -> tuple[list[Meeting], dict[int, dict[str, str]]]:
    """Their meetings to come, locked, and what each takes, queued for in one order.

    Two reshuffles at once wait for each other, and so does whoever pencils a meeting with the
    office or with these people: one that came before us is among them, one after us asks anew.
    """
    touched = _meetings(office, people)
    keys = {
        occupations.key("office", office.pk),
        *(occupations.key("person", pk) for pk in people),
    }
    while True:
        with transaction.atomic():
            # Only their rows: PostgreSQL refuses to lock what an outer join may leave empty.
            rows = touched.select_for_update(of=("self",))
            meetings = list(rows.select_related("edition", "participation", "room", "stand"))
            wanted = {meeting.pk: slots.resources(meeting) for meeting in meetings}
            occupations.queue_for(sorted(keys.union(*wanted.values())))
            if list(touched.values_list("pk", flat=True)) == list(wanted):
                return meetings, wanted
            # Its keys were not in the queue: from the beginning, or two would wait in a circle.
            transaction.set_rollback(True)


def _meetings(office: Office, people: Collection[int]) -> QuerySet[Meeting]:
    expected = Participant.objects.present().exclude(answer=Participant.Answer.DECLINED)
    touched = expected.filter(Q(office=office) | Q(person__in=people)).values("meeting")
    live = Meeting.objects.live().filter(pk__in=touched, ends_at__gt=timezone.now())
    return live.order_by("pk")


def _held(meetings: Iterable[Meeting]) -> dict[int, set[str]]:
    holders = {occupations.key("meeting", meeting.pk): meeting.pk for meeting in meetings}
    held: dict[int, set[str]] = {pk: set() for pk in holders.values()}
    rows = Occupation.objects.filter(holder__in=holders)
    for holder, resource in rows.values_list("holder", "resource"):
        held[holders[holder]].add(resource)
    return held


def _conflicts(
    meeting: Meeting, clashes: Iterable[Occupation], names: dict[str, str], by: User | None
) -> list[Conflict]:
    clashes = list(clashes)
    titles = slots.titles_of({clash.holder for clash in clashes}, by)
    # Somebody and the function they hold are taken together: told once.
    told = {(names[clash.resource], clash.holder): clash for clash in clashes}
    return [
        Conflict(meeting, name, titles[holder], clash.starts_at, clash.ends_at)
        for (name, holder), clash in told.items()
    ]


def _note(
    meetings: Iterable[Meeting], conflicts: list[Conflict], office: Office, by: User | None
) -> None:
    """In each meeting's own history: whom the office means now, and what stands against it."""
    rows = Participant.objects.present().filter(office=office, meeting__in=meetings)
    days = {row.meeting_id for row in rows}
    terms = list(OfficeHolder.objects.filter(office=office).select_related("person"))
    for meeting in meetings:
        clashes = [
            f"{each.name}, {wording.clock(each.starts_at)} – {wording.clock(each.ends_at)}"
            for each in conflicts
            if each.meeting == meeting
        ]
        if meeting.pk not in days and not clashes:
            continue
        day = wording.local(meeting.starts_at).date()
        holder = next((term.person for term in terms if term.is_on(day)), None)
        after: dict[str, Any] = {"name": str(office), "holder": str(holder or "")}
        activity.record(
            by=by,
            verb="meeting.holder_clashes" if clashes else "meeting.holder_changed",
            target=meeting,
            region_code=meeting.region_code,
            after=after | ({"clashes": clashes} if clashes else {}),
        )


def _told(meetings: list[Meeting], conflicts: list[Conflict]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if meetings:
        told["meetings"] = len(meetings)
    if conflicts:
        told["conflicts"] = len(conflicts)
    return told


def _record(office: Office, verb: str, by: User | None, **what: Any) -> None:
    activity.record(by=by, verb=verb, target=office, region_code=office.region_id or "", **what)
