"""How every operation on a meeting begins: lock the row, check the right, check the state."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from meetings import wording
from meetings.models import Meeting, Participant
from meetings.models.meeting import MeetingQuerySet
from meetings.operations.calendars import with_everything
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError, paris_iso
from pavilion.core.models import User

# What somebody's answer is kept in.
ANSWER = ("answer", "answered_at", "answered_by", "answered_via", "comment")
LIVE = (Meeting.Status.OPTION, Meeting.Status.CONFIRMED)


class WrongStatus(DomainError):
    code = "wrong_status"


class NotExpected(DomainError):
    code = "not_expected"


class MeetingOver(DomainError):
    code = "meeting_over"


def lock_meeting(meeting_id: int, by: User | None) -> Meeting:
    """The meeting, nobody else's to change until this transaction ends; 403 for a stranger."""
    meeting = (
        # Only the meeting's row: PostgreSQL refuses to lock what an outer join may leave empty.
        Meeting.objects.select_for_update(of=("self",))
        .select_related("edition", "participation", "room", "stand")
        .get(pk=meeting_id)
    )
    ensure_manages(by, meeting.region_code)
    return meeting


def reload(meeting: Meeting) -> Meeting:
    """The meeting with all that mails read, as this transaction has just left it."""
    return with_mailboxes(Meeting.objects.all()).get(pk=meeting.pk)


def with_mailboxes(meetings: MeetingQuerySet) -> MeetingQuerySet:
    """Load all that calendars and mails read, and at which addresses participants are told."""
    return with_everything(meetings).prefetch_related(
        "participants__person__secretariats", "participants__office__secretariats"
    )


def coming(participants: Iterable[Participant]) -> list[Participant]:
    """Those expected who have not declined, in the order of precedence."""
    expected = wording.in_order(participants)
    return [each for each in expected if each.answer != Participant.Answer.DECLINED]


def forget_answer(participant: Participant) -> None:
    """They are asked anew. Saves nothing."""
    participant.answer = Participant.Answer.NEEDS_ACTION
    participant.answered_at = None
    participant.answered_by = participant.answered_via = participant.comment = ""


def ensure_not_over(meeting: Meeting) -> None:
    if meeting.ends_at <= timezone.now():
        raise MeetingOver(
            _("This meeting is over: it ended on %(day)s at %(time)s.")
            % {"day": wording.day(meeting.ends_at), "time": wording.clock(meeting.ends_at)},
            details={"ends_at": paris_iso(meeting.ends_at)},
        )


def ensure_status(meeting: Meeting, allowed: tuple[str, ...]) -> None:
    if meeting.status not in allowed:
        raise WrongStatus(
            _("This meeting is in the state “%(status)s”: that is no longer possible.")
            % {"status": meeting.get_status_display()},
            details={"status": meeting.status},
        )
