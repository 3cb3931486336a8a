"""That a meeting stays at its time, to somebody who proposed another (RFC 5546 §3.2.8)."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from meetings import wording
from meetings.addressees import organizer_email
from meetings.ical import invitation_entry
from meetings.models import Participant
from pavilion.core.ical import render_invitation
from pavilion.core.models import OutboxMessage


def counter_declined(
    participant: Participant,
    *,
    recipient: str,
    proposed: tuple[datetime, datetime],
    word: str,
    stamp: datetime,
    in_reply_to: str,
) -> OutboxMessage:
    """The DECLINECOUNTER, and why in a word; to the mailbox that proposed."""
    meeting, office = participant.meeting, participant.office
    with translation.override(participant.language):
        context = {
            "subject": meeting.subject,
            "when": wording.when(meeting),
            "place": wording.place(meeting),
            "proposed": wording.when_between(*proposed),
            "word": word,
            "answer_url": settings.BASE_URL + participant.get_absolute_url(),
            "organizer": settings.ORGANIZER_NAME,
            "inviter": wording.inviter(meeting),
            "salutation": wording.salutation(office) if office and office.needs_approval else "",
            "language": participant.language,
        }
        entry = invitation_entry(participant, mailbox=recipient, stamp=stamp, is_cancelled=False)
        subject = _("Unchanged: %(headline)s") % {"headline": wording.headline(meeting)}
        waits = office is not None and office.needs_approval
        return OutboxMessage(
            kind="meetings.counter_declined",
            state=OutboxMessage.State.HELD if waits else OutboxMessage.State.QUEUED,
            region_code=meeting.region_code,
            recipient=recipient,
            recipient_name=str(participant)[:150],
            language=participant.language,
            subject=subject[:250],
            body=render_to_string("meetings/emails/counter_declined.txt", context),
            html=render_to_string("meetings/emails/counter_declined.html", context),
            ics=render_invitation(entry, method="DECLINECOUNTER"),
            ics_method="DECLINECOUNTER",
            sender=organizer_email(participant),
            in_reply_to=in_reply_to,
            expires_at=meeting.ends_at,
        )
