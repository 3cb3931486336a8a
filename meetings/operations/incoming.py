"""What an organiser makes of a message that was doubtful. Each is settled once, by somebody."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from meetings.addressees import may_answer_from
from meetings.emails.countering import counter_declined
from meetings.models import IncomingMail, Meeting, Participant
from meetings.operations.answering import ensure_may_answer, record_answer
from meetings.operations.calendars import with_everything
from meetings.operations.locking import LIVE, ensure_status, lock_meeting
from meetings.operations.moving import KEEP, reschedule_meeting
from meetings.receiving.letter import addresses
from pavilion.core import activity, outbox
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User

Outcome = IncomingMail.Outcome


class AlreadySettled(DomainError):
    code = "already_settled"


class NoProposal(DomainError):
    code = "no_proposal"


def apply_incoming(
    *, mail_id: int, participant_id: int, answer: str, by: User | None, comment: str = ""
) -> IncomingMail:
    """Note a message as somebody's answer. The order of replies is the organiser's to judge."""
    with transaction.atomic():
        mail = _open(mail_id, by)
        participant = record_answer(
            participant_id=participant_id,
            answer=answer,
            via=Participant.Channel.MAIL,
            by=by,
            answered_by=mail.sender,
            comment=comment,
        )
        mail.participant, mail.meeting_id = participant, participant.meeting_id
        _settle(mail, by, "incoming.applied", answer=answer, name=str(participant))
    return mail


def accept_proposal(
    *, mail_id: int, by: User | None, outside_hours_reason: str = ""
) -> IncomingMail:
    """Move the meeting to the time that was proposed: everybody is told and asked again."""
    with transaction.atomic():
        mail = _open(mail_id, by)
        meeting, starts_at, ends_at = _proposal(mail)
        reschedule_meeting(
            meeting_id=meeting.pk,
            starts_at=starts_at,
            ends_at=ends_at,
            by=by,
            outside_hours_reason=outside_hours_reason or KEEP,
        )
        _settle(mail, by, "incoming.moved", starts_at=starts_at)
    return mail


def decline_proposal(*, mail_id: int, by: User | None, word: str = "") -> IncomingMail:
    """Leave the meeting where it is, and tell who proposed another time so, with a word."""
    with transaction.atomic():
        mail = _open(mail_id, by)
        meeting, starts_at, ends_at = _proposal(mail)
        lock_meeting(meeting.pk, by)
        full = with_everything(Meeting.objects.all()).get(pk=meeting.pk)
        ensure_status(full, LIVE)
        participant = next(
            (each for each in full.participants.all() if each.pk == mail.participant_id), None
        )
        recipient = _mailbox(participant, mail) if participant else ""
        if participant is None or not recipient or participant.removed_at:
            raise NoProposal(_("Nobody expected at this meeting has proposed another time."))
        outbox.enqueue(
            counter_declined(
                participant,
                recipient=recipient,
                proposed=(starts_at, ends_at),
                word=word.strip(),
                stamp=timezone.now(),
                in_reply_to=_quoted(mail.message_id),
            )
        )
        _settle(mail, by, "incoming.declined")
    return mail


def ignore_incoming(*, mail_id: int, by: User | None, reason: str = "") -> IncomingMail:
    """Decide that there is nothing to do. The message stays."""
    with transaction.atomic():
        mail = _open(mail_id, by)
        mail.outcome = Outcome.IGNORED
        _settle(mail, by, "incoming.ignored", reason=reason)
    return mail


def settle_incoming(*, mail_id: int, by: User | None, reason: str = "") -> IncomingMail:
    """Note that it was dealt with otherwise: a call, an answer by hand."""
    with transaction.atomic():
        mail = _open(mail_id, by)
        _settle(mail, by, "incoming.settled", reason=reason)
    return mail


def ensure_may_settle(mail: IncomingMail, by: User | None) -> None:
    """The team of the meeting it is about, or the national team where it is about none."""
    if mail.participant and mail.meeting:
        ensure_may_answer(by, mail.meeting, mail.participant)
    else:
        ensure_manages(by, mail.meeting.region_code if mail.meeting else "")


def _open(mail_id: int, by: User | None) -> IncomingMail:
    """The message, nobody else's to settle until this transaction ends."""
    IncomingMail.objects.select_for_update(of=("self",)).filter(pk=mail_id).values_list("pk").get()
    mail = (
        IncomingMail.objects.defer("raw")
        .select_related(
            "meeting__participation", "participant__person", "participant__office", "settled_by"
        )
        .get(pk=mail_id)
    )
    ensure_may_settle(mail, by)
    is_open = mail.outcome in (Outcome.REVIEW, Outcome.IGNORED) and mail.settled_at is None
    if not is_open:
        words = {"state": mail.get_outcome_display(), "who": mail.settled_by or ""}
        raise AlreadySettled(
            _("%(who)s has settled this message.") % words
            if mail.settled_by
            else _("This message is in the state “%(state)s”: nothing is left to do.") % words,
            details={"outcome": mail.outcome},
        )
    return mail


def _proposal(mail: IncomingMail) -> tuple[Meeting, datetime, datetime]:
    starts_at, ends_at = (_moment(mail.facts, name) for name in ("starts_at", "ends_at"))
    if mail.meeting is None or starts_at is None or ends_at is None or mail.reason != "counter":
        raise NoProposal(_("This message proposes no other time."))
    return mail.meeting, starts_at, ends_at


def _moment(facts: Mapping[str, Any], name: str) -> datetime | None:
    value = facts.get(name)
    return parse_datetime(value) if isinstance(value, str) else None


def _mailbox(participant: Participant, mail: IncomingMail) -> str:
    """Where the proposal came from, if that may answer; else where they are invited."""
    written = next(iter(addresses(mail.sender)), "")
    return written if written in may_answer_from(participant) else participant.email


def _quoted(message_id: str) -> str:
    """As In-Reply-To takes it: an id made otherwise is left out."""
    is_id = message_id[:1] == "<" and message_id[-1:] == ">" and message_id.count("@") == 1
    return message_id if is_id and len(message_id) <= 250 and " " not in message_id else ""


def _settle(mail: IncomingMail, by: User | None, verb: str, reason: str = "", **what: Any) -> None:
    if mail.outcome != Outcome.IGNORED or verb != "incoming.ignored":
        mail.outcome = Outcome.SETTLED
    mail.settled_at, mail.settled_by = timezone.now(), by
    mail.facts = mail.facts | {"settled": verb.removeprefix("incoming."), "note": reason[:500]}
    mail.save(
        update_fields=["outcome", "settled_at", "settled_by", "facts", "participant", "meeting"]
    )
    activity.record(
        by=by,
        verb=verb,
        target=mail,
        region_code=mail.meeting.region_code if mail.meeting else "",
        reason=reason,
        after=what,
    )
