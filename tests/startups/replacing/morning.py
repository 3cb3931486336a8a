"""A fair whose first exhibitor does not come: who could replace it, and what is told."""

from datetime import UTC, datetime

from django.utils import timezone

from pavilion.core.models import ActivityEntry
from startups import operations
from startups.floor.candidates import candidates
from startups.models import (
    Absence,
)
from tests.factories import ApplicationFactory, CallFactory, HalfDayFactory
from tests.startups.announced import put
from tests.startups.fair import afternoon, exhibitor, stand

# The fair opens at nine in Paris; an hour later one may be marked absent.
TEN = datetime(2030, 6, 12, 8, 0, tzinfo=UTC)

MORNING, AFTERNOON = "Wednesday 12 June, morning", "Wednesday 12 June, afternoon"


class Fair:
    """Iroise has A1 all Wednesday; Molène is there in the afternoon, Ushant stands beside A1."""

    def __init__(self):
        self.morning, self.afternoon = HalfDayFactory(), afternoon()
        self.a1 = stand("A1", x=1, y=1, power_watts=1000)
        self.a2 = stand("A2", x=2, y=1)
        self.b2 = stand("B2", x=20, y=20)
        self.iroise = exhibitor("Iroise", language="en")
        self.molene = exhibitor("Molène", language="fr", contact_phone="02 98 00 00 00")
        self.ushant = exhibitor("Ushant")
        put(self.iroise, self.a1, self.morning, self.afternoon)
        put(self.molene, self.b2, self.afternoon)
        put(self.ushant, self.a2, self.morning)

    def waiting(self, name, rank, **fields):
        return ApplicationFactory(
            call=CallFactory(), status="waitlisted", display_name=name, waiting_rank=rank, **fields
        )

    def absent(self, who=None):
        return operations.mark_absent(
            exhibitor_id=(who or self.iroise).pk, half_day_id=self.morning.pk, by=None
        )

    def offered(self, application=None, **fields):
        application = application or self.molene.application
        absence = Absence.objects.filter(came_at=None, exhibitor=self.iroise).first()
        absence = absence or self.absent()
        return operations.offer_place(
            absence_id=absence.pk, application_id=application.pk, by=None, **fields
        )


def told(absence):
    return [
        (one.kind, str(one.application), one.reason, [str(day) for day in one.half_days])
        for one in candidates([absence], timezone.now())[absence.pk]
    ]


def verbs():
    return list(ActivityEntry.objects.order_by("pk").values_list("verb", flat=True))
