"""A person's day, read in a handful of queries and made ready to show."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.translation import ngettext

from events.models import Day, Edition, Level, Room, Stand, Zone
from meetings import expecting, wording
from meetings.models import Feed, Meeting, Participant, Person, Stop
from meetings.plan import Plan, draw
from startups.models import PublishedAllocation

Answer = Participant.Answer


@dataclass
class Item:
    """One meeting as its participant sees it."""

    participant: Participant
    now: datetime
    is_next: bool = False
    plan: Plan | None = None
    stops: list[Stop] = field(default_factory=list)

    @property
    def meeting(self) -> Meeting:
        return self.participant.meeting

    @property
    def is_declined(self) -> bool:
        return self.participant.answer == Answer.DECLINED

    @property
    def is_cancelled(self) -> bool:
        return self.meeting.status in (Meeting.Status.CANCELLED, Meeting.Status.NOT_HELD)

    @property
    def is_off(self) -> bool:
        return self.is_cancelled or self.is_declined

    @property
    def is_past(self) -> bool:
        return self.meeting.ends_at <= self.now

    @property
    def is_now(self) -> bool:
        return not self.is_off and self.meeting.starts_at <= self.now < self.meeting.ends_at

    @property
    def is_card(self) -> bool:
        return self.is_now or self.is_next

    @property
    def asks(self) -> bool:
        """An answer is still of use."""
        return self.meeting.status == Meeting.Status.CONFIRMED and not self.is_past

    @property
    def is_unanswered(self) -> bool:
        return self.asks and self.participant.answer == Answer.NEEDS_ACTION

    @property
    def state(self) -> str:
        """How the look draws it."""
        if self.is_off:
            return "cancelled"
        if self.meeting.status == Meeting.Status.OPTION:
            return "option"
        if self.is_past:
            return "held"
        return "waiting" if self.participant.answer != Answer.ACCEPTED else "confirmed"

    @property
    def label(self) -> str:
        if self.is_off and self.participant.answer != Answer.DECLINED:
            return self.meeting.get_status_display()
        if self.meeting.status == Meeting.Status.OPTION or self.is_past:
            return self.meeting.get_status_display()
        return self.participant.get_answer_display()

    @property
    def wait(self) -> str:
        """How long until it starts, when that is soon: "1 h 10"."""
        left = self.meeting.starts_at - self.now
        if not timedelta() < left < timedelta(hours=12):
            return ""
        minutes = int(left.total_seconds() // 60)
        hours, minutes = divmod(minutes, 60)
        if not hours:
            return ngettext("%(n)s minute", "%(n)s minutes", max(minutes, 1)) % {
                "n": max(minutes, 1)
            }
        return f"{hours}\u00a0h\u00a0{minutes:02d}" if minutes else f"{hours}\u00a0h"

    @property
    def meeting_point(self) -> str:
        """Where one gathers, if that is not the place itself."""
        visit = getattr(self.meeting, "visit", None)
        return self.meeting.meeting_point or (visit.meeting_point if visit else "")

    @property
    def gather_at(self) -> datetime:
        return self.meeting.starts_at - timedelta(minutes=self.meeting.meeting_point_minutes)

    @property
    def office(self) -> str:
        """The function one comes for, where the meeting expects that and not somebody by name."""
        return self.participant.office.title if self.participant.office else ""

    @property
    def stands_in_for(self) -> str:
        principal = self.participant.stands_in_for
        return str(principal) if principal else ""

    @property
    def stand_in(self) -> str:
        """Who goes instead."""
        others = self.meeting.participants.all()
        return next(
            (str(other) for other in others if other.stands_in_for_id == self.participant.pk), ""
        )

    @cached_property
    def place(self) -> str:
        return wording.place_inside(self.meeting)

    @cached_property
    def short_place(self) -> str:
        return wording.short_place(self.meeting)

    @property
    def rest_of_place(self) -> str:
        """What its short name leaves out: the hall, the level."""
        return self.place.removeprefix(self.short_place).removeprefix(", ")

    @cached_property
    def company(self) -> wording.Company:
        """The others, in the order of precedence."""
        return wording.company(wording.people(self.meeting, besides=self.participant))

    @property
    def phone(self) -> str:
        """The contact's number, never broken over two lines."""
        return self.meeting.contact_phone.replace(" ", "\u00a0")

    @property
    def spot(self) -> Room | Stand | None:
        return self.meeting.room or self.meeting.stand

    @property
    def facts(self) -> dict[str, Any]:
        """What the page's script compares with what its reader saw last; answers are their own."""
        starts_at, ends_at = map(wording.local, (self.meeting.starts_at, self.meeting.ends_at))
        return {
            "id": self.participant.meeting_id,
            "subject": self.meeting.subject,
            "from": starts_at.isoformat(),
            "until": ends_at.isoformat(),
            "day": starts_at.date().isoformat(),
            "when": f"{date_format(starts_at, 'D j')}, {date_format(starts_at, 'H:i')}",
            "place": self.short_place,
            "state": "off" if self.is_cancelled else self.meeting.status,
            "isOff": self.is_off,
        }


@dataclass
class Agenda:
    person: Person
    days: list[date]
    shown: date | None
    is_today: bool
    cards: list[Item]
    later: list[Item]
    past: list[Item]
    declined: list[Item]
    unanswered: int
    feeds: list[Feed]
    facts: list[dict[str, Any]]

    @property
    def mark(self) -> str:
        """Which day this is, and whether it is now: what the head of the page is made of."""
        return f"{self.shown or ''}{' today' if self.is_today else ''}"

    @property
    def is_over_months(self) -> bool:
        """Whether a day's number alone may be read as another's: a call to prepare, in spring."""
        return len({(day.year, day.month) for day in self.days}) > 1

    @property
    def is_empty(self) -> bool:
        return self.has_none_but_declined and not self.declined

    @property
    def has_none_but_declined(self) -> bool:
        return not (self.cards or self.later or self.past)


def agenda(
    person: Person, *, edition: Edition | None, wanted: date | None, now: datetime
) -> Agenda:
    """What `person` has to know of one day: now and next first, then the rest."""
    items = [Item(participant, now) for participant in _participations(person, edition)]
    today = wording.local(now).date()
    days = _days(items, edition)
    shown = wanted if wanted in days else _opening_day(items, days, today)
    upcoming = [item for item in items if not item.is_off and item.meeting.starts_at > now]
    of_day = [item for item in items if _date(item) == shown]
    if upcoming and upcoming[0] in of_day:
        upcoming[0].is_next = True
    cards = [item for item in of_day if item.is_card]
    _add_companies([stop for item in of_day for stop in _stops(item)])
    # Also of what comes later: a telephone shows it without a network.
    _add_plans([item for item in of_day if not (item.is_off or item.is_past)])
    rest = [item for item in of_day if not (item.is_card or item.is_declined)]
    return Agenda(
        person=person,
        days=days,
        shown=shown,
        is_today=shown == today,
        cards=cards,
        later=[item for item in rest if not item.is_past],
        past=[item for item in rest if item.is_past],
        declined=[item for item in of_day if item.is_declined],
        unanswered=sum(item.is_unanswered for item in items),
        feeds=list(Feed.objects.active().filter(person=person).order_by("created_at", "pk")),
        facts=[item.facts for item in items],
    )


def _participations(person: Person, edition: Edition | None) -> Iterable[Participant]:
    """Theirs, and those of the offices they hold that day."""
    others = Participant.objects.present().ranked()
    stops = Stop.objects.select_related("stand__zone").order_by("position")
    return expecting.once(
        expecting.of_person(person)
        .filter(removed_at__isnull=True, meeting__edition=edition)
        .select_related(
            "office",
            "stands_in_for__person",
            "stands_in_for__office",
            "meeting__edition",
            "meeting__visit",
            "meeting__room__zone__level__hall",
            "meeting__stand__zone__level__hall",
        )
        .prefetch_related(
            Prefetch("meeting__participants", others.order_by("position", "pk")),
            Prefetch("meeting__visit__stops", stops),
        )
        .order_by("meeting__starts_at", "pk")
    )


def _date(item: Item) -> date:
    return wording.local(item.meeting.starts_at).date()


def _days(items: list[Item], edition: Edition | None) -> list[date]:
    fair = Day.objects.filter(edition=edition).values_list("date", flat=True)
    return sorted({*fair, *(_date(item) for item in items)})


def _opening_day(items: list[Item], days: list[date], today: date) -> date | None:
    """Today during the fair, before it the first day with a meeting, after it the last."""
    if today in days:
        return today
    busy = sorted({_date(item) for item in items if not item.is_off}) or days
    return next((each for each in busy if each >= today), busy[-1] if busy else None)


def _stops(item: Item) -> list[Stop]:
    visit = getattr(item.meeting, "visit", None)
    item.stops = list(visit.stops.all()) if visit else []
    return item.stops


def _add_plans(cards: list[Item]) -> None:
    levels = {item.spot.zone.level_id for item in cards if item.spot}
    zones: dict[int, list[Zone]] = {level: [] for level in levels}
    for zone in Zone.objects.filter(level__in=levels).select_related("participation__region"):
        zones[zone.level_id].append(zone)
    for item in cards:
        if item.spot:
            level: Level = item.spot.zone.level
            item.plan = draw(
                level,
                zones[level.pk],
                item.spot,
                stops=[stop.stand for stop in item.stops if stop.stand.zone.level_id == level.pk],
                label=item.short_place,
            )


def _add_companies(stops: list[Stop]) -> None:
    """Who stands at each stop at that hour."""
    found = PublishedAllocation.objects.filter(
        stand__in=[stop.stand_id for stop in stops]
    ).select_related("exhibitor__application", "half_day")
    allocations = list(found) if stops else []
    for stop in stops:
        stop.company = next(  # type: ignore[attr-defined]
            (
                str(allocation.exhibitor)
                for allocation in allocations
                if allocation.stand_id == stop.stand_id
                and allocation.half_day.starts_at <= stop.starts_at < allocation.half_day.ends_at
            ),
            "",
        )
