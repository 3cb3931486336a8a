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
from meetings.ical import invitation_entry
from meetings.models import Meeting, Participant, Reminder
from pavilion.core.ical import Method, render_invitation
from pavilion.core.models import OutboxMessage


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
    was: Meeting,
    message_id: str,
    in_reply_to: str,
    stamp: datetime,
) -> OutboxMessage:
    """The REQUEST that moves an invitation already sent; `was` is the meeting as they know it."""
    meeting = participant.meeting
    is_new_time = (was.starts_at, was.ends_at) != (meeting.starts_at, meeting.ends_at)
    with translation.override(participant.language):
        old_place = wording.place(was)
        message = _message(
            participant,
            "update",
            _("Updated: %(headline)s"),
            message_id,
            in_reply_to,
            is_new_time=is_new_time,
            old_when=wording.when(was) if is_new_time else "",
            old_place=old_place if old_place != wording.place(meeting) else "",
        )
        return _with_calendar(message, participant, method="REQUEST", stamp=stamp)


def cancellation(
    participant: Participant, *, message_id: str, in_reply_to: str, stamp: datetime
) -> OutboxMessage:
    """The CANCEL: the meeting is off, or goes on without them."""
    with translation.override(participant.language):
        subject = _("Cancelled: %(headline)s")
        message = _message(participant, "cancellation", subject, message_id, in_reply_to)
        return _with_calendar(message, participant, method="CANCEL", stamp=stamp)


def reminder(reminder: Reminder) -> OutboxMessage:
    participant = reminder.participant
    with translation.override(participant.language):
        return _message(participant, "reminder", _("Reminder: %(headline)s"), "", "")


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
    )


def _with_calendar(
    message: OutboxMessage, participant: Participant, *, method: Method, stamp: datetime
) -> OutboxMessage:
    entry = invitation_entry(participant, stamp=stamp, is_cancelled=method == "CANCEL")
    message.ics = render_invitation(entry, method=method)
    message.ics_method = method
    return message
