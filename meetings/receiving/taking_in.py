"""Take in one message: keep it as it came, decide, and do what follows, in one transaction."""

import hashlib
import logging
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.models import IncomingMail, Meeting, Participant
from meetings.operations.answering import (
    ReplyOutdated,
    ReplyStamp,
    ReplyToEarlierTime,
    ReplyToUnknown,
    record_answer,
)
from meetings.operations.invitations import send_again
from meetings.operations.locking import lock_meeting, reload
from meetings.receiving import deciding, knowing
from meetings.receiving import letter as letters
from meetings.receiving.deciding import Contents, Decision, Known
from meetings.receiving.returned import Returned
from pavilion.core import returned
from pavilion.core.errors import DomainError
from pavilion.core.models import OutboxMessage

logger = logging.getLogger(__name__)

BIGGEST = 25_000_000
# A person is answered automatically at most once in so long.
ONE_ANSWER = timedelta(days=1)
# What comes back without naming the message is about the last one, not older than this.
COMES_BACK_WITHIN = timedelta(days=7)
Outcome = IncomingMail.Outcome


class TooBig(DomainError):
    """For its mail server to send back: nothing is lost, and its sender learns of it."""

    code = "too_big"


def take_in(
    octets: bytes,
    *,
    recipient: str = "",
    received_at: datetime | None = None,
    is_top: bool = False,
) -> IncomingMail:
    """The row of this message, with what was made of it. Taken in again, it changes nothing.

    `recipient` is whom the mail server was told; `is_top` says that the octets are the beginning
    of what is too big, and remains where it is. Nothing that the message says makes this raise;
    a database that does not answer does, and then nothing has happened.
    """
    if len(octets) > BIGGEST:
        raise TooBig(_("This message is bigger than 25 MB: it cannot be taken in."))
    now = timezone.now()
    received_at = min(received_at or now, now)
    letter = letters.read(octets, recipient)
    mail = IncomingMail(
        digest=hashlib.sha256(octets).hexdigest(),
        message_id=letter.message_id,
        raw=octets,
        received_at=received_at,
        sender=letter.shown_sender,
        subject=letter.subject,
        outcome=Outcome.REVIEW,
    )
    with transaction.atomic():
        known = _known_as(mail)
        if known is not None:
            return known
        try:
            with transaction.atomic():
                mail.save()
        except IntegrityError:
            # Another process took it in just now.
            known = _known_as(mail)
            if known is None:
                raise
            return known
        contents = deciding.open_letter(letter, is_top=is_top)
        for meeting_id in knowing.meetings_to_lock(contents):
            lock_meeting(meeting_id, None)
        facts = knowing.look_up(contents, now=now)
        decision = deciding.decide(contents, facts, received_at=received_at)
        _carry_out(mail, contents, decision, facts)
    logger.debug("Message %s taken in: %s %s", mail.pk, mail.outcome, mail.reason)
    return mail


def _known_as(mail: IncomingMail) -> IncomingMail | None:
    same = IncomingMail.objects.filter(digest=mail.digest).first()
    if same is None and mail.message_id:
        same = IncomingMail.objects.filter(message_id=mail.message_id).first()
    return same


def _carry_out(mail: IncomingMail, contents: Contents, decision: Decision, known: Known) -> None:
    mail.facts = deciding.described(contents, decision, known)
    if decision.answer:
        decision = _answer(mail, decision)
    if decision.asks_again:
        decision = _ask_again(mail, decision)
    if decision.returned:
        decision = _note_returned(mail, decision, decision.returned)
    mail.outcome, mail.reason = decision.outcome, decision.reason
    if decision.occasion:
        mail.meeting_id = decision.occasion.pk
    if decision.guest:
        mail.participant_id = decision.guest.pk
    mail.save()


def _answer(mail: IncomingMail, decision: Decision) -> Decision:
    """Apply it, unless the order of replies or what has happened meanwhile says otherwise."""
    event, guest = decision.event, decision.guest
    if event is None or guest is None:
        raise RuntimeError("An answer comes from an event and a guest.")
    stamp = ReplyStamp(sequence=event.sequence, stamp=deciding.stamp_of(event, mail.received_at))
    try:
        with transaction.atomic():
            record_answer(
                participant_id=guest.pk,
                answer=decision.answer,
                via=Participant.Channel.MAIL,
                answered_by=decision.answered_by,
                comment=event.comment,
                reply=stamp,
            )
    except ReplyOutdated:
        return replace(decision, outcome=Outcome.IGNORED, reason="outdated")
    except ReplyToEarlierTime:
        return replace(decision, outcome=Outcome.IGNORED, reason="earlier_time", asks_again=True)
    except ReplyToUnknown:
        return replace(decision, outcome=Outcome.REVIEW, reason="unknown_invitation")
    except DomainError as refusal:
        mail.facts["refusal"] = str(refusal)
        return replace(decision, outcome=Outcome.REVIEW, reason="refused")
    return decision


def _ask_again(mail: IncomingMail, decision: Decision) -> Decision:
    """Send the invitation once more: at most one such mail to one person in a day."""
    if decision.guest is None:
        raise RuntimeError("Somebody is asked again.")
    participant = Participant.objects.select_related("meeting").get(pk=decision.guest.pk)
    meeting = participant.meeting
    has_answered = participant.answer != Participant.Answer.NEEDS_ACTION
    is_earlier = decision.reason == "earlier_time"
    if meeting.status != Meeting.Status.CONFIRMED or (is_earlier and has_answered):
        return decision
    asked = IncomingMail.objects.filter(facts__asked_again=True).exclude(pk=mail.pk)
    theirs = asked.filter(
        participant__person=participant.person_id, participant__office=participant.office_id
    )
    if theirs.filter(received_at__gt=mail.received_at - ONE_ANSWER).exists():
        if is_earlier:
            return decision
        return replace(decision, outcome=Outcome.IGNORED, reason="asked_already")
    if (
        is_earlier
        and asked.filter(
            participant=participant, facts__asked_at_sequence=meeting.time_sequence
        ).exists()
    ):
        return decision
    full = reload(meeting)
    [invited] = [each for each in full.participants.all() if each.pk == participant.pk]
    send_again(full, invited, by=None)
    mail.facts |= {"asked_again": True, "asked_at_sequence": meeting.time_sequence}
    return decision


def _note_returned(mail: IncomingMail, decision: Decision, found: Returned) -> Decision:
    message = _message(found, mail.received_at)
    if message is None:
        return replace(decision, outcome=Outcome.IGNORED, reason="unknown_message")
    mail.bounced = message
    returned.note_bounce(message=message, reason=found.reason, at=mail.received_at)
    participant = knowing.participant_of(message)
    if participant:
        mail.participant, mail.meeting_id = participant, participant.meeting_id
    return decision


def _message(found: Returned, received_at: datetime) -> OutboxMessage | None:
    """The message it names; else the last one to the recipient it names."""
    named = OutboxMessage.objects.filter(message_id__in=found.ids).order_by("-pk").first()
    if named:
        return named
    lately = OutboxMessage.objects.filter(
        state=OutboxMessage.State.SENT, sent_at__gt=received_at - COMES_BACK_WITHIN
    )
    for address in found.recipients[:5]:
        if last := lately.filter(recipient__iexact=address).order_by("-sent_at", "-pk").first():
            return last
    return None
