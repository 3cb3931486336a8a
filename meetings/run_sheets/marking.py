"""What an organiser must know of a line and a delegate need not: clashes, open answers, gaps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings import wording
from meetings.models import Availability, Meeting, Participant
from meetings.run_sheets.lines import Line, said
from meetings.run_sheets.reading import holder_of

Answer = Participant.Answer
# From one hall or level to another.
WALK = timedelta(minutes=5)


@dataclass(frozen=True)
class Mark:
    """`state` is how the look draws it: conflict, waiting, cancelled or option."""

    state: str
    word: str
    sentence: str


def marks_of(
    lines: Sequence[Line], meetings: Mapping[int, Meeting], *, is_of_one: bool
) -> dict[int, list[Mark]]:
    """By meeting. `is_of_one`: all lines are one person's, who walks from each to the next."""
    shown = [meetings[line.meeting] for line in lines if line.is_on]
    marks: dict[int, list[Mark]] = {meeting.pk: [] for meeting in shown}
    for meeting, sentence in _clashes(shown):
        marks[meeting.pk].append(Mark("conflict", _("Conflict"), sentence))
    for meeting, sentence in _unavailable(shown):
        marks[meeting.pk].append(Mark("conflict", _("Not available"), sentence))
    if is_of_one:
        for line, sentence in _tight([line for line in lines if line.is_on]):
            marks[line.meeting].append(Mark("waiting", _("Tight connection"), sentence))
    for meeting in shown:
        marks[meeting.pk] += _answers(meeting)
        marks[meeting.pk] += _gaps(meeting)
    return marks


def _coming(meeting: Meeting) -> dict[str, str]:
    """Whom it takes: key and name, those who declined left out."""
    names = {}
    for each in meeting.participants.all():
        if each.answer != Answer.DECLINED:
            person = holder_of(each)
            key = f"person:{person}" if person else f"office:{each.office_id}"
            names[key] = str(each)
    return names


def _clashes(meetings: Sequence[Meeting]) -> Iterable[tuple[Meeting, str]]:
    coming = {meeting.pk: _coming(meeting) for meeting in meetings}
    for first, second in _overlapping(meetings):
        for key in coming[first.pk].keys() & coming[second.pk].keys():
            for meeting, other in ((first, second), (second, first)):
                words = {
                    "name": coming[first.pk][key],
                    "subject": other.subject,
                    "span": wording.span(other.starts_at, other.ends_at),
                }
                yield meeting, _("%(name)s is also expected at “%(subject)s”, %(span)s.") % words


def _overlapping(meetings: Sequence[Meeting]) -> Iterable[tuple[Meeting, Meeting]]:
    in_order = sorted(meetings, key=lambda meeting: meeting.starts_at)
    for index, first in enumerate(in_order):
        for second in in_order[index + 1 :]:
            if second.starts_at >= first.ends_at:
                break
            yield first, second


def _unavailable(meetings: Sequence[Meeting]) -> Iterable[tuple[Meeting, str]]:
    """One query, whatever the number of meetings."""
    if not meetings:
        return
    people = {each.person_id for meeting in meetings for each in meeting.participants.all()}
    offices = {each.office_id for meeting in meetings for each in meeting.participants.all()}
    told = Availability.objects.filter(
        Q(person__in=people - {None}) | Q(office__in=offices - {None}),
        kind=Availability.Kind.BUSY,
        starts_at__lt=max(meeting.ends_at for meeting in meetings),
        ends_at__gt=min(meeting.starts_at for meeting in meetings),
    )
    busy = list(told.order_by("starts_at", "pk"))
    for meeting in meetings:
        for each in meeting.participants.all():
            for row in busy:
                is_theirs = (row.person_id, row.office_id) == (each.person_id, each.office_id)
                overlaps = row.starts_at < meeting.ends_at and row.ends_at > meeting.starts_at
                if is_theirs and overlaps and each.answer not in (Answer.DECLINED, Answer.ACCEPTED):
                    words = {"name": each, "span": wording.span(row.starts_at, row.ends_at)}
                    yield meeting, _("%(name)s said not to be free, %(span)s.") % words


def _tight(lines: Sequence[Line]) -> Iterable[tuple[Line, str]]:
    """From one place to another in less than it takes to walk, or to travel."""
    for before, after in pairwise(lines):
        gap = after.starts_at - before.ends_at
        needed = timedelta(minutes=before.travel_minutes + after.travel_minutes)
        if before.way != after.way:
            needed = max(needed, WALK)
        if timedelta() <= gap < needed:
            minutes = int(gap.total_seconds() // 60)
            words = {"minutes": minutes, "place": said(before.place)}
            sentence = ngettext(
                "%(minutes)d minute to come from %(place)s.",
                "%(minutes)d minutes to come from %(place)s.",
                minutes,
            )
            yield after, sentence % words


def _answers(meeting: Meeting) -> list[Mark]:
    expected = wording.in_order(meeting.participants.all())
    stood_in_for = {each.stands_in_for_id for each in expected}
    by_answer: dict[str, list[str]] = {}
    for each in expected:
        if each.answer != Answer.DECLINED or (each.is_required and each.pk not in stood_in_for):
            by_answer.setdefault(each.answer, []).append(str(each))
    marks = []
    if names := by_answer.get(Answer.DECLINED):
        marks.append(Mark("cancelled", _("Declined"), _listed(names)))
    if meeting.status == Meeting.Status.CONFIRMED:
        if names := by_answer.get(Answer.NEEDS_ACTION):
            marks.append(Mark("waiting", _("No answer"), _listed(names)))
        if names := by_answer.get(Answer.TENTATIVE):
            marks.append(Mark("option", _("Perhaps"), _listed(names)))
    return marks


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[: wording.NAMED])
    more = len(names) - wording.NAMED
    if more <= 0:
        return f"{shown}."
    others = ngettext("and %(n)d other", "and %(n)d others", more) % {"n": more}
    return f"{shown} {others}."


def _gaps(meeting: Meeting) -> list[Mark]:
    if meeting.status not in (Meeting.Status.OPTION, Meeting.Status.CONFIRMED):
        return []
    lacking = []
    if not wording.short_place(meeting):
        lacking.append(_("no place"))
    if not (meeting.contact_name or meeting.contact_phone):
        lacking.append(_("no contact on site"))
    return [Mark("option", _("To complete"), f"{', '.join(lacking)}.")] if lacking else []
