"""Somebody needed cannot come: the next of the delegation's substitutes is asked in their place.

One answer asks one substitute at most, and nobody twice who has declined, so it always ends: with
somebody who comes, or with a meeting that the organisers see as having lost whom it needs.
"""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from meetings import wording
from meetings.models import Delegate, Meeting, OfficeHolder, Participant
from meetings.operations import slots
from meetings.operations.locking import forget_answer
from meetings.operations.seats import quorum_of
from meetings.quorum import Standing
from pavilion.core import activity
from pavilion.core.models import User


class _Busy(Exception):
    """Undoes the attempt to expect somebody."""


def seek_substitute(
    meeting: Meeting, decliner: Participant, *, by: User | None
) -> Participant | None:
    """Expect the next free substitute of whoever declined and was needed; holds everybody's time.

    The meeting is locked and its decliner saved. Those who are busy are passed over, and the log
    says so. Without anybody left, or anybody needed, time is held for those who still come.
    """
    _queue(meeting, decliner)
    # What an organiser heard may be noted after the hour: nobody is asked to come then.
    is_to_come = meeting.starts_at > timezone.now()
    if is_to_come and meeting.asks_substitutes and _is_needed(meeting, decliner):
        principal = decliner.stands_in_for or decliner
        is_last = decliner.stands_in_for is not None
        for delegate in _substitutes(meeting, principal):
            substitute = _expect(meeting, principal, delegate)
            if substitute:
                return _held(meeting, substitute, principal, by)
            _log(meeting, "meeting.substitute_busy", str(delegate.person), principal)
            is_last = True
        if is_last:  # of those there are; most of whom one meets have no substitutes here
            _log(meeting, "meeting.no_substitute", "", principal)
    slots.let_go(meeting)
    return None


def send_home(meeting: Meeting, principal: Participant) -> list[Participant]:
    """Take those off who stand in for somebody who comes after all. Saved; nothing held yet."""
    standing_in = list(
        Participant.objects.present()
        .filter(meeting=meeting, stands_in_for=principal)
        .exclude(answer=Participant.Answer.DECLINED)
        .select_related("person", "office")
        .order_by("pk")
    )
    for participant in standing_in:
        participant.removed_at = timezone.now()
        participant.save(update_fields=["removed_at"])
        _log(meeting, "meeting.substitute_released", str(participant), principal)
    return standing_in


def _queue(meeting: Meeting, decliner: Participant) -> None:
    """For everybody who may be asked, in one order with those who come: no circle of waiting."""
    substitutes = _substitutes(meeting, decliner.stands_in_for or decliner)
    candidates = [Participant(meeting=meeting, person=each.person) for each in substitutes]
    slots.queue_for_time(meeting, others=candidates)


def _is_needed(meeting: Meeting, decliner: Participant) -> bool:
    """Whether the meeting has just lost what this seat, or its group, was for."""
    expected = Participant.objects.present().filter(meeting=meeting).order_by("position", "pk")
    need = quorum_of(expected).need_of(decliner.pk)
    return need is not None and need.standing == Standing.LOST


def _substitutes(meeting: Meeting, principal: Participant) -> Iterator[Delegate]:
    """Those of the delegations whoever is replaced belongs to, in their order."""
    person_id = principal.person_id or _holder(meeting, principal.office_id)
    if person_id is None:
        return
    theirs = Q(delegation__edition=meeting.edition_id, delegation__delegates__person=person_id)
    passed_over = Participant.objects.filter(meeting=meeting).filter(
        Q(removed_at__isnull=True) | Q(answer=Participant.Answer.DECLINED)
    )
    found = (
        Delegate.objects.filter(theirs, role=Delegate.Role.SUBSTITUTE)
        .filter(Q(stands_in_for=person_id) | Q(stands_in_for__isnull=True))
        .exclude(person=person_id)
        .exclude(person__in=passed_over.filter(person__isnull=False).values("person"))
        .select_related("person")
        .order_by("rank", "pk")
    )
    seen = set()
    for delegate in found.distinct():
        if delegate.person_id not in seen:
            seen.add(delegate.person_id)
            yield delegate


def _holder(meeting: Meeting, office_id: int | None) -> int | None:
    holders = OfficeHolder.objects.on(wording.local(meeting.starts_at).date())
    return holders.filter(office=office_id).values_list("person", flat=True).first()


def _expect(meeting: Meeting, principal: Participant, delegate: Delegate) -> Participant | None:
    """The substitute's seat, unless something else has their time."""
    known = Participant.objects.filter(meeting=meeting, person=delegate.person).first()
    participant = known or Participant(meeting=meeting, person=delegate.person)
    sequence = meeting.sequence
    take_seat(meeting, participant, principal, keeps_rank=delegate.keeps_rank)
    try:
        with transaction.atomic():
            participant.save()
            # What somebody else's conflict keeps from being held is not this one's fault.
            clashes = slots.hold_what_is_free(meeting)
            if slots.keys_of(meeting, participant) & {clash.resource for clash in clashes}:
                raise _Busy
    except _Busy:
        meeting.sequence = sequence
        return None
    return participant


def take_seat(
    meeting: Meeting, participant: Participant, principal: Participant, *, keeps_rank: bool
) -> None:
    """Unsaved: expected in the place of the principal, asked anew."""
    participant.stands_in_for = principal
    participant.keeps_rank = keeps_rank
    participant.is_required = principal.is_required
    participant.either_of = principal.either_of
    if participant.removed_at:
        participant.removed_at = None
        # Theirs may have been cancelled at the present sequence: only a higher one brings it back.
        meeting.sequence += 1
    participant.answer_before = {}
    forget_answer(participant)


def _held(
    meeting: Meeting, substitute: Participant, principal: Participant, by: User | None
) -> Participant:
    activity.record(
        by=by,
        verb="meeting.substitute_asked",
        target=meeting,
        region_code=meeting.region_code,
        before={"name": str(principal)},
        after={"name": str(substitute)},
    )
    return substitute


def _log(meeting: Meeting, verb: str, name: str, principal: Participant) -> None:
    activity.record(
        by=None,
        verb=verb,
        target=meeting,
        region_code=meeting.region_code,
        before={"name": str(principal)},
        after={"name": name} if name else {},
    )
