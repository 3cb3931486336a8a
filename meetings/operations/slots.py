"""When and where a meeting may be: within opening hours, with everybody and everything free."""

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import product
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from events.models import Day, Edition, Occupation, Participation, Room, Session, Stand
from events.operations import occupations
from meetings import wording
from meetings.models import Meeting, OfficeHolder, Participant
from pavilion.core.errors import DomainError, paris_iso
from pavilion.core.models import User


class SlotTaken(DomainError):
    code = "slot_taken"


class OutsideOpeningHours(DomainError):
    code = "outside_opening_hours"


class EndsBeforeItStarts(DomainError):
    code = "ends_before_it_starts"


class TwoPlaces(DomainError):
    code = "two_places"


class NotOfThisEdition(DomainError):
    code = "not_of_this_edition"


def ensure_possible(meeting: Meeting) -> None:
    """Refuse a time that runs backwards or, without a reason, leaves the opening hours."""
    if meeting.ends_at <= meeting.starts_at:
        raise EndsBeforeItStarts(_("The meeting must end after it starts."), field="ends_at")
    if not meeting.outside_hours_reason.strip():
        _ensure_open(meeting.edition, meeting.starts_at, meeting.ends_at)


def _ensure_open(edition: Edition, starts_at: datetime, ends_at: datetime) -> None:
    day = Day.objects.filter(edition=edition, date=wording.local(starts_at).date()).first()
    if day and day.opens <= starts_at and ends_at <= day.closes:
        return
    if day:
        message = _(
            "On %(day)s the fair is open from %(opens)s to %(closes)s. "
            "Give a reason to meet outside these hours."
        ) % {
            "day": wording.day(day.opens),
            "opens": wording.clock(day.opens),
            "closes": wording.clock(day.closes),
        }
        details = {"opens_at": paris_iso(day.opens), "closes_at": paris_iso(day.closes)}
    else:
        message = _("%(edition)s is not open on %(day)s. Give a reason to meet on that day.") % {
            "edition": edition,
            "day": wording.day(starts_at),
        }
        details = {}
    raise OutsideOpeningHours(message, field="starts_at", details=details)


def ensure_of_edition(
    edition: Edition,
    *,
    room: Room | None,
    stand: Stand | None,
    participation: Participation | None,
) -> None:
    if room and stand:
        raise TwoPlaces(_("Choose a room or a stand, not both."), field="stand")
    wanted: dict[str, Room | Stand | Participation | None] = {
        "room": room,
        "stand": stand,
        "participation": participation,
    }
    for field, thing in wanted.items():
        if thing and thing.edition_id != edition.pk:
            raise NotOfThisEdition(
                _("“%(name)s” does not belong to %(edition)s.")
                % {"name": thing, "edition": edition},
                field=field,
            )


def hold_time(meeting: Meeting, *, by: User | None) -> None:
    """Make the meeting's people, offices and place taken for its time, buffers included.

    Raises SlotTaken, naming who or what is taken, by what, from when to when. Those who declined
    or were removed are free for something else. A function and whoever holds it are one: neither
    meets anybody while the other does.
    """
    names = _queued_for(lambda: resources(meeting))
    holder = occupations.key("meeting", meeting.pk)
    try:
        occupations.occupy(
            holder=holder,
            resources=names,
            starts_at=meeting.occupied_from,
            ends_at=meeting.occupied_until,
        )
    except occupations.Overlap as overlap:
        clashes = overlap.clashes or list(
            Occupation.objects.filter(resource__in=names)
            .exclude(holder=holder)
            .overlapping(meeting.occupied_from, meeting.occupied_until)
            .order_by("starts_at", "pk")
        )
        raise _refusal(clashes, names, by) from overlap


def hold_what_is_free(meeting: Meeting) -> list[Occupation]:
    """Hold all of it that nothing else has taken; returns what stands in the way of the rest.

    For changes that may not fail, such as a new holder of a function: what is not held is a
    conflict, which the desk shows until somebody has solved it.
    """
    wanted, clashes = set(resources(meeting)), list[Occupation]()
    while True:
        try:
            occupations.occupy(
                holder=occupations.key("meeting", meeting.pk),
                resources=wanted,
                starts_at=meeting.occupied_from,
                ends_at=meeting.occupied_until,
            )
            return clashes
        except occupations.Overlap as overlap:
            if not overlap.clashes:
                raise
            clashes += overlap.clashes
            wanted -= {clash.resource for clash in overlap.clashes}


def let_go(meeting: Meeting) -> None:
    """Free whatever of the meeting's time is held for nobody any more. Never refused."""
    held = Occupation.objects.filter(holder=occupations.key("meeting", meeting.pk))
    held.exclude(resource__in=resources(meeting)).delete()


def queue_for_time(*meetings: Meeting, others: Iterable[Participant] = ()) -> None:
    """Before holding time more than once: queue for all that may be held, in one order.

    `others` are those not expected yet who may be asked: whoever queues for them later, with the
    rest in hand, may wait for somebody who waits for the rest.
    """
    others = list(others)

    def wanted() -> dict[str, str]:
        names: dict[str, str] = {}
        for meeting in meetings:
            everybody = [*_expected(meeting), *others]
            names |= takes(everybody, _holders(meeting, everybody)) | _place(meeting)
        return names

    _queued_for(wanted)


def free_time(meeting: Meeting) -> None:
    occupations.release(holder=occupations.key("meeting", meeting.pk))


def free_decliners(meeting: Meeting) -> list[Participant]:
    """Those who declined it at another time and have nothing else at this one."""
    decliners = list(_expected(meeting).filter(answer=Participant.Answer.DECLINED))
    if not decliners:
        return []
    holders = _holders(meeting, decliners)
    wanted = {participant: takes([participant], holders).keys() for participant in decliners}
    busy = set(
        Occupation.objects.filter(resource__in=set().union(*wanted.values()))
        .exclude(holder=occupations.key("meeting", meeting.pk))
        .overlapping(meeting.occupied_from, meeting.occupied_until)
        .values_list("resource", flat=True)
    )
    return [participant for participant, keys in wanted.items() if busy.isdisjoint(keys)]


def keys_of(meeting: Meeting, participant: Participant) -> set[str]:
    """What one participant makes taken: themselves, their functions or whoever holds theirs."""
    return set(takes([participant], _holders(meeting, [participant])))


def takes(participants: Iterable[Participant], holders: Iterable[OfficeHolder]) -> dict[str, str]:
    """Whom these participants make taken: key -> name in the reader's language.

    Each of them first, then the functions they hold and those who hold theirs.
    """
    participants, holders = list(participants), list(holders)
    names = {
        occupations.key("person", each.person_id)
        if each.person_id
        else occupations.key("office", each.office_id): str(each)
        for each in participants
    }
    for each, held in product(participants, holders):
        if each.person_id == held.person_id:
            names.setdefault(occupations.key("office", held.office_id), str(each))
        elif each.office_id == held.office_id:
            names.setdefault(occupations.key("person", held.person_id), str(each))
    return names


def _expected(meeting: Meeting) -> QuerySet[Participant]:
    present = Participant.objects.present().filter(meeting=meeting)
    return present.select_related("person", "office").order_by("pk")


def _holders(meeting: Meeting, participants: Iterable[Participant]) -> list[OfficeHolder]:
    """Who holds the functions expected, and the functions those expected hold, on that day."""
    people = {each.person_id for each in participants} - {None}
    offices = {each.office_id for each in participants} - {None}
    held = OfficeHolder.objects.on(wording.local(meeting.starts_at).date())
    return list(held.filter(Q(person__in=people) | Q(office__in=offices)).order_by("pk"))


def resources(meeting: Meeting) -> dict[str, str]:
    """What the meeting takes: key -> name in the reader's language."""
    coming = _coming(meeting)
    return takes(coming, _holders(meeting, coming)) | _place(meeting)


def _coming(meeting: Meeting) -> list[Participant]:
    return list(_expected(meeting).exclude(answer=Participant.Answer.DECLINED))


def _queued_for(wanted: Callable[[], dict[str, str]]) -> dict[str, str]:
    """What is wanted, once no reshuffle is under way, all of it queued for in one order.

    While we waited, a function may have been given. Whoever holds it now is not just queued for as
    well: what we hold is let go first, or we might wait for somebody who waits for us.
    """
    asked: set[str] = set()
    while True:
        asked |= wanted().keys()
        with transaction.atomic():
            occupations.queue_for(sorted(asked))
            names = wanted()
            if names.keys() <= asked:
                return names
            transaction.set_rollback(True)


def names(meeting: Meeting) -> dict[str, str]:
    """Of all that it may ever have taken, those taken off and those who declined included."""
    everybody = list(meeting.participants.select_related("person", "office").order_by("pk"))
    return takes(everybody, _holders(meeting, everybody)) | _place(meeting)


def _place(meeting: Meeting) -> dict[str, str]:
    names = {}
    if meeting.room:
        names[occupations.key("room", meeting.room_id)] = meeting.room.name
    if meeting.stand:
        names[occupations.key("stand", meeting.stand_id)] = wording.short_place(meeting)
    return names


def _refusal(clashes: list[Occupation], names: dict[str, str], by: User | None) -> SlotTaken:
    titles = titles_of({clash.holder for clash in clashes}, by)
    sentences, details = [], []
    order = {resource: place for place, resource in enumerate(names)}
    clashes = sorted(clashes, key=lambda clash: (clash.starts_at, order[clash.resource]))
    # Somebody and the function they hold are taken together: told once.
    told = {(names[clash.resource], clash.holder): clash for clash in reversed(clashes)}
    for clash in reversed(told.values()):
        words: dict[str, Any] = {
            "name": names[clash.resource],
            "what": titles[clash.holder],
            "span": wording.span(clash.starts_at, clash.ends_at),
        }
        sentences.append(_("%(name)s is not free: %(what)s, %(span)s (buffers included).") % words)
        details.append(
            {
                "resource": clash.resource,
                "name": words["name"],
                "by": words["what"],
                "from": paris_iso(clash.starts_at),
                "to": paris_iso(clash.ends_at),
            }
        )
    if not sentences:
        sentences = [_("This time has just been taken. Please try again.")]
    return SlotTaken(" ".join(sentences), field="starts_at", details={"clashes": details})


def titles_of(holders: set[str], by: User | None) -> dict[str, str]:
    """What to call each holder before this reader: its title only if they may see it."""
    reader = by or AnonymousUser()
    pks: dict[str, list[int]] = {"meeting": [], "session": []}
    titles = {}
    for holder in holders:
        kind, _separator, pk = holder.partition(":")
        titles[holder] = _("another meeting") if kind == "meeting" else _("another event")
        pks.setdefault(kind, []).append(int(pk))
    visible: list[Meeting | Session] = [
        *Meeting.objects.visible_to(reader).filter(pk__in=pks["meeting"]),
        *Session.objects.visible_to(reader).filter(pk__in=pks["session"]),
    ]
    for thing in visible:
        kind = "meeting" if isinstance(thing, Meeting) else "session"
        titles[occupations.key(kind, thing.pk)] = _("“%(title)s”") % {"title": thing}
    return titles
