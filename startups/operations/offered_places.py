"""What becomes of an absence and its offers, whoever asks: locked, told, taken back."""

from django.utils import timezone

from pavilion.core import activity, outbox
from pavilion.core.models import User
from startups import emails
from startups.models import Absence, Application, PlaceOffer
from startups.operations.board.writing import locked_board

ABSENCES = Absence.objects.select_related(
    "exhibitor__application__call__participation__region",
    "exhibitor__application__call__participation__edition",
    "exhibitor__participation__region",
    "exhibitor__participation__edition",
    "stand__zone",
    "half_day__day",
)


def locked_absence(absence_id: int) -> Absence:
    """The absence, the edition's board locked: nobody else offers or takes its place now."""
    edition = Absence.objects.values_list("half_day__edition", flat=True).get(pk=absence_id)
    locked_board(edition)
    return ABSENCES.get(pk=absence_id)


def offers_of(absence: Absence) -> list[PlaceOffer]:
    rows = PlaceOffer.objects.filter(absence=absence).select_related(
        "application__call__participation__region", "application__call__participation__edition"
    )
    return list(rows.order_by("pk"))


def withdraw(offer: PlaceOffer, *, by: User | None) -> None:
    """Take an open offer of a locked absence back; its company is told."""
    offer.status, offer.answered_at = PlaceOffer.Status.WITHDRAWN, timezone.now()
    offer.save(update_fields=["status", "answered_at"])
    note(offer.absence, "offer.withdrawn", by=by, company=str(offer.application))
    outbox.enqueue(emails.place_withdrawn(offer))


def note(
    absence: Absence,
    verb: str,
    *,
    by: User | None,
    by_name: str = "",
    company: str = "",
    reason: str = "",
) -> None:
    """The log tells all about a place under its absence; `company` is who was asked."""
    activity.record(
        by=by,
        by_name=by_name,
        verb=verb,
        target=absence,
        region_code=absence.region_code,
        reason=reason,
        after={"name": company} if company else {},
    )


def end_offers_to(application: Application, *, by: User | None, by_name: str = "") -> None:
    """For the operation that lets a company leave, in its transaction: somebody else can be asked.

    It is not told: leaving was its own word, or it was told of that.
    """
    mine = PlaceOffer.objects.filter(application=application, status=PlaceOffer.Status.OFFERED)
    for offer in mine.order_by("pk"):
        absence = locked_absence(offer.absence_id)
        offer.status, offer.answered_at = PlaceOffer.Status.WITHDRAWN, timezone.now()
        offer.save(update_fields=["status", "answered_at"])
        note(absence, "offer.withdrawn", by=by, by_name=by_name, company=str(application))
