"""What the database knows of a message: its meetings, their guests, who may answer for them."""

from collections.abc import Iterable
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.db.models import Prefetch, Q

from meetings.addressees import mail_token_in, may_answer_from
from meetings.models import Meeting, Office, Participant, Person, Secretariat
from meetings.receiving import results
from meetings.receiving.deciding import Contents, Guest, Known, Occasion
from meetings.receiving.letter import Letter
from meetings.receiving.parts import every
from pavilion.core.models import OutboxMessage

# Of one message: more is nobody's answer.
MOST_MEETINGS = 20


def look_up(contents: Contents, *, now: datetime) -> Known:
    letter, calendar = contents.letter, contents.calendar
    events = calendar.events[:MOST_MEETINGS] if calendar else ()
    tokens = {mail_token_in(each) for each in letter.recipients}
    tokens |= {mail_token_in(event.organizer) for event in events}
    holders = Participant.objects.filter(mail_token__in=tokens - {""})
    hinted = _named_by(letter.answered_ids)
    uids = {event.uid for event in events} - {""}
    wanted = Q(uid__in=uids) | Q(participants__in=[*holders, *hinted])
    return Known(
        occasions={each.uid: each for each in _occasions(wanted, now)},
        holders=frozenset(each.pk for each in holders),
        hinted=frozenset(each.pk for each in hinted),
        is_ours=_is_ours(letter),
        is_acquaintance=_is_acquaintance(letter.sender),
        word=results.word(
            every(letter.message.headers, "authentication-results"),
            authserv_id=settings.AUTHSERV_ID,
            sender=letter.sender,
        ),
    )


def meetings_to_lock(contents: Contents) -> list[int]:
    """The meetings that a message may change, in the order in which they are locked."""
    calendar = contents.calendar
    uids = {event.uid for event in calendar.events[:MOST_MEETINGS]} - {""} if calendar else set()
    return list(Meeting.objects.filter(uid__in=uids).order_by("pk").values_list("pk", flat=True))


def participant_of(message: OutboxMessage) -> Participant | None:
    """Whom a message about a meeting was written to: its thread tells."""
    public_id = message.thread.split(":")[1] if message.thread.count(":") else ""
    return Participant.objects.filter(public_id=public_id).first() if public_id else None


def _occasions(wanted: Q, now: datetime) -> list[Occasion]:
    guests = Participant.objects.select_related("person", "office").prefetch_related(
        "person__secretariats", "office__secretariats"
    )
    meetings = Meeting.objects.filter(
        pk__in=Meeting.objects.filter(wanted).order_by("pk").values("pk")
    )
    return [
        Occasion(
            pk=meeting.pk,
            uid=meeting.uid,
            is_live=meeting.is_live,
            is_over=meeting.ends_at <= now,
            guests=tuple(_guest(each) for each in meeting.participants.all()),
        )
        for meeting in meetings.prefetch_related(
            Prefetch("participants", guests.order_by("pk"))
        ).order_by("pk")[:MOST_MEETINGS]
    ]


def _guest(participant: Participant) -> Guest:
    who = participant.person or participant.office
    told = [each.email for each in who.secretariats.all()] if who else []
    answering = frozenset(may_answer_from(participant))
    is_by_mail = participant.answered_via == Participant.Channel.MAIL
    return Guest(
        pk=participant.pk,
        email=participant.email,
        addresses=answering | {email.casefold() for email in told},
        answering=answering,
        is_expected=participant.removed_at is None,
        answered_at=None if is_by_mail else participant.answered_at,
    )


def _named_by(message_ids: Iterable[str]) -> list[Participant]:
    messages = OutboxMessage.objects.filter(message_id__in=list(message_ids)).exclude(thread="")
    threads = messages.order_by("pk").values_list("thread", flat=True)[:MOST_MEETINGS]
    public_ids = {thread.split(":")[1] for thread in threads if ":" in thread}
    return list(Participant.objects.filter(public_id__in=public_ids).order_by("pk"))


def _is_ours(letter: Letter) -> bool:
    """A mail of our own that found its way back."""
    ours = {settings.ORGANIZER_EMAIL.casefold(), parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()}
    if letter.sender in ours or mail_token_in(letter.sender):
        return True
    own_id = letter.message_id
    return bool(own_id) and OutboxMessage.objects.filter(message_id=own_id).exists()


def _is_acquaintance(address: str) -> bool:
    """Somebody of the delegation, or who answers for one."""
    return bool(address) and any(
        rows.filter(email__iexact=address).exists()
        for rows in (Person.objects, Office.objects, Secretariat.objects)
    )
