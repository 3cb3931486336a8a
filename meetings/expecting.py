"""Whom a meeting expects: a person by name, or whoever holds the office named on that day.

Feeds, days, reminders and refusals all ask here, so that a reshuffle changes the answer once.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    Exists,
    F,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat

from events.models import Occupation
from meetings.models import OfficeHolder, Participant, Person
from meetings.models.office import held_then


def of_person(person: Person | int) -> QuerySet[Participant]:
    """Every row, removed ones too, that is this person's: theirs, or of an office of theirs.

    Somebody expected by name and by office at one meeting has two rows there: `once` keeps one.
    One query, whose cost is that of their own meetings only.
    """
    return of_people([person.pk if isinstance(person, Model) else person])


def of_people(people: QuerySet[Person] | Iterable[int]) -> QuerySet[Participant]:
    """The same for several: a queryset of people, or their keys."""
    people = people if isinstance(people, QuerySet) else list(people)
    by_name = Participant.objects.filter(person__in=people).values("pk")
    by_office = Participant.objects.filter(
        held_then("office__holders__", "meeting__starts_at"), office__holders__person__in=people
    ).values("pk")
    # A union, not an OR: each half finds its rows by an index.
    return Participant.objects.filter(pk__in=by_name.union(by_office))


def people_at(participants: QuerySet[Participant]) -> QuerySet[Person]:
    """The people whom these rows expect, each once: whose feeds and days show the meeting."""
    # Without its order: neither engine takes one inside a union.
    participants = participants.order_by()
    by_name = participants.filter(person__isnull=False).values("person")
    by_office = participants.filter(
        held_then("office__holders__", "meeting__starts_at"),
    ).values("office__holders__person")
    return Person.objects.filter(pk__in=by_name.union(by_office))


def with_expected(participants: QuerySet[Participant]) -> QuerySet[Participant]:
    """Annotates `expected_id`: the person whom each row expects, None for a vacant office."""
    holder = OfficeHolder.objects.filter(
        held_then("", "office__participations__meeting__starts_at"),
        office__participations=OuterRef("pk"),
    )
    # The latest: the database keeps terms of one office apart, this settles what it cannot see.
    by_office = Subquery(holder.order_by("-starts_on", "-pk").values("person")[:1])
    return participants.annotate(
        expected_id=Coalesce(F("person"), by_office, output_field=BigIntegerField())
    )


def elsewhere(participants: QuerySet[Participant]) -> QuerySet[Participant]:
    """Those of an office whose holder's time another meeting holds: in two places at once.

    Only a change of holders brings that about, since it may not fail; nothing is lost by it.
    """
    held = Occupation.objects.filter(
        holder=_named("meeting", OuterRef("meeting")),
        resource=_named("person", OuterRef("expected_id")),
    )
    expected: QuerySet[Any] = with_expected(participants.filter(office__isnull=False))
    return expected.exclude(answer=Participant.Answer.DECLINED).filter(
        ~Exists(held), expected_id__isnull=False
    )


def _named(kind: str, key: OuterRef) -> Concat:
    """The name under which time is held, as the database writes it."""
    return Concat(Value(f"{kind}:"), Cast(key, CharField()))


def once(participants: Iterable[Participant]) -> list[Participant]:
    """One row for each meeting of one person: by name rather than by office, in the order given."""
    kept: dict[int, Participant] = {}
    for each in participants:
        known = kept.get(each.meeting_id)
        if known is None or (_counts(each) > _counts(known)):
            kept[each.meeting_id] = each
    return list(kept.values())


def _counts(participant: Participant) -> tuple[bool, bool]:
    return participant.removed_at is None, participant.person_id is not None
