"""What one should mind about a day: who is lost, in two places, or not available then."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations

from django.db.models import Q
from django.utils.translation import gettext as _

from events.models import Occupation
from events.operations import occupations
from meetings import wording
from meetings.day_view.across import outside_hours
from meetings.day_view.pieces import Answer, Columns, Shade, Shown, who
from meetings.models import Availability, Meeting, Person
from meetings.planner import Calendar, Span
from meetings.quorum import Seat, Standing, quorum
from pavilion.core.models import User


def add_answers(shown: Shown) -> None:
    """What the answers say of it."""
    if not shown.meeting.is_live:
        return
    names = {each.pk: str(each) for each in shown.participants}
    found = quorum(
        Seat(
            key=each.pk,
            answer=each.answer,
            is_required=each.is_required,
            either_of=each.either_of,
            stands_in_for=each.stands_in_for_id,
        )
        for each in shown.participants
    )
    for need in found.needs:
        if need.standing == Standing.LOST:
            lost = ", ".join(names[key] for key in need.seats if key in names)
            shown.clashes.append(_("Declined: %(names)s") % {"names": lost})
    if shown.meeting.status == Meeting.Status.CONFIRMED:
        shown.unanswered = [
            names[each.pk] for each in shown.participants if each.answer == Answer.NEEDS_ACTION
        ]


def add_overlaps(shown: dict[int, Shown], holders: dict[int, Person]) -> None:
    """Somebody in two places. The database keeps it from happening; offices change hands."""
    diaries: dict[int, tuple[Person, list[Shown]]] = {}
    for one in shown.values():
        for participant in one.participants:
            person = who(participant, holders)
            if person and one.meeting.is_live and participant.answer != Answer.DECLINED:
                _person, diary = diaries.setdefault(person.pk, (person, []))
                if one not in diary:
                    diary.append(one)
    for person, diary in diaries.values():
        # Any two, neighbours or not: a long meeting holds several.
        for earlier, later in combinations(diary, 2):
            if later.meeting.starts_at < earlier.meeting.ends_at:
                words = {"name": person, "first": earlier.meeting, "second": later.meeting}
                sentence = _("%(name)s is expected at “%(first)s” and “%(second)s”") % words
                for one in (earlier, later):
                    one.clashes.append(sentence)


def add_availability(
    user: User,
    shown: dict[int, Shown],
    holders: dict[int, Person],
    columns: Columns,
    span: tuple[datetime, datetime],
) -> None:
    expected = [
        (one, each, who(each, holders))
        for one in shown.values()
        for each in one.participants
        if one.meeting.is_live and each.answer != Answer.DECLINED
    ]
    people = {person.pk for _one, _each, person in expected if person}
    people |= {int(key.split(":")[1]) for key in columns if key.startswith("person:")}
    offices = {each.office_id for _one, each, _person in expected} - {None}
    rows = (
        Availability.objects.filter(Q(person__in=people) | Q(office__in=offices))
        .filter(starts_at__lt=span[1], ends_at__gt=span[0])
        .visible_to(user)
    )
    said: dict[str, list[Availability]] = defaultdict(list)
    for row in rows.order_by("starts_at", "pk"):
        kind, pk = ("person", row.person_id) if row.person_id else ("office", row.office_id)
        said[occupations.key(kind, pk)].append(row)
    away = {key: list(_away(stretches, span)) for key, stretches in said.items()}
    for key, shades in away.items():
        if key in columns:
            columns[key].shades += shades
    for one, each, person in expected:
        keys = [occupations.key("office", each.office_id)] if each.office_id else []
        keys += [occupations.key("person", person.pk)] if person else []
        shades = [shade for key in keys for shade in away.get(key, [])]
        if person:
            shades += outside_hours(person, wording.local(one.meeting.starts_at).date())
        clash = next((shade for shade in shades if _meet(shade, one.meeting)), None)
        if clash:
            words = {
                "name": each,
                "from": wording.clock(clash.starts_at),
                "to": wording.clock(clash.ends_at),
            }
            one.cautions.append(_("%(name)s: not available from %(from)s to %(to)s") % words)


def _meet(shade: Shade, meeting: Meeting) -> bool:
    return shade.starts_at < meeting.ends_at and shade.ends_at > meeting.starts_at


def _away(said: list[Availability], span: tuple[datetime, datetime]) -> Iterator[Shade]:
    """Busy then; and all but then, for who is available only then."""
    for row in said:
        if row.kind == Availability.Kind.BUSY:
            yield Shade("busy", row.starts_at, row.ends_at, row.note or _("Not available"))
    stretches = (row for row in said if row.kind == Availability.Kind.FREE)
    free = Calendar.of(Span(row.starts_at, row.ends_at) for row in stretches).spans
    if free:
        edges = [
            span[0],
            *(edge for each in free for edge in (each.starts_at, each.ends_at)),
            span[1],
        ]
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            if start < end:
                yield Shade("busy", start, end, _("Not available"))


def add_taken(columns: Columns, shown: dict[int, Shown], span: tuple[datetime, datetime]) -> None:
    """What else holds these people and places: other teams' meetings, the programme's sessions."""
    holders = [occupations.key("meeting", pk) for pk in shown]
    rows = (
        Occupation.objects.filter(resource__in=list(columns))
        .overlapping(*span)
        .exclude(holder__in=holders)
        .order_by("starts_at", "pk")
    )
    for row in rows:
        kind = row.holder.partition(":")[0]
        label = _("Another meeting") if kind == "meeting" else _("Programme")
        columns[row.resource].shades.append(Shade("taken", row.starts_at, row.ends_at, label))
