"""What each e-mail about a meeting says, in its reader's language. Sends nothing.

Every function reads a participant whose meeting came through `with_everything`.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from meetings import wording
from meetings.addressees import organizer_email
from meetings.ical import invitation_entry
from meetings.models import Meeting, Participant, Reminder
from pavilion.core.ical import Method, render_invitation
from pavilion.core.models import OutboxMessage

# When and where, as a message told it: "starts_at" and "ends_at" in ISO 8601, "place" in words.
Told = dict[str, str]


def invitation(
    participant: Participant, *, message_id: str, in_reply_to: str, stamp: datetime
) -> OutboxMessage:
    """The first REQUEST, or one more for somebody who was taken off and is expected again."""
    with translation.override(participant.language):
        subject = _("Invitation: %(headline)s")
        message = _message(participant, "invitation", subject, message_id, in_reply_to)
        return _with_calendar(message, participant, method="REQUEST", stamp=stamp)


def update(
    participant: Participant,
    *,
    was: Told,
    message_id: str,
    in_reply_to: str,
    stamp: datetime,
) -> OutboxMessage:
    """The REQUEST that moves an invitation already sent; `was` is what they were told last."""
    with translation.override(participant.language):
        subject = _("Updated: %(headline)s")
        changes = _changes(participant.meeting, was)
        message = _message(participant, "update", subject, message_id, in_reply_to, **changes)
        return _with_calendar(message, participant, method="REQUEST", stamp=stamp)


def cancellation(
    participant: Participant, *, message_id: str, in_reply_to: str, stamp: datetime
) -> OutboxMessage:
    """The CANCEL: the meeting is off, or goes on without them."""
    with translation.override(participant.language):
        subject = _("Cancelled: %(headline)s")
        message = _message(participant, "cancellation", subject, message_id, in_reply_to)
        message.told = {}
        return _with_calendar(message, participant, method="CANCEL", stamp=stamp)


def notice(
    participant: Participant, *, was: Told | None, message_id: str, in_reply_to: str
) -> OutboxMessage:
    """Without calendar part, for those whose calendar fetches by itself but perhaps too late.

    `was` is what they know of a meeting that moved, None when it is new to them.
    """
    meeting = participant.meeting
    is_off = participant.removed_at is not None or meeting.status == Meeting.Status.CANCELLED
    with translation.override(participant.language):
        if is_off:
            subject = _("Cancelled: %(headline)s")
        elif was:
            subject = _("Updated: %(headline)s")
        else:
            subject = _("New meeting: %(headline)s")
        message = _message(
            participant,
            "notice",
            subject,
            message_id,
            in_reply_to,
            is_off=is_off,
            is_new=was is None,
            **_changes(meeting, was or told(meeting)),
        )
        if is_off:
            message.told = {}
        return message


def reminder(reminder: Reminder) -> OutboxMessage:
    """Of no use once it has begun; in a thread of its own, since an invitation says more."""
    participant = reminder.participant
    with translation.override(participant.language):
        message = _message(participant, "reminder", _("Reminder: %(headline)s"), "", "")
    message.thread = reminder_thread(participant)
    message.expires_at = reminder.starts_at
    return message


def thread(participant: Participant) -> str:
    """What one participant is told about one meeting."""
    return f"{participant.meeting.uid}:{participant.public_id}"


def reminder_thread(participant: Participant) -> str:
    return f"{thread(participant)}:reminder"


def told(meeting: Meeting) -> Told:
    """What a message tells of when and where, in the active language."""
    return {
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat(),
        "place": wording.place(meeting),
    }


def is_news(participant: Participant, was: Told) -> bool:
    """Whether they know another time or place."""
    with translation.override(participant.language):
        now = told(participant.meeting)
    return _moments(was) != _moments(now) or was["place"] != now["place"]


def _changes(meeting: Meeting, was: Told) -> dict[str, Any]:
    now = told(meeting)
    is_new_time = _moments(was) != _moments(now)
    return {
        "is_new_time": is_new_time,
        "old_when": wording.when_between(*_moments(was)) if is_new_time else "",
        "old_place": was["place"] if was["place"] != now["place"] else "",
    }


def _moments(told: Told) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(told["starts_at"]), datetime.fromisoformat(told["ends_at"])


def _message(
    participant: Participant,
    name: str,
    subject: str,
    message_id: str,
    in_reply_to: str,
    **extra: Any,
) -> OutboxMessage:
    meeting = participant.meeting
    context = {
        "meeting": meeting,
        "subject": meeting.subject,
        "when": wording.when(meeting),
        "place": wording.place(meeting),
        "people": wording.people(meeting, besides=participant),
        "contact": wording.contact(meeting),
        "answer_url": settings.BASE_URL + participant.get_absolute_url(),
        "organizer": settings.ORGANIZER_NAME,
        "language": participant.language,
        "is_removed": participant.removed_at is not None,
        **extra,
    }
    waits = participant.office is not None and participant.office.needs_approval
    return OutboxMessage(
        kind=f"meetings.{name}",
        state=OutboxMessage.State.HELD if waits else OutboxMessage.State.QUEUED,
        region_code=meeting.region_code,
        recipient=participant.email,
        recipient_name=str(participant)[:150],
        language=participant.language,
        subject=(subject % {"headline": wording.headline(meeting)})[:250],
        body=render_to_string(f"meetings/emails/{name}.txt", context),
        html=render_to_string(f"meetings/emails/{name}.html", context),
        message_id=message_id,
        in_reply_to=in_reply_to,
        thread=thread(participant),
        told=told(meeting),
        expires_at=meeting.ends_at,
    )


def _with_calendar(
    message: OutboxMessage, participant: Participant, *, method: Method, stamp: datetime
) -> OutboxMessage:
    entry = invitation_entry(participant, stamp=stamp, is_cancelled=method == "CANCEL")
    message.ics = render_invitation(entry, method=method)
    message.ics_method = method
    message.sender = organizer_email(participant)
    return message
