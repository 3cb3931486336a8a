"""One day as it stands: who is where when, what is held around it, and what one should mind.

As many queries for three meetings as for three hundred.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from events.models import Day, Edition, Participation
from meetings import wording
from meetings.day_view import across, minding
from meetings.day_view.pieces import Reading, Shown, Wanted, who
from meetings.models import Delegate, Delegation, Meeting, OfficeHolder, Participant, Person
from pavilion.core.access import access_of
from pavilion.core.models import User

Moments = tuple[datetime, datetime]


def read_day(user: User, edition: Edition, day: date, wanted: Wanted) -> Reading:
    begins = timezone.make_aware(datetime.combine(day, time()))
    ends = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    shown = _shown(user, edition, (begins, ends))
    expected = [each for one in shown.values() for each in one.participants]
    holders = _holders(expected, day)
    # Of all that their reader sees, before they chose: somebody may be in two places for it.
    minding.add_overlaps(shown, holders)
    shown = _narrowed(shown, holders, user, wanted)
    columns = {
        "people": lambda: across.people(user, edition, day, shown, holders, wanted),
        "rooms": lambda: across.places(edition, shown, wanted),
        "offices": lambda: across.offices(shown),
        "delegations": lambda: across.delegations(user, edition, shown, holders, wanted),
    }[wanted.view]()
    minding.add_availability(user, shown, holders, columns, (begins, ends))
    minding.add_taken(columns, shown, (begins, ends))
    first, last = _span(edition, day, shown, (begins, ends))
    return Reading(day, first, last, list(columns.values()), shown)


def day_of(edition: Edition, day: date) -> Day | None:
    return Day.objects.filter(edition=edition, date=day).first()


def _shown(user: User, edition: Edition, span: Moments) -> dict[int, Shown]:
    access = access_of(user)
    meetings = (
        Meeting.objects.visible_to(user)
        .filter(edition=edition, starts_at__lt=span[1], ends_at__gt=span[0])
        .select_related("edition", "participation__region", "room", "stand")
        .order_by("starts_at", "pk")
        .distinct()
    )
    found = {
        meeting.pk: Shown(meeting, [], access.manages(meeting.region_code)) for meeting in meetings
    }
    rows = Participant.objects.present().filter(meeting__in=list(found))
    for row in rows.ranked().select_related("person__region").order_by("position", "pk"):
        row.meeting = found[row.meeting_id].meeting
        found[row.meeting_id].participants.append(row)
    for one in found.values():
        one.participants = wording.in_order(one.participants)
        minding.add_answers(one)
    return found


def _narrowed(
    shown: dict[int, Shown], holders: dict[int, Person], user: User, wanted: Wanted
) -> dict[int, Shown]:
    """Those of the region and of the delegation chosen: their own, and where their people go."""
    members: set[int] | None = None
    if wanted.delegation is not None:
        chosen = Delegation.objects.visible_to(user).filter(pk=wanted.delegation)
        rows = Delegate.objects.filter(delegation__in=chosen)
        members = set(rows.values_list("person", flat=True))
    kept = {}
    for pk, one in shown.items():
        people = list(filter(None, (who(each, holders) for each in one.participants)))
        regions = {one.meeting.region_code, *(person.region_id for person in people)}
        is_theirs = members is None or any(person.pk in members for person in people)
        if is_theirs and (not wanted.region or wanted.region in regions):
            kept[pk] = one
    return kept


def _holders(participants: Iterable[Participant], day: date) -> dict[int, Person]:
    """Who holds each office expected, on that day."""
    offices = {each.office_id for each in participants} - {None}
    rows = OfficeHolder.objects.on(day).filter(office__in=offices)
    return {row.office_id: row.person for row in rows.select_related("person__region")}


def _span(edition: Edition, day: date, shown: dict[int, Shown], whole: Moments) -> Moments:
    """From the hour it begins to the hour it ends: the fair, and whatever lies outside it."""
    fair = day_of(edition, day)
    starts = [one.meeting.occupied_from for one in shown.values()]
    ends = [one.meeting.occupied_until for one in shown.values()]
    if fair:
        starts.append(fair.opens)
        ends.append(fair.closes)
    noon = whole[0] + timedelta(hours=12)
    first = max(whole[0], min(starts, default=noon - timedelta(hours=3)))
    last = min(whole[1], max(ends, default=noon + timedelta(hours=6)))
    first = wording.local(first).replace(minute=0, second=0, microsecond=0)
    last = wording.local(last)
    if (last.minute, last.second) != (0, 0):
        last = last.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return first, last


def regions(edition: Edition, user: User) -> list[Participation]:
    """Those one may narrow the day to."""
    access = access_of(user)
    rows = Participation.objects.filter(edition=edition)
    if not access.is_national:
        rows = rows.filter(region__in=access.desk_codes)
    return list(rows.select_related("region").order_by("region__sort_key"))
