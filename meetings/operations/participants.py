"""Who is expected at a meeting, and what they answer."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.addressees import addressees
from meetings.models import Meeting, Office, Participant, Person
from meetings.operations import slots
from meetings.operations.calendars import refresh_calendar
from meetings.operations.changing import stripped
from meetings.operations.invitations import knowing_this_time, send_again, tell
from meetings.operations.locking import (
    LIVE,
    NotExpected,
    ensure_not_over,
    ensure_status,
    forget_answer,
    lock_meeting,
    reload,
)
from meetings.operations.reminders import drop_reminders, plan_reminders
from meetings.operations.substitution import take_seat
from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.changes import assign, clean
from pavilion.core.errors import DomainError
from pavilion.core.models import User


class SameParticipant(DomainError):
    code = "same_participant"


class AlreadyExpected(DomainError):
    code = "already_expected"


class NoAddress(DomainError):
    code = "no_address"


class OrderUnexplained(DomainError):
    code = "reason_missing"


def add_participant(
    *,
    meeting_id: int,
    by: User | None,
    person_id: int | None = None,
    office_id: int | None = None,
    is_required: bool = True,
    either_of: str = "",
) -> Participant:
    """Expect one more person or office: their time is held and, once confirmed, they are invited.

    Nobody else gets a mail. Safe to call twice; somebody taken off before is expected again.
    """
    with transaction.atomic():
        meeting = lock_meeting(meeting_id, by)
        ensure_status(meeting, LIVE)
        who = _who(person_id, office_id, by)
        either_of = either_of.strip()
        seat = {"is_required": is_required, "either_of": either_of}
        participant, is_new = Participant.objects.get_or_create(
            meeting=meeting, **who, defaults=seat
        )
        if not is_new and not participant.removed_at:
            return participant
        if not is_new:
            _expect_again(meeting, participant, is_required=is_required, either_of=either_of)
        _touch(meeting)
        slots.hold_time(meeting, by=by)
        refresh_calendar(meeting)
        _record(meeting, "meeting.participant_added", by, after={"name": str(participant)})
        _tell(meeting, [participant], by=by)
    return participant


def change_participant(
    *,
    participant_id: int,
    by: User | None,
    is_required: bool | None = None,
    either_of: str | None = None,
    position: int | None = None,
    position_reason: str | None = None,
) -> Participant:
    """Whether somebody is needed, and where they stand in the order of names. Tells nobody.

    A place given by hand comes with its reason, which stands beside it and in the log.
    """
    with transaction.atomic():
        participant, meeting = _locked(participant_id, by)
        ensure_status(meeting, LIVE)
        given = {
            "is_required": is_required,
            "either_of": either_of,
            "position": position,
            "position_reason": position_reason,
        }
        values = {name: value for name, value in given.items() if value is not None}
        before, after = assign(
            participant, clean(Participant, stripped(values), allowed=given.keys())
        )
        if not after:
            return participant
        if participant.position and not participant.position_reason:
            raise OrderUnexplained(
                _("Say why the order is not that of precedence."), field="position_reason"
            )
        participant.save(update_fields=list(after))
        _touch(meeting)
        refresh_calendar(meeting)
        name = {"name": str(participant)}
        _record(
            meeting, "meeting.participant_changed", by, before=name | before, after=name | after
        )
    return participant


def remove_participant(*, participant_id: int, by: User | None, reason: str = "") -> Participant:
    """Take somebody off: their time is free, they get a cancellation if they had been invited.

    Their calendar strikes the meeting through; nobody else gets a mail. Safe to call twice.
    """
    with transaction.atomic():
        participant, meeting = _locked(participant_id, by)
        if participant.removed_at:
            return participant
        ensure_status(meeting, LIVE)
        _take_off(meeting, participant)
        slots.let_go(meeting)
        refresh_calendar(meeting)
        _record(
            meeting,
            "meeting.participant_removed",
            by,
            reason=reason,
            before={"name": str(participant)},
        )
        _tell(meeting, [participant], by=by, was=meeting)
    participant.refresh_from_db()
    return participant


def replace_participant(
    *,
    participant_id: int,
    person_id: int,
    by: User | None,
    keeps_rank: bool = False,
    reason: str = "",
) -> Participant:
    """Let somebody else come instead, now: they are expected and invited in that place.

    Whoever is replaced is taken off and told, unless they declined: then they may still come back.
    Refused by name if the other is not free. Safe to call twice.
    """
    with transaction.atomic():
        replaced, meeting = _locked(participant_id, by)
        ensure_status(meeting, LIVE)
        who = _who(person_id, None, by)
        if replaced.person_id == person_id:
            raise SameParticipant(_("Choose somebody else than who is replaced."), field="person")
        principal = replaced.stands_in_for or replaced
        known = Participant.objects.filter(meeting=meeting, **who).first()
        if known and not known.removed_at and known.answer != Participant.Answer.DECLINED:
            if known.stands_in_for_id == principal.pk:
                return known
            raise AlreadyExpected(
                _("%(name)s is expected at this meeting already.") % {"name": known},
                field="person",
            )
        substitute = known or Participant(meeting=meeting, **who)
        take_seat(meeting, substitute, principal, keeps_rank=keeps_rank)
        substitute.save()
        if replaced.removed_at is None and replaced.answer != Participant.Answer.DECLINED:
            _take_off(meeting, replaced)
        _touch(meeting)
        slots.hold_time(meeting, by=by)
        refresh_calendar(meeting)
        _record(
            meeting,
            "meeting.participant_replaced",
            by,
            reason=reason,
            before={"name": str(replaced)},
            after={"name": str(substitute)},
        )
        _tell(meeting, [replaced, substitute], by=by, was=meeting)
    substitute.refresh_from_db()
    return substitute


def resend_invitation(*, participant_id: int, by: User | None) -> Participant:
    """Send somebody's invitation once more, unchanged, to all addresses that get their mail."""
    with transaction.atomic():
        participant, meeting = _locked(participant_id, by)
        ensure_status(meeting, (Meeting.Status.CONFIRMED,))
        ensure_not_over(meeting)
        full = reload(meeting)
        [same] = [each for each in full.participants.all() if each.pk == participant.pk]
        if same.removed_at or same.answer == Participant.Answer.DECLINED:
            raise NotExpected(_("This person is no longer expected at this meeting."))
        if not addressees(same):
            raise NoAddress(_("No address is known for %(name)s.") % {"name": same})
        send_again(full, same, by=by)
        _record(meeting, "meeting.invitation_resent", by, after={"name": str(participant)})
    participant.refresh_from_db()
    return participant


def _locked(participant_id: int, by: User | None) -> tuple[Participant, Meeting]:
    participant = Participant.objects.get(pk=participant_id)
    meeting = lock_meeting(participant.meeting_id, by)
    participant.refresh_from_db()
    return participant, meeting


def _take_off(meeting: Meeting, participant: Participant) -> None:
    participant.removed_at = timezone.now()
    participant.save(update_fields=["removed_at"])
    # CANCEL is one higher than the last REQUEST, and the sequence is the meeting's.
    meeting.sequence += 1
    _touch(meeting)


def _who(person_id: int | None, office_id: int | None, by: User | None) -> dict[str, Any]:
    if person_id is None or office_id is not None:
        if person_id is not None or office_id is None:
            raise ValueError("Give a person or an office.")
        return {"office": Office.objects.get(pk=office_id)}
    person = Person.objects.get(pk=person_id)
    # People of another region, or of none: the national team's to bring in.
    ensure_manages(by, person.region_id)
    return {"person": person}


def _expect_again(
    meeting: Meeting, participant: Participant, *, is_required: bool, either_of: str
) -> None:
    """Of whoever never heard that they were taken off, the answer stands."""
    [same] = [each for each in reload(meeting).participants.all() if each.pk == participant.pk]
    if not knowing_this_time([same]):
        forget_answer(participant)
        participant.answer_before = {}
    participant.removed_at = None
    participant.is_required, participant.either_of = is_required, either_of
    participant.stands_in_for, participant.keeps_rank = None, False
    participant.save()
    # Theirs was cancelled at the present sequence: only a higher one brings it back.
    meeting.sequence += 1


def _tell(
    meeting: Meeting,
    concerned: Iterable[Participant],
    *,
    by: User | None,
    was: Meeting | None = None,
) -> None:
    """Those concerned, as they are now; nobody before the meeting is confirmed."""
    full = reload(meeting)
    pks = {participant.pk for participant in concerned}
    mine = [each for each in full.participants.all() if each.pk in pks]
    drop_reminders([each for each in mine if each.removed_at])
    if meeting.status == Meeting.Status.CONFIRMED:
        tell(full, mine, by=by, was=was)
        plan_reminders(full, [each for each in mine if not each.removed_at])


def _touch(meeting: Meeting) -> None:
    meeting.updated_at = timezone.now()
    meeting.save(update_fields=["sequence", "updated_at"])


def _record(meeting: Meeting, verb: str, by: User | None, **what: Any) -> None:
    activity.record(by=by, verb=verb, target=meeting, region_code=meeting.region_code, **what)
