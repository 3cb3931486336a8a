"""Who is told of a meeting, and how the messages of one meeting follow each other.

One message per person. Their ids are made of the meeting, its sequence and the participant, so
that every update answers the first message that left.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone, translation

from meetings import emails
from meetings.models import Meeting, Participant
from pavilion.core import outbox
from pavilion.core.models import OutboxMessage
from pavilion.core.threads import supersede

# The same sequence again: "", ".2" … A participant meets this only when an invitation was dropped.
RESENDS = ("", *(f".{number}" for number in range(2, 10)))
# Calendars that fetch by themselves may lag by a day: what changes so late is told by mail too.
SOON = timedelta(hours=48)


def invite(
    meeting: Meeting, participants: Iterable[Participant], *, was: Meeting | None = None
) -> None:
    """Promise a REQUEST to each who can be reached: an invitation, or an update of theirs.

    Those who want no invitations get a plain mail when it is soon. `was` is the meeting before it
    moved. Whatever still waited to be sent to them is dropped in favour of this.
    """
    stamp = timezone.now()
    reached = [participant for participant in participants if participant.email]
    history = _supersede(reached)
    for participant in reached:
        earlier = history[emails.thread(participant)]
        if wants_mail(participant):
            outbox.enqueue(_request(participant, earlier, stamp))
            participant.invited_sequence = meeting.sequence
            participant.save(update_fields=["invited_sequence"])
        elif earlier or _is_soon(stamp, meeting, was):
            outbox.enqueue(_notice(participant, earlier, was))


def call_off(meeting: Meeting, participants: Iterable[Participant], *, was_firm: bool) -> None:
    """Promise a CANCEL to each whose invitation left; what still waited is dropped instead.

    Those who want no invitations get a plain mail when it is soon and the meeting `was_firm`.
    """
    stamp = timezone.now()
    participants = list(participants)
    history = _supersede(participants)
    for participant in participants:
        earlier = history[emails.thread(participant)]
        if participant.invited_sequence is not None:
            if participant.email and any(message.ics_method for message in earlier):
                outbox.enqueue(
                    emails.cancellation(participant, **_place_in(participant, earlier), stamp=stamp)
                )
            participant.invited_sequence = None
            participant.save(update_fields=["invited_sequence"])
        elif was_firm and participant.email and not wants_mail(participant):
            is_coming = participant.answer != Participant.Answer.DECLINED
            if earlier or (is_coming and _is_soon(stamp, meeting)):
                outbox.enqueue(_notice(participant, earlier, meeting))


def wants_mail(participant: Participant) -> bool:
    """Invitations by mail; whoever has been invited is kept informed, whatever they chose since."""
    person = participant.person
    is_invited = participant.invited_sequence is not None
    return bool(participant.email) and (person is None or person.wants_invitations or is_invited)


def _request(
    participant: Participant, earlier: list[OutboxMessage], stamp: datetime
) -> OutboxMessage:
    place = _place_in(participant, earlier)
    last = earlier[-1] if earlier else None
    if last and last.told and emails.is_news(participant, last.told):
        return emails.update(participant, was=last.told, **place, stamp=stamp)
    return emails.invitation(participant, **place, stamp=stamp)


def _notice(
    participant: Participant, earlier: list[OutboxMessage], was: Meeting | None
) -> OutboxMessage:
    known = earlier[-1].told if earlier else {}
    if not earlier and was is not None:
        # No mail has told them: their calendar has.
        with translation.override(participant.language):
            known = emails.told(was)
    is_news = bool(known) and emails.is_news(participant, known)
    return emails.notice(
        participant, was=known if is_news else None, **_place_in(participant, earlier)
    )


def _is_soon(now: datetime, *meetings: Meeting | None) -> bool:
    return any(
        meeting is not None and meeting.starts_at - now <= SOON and meeting.ends_at > now
        for meeting in meetings
    )


def _supersede(participants: list[Participant]) -> dict[str, list[OutboxMessage]]:
    """What each has been told, or may have been, oldest first; nothing else of it leaves."""
    return supersede(emails.thread(participant) for participant in participants)


def _place_in(participant: Participant, earlier: list[OutboxMessage]) -> dict[str, str]:
    """The message's own id, and the one it answers: the first that left."""
    sequence = participant.meeting.sequence
    ids = [message_id(participant, sequence, resend) for resend in RESENDS]
    used = set(
        OutboxMessage.objects.filter(message_id__in=ids).values_list("message_id", flat=True)
    )
    return {
        "message_id": next((each for each in ids if each not in used), outbox.new_message_id()),
        "in_reply_to": earlier[0].message_id if earlier else "",
    }


def message_id(participant: Participant, sequence: int, resend: str) -> str:
    local = participant.meeting.uid.partition("@")[0]
    return f"<{local}.{sequence}.{participant.public_id}{resend}@{settings.MAIL_DOMAIN}>"
