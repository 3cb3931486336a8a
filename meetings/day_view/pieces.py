"""What a day is drawn of: meetings and what to mind about them, in columns."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext_lazy

from events.operations import occupations
from meetings import wording
from meetings.models import Meeting, Participant, Person

Answer = Participant.Answer
VIEWS = {
    "people": gettext_lazy("People"),
    "rooms": gettext_lazy("Rooms and stands"),
    "offices": gettext_lazy("Offices"),
    "delegations": gettext_lazy("Delegations"),
}
OFF = (Meeting.Status.CANCELLED, Meeting.Status.NOT_HELD)
ELSEWHERE = "elsewhere"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What its reader chose to see."""

    view: str = "people"
    region: str = ""
    delegation: int | None = None
    # Also who and what has nothing that day: where there is room.
    is_all: bool = False


@dataclass
class Shown:
    """A meeting, and what one should mind about it."""

    meeting: Meeting
    participants: list[Participant]
    is_mine: bool
    # In words: first those that stop it, then those to look into.
    clashes: list[str] = field(default_factory=list)
    cautions: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        meeting = self.meeting
        if meeting.status in OFF:
            return "cancelled"
        if meeting.status == Meeting.Status.HELD:
            return "held"
        if self.clashes:
            return "conflict"
        if meeting.status == Meeting.Status.OPTION:
            return "option"
        return "waiting" if self.unanswered else "confirmed"

    @property
    def can_move(self) -> bool:
        return self.is_mine and self.meeting.is_live


@dataclass(frozen=True)
class Block:
    """A meeting in one column; of a person or an office, with what they answered."""

    shown: Shown
    participant: Participant | None = None

    @property
    def state(self) -> str:
        own = self.shown.state
        if self.participant is None or own in ("cancelled", "held"):
            return own
        if self.participant.answer == Answer.DECLINED:
            return "cancelled"
        if own == "waiting" and self.participant.answer != Answer.NEEDS_ACTION:
            return "confirmed"
        return own


@dataclass(frozen=True)
class Shade:
    """A stretch of a column that something else has: not available, or taken by what is no
    business of its reader."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    label: str


@dataclass
class Column:
    key: str
    name: str
    under: str = ""
    region: str = ""
    blocks: list[Block] = field(default_factory=list)
    shades: list[Shade] = field(default_factory=list)


@dataclass
class Reading:
    day: date
    starts_at: datetime
    ends_at: datetime
    columns: list[Column]
    shown: dict[int, Shown]

    @property
    def hours(self) -> range:
        first = wording.local(self.starts_at).hour
        return range(first, first + round((self.ends_at - self.starts_at).total_seconds() / 3600))

    def count(self, *states: str) -> int:
        return sum(each.state in states for each in self.shown.values())


Columns = dict[str, Column]


def place_of(meeting: Meeting) -> str:
    """The key of the column of places it stands in."""
    if meeting.room_id:
        return occupations.key("room", meeting.room_id)
    if meeting.stand_id:
        return occupations.key("stand", meeting.stand_id)
    return ELSEWHERE


def who(participant: Participant, holders: dict[int, Person]) -> Person | None:
    """Whom it expects: by name, or by the office they hold that day."""
    if participant.office_id:
        return holders.get(participant.office_id)
    return participant.person
