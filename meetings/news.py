"""What of people's programmes is no longer as it was at a moment in the past, off the activity log.

Moved there and back again is no news.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from meetings import expecting, wording
from meetings.models import Meeting, Participant
from meetings.models.meeting import MeetingQuerySet
from pavilion.core.models import ActivityEntry

Log = Sequence[ActivityEntry]
# Verbs that bring somebody in or take them off, and where the log names them.
_JOINED = {
    "meeting.participant_added": "name",
    "meeting.participant_replaced": "name",
    "meeting.substitute_asked": "name",
    "meeting.holder_changed": "holder",
    "meeting.holder_clashes": "holder",
}
_LEFT = {
    "meeting.participant_removed": "name",
    "meeting.participant_replaced": "name",
}
_PLACE = ("room", "stand", "place")


def logs(since: datetime, until: datetime) -> dict[int, Log]:
    """What was noted of each meeting in that time, oldest first."""
    kind = ContentType.objects.get_for_model(Meeting)
    rows = ActivityEntry.objects.filter(target_type=kind, at__gte=since, at__lt=until)
    found: dict[int, list[ActivityEntry]] = defaultdict(list)
    for row in rows.order_by("at", "pk"):
        if row.target_id is not None:
            found[int(row.target_id)].append(row)
    return dict(found)


def concerned(
    known: Mapping[int, Log], *, since: datetime, meetings: MeetingQuerySet
) -> dict[int, list[Participant]]:
    """Whose programmes these meetings are or were part of, by person."""
    rows = (
        expecting.with_expected(Participant.objects.filter(meeting__in=list(known)))
        .exclude(removed_at__lt=since)
        .select_related("person", "office", "stands_in_for__person", "stands_in_for__office")
        .prefetch_related(Prefetch("meeting", meetings))
        .order_by("pk")
    )
    found: dict[int, list[Participant]] = defaultdict(list)
    for row in rows:
        person = getattr(row, "expected_id", None)
        if person is not None:
            found[person].append(row)
    return {person: expecting.once(each) for person, each in found.items()}


def notes(participant: Participant, log: Log, *, names: Iterable[str], now: datetime) -> list[str]:
    """What changed for them, in sentences of the active language; empty when nothing did."""
    meeting = participant.meeting
    if participant.answer == Participant.Answer.DECLINED:
        return []
    first, last = _values(log)
    started = parse_datetime(str(first.get("starts_at", ""))) or meeting.starts_at
    if max(started, meeting.starts_at) <= now:
        return []
    was_made = any(entry.verb == "meeting.created" for entry in log)
    was_firm = not was_made and first.get("status", meeting.status) == Meeting.Status.CONFIRMED
    was_on = was_firm and _was_there(participant, log, set(names))
    is_on = participant.removed_at is None and meeting.status == Meeting.Status.CONFIRMED
    if is_on and was_on:
        return list(_differences(meeting, first, last))
    if is_on:
        return [_("New in your programme.")]
    if not was_on:
        return []
    if meeting.status == Meeting.Status.CANCELLED:
        return [_("Cancelled.")]
    return [_("No longer in your programme.")]


def names_of(participant: Participant) -> set[str]:
    """As the log, written in either language, may call them."""
    if participant.office:
        return {participant.office.title_fr, participant.office.title_en} - {""}
    return {str(participant.person)}


def _values(log: Log) -> tuple[dict[str, Any], dict[str, Any]]:
    """Each thing as it was before the first change of it, and as it is after the last."""
    first: dict[str, Any] = {}
    last: dict[str, Any] = {}
    for entry in log:
        for name, value in entry.before.items():
            first.setdefault(name, value)
        last |= entry.after
    return first, last


def _was_there(participant: Participant, log: Log, names: set[str]) -> bool:
    for entry in log:
        if entry.after.get(_JOINED.get(entry.verb, ""), "") in names:
            return False
        if entry.before.get(_LEFT.get(entry.verb, ""), "") in names:
            return True
    return True


def _differences(
    meeting: Meeting, first: Mapping[str, Any], last: Mapping[str, Any]
) -> Iterator[str]:
    starts_at = parse_datetime(str(first.get("starts_at", ""))) or meeting.starts_at
    ends_at = parse_datetime(str(first.get("ends_at", ""))) or meeting.ends_at
    if (starts_at, ends_at) != (meeting.starts_at, meeting.ends_at):
        yield _("Moved: it was on %(when)s.") % {"when": wording.span(starts_at, ends_at)}
    changed = {name for name, value in first.items() if name in last and last[name] != value}
    if changed.intersection(_PLACE):
        yield _("Now in another place.")
    if changed & {"meeting_point", "meeting_point_minutes"}:
        yield _("The meeting point has changed.")
    if changed & {"subject_fr", "subject_en"}:
        yield _("It has another title.")
    if changed & {"contact_name", "contact_phone"}:
        yield _("The contact on site has changed.")
