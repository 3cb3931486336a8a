"""What in the delegation's diary needs somebody, most pressing first."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from meetings import answers_due
from meetings.expecting import elsewhere
from meetings.models import Meeting, MeetingRequest, Participant
from pavilion.core.access import access_of
from pavilion.core.desk.items import Item, present
from pavilion.core.models import User

# Whoever stood in is no longer missed when the principal comes after all.
_PRINCIPAL_IS_OUT = (
    Q(stands_in_for__isnull=True)
    | Q(stands_in_for__answer=Participant.Answer.DECLINED)
    | Q(stands_in_for__removed_at__isnull=False)
)


def due(now: datetime) -> dict[str, Q]:
    """What meetings wait for, by name: the first page counts them, the list filters them."""
    expected = Participant.objects.present().filter(meeting=OuterRef("pk"))
    silent = expected.filter(office__isnull=False, answer=Participant.Answer.NEEDS_ACTION)
    # As `quorum` judges: nobody comes of those of whom one is enough, nor stands in.
    others = Participant.objects.present().exclude(answer=Participant.Answer.DECLINED)
    stands_in = others.filter(
        Q(stands_in_for=OuterRef("pk")) | Q(stands_in_for=OuterRef("stands_in_for"))
    )
    is_enough = others.filter(meeting=OuterRef("meeting"), either_of=OuterRef("either_of"))
    declined = expected.filter(answer=Participant.Answer.DECLINED).filter(
        Q(either_of="", is_required=True) & ~Q(Exists(stands_in)) & _PRINCIPAL_IS_OUT
        | ~Q(either_of="") & ~Q(Exists(is_enough))
    )
    is_option = Q(status=Meeting.Status.OPTION)
    is_confirmed = Q(status=Meeting.Status.CONFIRMED)
    return {
        "clashes": (is_option | is_confirmed) & Q(Exists(elsewhere(expected)), starts_at__gt=now),
        "today": (is_option | is_confirmed) & Q(starts_at__date=timezone.localdate(now)),
        "declined": is_confirmed & Q(Exists(declined), starts_at__gt=now),
        "offices": is_confirmed & Q(Exists(silent), starts_at__gt=now),
        "options": is_option,
        "over": is_confirmed & Q(ends_at__lt=now),
    }


def attention(user: User) -> list[Item]:
    """A query for the meetings, two for the answers, one for the requests."""
    access = access_of(user)
    if not (access.is_national or access.desk_codes):
        return []
    conditions = due(timezone.now())
    counts = Meeting.objects.visible_to(user).aggregate(
        **{name: Count("pk", filter=each) for name, each in conditions.items()}
    )
    url = reverse("admin:meetings_meeting_changelist")
    sentences = _sentences(counts)
    return present(
        *(Item(counts[name], sentences[name], f"{url}?due={name}") for name in conditions),
        *answers_due.items(user),
        _requests(user),
    )


def _requests(user: User) -> Item:
    count = MeetingRequest.objects.visible_to(user).open().count()
    words = ngettext("requested meeting waits", "requested meetings wait", count)
    url = reverse("admin:meetings_meetingrequest_changelist")
    return Item(count, words, f"{url}?status__exact=open")


def _sentences(counts: Mapping[str, int]) -> dict[str, str]:
    return {
        "clashes": ngettext(
            "meeting expects somebody who is elsewhere at that time",
            "meetings expect somebody who is elsewhere at that time",
            counts["clashes"],
        ),
        "today": ngettext(
            "meeting takes place today", "meetings take place today", counts["today"]
        ),
        "declined": ngettext(
            "meeting has lost somebody it needs",
            "meetings have lost somebody they need",
            counts["declined"],
        ),
        "offices": ngettext(
            "meeting awaits the answer of an office",
            "meetings await the answer of an office",
            counts["offices"],
        ),
        "options": ngettext(
            "pencilled meeting is to be confirmed or let go",
            "pencilled meetings are to be confirmed or let go",
            counts["options"],
        ),
        "over": ngettext(
            "meeting is over: did it take place?",
            "meetings are over: did they take place?",
            counts["over"],
        ),
    }


def pulse() -> dict[int, int]:
    """Meetings that stand, per participation. One query."""
    rows = (
        Meeting.objects.filter(status__in=["option", "confirmed", "held"])
        .exclude(participation=None)
        .values("participation")
        .annotate(count=Count("pk"))
        .order_by("participation")
    )
    return {row["participation"]: row["count"] for row in rows}
