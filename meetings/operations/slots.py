"""When and where a meeting may be: within opening hours, with everybody and everything free."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from events.models import Day, Edition, Occupation, Participation, Room, Session, Stand
from events.operations import occupations
from meetings import wording
from meetings.models import Meeting, Participant
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
    or were removed are free for something else.
    """
    names = _resources(meeting)
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


def free_time(meeting: Meeting) -> None:
    occupations.release(holder=occupations.key("meeting", meeting.pk))


def _resources(meeting: Meeting) -> dict[str, str]:
    """What the meeting takes: key -> name in the reader's language."""
    names = {}
    expected = (
        Participant.objects.present()
        .filter(meeting=meeting)
        .exclude(answer=Participant.Answer.DECLINED)
        .select_related("person", "office")
    )
    for participant in expected:
        kind = "person" if participant.person_id else "office"
        pk = participant.person_id or participant.office_id
        names[occupations.key(kind, pk)] = str(participant)
    if meeting.room:
        names[occupations.key("room", meeting.room_id)] = meeting.room.name
    if meeting.stand:
        names[occupations.key("stand", meeting.stand_id)] = wording.short_place(meeting)
    return names


def _refusal(clashes: list[Occupation], names: dict[str, str], by: User | None) -> SlotTaken:
    titles = _titles({clash.holder for clash in clashes}, by)
    sentences, details = [], []
    for clash in clashes:
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


def _titles(holders: set[str], by: User | None) -> dict[str, str]:
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
