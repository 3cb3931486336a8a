"""Columns of the day as HTML, and the facts its script needs.

Not a template: a day has thousands of pieces. Everything that comes from a person goes through
`escape`. Where a piece stands is said by classes (hour and minute, in steps of five): pages hold
no styles of their own.
"""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from meetings import wording
from meetings.day_view.pieces import Block, Column, Reading, Shade, Shown, place_of


class Columns:
    def __init__(self, reading: Reading, view: str) -> None:
        self.reading = reading
        self.view = view

    def all(self) -> dict[str, SafeString]:
        return {column.key: self.column(column) for column in self.reading.columns}

    def column(self, column: Column) -> SafeString:
        pieces = [*map(self._shade, column.shades)]
        for block in column.blocks:
            pieces += [self._margins(block), self._block(block)]
        under = f"<small>{escape(column.under)}</small>" if column.under else ""
        region = escape(column.region)
        name = escape(column.name)
        return mark_safe(  # noqa: S308 - every value is escaped or ours
            f'<section class="day-column" data-c="{column.key}" data-r="{region}" '
            f'aria-label="{name}"><h2 class="{"region" if region else "plain"} region-{region}" '
            f'title="{name}{" · " if under else ""}{escape(column.under)}"><b>{name}</b>{under}'
            f"</h2><ol>{''.join(pieces)}</ol></section>"
        )

    def _block(self, block: Block) -> str:
        shown = block.shown
        meeting = shown.meeting
        times = f"{_hhmm(meeting.starts_at)}–{_hhmm(meeting.ends_at)}"
        minded = shown.clashes or shown.cautions
        word = ""
        # Out of the f-strings: what collects texts to translate does not look into them.
        conflict, to_check = escape(_("Conflict")), escape(_("To check"))
        if block.state == "conflict":
            word = f"<em>{conflict}</em>"
        elif minded:
            word = f'<em class="caution">{to_check}</em>'
        css = "mine" if shown.can_move else "fixed"
        return (
            f'<li class="block state-{block.state} {css} {self._at(meeting)}" '
            f'data-m="{meeting.pk}"><a href="{_page(meeting.pk)}" '
            f'title="{escape(self._title(shown, times))}">'
            f"<time>{_hhmm(meeting.starts_at)}</time> <b>{escape(meeting.subject)}</b>"
            f"<small>{escape(self._under(shown))}</small>{word}</a></li>"
        )

    def _under(self, shown: Shown) -> str:
        """What the column itself does not say."""
        if self.view == "rooms":
            return ", ".join(str(each) for each in shown.participants)
        return wording.short_place(shown.meeting)

    def _title(self, shown: Shown, times: str) -> str:
        lines = [times, shown.meeting.subject, wording.short_place(shown.meeting)]
        lines += [*shown.clashes, *shown.cautions]
        return "\n".join(filter(None, lines))

    def _margins(self, block: Block) -> str:
        """What is kept free before and after, and the way to a place outside."""
        meeting = block.shown.meeting
        if block.state == "cancelled" or meeting.occupied_from == meeting.starts_at:
            return ""
        css = "travel" if meeting.travel_minutes >= meeting.buffer_minutes else "buffer"
        before = self._between(meeting.occupied_from, meeting.starts_at)
        after = self._between(meeting.ends_at, meeting.occupied_until)
        own = f'data-of="{meeting.pk}" aria-hidden="true"'
        return f'<li class="{css} {before}" {own}></li><li class="{css} {after}" {own}></li>'

    def _shade(self, shade: Shade) -> str:
        label = escape(shade.label)
        times = f"{_hhmm(shade.starts_at)}–{_hhmm(shade.ends_at)}"
        return (
            f'<li class="shade {shade.kind} {self._between(shade.starts_at, shade.ends_at)}" '
            f'title="{times} {label}"><span>{label}<i> {times}</i></span></li>'
        )

    def _at(self, meeting: Any) -> str:
        return self._between(meeting.starts_at, meeting.ends_at)

    def _between(self, starts_at: datetime, ends_at: datetime) -> str:
        starts_at = max(starts_at, self.reading.starts_at)
        ends_at = min(max(ends_at, starts_at + timedelta(minutes=5)), self.reading.ends_at)
        hour, minute = _step(starts_at, self.reading)
        last_hour, last_minute = _step(ends_at, self.reading)
        return f"at-h{hour} at-m{minute:02d} to-h{last_hour} to-m{last_minute:02d}"


def _step(moment: datetime, reading: Reading) -> tuple[int, int]:
    """Hour and minute; midnight at the end of the day is its hour 24."""
    local = wording.local(moment)
    hour = local.hour + (24 if local.date() > reading.day else 0)
    return hour, local.minute - local.minute % 5


def _hhmm(moment: datetime) -> str:
    return f"{wording.local(moment):%H:%M}"


def _page(pk: int) -> str:
    return reverse("admin:meetings_meeting_change", args=[pk])


def facts(reading: Reading) -> dict[int, dict[str, Any]]:
    """Each meeting, as the script moves it and tells of it."""
    return {pk: _facts(shown) for pk, shown in reading.shown.items()}


def _facts(shown: Shown) -> dict[str, Any]:
    meeting = shown.meeting
    starts_at = wording.local(meeting.starts_at)
    return {
        "title": meeting.subject,
        "when": f"{_hhmm(meeting.starts_at)}–{_hhmm(meeting.ends_at)}",
        "start": starts_at.hour * 60 + starts_at.minute,
        "length": round((meeting.ends_at - meeting.starts_at).total_seconds() / 60),
        "margin": round((meeting.starts_at - meeting.occupied_from).total_seconds() / 60),
        "sequence": meeting.sequence,
        "place": place_of(meeting),
        "where": wording.short_place(meeting),
        "status": _("Confirmed, waiting for an answer")
        if shown.state == "waiting"
        else meeting.get_status_display(),
        "state": shown.state,
        "canMove": shown.can_move,
        "people": [[wording.name(each), each.get_answer_display()] for each in shown.participants],
        "minded": [*shown.clashes, *shown.cautions],
        "page": _page(meeting.pk),
        "move": reverse("admin:meetings_meeting_reschedule", args=[meeting.pk]),
    }
