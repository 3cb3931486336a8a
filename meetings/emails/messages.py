"""The messages themselves: invitation, update, cancellation, notice."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from meetings import wording
from meetings.addressees import Addressee, invitations_link, organizer_email
from meetings.emails.facts import Told, changes, told
from meetings.ical import invitation_entry
from meetings.models import Meeting, Participant
from pavilion.core.ical import Method, render_invitation
from pavilion.core.models import OutboxMessage


def invitation(
    participant: Participant,
    *,
    message_id: str,
    in_reply_to: str,
    stamp: datetime,
    to: Addressee | None = None,
    is_again: bool = False,
) -> OutboxMessage:
    """The first REQUEST; `is_again`: to somebody who was told that they were not expected."""
    with translation.override(participant.language):
        subject = _("Invitation: %(headline)s")
        message = _message(
            participant, to, "invitation", subject, message_id, in_reply_to, is_again=is_again
        )
        return _with_calendar(message, participant, method="REQUEST", stamp=stamp)


def update(
    participant: Participant,
    *,
    was: Told,
    message_id: str,
    in_reply_to: str,
    stamp: datetime,
    to: Addressee | None = None,
) -> OutboxMessage:
    """The REQUEST that changes an invitation already sent; `was` is what they were told last."""
    with translation.override(participant.language):
        subject = _("Updated: %(headline)s")
        changed = changes(participant.meeting, was)
        message = _message(participant, to, "update", subject, message_id, in_reply_to, **changed)
        return _with_calendar(message, participant, method="REQUEST", stamp=stamp)


def cancellation(
    participant: Participant,
    *,
    message_id: str,
    in_reply_to: str,
    stamp: datetime,
    to: Addressee | None = None,
) -> OutboxMessage:
    """The CANCEL: the meeting is off, or goes on without them."""
    with translation.override(participant.language):
        subject = _("Cancelled: %(headline)s")
        message = _message(participant, to, "cancellation", subject, message_id, in_reply_to)
        message.told = {}
        return _with_calendar(message, participant, method="CANCEL", stamp=stamp)


def notice(
    participant: Participant,
    *,
    was: Told | None,
    message_id: str,
    in_reply_to: str,
    to: Addressee | None = None,
) -> OutboxMessage:
    """Without calendar part, for those whose calendar fetches by itself but perhaps too late.

    `was` is what they know of a meeting that changed, None when it is new to them.
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
            to,
            "notice",
            subject,
            message_id,
            in_reply_to,
            is_off=is_off,
            is_new=was is None,
            **changes(meeting, was or told(meeting)),
        )
        if is_off:
            message.told = {}
        return message


def thread(participant: Participant, to: Addressee | None = None) -> str:
    """What one mailbox is told of one participant's part in one meeting."""
    mark = f":{to.mark}" if to and to.mark else ""
    return f"{participant.meeting.uid}:{participant.public_id}{mark}"


def _message(
    participant: Participant,
    to: Addressee | None,
    name: str,
    subject: str,
    message_id: str,
    in_reply_to: str,
    **extra: Any,
) -> OutboxMessage:
    meeting, office = participant.meeting, participant.office
    to = to or Addressee(participant.email, str(participant))
    context = {
        "meeting": meeting,
        "subject": meeting.subject,
        "when": wording.when(meeting),
        "place": wording.place(meeting),
        "meeting_point": wording.meeting_point(meeting),
        "press": wording.press(meeting) if meeting.press != Meeting.Press.CLOSED else "",
        "languages": meeting.languages,
        "people": wording.people(meeting, besides=participant),
        "contact": wording.contact(meeting),
        "answer_url": settings.BASE_URL + participant.get_absolute_url(),
        "organizer": settings.ORGANIZER_NAME,
        "inviter": wording.inviter(meeting),
        "salutation": wording.salutation(office) if office and office.needs_approval else "",
        "copy_of": str(participant) if to.is_copy else "",
        "language": participant.language,
        "is_removed": participant.removed_at is not None,
        **extra,
    }
    waits = office is not None and office.needs_approval
    return OutboxMessage(
        kind=f"meetings.{name}",
        state=OutboxMessage.State.HELD if waits else OutboxMessage.State.QUEUED,
        region_code=meeting.region_code,
        recipient=to.email,
        recipient_name=to.name[:150],
        language=participant.language,
        subject=(subject % {"headline": wording.headline(meeting)})[:250],
        body=render_to_string(f"meetings/emails/{name}.txt", context),
        html=render_to_string(f"meetings/emails/{name}.html", context),
        message_id=message_id,
        in_reply_to=in_reply_to,
        thread=thread(participant, to),
        told=told(meeting),
        expires_at=meeting.ends_at,
    )


def _with_calendar(
    message: OutboxMessage, participant: Participant, *, method: Method, stamp: datetime
) -> OutboxMessage:
    entry = invitation_entry(
        participant, mailbox=message.recipient, stamp=stamp, is_cancelled=method == "CANCEL"
    )
    # X-MICROSOFT-DISALLOW-COUNTER stays out: who proposes another time tells us something.
    message.ics = render_invitation(entry, method=method)
    message.ics_method = method
    message.sender = organizer_email(participant)
    if method == "REQUEST" and participant.person and message.thread == thread(participant):
        # RFC 8058. Not in copies: a secretariat's mail program would switch off its elected person.
        link = settings.BASE_URL + invitations_link(participant.person)
        message.headers = {
            "List-Unsubscribe": f"<{link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return message
