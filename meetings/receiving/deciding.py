"""What becomes of a message: decided from it and from what is known, without the database.

Who answers must hold the invitation (its organiser's address, made for one guest) or write from
an address that answers for the guest, vouched for by our mail server. Whatever is doubtful is for
somebody to look at, and nothing is applied on the word of a stranger.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from meetings.models import IncomingMail, Participant
from meetings.receiving import calendar as calendars
from meetings.receiving import returned
from meetings.receiving.calendar import Attendee, Calendar, Event
from meetings.receiving.letter import BIGGEST_CALENDAR, Letter
from meetings.receiving.results import Word
from meetings.receiving.returned import Fate, Returned

Outcome = IncomingMail.Outcome
Answer = Participant.Answer

ANSWERS = {
    "ACCEPTED": Answer.ACCEPTED,
    "TENTATIVE": Answer.TENTATIVE,
    "DECLINED": Answer.DECLINED,
}
METHODS = ("REPLY", "COUNTER", "REFRESH")
# A clock that runs ahead by more is not believed.
AHEAD = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Guest:
    """A participant: `addresses` are those they are invited at, `answering` those that may answer.

    `answered_at` is when they last answered otherwise than by mail.
    """

    pk: int
    email: str
    addresses: frozenset[str]
    answering: frozenset[str]
    is_expected: bool = True
    answered_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """A meeting."""

    pk: int
    uid: str
    is_live: bool
    is_over: bool
    guests: tuple[Guest, ...]


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the database knows of a message.

    Meetings by UID; the guests (by key) whose invitation it answers to by its token, which proves
    it, and those whose message it names, which proves nothing.
    """

    occasions: Mapping[str, Occasion] = field(default_factory=dict)
    holders: frozenset[int] = frozenset()
    hinted: frozenset[int] = frozenset()
    is_ours: bool = False
    is_acquaintance: bool = False
    word: Word = Word.NONE


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What is in a message, read once: before and after the database was asked."""

    letter: Letter
    returned: Returned | None
    calendar: Calendar | None
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """`answer` is applied, and an invitation sent again where it `asks_again`."""

    outcome: str
    reason: str = ""
    occasion: Occasion | None = None
    guest: Guest | None = None
    event: Event | None = None
    attendee: Attendee | None = None
    answer: str = ""
    answered_by: str = ""
    asks_again: bool = False
    returned: Returned | None = None


def open_letter(letter: Letter, *, is_top: bool = False) -> Contents:
    """Read its calendar part: the first that answers something, wherever it is.

    Of a message too big to be taken in, of which this is the top, nothing is understood.
    """
    if is_top:
        return Contents(letter=letter, returned=None, calendar=None, problem="message_too_big")
    found, problem = _calendar(letter)
    return Contents(letter=letter, returned=returned.read(letter), calendar=found, problem=problem)


def decide(contents: Contents, known: Known, *, received_at: datetime) -> Decision:
    letter = contents.letter
    if known.is_ours:
        return _ignored("own")
    if contents.returned:
        if contents.returned.fate is Fate.UNDERWAY:
            return _ignored("delayed")
        return Decision(outcome=Outcome.BOUNCE, returned=contents.returned)
    if returned.is_receipt(letter):
        return _ignored("receipt")
    calendar = contents.calendar
    if calendar is None or _is_our_own(calendar):
        return _without_calendar(contents, known)
    if not calendar.method:
        # Who knows what it is for: somebody looks at it.
        return _about_whom(_review("method"), known)
    if calendar.method not in METHODS:
        return _ignored("method")
    events = [event for event in calendar.events if event.uid]
    uids = {event.uid for event in events}
    # Of several meetings in one message, only one can be ours to answer.
    ours = [uid for uid in uids if uid in known.occasions] or list(uids)
    if len(ours) != 1:
        return _review("several_meetings" if ours else "unreadable")
    event = _latest([event for event in events if event.uid == ours[0]], received_at)
    if event is None:
        return _review("one_of_several", known.occasions.get(ours[0]))
    occasion = known.occasions.get(event.uid)
    if occasion is None:
        is_somebody = known.is_acquaintance or bool(known.holders)
        return replace(
            _review("unknown_meeting") if is_somebody else _ignored("unknown_meeting"), event=event
        )
    return _weigh(letter, calendar, event, occasion, known, received_at)


def _weigh(
    letter: Letter,
    calendar: Calendar,
    event: Event,
    occasion: Occasion,
    known: Known,
    received_at: datetime,
) -> Decision:
    """Whether whoever sent it may answer, and what it then does."""
    found = _speaker(letter, event, occasion, known)
    decision = replace(found, occasion=occasion, event=event)
    if not occasion.is_live or occasion.is_over:
        why = "over" if occasion.is_live else "not_live"
        return replace(decision, outcome=Outcome.IGNORED, reason=why)
    if decision.outcome != Outcome.APPLIED or decision.guest is None:
        return decision
    if not decision.guest.is_expected:
        return replace(decision, outcome=Outcome.IGNORED, reason="no_longer_expected")
    if calendar.method == "REFRESH":
        return replace(decision, reason="refresh", asks_again=True)
    if calendar.method == "COUNTER":
        return replace(decision, outcome=Outcome.REVIEW, reason="counter")
    return _answered(decision, received_at)


def _answered(decision: Decision, received_at: datetime) -> Decision:
    partstat = decision.attendee.partstat if decision.attendee else ""
    if partstat == "DELEGATED":
        return replace(decision, outcome=Outcome.REVIEW, reason="delegated")
    if partstat not in ANSWERS:
        return replace(decision, outcome=Outcome.IGNORED, reason="no_answer")
    otherwise_at = decision.guest.answered_at if decision.guest else None
    if otherwise_at and otherwise_at > received_at:
        # Between the ways of answering, the last that reached us counts.
        return replace(decision, outcome=Outcome.IGNORED, reason="outdated")
    return replace(decision, answer=ANSWERS[partstat])


def _speaker(letter: Letter, event: Event, occasion: Occasion, known: Known) -> Decision:
    """For which guest it speaks: APPLIED when that is proved, else why it is not."""
    holders = [guest for guest in occasion.guests if guest.pk in known.holders]
    holder = next((g for g in holders if _theirs(event, g)), holders[0] if holders else None)
    if known.word is Word.FAIL:
        outcome = Outcome.REVIEW if holder else Outcome.IGNORED
        return Decision(outcome=outcome, reason="forged", guest=holder)
    if holder:
        attendee = _theirs(event, holder)
        if attendee is None:
            # The invitation was passed on, and whoever got it answers for themselves.
            return replace(_review("another_attendee"), guest=holder)
        return _proved(letter, holder, attendee)
    if known.holders:
        return _review("token_elsewhere")
    return _by_sender(letter, event, occasion, known)


def _by_sender(letter: Letter, event: Event, occasion: Occasion, known: Known) -> Decision:
    if not letter.sender:
        return _review("several_senders")
    acting = [guest for guest in occasion.guests if letter.sender in guest.answering]
    named = [(guest, theirs) for guest in acting if (theirs := _theirs(event, guest))]
    if len(named) > 1:
        return _review("several_attendees")
    if not named:
        invited = [guest for guest in occasion.guests if _theirs(event, guest)]
        guest = next(iter(acting or invited), None)
        why = "another_attendee" if acting else "on_behalf" if invited else "stranger"
        return replace(_review(why), guest=guest)
    guest, attendee = named[0]
    if attendee.sent_by and attendee.sent_by not in guest.answering:
        return replace(_review("on_behalf"), guest=guest, attendee=attendee)
    if known.word is not Word.PASS:
        return replace(_review("unproved"), guest=guest, attendee=attendee)
    return _proved(letter, guest, attendee)


def _proved(letter: Letter, guest: Guest, attendee: Attendee) -> Decision:
    own = {guest.email.casefold(), ""}
    acting = next((each for each in (attendee.sent_by, letter.sender) if each not in own), "")
    return Decision(outcome=Outcome.APPLIED, guest=guest, attendee=attendee, answered_by=acting)


def _theirs(event: Event, guest: Guest) -> Attendee | None:
    return next((each for each in event.attendees if each.addresses & guest.addresses), None)


def _without_calendar(contents: Contents, known: Known) -> Decision:
    letter = contents.letter
    if contents.problem:
        why = contents.problem
    elif letter.is_winmail:
        why = "winmail"
    elif letter.is_automatic:
        return _ignored("automatic")
    elif known.word is Word.FAIL and not known.holders:
        return _ignored("forged")
    elif letter.message.is_cut:
        why = "too_many_parts"
    elif not letter.text:
        why = "no_text"
    else:
        # Noise has no sender; whoever holds an invitation is known without one.
        why = "words" if letter.sender or known.holders else "several_senders"
    return _about_whom(_review(why), known)


def _about_whom(decision: Decision, known: Known) -> Decision:
    """Whose answer it may be, where its token or the message it names tells of one guest only."""
    for named in (known.holders, known.hinted):
        found = [
            (occasion, guest)
            for occasion in known.occasions.values()
            for guest in occasion.guests
            if guest.pk in named
        ]
        if len(found) == 1:
            return replace(decision, occasion=found[0][0], guest=found[0][1])
    return decision


def _calendar(letter: Letter) -> tuple[Calendar | None, str]:
    """The first that answers, else the first that can be read; and what kept one from being."""
    read: list[Calendar] = []
    problem = ""
    for part in letter.calendars:
        if len(part.body) > 2 * BIGGEST_CALENDAR or len(part.octets) > BIGGEST_CALENDAR:
            problem = "too_big"
            continue
        found = calendars.read(part.text, part.parameters.get("method", ""))
        if found is None:
            problem = problem or "unreadable"
        else:
            read.append(found)
    answering = [each for each in read if each.method in METHODS]
    return next(iter(answering or read), None), "" if answering else problem


def _is_our_own(calendar: Calendar) -> bool:
    """Our invitation, sent back with words: programs attach what they answer to."""
    return calendar.method in ("REQUEST", "CANCEL") and "-//Pavilion//" in calendar.product


def _latest(events: Iterable[Event], received_at: datetime) -> Event | None:
    """A single meeting has no occurrences: only what is about all of it counts."""
    whole = [event for event in events if not event.is_one_of_several]
    return max(
        whole, key=lambda event: (event.sequence, stamp_of(event, received_at)), default=None
    )


def stamp_of(event: Event, received_at: datetime) -> datetime:
    """When it was written; when it was received, if its clock says nothing or runs far ahead."""
    stamp = event.stamp
    if stamp is None or stamp > received_at + AHEAD:
        return received_at.astimezone(UTC)
    return stamp


def _ignored(reason: str) -> Decision:
    return Decision(outcome=Outcome.IGNORED, reason=reason)


def _review(reason: str, occasion: Occasion | None = None) -> Decision:
    return Decision(outcome=Outcome.REVIEW, reason=reason, occasion=occasion)


def described(contents: Contents, decision: Decision, known: Known) -> dict[str, object]:
    """What is kept beside the message, as plain values; no key of anybody's among them."""
    event, calendar = decision.event, contents.calendar
    facts: dict[str, object] = {"word": known.word.value, "has_token": bool(known.holders)}
    if calendar:
        facts |= {"method": calendar.method, "product": calendar.product}
    if event:
        attendees: Sequence[Attendee] = event.attendees[:20]
        facts |= {
            "uid": event.uid,
            "sequence": event.sequence,
            "stamp": event.stamp.isoformat() if event.stamp else None,
            "comment": event.comment,
            "attendees": [
                {"address": min(each.addresses, default=""), "partstat": each.partstat}
                | ({"sent_by": each.sent_by} if each.sent_by else {})
                | ({"delegated_to": each.delegated_to} if each.delegated_to else {})
                for each in attendees
            ],
        }
        facts |= {"partstat": decision.attendee.partstat} if decision.attendee else {}
        if calendar and calendar.method == "COUNTER" and event.starts_at and event.ends_at:
            facts |= {
                "starts_at": event.starts_at.isoformat(),
                "ends_at": event.ends_at.isoformat(),
            }
    if decision.returned:
        facts |= {
            "recipients": list(decision.returned.recipients[:20]),
            "why": decision.returned.reason,
        }
    return facts
