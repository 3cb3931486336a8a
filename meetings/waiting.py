"""What waits for an organiser, each morning in one mail: theirs to act on, and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings import wording
from meetings.attention import due
from meetings.models import (
    IncomingMail,
    Meeting,
    MeetingRequest,
    Office,
    Participant,
    Person,
    Secretariat,
)
from pavilion.core.access import access_of
from pavilion.core.models import OutboxMessage, User

WAITING = "meetings.waiting"
# How many of each are named before "and 12 more".
NAMED = 6
# How many kinds of things a subject tells.
TOLD = 2


@dataclass(frozen=True)
class Section:
    title: str
    lines: list[str]
    rest: int
    url: str


def message(user: User, *, now: datetime, expires_at: datetime) -> OutboxMessage | None:
    """None where nothing waits."""
    with translation.override(user.language):
        found = sections(user, now=now)
        if not found:
            return None
        codes = access_of(user).managed_codes
        is_of_one = not access_of(user).manages("") and len(codes) == 1
        titles = [section.title for section in found]
        told = [*titles[:TOLD], "…"] if len(titles) > TOLD else titles
        subject = _("What waits for you: %(titles)s") % {"titles": ", ".join(told)}
        context = {
            "subject": _("What waits for you today"),
            "sections": found,
            "desk_url": settings.BASE_URL + reverse("admin:index"),
            "organizer": settings.ORGANIZER_NAME,
            "language": user.language,
        }
        return OutboxMessage(
            kind=WAITING,
            region_code=codes[0] if is_of_one else "",
            recipient=user.email,
            recipient_name=str(user)[:150],
            language=user.language,
            subject=subject,
            body=render_to_string("meetings/emails/waiting.txt", context),
            html=render_to_string("meetings/emails/waiting.html", context),
            expires_at=expires_at,
        )


def sections(user: User, *, now: datetime) -> list[Section]:
    """In the active language, most pressing first; as many queries whatever waits."""
    found = [
        _failed(user, now),
        _returned(user),
        _clashes(user, now),
        _conflicts(user, now),
        _held(user, now),
        _reviews(user),
        _unanswered(user, now),
        _requests(user),
    ]
    return [section for section in found if section.lines]


def _failed(user: User, now: datetime) -> Section:
    rows = _of_the_desk(user, OutboxMessage.State.FAILED, now)
    count = rows.count()
    title = ngettext(
        "%(count)d message could not leave", "%(count)d messages could not leave", count
    )
    return _section(title, count, map(_letter, _few(rows)), _list("core_outboxmessage", _FAILED))


def _held(user: User, now: datetime) -> Section:
    rows = _of_the_desk(user, OutboxMessage.State.HELD, now)
    count = rows.count()
    title = ngettext(
        "%(count)d message awaits your approval", "%(count)d messages await your approval", count
    )
    return _section(title, count, map(_letter, _few(rows)), _list("core_outboxmessage", _HELD))


def _returned(user: User) -> Section:
    """Addresses that do not receive: of people, of offices, of those who receive for them."""
    access = access_of(user)
    lines = []
    for model, region in (
        (Person, Q(region__in=access.managed_codes)),
        (Office, Q(region__in=access.managed_codes)),
        (
            Secretariat,
            Q(person__region__in=access.managed_codes) | Q(office__region__in=access.managed_codes),
        ),
    ):
        rows = model._default_manager.filter(mail_failed_at__isnull=False)
        rows = rows if access.manages("") else rows.filter(region)
        lines += [f"{row}, {row.email}" for row in rows.order_by("-mail_failed_at", "pk")]
    title = ngettext(
        "%(count)d address does not receive our mail",
        "%(count)d addresses do not receive our mail",
        len(lines),
    )
    url = _list("meetings_person", "")
    return _section(title, len(lines), lines, url)


def _clashes(user: User, now: datetime) -> Section:
    """Somebody is expected in two places, since an office has another holder."""
    rows = _meetings(user).filter(due(now)["clashes"])
    count = rows.count()
    title = ngettext(
        "%(count)d meeting expects somebody who is elsewhere at that time",
        "%(count)d meetings expect somebody who is elsewhere at that time",
        count,
    )
    return _section(title, count, _headlines(rows), _list("meetings_meeting", "?due=clashes"))


def _conflicts(user: User, now: datetime) -> Section:
    rows = _meetings(user).filter(due(now)["declined"])
    count = rows.count()
    title = ngettext(
        "%(count)d meeting has lost somebody it needs",
        "%(count)d meetings have lost somebody they need",
        count,
    )
    return _section(title, count, _headlines(rows), _list("meetings_meeting", "?due=declined"))


def _headlines(rows: QuerySet[Meeting]) -> list[str]:
    named = rows.select_related("room", "stand").order_by("starts_at", "pk")[:NAMED]
    return [wording.headline(meeting) for meeting in named]


def _unanswered(user: User, now: datetime) -> Section:
    """Those whom a meeting needs and who have said nothing, by office."""
    rows = Participant.objects.present().filter(
        meeting__in=_meetings(user).filter(status=Meeting.Status.CONFIRMED, starts_at__gt=now),
        is_required=True,
        answer=Participant.Answer.NEEDS_ACTION,
    )
    asked = list(
        rows.values("person", "office")
        .annotate(count=Count("pk"), first=Min("meeting__starts_at"))
        .order_by("first", "person", "office")
    )
    people = Person.objects.in_bulk([row["person"] for row in asked[:NAMED] if row["person"]])
    offices = Office.objects.in_bulk([row["office"] for row in asked[:NAMED] if row["office"]])
    title = ngettext(
        "%(count)d answer is still awaited", "%(count)d answers are still awaited", len(asked)
    )
    lines = []
    for row in asked[:NAMED]:
        sentence = ngettext(
            "%(name)s: %(count)d meeting, on %(day)s",
            "%(name)s: %(count)d meetings, the first on %(day)s",
            row["count"],
        )
        words = {
            "name": people[row["person"]] if row["person"] else offices[row["office"]],
            "count": row["count"],
            "day": wording.short_day(row["first"]),
        }
        lines.append(sentence % words)
    return _section(title, len(asked), lines, _list("meetings_chase", ""))


def _requests(user: User) -> Section:
    access = access_of(user)
    rows = MeetingRequest.objects.open()
    if not access.manages(""):
        rows = rows.filter(participation__region__in=access.managed_codes)
    count = rows.count()
    title = ngettext(
        "%(count)d meeting request is open", "%(count)d meeting requests are open", count
    )
    named = rows.order_by("priority", "pk")[:NAMED]
    return _section(title, count, map(str, named), _list("meetings_meetingrequest", ""))


def _reviews(user: User) -> Section:
    access = access_of(user)
    rows = IncomingMail.objects.to_review()
    if not access.manages(""):
        rows = rows.filter(meeting__participation__region__in=access.managed_codes)
    count = rows.count()
    title = ngettext(
        "%(count)d incoming message is to be looked at",
        "%(count)d incoming messages are to be looked at",
        count,
    )
    named = rows.defer("raw").order_by("received_at", "pk")[:NAMED]
    lines = [
        _("%(subject)s, from %(name)s") % {"subject": row, "name": row.sender} for row in named
    ]
    return _section(title, count, lines, _list("meetings_incomingmail", ""))


_HELD, _FAILED = "?state__exact=held", "?state__exact=failed"


def _meetings(user: User) -> QuerySet[Meeting]:
    """Those they act for."""
    access = access_of(user)
    if access.manages(""):
        return Meeting.objects.all()
    return Meeting.objects.filter(participation__region__in=access.managed_codes)


def _of_the_desk(user: User, state: OutboxMessage.State, now: datetime) -> QuerySet[OutboxMessage]:
    """Messages somebody of theirs can still do something about."""
    access = access_of(user)
    rows = OutboxMessage.objects.filter(state=state).exclude(expires_at__lte=now)
    return rows if access.manages("") else rows.filter(region_code__in=access.managed_codes)


def _few(rows: QuerySet[OutboxMessage]) -> QuerySet[OutboxMessage]:
    return rows.only("subject", "recipient", "recipient_name").order_by("send_after", "pk")[:NAMED]


def _letter(row: OutboxMessage) -> str:
    words = {"subject": row.subject, "name": row.recipient_name or row.recipient}
    return _("%(subject)s, to %(name)s") % words


def _section(title: str, count: int, lines: Iterable[str], url: str) -> Section:
    named = list(lines)[:NAMED]
    return Section(title % {"count": count}, named, count - len(named), url)


def _list(name: str, query: str) -> str:
    return f"{settings.BASE_URL}{reverse(f'admin:{name}_changelist')}{query}"
