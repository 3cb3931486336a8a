"""The note and the talking points of a meeting: written by one, read by those they name.

What is said in them goes nowhere else: neither log nor mail nor calendar ever holds it.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.models import Briefing, Meeting, Participant
from meetings.operations.locking import lock_meeting
from pavilion.core import activity
from pavilion.core.access import access_of, ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User

# So long after the fair a note is of no use to anybody any more.
KEPT = timedelta(days=365)


class BriefingOfAnother(DomainError):
    code = "briefing_of_another"


class NothingWritten(DomainError):
    code = "nothing_written"


class NotAReader(DomainError):
    code = "not_a_reader"


def possible_readers(meeting: Meeting) -> QuerySet[User]:
    """The accounts that may be named: of whoever takes part, of the region's team, of the national.

    Not reviewers, who see files of companies only.
    """
    expected = Participant.objects.present().filter(meeting=meeting, person__isnull=False)
    codes = {meeting.region_code, ""}
    teams = Q(memberships__region_code__in=codes, memberships__role__in=["manager", "reader"])
    users = User.objects.filter(teams | Q(person__in=expected.values("person")), is_active=True)
    return User.objects.filter(pk__in=users.values("pk")).order_by("full_name", "email")


def write_briefing(
    *,
    meeting_id: int,
    by: User,
    note: str,
    talking_points: str,
    reader_ids: Collection[int] | None = None,
) -> Briefing:
    """Write, or write anew, what those named are to read before the meeting. Safe to call twice.

    Its author alone changes it. Without `reader_ids`, those named stay. Whoever is named must
    be of the meeting or of its teams.
    """
    with transaction.atomic():
        meeting = lock_meeting(meeting_id, by)
        texts = {"note": note.strip(), "talking_points": talking_points.strip()}
        briefing = Briefing.objects.select_for_update().filter(meeting=meeting).first()
        _ensure_author(briefing, by)
        if not any(texts.values()):
            raise NothingWritten(
                _("Write a note or talking points; to take them away, erase the briefing."),
                field="note",
            )
        is_new = briefing is None
        if briefing is None:
            briefing = Briefing(meeting=meeting, author=by)
        before = [] if is_new else _names(briefing)
        has_changed = is_new or any(getattr(briefing, name) != text for name, text in texts.items())
        if has_changed:
            briefing.note, briefing.talking_points = texts["note"], texts["talking_points"]
            briefing.updated_at = timezone.now()
            briefing.save()
        if reader_ids is not None:
            briefing.readers.set(_readers(meeting, reader_ids, known=briefing))
        after = _names(briefing)
        if has_changed or before != after:
            verb = "briefing.written" if is_new else "briefing.changed"
            # That the text changed, not what it says.
            _record(briefing, verb, by, before={"readers": before}, after={"readers": after})
    return briefing


def erase_briefing(*, briefing_id: int, by: User | None) -> None:
    """Forget it for good. Its author may, and a national manager, who need not read it for that."""
    with transaction.atomic():
        briefing = Briefing.objects.select_for_update(of=("self",)).filter(pk=briefing_id).first()
        if briefing is None:
            return
        if by is not None and by.pk != briefing.author_id:
            ensure_manages(by, "")
        _record(briefing, "briefing.erased", by)
        briefing.delete()


def erase_old_briefings(*, today: date) -> int:
    """Of fairs long over. Returns how many."""
    old = Briefing.objects.filter(meeting__edition__ends_on__lt=today - KEPT)
    pks = list(old.order_by("pk").values_list("pk", flat=True))
    for pk in pks:
        erase_briefing(briefing_id=pk, by=None)
    return len(pks)


def may_write(meeting: Meeting, user: User) -> bool:
    return access_of(user).manages(meeting.region_code)


def _ensure_author(briefing: Briefing | None, by: User) -> None:
    if briefing is not None and briefing.author_id != by.pk:
        raise BriefingOfAnother(
            _("%(author)s already writes the briefing of this meeting and decides who reads it.")
            % {"author": briefing.author}
        )


def _readers(meeting: Meeting, ids: Collection[int], known: Briefing) -> list[User]:
    """Those named before stay possible: somebody may have left the meeting since."""
    wanted = set(ids)
    offered = set(possible_readers(meeting).filter(pk__in=wanted).values_list("pk", flat=True))
    offered |= set(known.readers.filter(pk__in=wanted).values_list("pk", flat=True))
    if wanted - offered:
        raise NotAReader(
            _("Name people of this meeting or of its teams; they need an account to read it."),
            field="readers",
        )
    return list(User.objects.filter(pk__in=wanted))


def _names(briefing: Briefing) -> list[str]:
    return [str(user) for user in briefing.readers.order_by("full_name", "email")]


def _record(briefing: Briefing, verb: str, by: User | None, **what: Any) -> None:
    meeting = briefing.meeting
    activity.record(by=by, verb=verb, target=meeting, region_code=meeting.region_code, **what)
