"""Taking and freeing people, rooms and stands. Every overlap is refused, by name and hour."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from events.models import Occupation

GUARD = "resource_is_in_one_place"


class Overlap(Exception):
    """What is wanted is taken. Callers turn it into a refusal that names what and by what."""

    def __init__(self, clashes: list[Occupation]) -> None:
        super().__init__(", ".join(map(str, clashes)))
        self.clashes = clashes


def key(kind: str, pk: int | None) -> str:
    """The name of a resource or holder: key("room", 3) is "room:3"."""
    return f"{kind}:{pk}"


def occupy(
    *, holder: str, resources: Iterable[str], starts_at: datetime, ends_at: datetime
) -> None:
    """Make `resources` (and nothing else) be held by `holder` for [starts_at, ends_at).

    Call it inside the operation's transaction; calling again moves what was held. Raises Overlap
    and leaves everything as it was when something is taken.
    """
    wanted = sorted(set(resources))
    with transaction.atomic():
        queue_for(wanted)
        clashes = list(
            Occupation.objects.filter(resource__in=wanted)
            .exclude(holder=holder)
            .overlapping(starts_at, ends_at)
            .order_by("starts_at", "pk")
        )
        if clashes:
            raise Overlap(clashes)
        release(holder=holder)
        rows = [
            Occupation(resource=resource, holder=holder, starts_at=starts_at, ends_at=ends_at)
            for resource in wanted
        ]
        try:
            with transaction.atomic():
                Occupation.objects.bulk_create(rows)
        except IntegrityError as error:
            if GUARD not in str(error):
                raise
            # Only a writer that bypassed the queue gets here; the database kept its promise.
            raise Overlap([]) from error


def release(*, holder: str) -> None:
    """Free everything `holder` takes. Safe to call twice."""
    Occupation.objects.filter(holder=holder).delete()


def queue_for(resources: list[str]) -> None:
    """Let rivals for the same resources pass one after the other, in one order: no deadlock.

    `resources` are sorted. Whoever will occupy for several holders queues for all of it first.

    SQLite's immediate transactions already queue every writer.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # The rows of unnest come in the order of the list, and nothing sorts them after.
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(resource, 0))"
                " FROM unnest(%s::text[]) AS resource",
                [resources],
            )
