"""Who is told of a meeting, and how the messages of one meeting follow each other.

Each mailbox has a thread of its own. What it was told last is compared with what the meeting is
now: what differs is told, in one message that replaces whatever had not left yet, and what is as
it was told is not told again. So several changes make one mail, and none when they cancel out.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict

from django.conf import settings
from django.utils import timezone

from meetings import emails
from meetings.addressees import Addressee, addressees
from meetings.emails import Told
from meetings.models import Meeting, Participant
from pavilion.core import outbox
from pavilion.core.models import OutboxMessage, User
from pavilion.core.threads import supersede

# The same sequence again: "", ".2" … A participant meets this only when a message was dropped.
RESENDS = ("", *(f".{number}" for number in range(2, 10)))
# Calendars that fetch by themselves may lag by a day: what changes so late is told by mail too.
SOON = timedelta(hours=48)
# So shortly before, nothing waits for further changes.
URGENT = timedelta(hours=2)
# Changes that never end do not keep a message back for longer than so many times MAIL_SETTLES.
PATIENCE = 5

State = OutboxMessage.State


class _Ids(TypedDict):
    message_id: str
    in_reply_to: str


@dataclass(frozen=True)
class _Letterbox:
    """A participant's part in a meeting, at one mailbox, and the messages it was ever written."""

    participant: Participant
    to: Addressee
    messages: list[OutboxMessage]

    @property
    def thread(self) -> str:
        return emails.thread(self.participant, self.to)

    @property
    def waiting(self) -> OutboxMessage | None:
        """What has not left: the newest, since it replaced the others."""
        found = [m for m in self.messages if m.state in (State.HELD, State.QUEUED)]
        return found[-1] if found else None

    @property
    def left(self) -> list[OutboxMessage]:
        return [message for message in self.messages if message.may_have_left]


def tell(
    meeting: Meeting,
    concerned: Iterable[Participant],
    *,
    by: User | None = None,
    was: Meeting | None = None,
) -> None:
    """Promise each of those concerned what they must know now, and nobody anything else.

    An invitation, an update or a cancellation; a plain mail, when it is soon, to those who want no
    invitations. `meeting` came through `reload`; `was` is what it was before, had they known it.
    What still waits to be sent to others says what the meeting is now.
    """
    pks = {participant.pk for participant in concerned}
    boxes = letterboxes(meeting.participants.all())
    stamp = timezone.now()
    drafts = [
        (box, _draft(box, box.left, stamp, was))
        for box in boxes
        if box.participant.pk in pks or box.waiting
    ]
    stale = [(box, draft) for box, draft in drafts if not _is_promised(box, draft)]
    for box, draft in [*stale]:
        if box.participant.pk not in pks and draft and _bring_up_to_date(box, draft):
            stale.remove((box, draft))
    left = supersede(box.thread for box, _draft in stale if box.messages)
    promised = []
    for box, draft in stale:
        now_left = left.get(box.thread, [])
        if len(now_left) != len(box.left):
            # A worker has just taken what seemed to wait.
            draft = _draft(box, now_left, stamp, was)
        if draft:
            promised.append(_addressed(box, draft, stamp, by, was))
    outbox.enqueue_all(promised)
    _note_invited(boxes, pks, meeting)


def send_again(meeting: Meeting, participant: Participant, *, by: User | None) -> None:
    """The invitation as it is to all their mailboxes: same sequence, new DTSTAMP."""
    stamp = timezone.now()
    boxes = letterboxes([participant])
    left = supersede(box.thread for box in boxes)
    for box in boxes:
        earlier = left[box.thread]
        message = emails.invitation(
            participant, to=box.to, stamp=stamp, is_again=False, **_ids(box, earlier)
        )
        outbox.enqueue(_addressed(box, message, stamp, by, None))
    _note_invited(boxes, {participant.pk}, meeting)


def letterboxes(participants: Iterable[Participant]) -> list[_Letterbox]:
    """In one query, however many they are."""
    mailboxes = [(each, to) for each in participants for to in addressees(each)]
    threads: dict[str, list[OutboxMessage]] = {
        emails.thread(participant, to): [] for participant, to in mailboxes
    }
    rows = OutboxMessage.objects.filter(thread__in=threads).order_by("pk")
    for message in rows.defer("body", "html", "ics"):
        threads[message.thread].append(message)
    return [_Letterbox(who, to, threads[emails.thread(who, to)]) for who, to in mailboxes]


def knowing_this_time(participants: Collection[Participant]) -> set[int]:
    """The keys of those whose last message told the time at which their meeting is now."""
    # Of several mailboxes, their own; of those who have none, the first that receives for them.
    boxes: dict[int, _Letterbox] = {}
    for box in letterboxes(participants):
        boxes.setdefault(box.participant.pk, box)
    return {
        pk
        for pk, box in boxes.items()
        if (left := box.left)
        and left[-1].told
        and emails.moments(left[-1].told)
        == (box.participant.meeting.starts_at, box.participant.meeting.ends_at)
    }


def wants_mail(participant: Participant) -> bool:
    """Invitations by mail; whoever has been invited is kept informed, whatever they chose since."""
    person = participant.person
    is_invited = participant.invited_sequence is not None
    return person is None or person.wants_invitations or is_invited


def message_id(participant: Participant, sequence: int, resend: str, mark: str = "") -> str:
    local = participant.meeting.uid.partition("@")[0]
    whom = f"{participant.public_id}.{mark}" if mark else participant.public_id
    return f"<{local}.{sequence}.{whom}{resend}@{settings.MAIL_DOMAIN}>"


def _draft(
    box: _Letterbox, left: list[OutboxMessage], stamp: datetime, was: Meeting | None
) -> OutboxMessage | None:
    """What this mailbox must be told after what has left for it; None: nothing."""
    participant = box.participant
    is_expected = not participant.removed_at and (
        participant.meeting.status == Meeting.Status.CONFIRMED
    )
    if is_expected and participant.answer == Participant.Answer.DECLINED:
        return None  # left in peace
    if not wants_mail(participant):
        return _notice(box, left, stamp, was, is_expected=is_expected)
    known = left[-1].told if left else {}
    if not is_expected:
        if not known:
            return None
        write = emails.cancellation if any(message.ics_method for message in left) else None
        if write is None:
            return emails.notice(participant, to=box.to, was=None, **_ids(box, left))
        return write(participant, to=box.to, stamp=stamp, **_ids(box, left))
    if not known:
        return emails.invitation(
            participant, to=box.to, stamp=stamp, is_again=bool(left), **_ids(box, left)
        )
    if emails.is_news(participant, known):
        return emails.update(participant, to=box.to, was=known, stamp=stamp, **_ids(box, left))
    if _is_sure(left[-1]):
        return None
    return emails.invitation(participant, to=box.to, stamp=stamp, is_again=False, **_ids(box, left))


def _notice(
    box: _Letterbox,
    left: list[OutboxMessage],
    stamp: datetime,
    was: Meeting | None,
    *,
    is_expected: bool,
) -> OutboxMessage | None:
    participant, meeting = box.participant, box.participant.meeting
    known = _known_without_invitation(box, left, was)
    is_late = bool(left) or _is_soon(stamp, meeting, was)
    if not is_expected:
        is_told = bool(known) and participant.answer != Participant.Answer.DECLINED
        if not (is_told and is_late):
            return None
    elif not is_late or (known and not emails.is_news(participant, known)):
        return None
    return emails.notice(
        participant, to=box.to, was=known if is_expected and known else None, **_ids(box, left)
    )


def _known_without_invitation(
    box: _Letterbox, left: list[OutboxMessage], was: Meeting | None
) -> Told:
    """What they know by mail or, when no mail told them, by a calendar that fetches by itself."""
    if left:
        return dict(left[-1].told)
    if box.waiting:
        return dict(box.waiting.told.get("before", {}))
    return emails.told_at(was, box.participant.language) if was else {}


def _addressed(
    box: _Letterbox,
    message: OutboxMessage,
    stamp: datetime,
    by: User | None,
    was: Meeting | None,
) -> OutboxMessage:
    """Whom it is by, when it may leave, and what the next one will want to know of it."""
    settles = timedelta(seconds=settings.MAIL_SETTLES)
    message.by = by
    message.is_urgent = _is_within(URGENT, stamp, box.participant.meeting, was)
    message.send_after = stamp
    if not message.is_urgent:
        latest = _waits_since(box, stamp) + PATIENCE * settles
        message.send_after = max(stamp, min(stamp + settles, latest))
    if message.ics_method:
        known = dict(box.left[-1].told) if box.left else {}
    else:
        known = _known_without_invitation(box, box.left, was)
    if known:
        # Whoever knows a later time than the present one waits until then.
        message.expires_at = max(box.participant.meeting.ends_at, emails.moments(known)[1])
    if message.told:
        message.told |= {"text": _digest(message)}
        if not message.ics_method:
            message.told |= {"before": known}
    return message


def _is_promised(box: _Letterbox, draft: OutboxMessage | None) -> bool:
    """Whether what waits says it all already, or there is nothing to say and nothing waits."""
    if draft is None or box.waiting is None:
        return draft is box.waiting
    if (box.waiting.kind, box.waiting.recipient) != (draft.kind, draft.recipient):
        return False
    if not draft.told:
        return not box.waiting.told
    same = ("sequence", "starts_at", "ends_at")
    return box.waiting.told.get("text") == _digest(draft) and all(
        box.waiting.told.get(name) == draft.told[name] for name in same
    )


def _ids(box: _Letterbox, left: list[OutboxMessage]) -> _Ids:
    """The message's own id, and the one it answers: the first that left."""
    participant = box.participant
    used = {message.message_id for message in box.messages}
    ids = (
        message_id(participant, participant.meeting.sequence, resend, box.to.mark)
        for resend in RESENDS
    )
    return {
        "message_id": next((each for each in ids if each not in used), outbox.new_message_id()),
        "in_reply_to": left[0].message_id if left else "",
    }


def _waits_since(box: _Letterbox, stamp: datetime) -> datetime:
    """When the first was written of those that have followed each other and none has left."""
    since = stamp
    settles = timedelta(seconds=settings.MAIL_SETTLES)
    for message in reversed(box.messages):
        if message.may_have_left or since - message.created_at > settles:
            break
        since = message.created_at
    return since


def _is_sure(message: OutboxMessage) -> bool:
    """It has left, or is in the hands of a worker; one that failed may never have arrived."""
    is_leaving = message.state == State.QUEUED and message.claim is not None
    return is_leaving or message.state in (State.SENT, State.BOUNCED)


def _digest(message: OutboxMessage) -> str:
    """Of what the service wrote, so that a text edited since is known by it."""
    text = "\n".join((message.subject, message.body))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _is_soon(now: datetime, *meetings: Meeting | None) -> bool:
    return _is_within(SOON, now, *meetings)


def _is_within(lead: timedelta, now: datetime, *meetings: Meeting | None) -> bool:
    return any(
        meeting is not None and meeting.starts_at - now <= lead and meeting.ends_at > now
        for meeting in meetings
    )


def _bring_up_to_date(box: _Letterbox, draft: OutboxMessage) -> bool:
    """Let what still waits say what the meeting has become; False if it is something else now.

    What somebody has written or approved leaves as they saw it, to where their mail goes now.
    """
    waiting = box.waiting
    if waiting is None or waiting.kind != draft.kind or waiting.may_have_left:
        return False
    is_approved = waiting.state == State.QUEUED and draft.state == State.HELD
    fresh: dict[str, Any] = {}
    if waiting.recipient != draft.recipient:
        fresh |= {"recipient": draft.recipient, "recipient_name": draft.recipient_name}
        fresh |= {"domain": draft.recipient.rpartition("@")[2].lower(), "ics": draft.ics}
    if not (waiting.edited_at or is_approved):
        fresh |= {"subject": draft.subject, "body": draft.body, "html": draft.html}
        told = waiting.told | draft.told | {"text": _digest(draft)}
        fresh |= {"ics": draft.ics, "told": told}
    rows = OutboxMessage.objects.unclaimed(timezone.now())
    rows.filter(pk=waiting.pk, state=waiting.state).update(**fresh)
    return True


def _note_invited(boxes: Iterable[_Letterbox], pks: Collection[int], meeting: Meeting) -> None:
    """Whose calendar holds an invitation, or will when what was promised has arrived."""
    for participant in {box.participant.pk: box.participant for box in boxes}.values():
        if participant.pk not in pks:
            continue
        is_expected = meeting.status == Meeting.Status.CONFIRMED and not participant.removed_at
        if is_expected and participant.answer == Participant.Answer.DECLINED:
            continue
        invited = meeting.sequence if is_expected and wants_mail(participant) else None
        if participant.invited_sequence != invited:
            participant.invited_sequence = invited
            participant.save(update_fields=["invited_sequence"])
