"""A meeting moved on the day's drawing: shown first, with who is told and what stands against it,
then done by the same operation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from events.models import Room, Stand
from meetings import operations, wording
from meetings.day_view.pieces import ELSEWHERE, Wanted
from meetings.day_view.reading import read_day
from meetings.models import Meeting
from meetings.operations.previewing import Preview, preview
from pavilion.core.models import User


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
class Proposal:
    """What a move would do, and what one should mind once it is done."""

    preview: Preview
    minded: list[str]

    @property
    def needs_reason(self) -> bool:
        return isinstance(self.preview.refusal, operations.OutsideOpeningHours)


def propose(move: Move) -> Proposal:
    minded: list[str] = []

    def looked_at() -> Meeting:
        moved = move.do()
        day = wording.local(move.starts_at).date()
        shown = read_day(move.by, moved.edition, day, Wanted(view="rooms")).shown.get(moved.pk)
        if shown:
            minded.extend([*shown.clashes, *shown.cautions])
        return moved

    return Proposal(preview(looked_at, meeting_id=move.meeting.pk), minded)


def is_place(key: str) -> bool:
    kind, _colon, number = key.partition(":")
    return key in ("", ELSEWHERE) or (
        kind in ("room", "stand") and number.isdecimal() and len(number) < 19
    )
