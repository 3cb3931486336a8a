"""Programmes and lists that leave at an hour of the day: each once to each, whoever asks how often.

A `ProgrammeMail` row is the claim: who inserts it decides and writes the mail, in one transaction.
Found late, each is still of use for a while; later it is left out.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Min, Prefetch, Q, QuerySet

from events.models import Day, Edition
from meetings import expecting, news, reminding, waiting, wording
from meetings.models import Meeting, Participant, Person, ProgrammeMail
from meetings.operations.calendars import with_everything
from pavilion.core import outbox
from pavilion.core.access import Role
from pavilion.core.ical import PARIS
from pavilion.core.models import User

logger = logging.getLogger(__name__)

Kind = ProgrammeMail.Kind

WEEK = timedelta(days=7)
PROGRAMME_AT = time(9)
# Later than that after its hour, it would no longer be the week before.
PROGRAMME_LATE = timedelta(days=2)
NIGHT_BEGINS, NEWS_AT, NEWS_OVER = time(19), time(7), time(12)
WAITING_AT, WAITING_OVER = time(8), time(18)


def send_programmes(*, now: datetime) -> int:
    """A week before the fair, or their first meeting if it lies in the week before: all of it."""
    today = wording.local(now).date()
    sent = 0
    for edition in Edition.objects.filter(ends_on__gte=today).order_by("starts_on", "pk"):
        if _paris(edition.starts_on - WEEK, PROGRAMME_AT) + PROGRAMME_LATE <= now:
            continue
        firsts = _first_meetings(edition, now)
        known = _claimed(Kind.WEEK, edition.starts_on)
        due = [
            person
            for person, first in firsts.items()
            if person not in known
            and _is_due(min(edition.starts_on, wording.local(first).date()), now)
        ]
        sent += _each(due, partial(_send_programme, edition=edition, now=now))
    return sent


def send_morning_news(*, now: datetime) -> int:
    """On show days at seven: what has changed since the evening before, if anything has."""
    today = wording.local(now).date()
    begins = _paris(today, NEWS_AT)
    if not begins <= now < _paris(today, NEWS_OVER) or not Day.objects.filter(date=today).exists():
        return 0
    since = _paris(today - timedelta(days=1), NIGHT_BEGINS)
    known = news.logs(since, begins)
    if not known:
        return 0
    meetings = with_everything(Meeting.objects.all())
    concerned = news.concerned(known, since=since, meetings=meetings)
    done = _claimed(Kind.NEWS, today)
    return _each(
        [person for person in sorted(concerned) if person not in done],
        lambda person: _send_news(person, concerned[person], known, today, now),
    )


def send_waiting_lists(*, now: datetime) -> int:
    """Every day at eight, to each organiser who acts for a region: what waits, if anything does."""
    today = wording.local(now).date()
    if not _paris(today, WAITING_AT) <= now < _paris(today, WAITING_OVER):
        return 0
    done = ProgrammeMail.objects.filter(kind=Kind.WAITING, day=today, user__isnull=False)
    acting = Q(is_superuser=True) | Q(memberships__role=Role.MANAGER)
    # With a token and never signed in: a program's account, whose mail nobody reads.
    program = Q(auth_token__isnull=False, last_login__isnull=True)
    users = User.objects.filter(acting, ~program, is_active=True)
    users = users.exclude(pk__in=done.values("user"))
    keys = list(users.order_by("pk").values_list("pk", flat=True).distinct())
    return _each(keys, lambda user: _send_waiting(user, today, now))


def _each(keys: Iterable[int], send: Callable[[int], bool]) -> int:
    """One that cannot be written is left to the next call, and keeps none of the others."""
    sent = 0
    for key in keys:
        try:
            sent += send(key)
        except Exception:
            logger.exception("The mail to %s could not be written", key)
    return sent


@transaction.atomic
def _send_programme(person_id: int, *, edition: Edition, now: datetime) -> bool:
    person = Person.objects.prefetch_related("secretariats").get(pk=person_id)
    mailboxes = reminding.mailboxes(person)
    if not person.wants_programme or not mailboxes:
        return False
    if not _claim(Kind.WEEK, edition.starts_on, person=person):
        return False
    rows = expecting.of_person(person).filter(_EXPECTED, meeting__edition=edition)
    participants = _loaded(rows.filter(meeting__starts_at__gt=now))
    for to in mailboxes:
        outbox.enqueue(reminding.programme(person, participants, edition=edition, to=to))
    return True


@transaction.atomic
def _send_news(
    person_id: int,
    participants: list[Participant],
    logs: dict[int, news.Log],
    today: date,
    now: datetime,
) -> bool:
    person = Person.objects.prefetch_related("secretariats").get(pk=person_id)
    mailboxes = reminding.mailboxes(person)
    if not _claim(Kind.NEWS, today, person=person):
        return False
    if not person.wants_morning_news or not mailboxes:
        return False
    found = reminding.news(
        person,
        participants,
        notes=lambda each: news.notes(
            each, logs[each.meeting_id], names={*news.names_of(each), str(person)}, now=now
        ),
        mailboxes=mailboxes,
        expires_at=_paris(today, NEWS_OVER),
    )
    for message in found:
        outbox.enqueue(message)
    return bool(found)


@transaction.atomic
def _send_waiting(user_id: int, today: date, now: datetime) -> bool:
    user = User.objects.get(pk=user_id)
    if not _claim(Kind.WAITING, today, user=user):
        return False
    message = waiting.message(user, now=now, expires_at=_paris(today, WAITING_OVER))
    if message is None:
        return False
    outbox.enqueue(message)
    return True


_EXPECTED = Q(removed_at__isnull=True, meeting__status=Meeting.Status.CONFIRMED) & ~Q(
    answer=Participant.Answer.DECLINED
)


def _first_meetings(edition: Edition, now: datetime) -> dict[int, datetime]:
    """When each person's first meeting to come is, by name or by office.

    A call to prepare the fair, weeks before it, is no part of the days a programme is for.
    """
    earliest = _paris(edition.starts_on - WEEK, time())
    coming = Participant.objects.filter(
        _EXPECTED, meeting__edition=edition, meeting__starts_at__gte=earliest
    )
    # Annotated: its type knows nothing of `expected_id`.
    rows: Any = expecting.with_expected(coming.filter(meeting__starts_at__gt=now)).order_by()
    firsts = rows.values_list("expected_id").annotate(first=Min("meeting__starts_at"))
    return {person: first for person, first in firsts if person is not None}


def _loaded(rows: QuerySet[Participant]) -> list[Participant]:
    return expecting.once(
        rows.select_related("person", "office", "stands_in_for__person", "stands_in_for__office")
        .prefetch_related(Prefetch("meeting", with_everything(Meeting.objects.all())))
        .order_by("meeting__starts_at", "pk")
    )


def _is_due(begins: date, now: datetime) -> bool:
    due = _paris(begins - WEEK, PROGRAMME_AT)
    return due <= now < due + PROGRAMME_LATE


def _claimed(kind: ProgrammeMail.Kind, day: date) -> set[int]:
    rows = ProgrammeMail.objects.filter(kind=kind, day=day, person__isnull=False)
    return {key for key in rows.values_list("person", flat=True) if key is not None}


def _claim(
    kind: ProgrammeMail.Kind, day: date, *, person: Person | None = None, user: User | None = None
) -> bool:
    """Whether it is ours: of all who ask, one inserts the row."""
    _row, is_mine = ProgrammeMail.objects.get_or_create(
        kind=kind, day=day, person=person, user=user
    )
    return is_mine


def _paris(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=PARIS)
