"""Who has not answered: for the desk that asks them again, and for the secretariat they have."""

from datetime import date, datetime
from typing import Any

from django.db.models import (
    Case,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Concat
from django.utils import timezone

from meetings.models import Chase, ContactNote, IncomingMail, Meeting, Participant, Secretariat
from pavilion.core.access import access_of
from pavilion.core.models import OutboxMessage, User

# Rows of Chase, with what `to_chase` tells beside them.
Rows = Any

WAITING = Q(answer=Participant.Answer.NEEDS_ACTION)


def to_chase(user: User, *, now: datetime) -> Rows:
    """Those expected at meetings to come, with their last contact, what is due first.

    A team sees whom it may ask: everybody at its own meetings, and its own people at others'.
    """
    notes = ContactNote.objects.filter(participant=OuterRef("pk")).order_by("-at", "-pk")
    earlier = IncomingMail.objects.filter(
        participant=OuterRef("pk"), reason="earlier_time", outcome=IncomingMail.Outcome.IGNORED
    )
    rows = Chase.objects.filter(
        removed_at__isnull=True,
        meeting__status__in=[Meeting.Status.OPTION, Meeting.Status.CONFIRMED],
        meeting__ends_at__gt=now,
    )
    access = access_of(user)
    if not access.is_national:
        rows = rows.filter(
            Q(meeting__participation__region__in=access.desk_codes)
            | Q(person__region__in=access.desk_codes)
        )
    return rows.annotate(
        contacted_at=Subquery(notes.values("at")[:1]),
        contacted_who=Subquery(notes.values("with_whom")[:1]),
        contact_note=Subquery(notes.values("note")[:1]),
        next_step=Subquery(notes.values("next_step")[:1]),
        next_on=Subquery(notes.values("next_on")[:1], output_field=DateField()),
        answered_earlier_time=Exists(earlier),
    ).annotate(urgency=_urgency(timezone.localdate(now)))


def _urgency(today: date) -> Case:
    """0 to ask now: it was agreed. 1 nobody has yet. 2 nothing was agreed. 3 agreed for later."""
    return Case(
        When(next_on__lte=today, then=Value(0)),
        When(contacted_at__isnull=True, then=Value(1)),
        When(next_on__isnull=True, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )


def due(rows: Rows) -> Rows:
    """Those whom it was agreed to ask by today."""
    return rows.filter(WAITING, urgency=0)


def answered_by(secretariat: Secretariat) -> "QuerySet[Participant]":
    """Those for whom its address answers, at meetings to come of which they have been told.

    An office learns of nothing before somebody has let its invitation leave.
    """
    mine = Secretariat.objects.filter(email__iexact=secretariat.email, answers=True)
    marks = ["", *(f":s{pk}" for pk in mine.values_list("pk", flat=True))]
    base = (OuterRef("meeting__uid"), Value(":"), OuterRef("public_id"))
    told = OutboxMessage.objects.filter(
        thread__in=[Concat(*base, Value(mark)) for mark in marks], sent_at__isnull=False
    )
    return Participant.objects.present().filter(
        Q(person__in=mine.filter(person__isnull=False).values("person"))
        | Q(office__in=mine.filter(office__isnull=False).values("office")) & Q(Exists(told)),
        meeting__status__in=[Meeting.Status.OPTION, Meeting.Status.CONFIRMED],
        meeting__ends_at__gt=timezone.now(),
    )


def awaiting(secretariat: Secretariat) -> "QuerySet[Participant]":
    return answered_by(secretariat).filter(WAITING)


def in_order(rows: Rows) -> Rows:
    return rows.order_by("urgency", F("next_on").asc(nulls_last=True), "meeting__starts_at", "pk")
