"""Two exhibitors who may exchange what they have, and what is told of it."""

from datetime import UTC, datetime

import pytest

from pavilion.core.models import ActivityEntry, OutboxMessage
from startups import operations
from startups.models import Swap
from startups.operations import (
    NotSwappable,
)
from tests.factories import HalfDayFactory, organiser
from tests.startups.announced import put
from tests.startups.fair import exhibitor, second_morning, stand

BEFORE = datetime(2030, 6, 10, 8, 0, tzinfo=UTC)


class Fair:
    def __init__(self):
        self.wednesday, self.thursday = HalfDayFactory(), second_morning()
        self.a, self.b = stand("A1"), stand("B2")
        self.iroise = exhibitor("Iroise", language="en", contact_name="Iris Le Roux")
        self.molene = exhibitor("Molène", language="fr")
        put(self.iroise, self.a, self.wednesday)
        put(self.molene, self.b, self.thursday)

    def propose(self, **fields):
        told = {
            "exhibitor_id": self.iroise.pk,
            "other_id": self.molene.pk,
            "gives": {self.wednesday.pk: self.a.pk},
            "takes": {self.thursday.pk: self.b.pk},
            "by_name": "Iris Le Roux",
        }
        return operations.propose_swap(**{**told, **fields})

    def accepted(self):
        swap = self.propose()
        return operations.accept_swap(swap_id=swap.pk, by_name="Maël")

    def against(self, **fields):
        """As the desk is told."""
        with pytest.raises(NotSwappable) as refused:
            self.propose(**{"by": organiser("53"), **fields})
        assert not Swap.objects.exists()
        return refused.value.details["in_the_way"]


def mails():
    rows = OutboxMessage.objects.order_by("pk").values_list("kind", "recipient_name", "subject")
    return list(rows)


def verbs():
    return list(ActivityEntry.objects.order_by("pk").values_list("verb", flat=True))
