"""A meeting moved on the day's drawing: shown first, with who is told and what stands against it,
then done by the same operation."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from events.models import Room, Stand
from meetings import operations, wording
from meetings.day_view.reading import ELSEWHERE, Shown, Wanted, read_day
from meetings.models import Meeting
from pavilion.core.errors import DomainError
from pavilion.core.models import OutboxMessage, User


@dataclass(frozen=True, kw_only=True)
class Move:
    """Where a meeting is dragged to. `seen` is the sequence that its reader had before them."""

    meeting: Meeting
    starts_at: datetime
    by: User
    seen: int
    # The key of a room or a stand; empty: it stays where it is.
    place: str = ""
    outside_hours_reason: str = ""
    reason: str = ""

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + (self.meeting.ends_at - self.meeting.starts_at)

    def do(self) -> Meeting:
        """Refused when it changed since it was drawn: nothing is moved unseen."""
        with transaction.atomic():
            locked = Meeting.objects.select_for_update(of=("self",)).get(pk=self.meeting.pk)
            if locked.sequence != self.seen:
                raise operations.MeetingMoved(
                    _(
                        "“%(subject)s” has changed meanwhile: it is now on %(span)s. "
                        "Please look again."
                    )
                    % {"subject": locked.subject, "span": wording.when(locked)}
                )
            extra: dict[str, Any] = {}
            if self.outside_hours_reason:
                extra["outside_hours_reason"] = self.outside_hours_reason
            return operations.reschedule_meeting(
                meeting_id=self.meeting.pk,
                starts_at=self.starts_at,
                ends_at=self.ends_at,
                by=self.by,
                reason=self.reason,
                **self.places(),
                **extra,
            )

    def places(self) -> dict[str, Any]:
        kind, _colon, key = self.place.partition(":")
        if kind == "room":
            return {"room": Room.objects.get(pk=key, edition=self.meeting.edition_id), "place": ""}
        if kind == "stand":
            return {
                "stand": Stand.objects.get(pk=key, edition=self.meeting.edition_id),
                "place": "",
            }
        return {}


@dataclass
class Preview:
    """What a move would do."""

    refusal: DomainError | None = None
    told: list[OutboxMessage] = field(default_factory=list)
    minded: list[str] = field(default_factory=list)

    @property
    def needs_reason(self) -> bool:
        return isinstance(self.refusal, operations.OutsideOpeningHours)


def preview(move: Move) -> Preview:
    """Do it, look, and take it back: the same rules refuse, the same messages are written."""
    shown = Preview()
    with _taken_back():
        last = OutboxMessage.objects.aggregate(last=Max("pk"))["last"] or 0
        try:
            moved = move.do()
        except DomainError as refusal:
            shown.refusal = refusal
        else:
            new = OutboxMessage.objects.filter(pk__gt=last).exclude(
                state=OutboxMessage.State.DROPPED
            )
            shown.told = list(new.order_by("pk"))
            found = _as_it_would_be(move, moved)
            shown.minded = [*found.clashes, *found.cautions] if found else []
    return shown


def _as_it_would_be(move: Move, moved: Meeting) -> Shown | None:
    day = wording.local(move.starts_at).date()
    reading = read_day(move.by, moved.edition, day, Wanted(view="rooms"))
    return reading.shown.get(moved.pk)


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def is_place(key: str) -> bool:
    kind, _colon, number = key.partition(":")
    return key in ("", ELSEWHERE) or (
        kind in ("room", "stand") and number.isdecimal() and len(number) < 19
    )
