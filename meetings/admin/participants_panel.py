"""Who is expected at a meeting: in which quality, what they were told and what they answered."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from meetings import emails, wording
from meetings.addressees import addressees
from meetings.models import Meeting, Participant
from meetings.operations.seats import quorum_of
from meetings.quorum import Standing
from pavilion.core.desk import KINDS, Panel, state_mark
from pavilion.core.models import OutboxMessage

_ANSWERS = {
    "needs-action": "waiting",
    "accepted": "confirmed",
    "tentative": "option",
    "declined": "cancelled",
    "delegated": "confirmed",
}
State = OutboxMessage.State


def participants_panel(meeting: Meeting, *, may_act: bool) -> Panel:
    """As many queries however many the participants are."""
    rows = meeting.participants.ranked().prefetch_related(
        "person__secretariats", "office__secretariats"
    )
    everybody = list(rows.order_by("position", "pk"))
    names = {each.pk: str(each) for each in everybody}
    told = _told(meeting)
    expected = [
        {
            "row": each,
            "name": wording.name(each),
            "mark": state_mark(_ANSWERS[each.answer], each.get_answer_display()),
            "quality": _quality(each),
            "instead_of": names.get(each.stands_in_for_id or 0, ""),
            "told": _last(each, told),
        }
        for each in wording.in_order(everybody)
    ]
    context = {
        "expected": expected,
        "may_act": may_act,
        "meeting": meeting,
        "lost": _lost(everybody, names) if meeting.is_live else [],
    }
    return Panel(_("Participants"), "admin/meetings/_participants.html", context)


def _quality(participant: Participant) -> str:
    if participant.either_of:
        return _("one of “%(word)s” is enough") % {"word": participant.either_of}
    return "" if participant.is_required else _("optional")


def _lost(everybody: list[Participant], names: Mapping[int, str]) -> list[str]:
    """Whom it needs and does not have: a place, or all of those of whom one is enough."""
    needs = quorum_of(everybody).needs
    return [
        ", ".join(names[key] for key in need.seats)
        for need in needs
        if need.standing == Standing.LOST
    ]


def _told(meeting: Meeting) -> dict[str, OutboxMessage]:
    """The last message to each, by thread: what waits, else what has left or come back."""
    rows = OutboxMessage.objects.filter(thread__startswith=f"{meeting.uid}:")
    rows = rows.exclude(state=State.DROPPED).exclude(kind="meetings.reminder")
    fields = ("thread", "kind", "state", "sent_at", "send_after")
    return {message.thread: message for message in rows.only(*fields).order_by("pk")}


def _last(participant: Participant, told: Mapping[str, OutboxMessage]) -> dict[str, Any]:
    own = emails.thread(participant)
    copies = [told[thread] for thread in told if thread.startswith(f"{own}:")]
    # Whoever has no address of their own is told through those who receive their mail.
    through = None if participant.email else max(copies, key=lambda each: each.pk, default=None)
    message = told.get(own, through)
    if message is None:
        person = participant.person
        if not addressees(participant):
            return {"words": _("no address"), "is_wrong": True}
        by_calendar = person is not None and not person.wants_invitations
        return {"words": _("by their calendar") if by_calendar else ""}
    return {
        "words": KINDS.get(message.kind, message.kind),
        "state": message.get_state_display(),
        "at": message.sent_at,
        "is_wrong": message.state in (State.FAILED, State.BOUNCED),
        "message": message,
    }
