"""Who is not on their stand, as noted on the morning, and taken back when they come after all."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import HalfDay, Participation
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError, paris_iso
from pavilion.core.models import User
from startups.dates import clock
from startups.models import Absence, Exhibitor, FloorRules, PlaceOffer, PublishedAllocation
from startups.operations.board.writing import locked_board
from startups.operations.offered_places import (
    ABSENCES,
    locked_absence,
    note,
    offers_of,
    withdraw,
)
from startups.operations.refusals import TooEarly


class NotOnAStand(DomainError):
    code = "not_on_a_stand"


class PlaceTaken(DomainError):
    """Somebody else has the place by now."""

    code = "place_taken"


def rules_of(participation: Participation) -> FloorRules:
    """A region's rules; without any, what is usual."""
    rules = FloorRules.objects.filter(participation=participation).first()
    return rules or FloorRules(participation=participation)


def absent_from(half_day: HalfDay, rules: FloorRules) -> datetime:
    """From when on somebody who is not there may be marked absent."""
    return half_day.starts_at + timedelta(minutes=rules.absent_after_minutes)


def mark_absent(*, exhibitor_id: int, half_day_id: int, by: User | None) -> Absence:
    """Note that an exhibitor is not on the stand announced for it. Safe to call twice.

    Refused before the region's delay is over, with the time from when on it can be.
    """
    exhibitor = Exhibitor.objects.select_related(
        "application", "participation__region", "participation__edition"
    ).get(pk=exhibitor_id)
    with transaction.atomic():
        locked_board(exhibitor.participation.edition_id)
        ensure_manages(by, exhibitor.region_code)
        known = ABSENCES.filter(exhibitor=exhibitor, half_day=half_day_id, came_at__isnull=True)
        if (absence := known.first()) is not None:
            return absence
        half_day = HalfDay.objects.get(pk=half_day_id)
        held = PublishedAllocation.objects.filter(exhibitor=exhibitor, half_day=half_day).first()
        if held is None:
            raise NotOnAStand(
                _("No stand is announced for %(exhibitor)s on %(half_day)s.")
                % {"exhibitor": exhibitor, "half_day": half_day}
            )
        _ensure_late_enough(exhibitor, half_day)
        absence = Absence.objects.create(
            exhibitor=exhibitor, stand_id=held.stand_id, half_day=half_day, by=by
        )
        absence = ABSENCES.get(pk=absence.pk)
        note(absence, "absence.noted", by=by)
    return absence


def mark_came(*, absence_id: int, by: User | None) -> Absence:
    """They came after all, and nobody has taken their place. Safe to call twice.

    An offer that is out is taken back, and whoever it was made to is told.
    """
    with transaction.atomic():
        absence = locked_absence(absence_id)
        ensure_manages(by, absence.region_code)
        if absence.came_at is not None:
            return absence
        offers = {offer.status: offer for offer in offers_of(absence)}
        if taken := offers.get(PlaceOffer.Status.TAKEN):
            raise PlaceTaken(
                _(
                    "%(company)s has taken the place meanwhile: give %(exhibitor)s another stand "
                    "on the board."
                )
                % {"company": taken.application, "exhibitor": absence.exhibitor}
            )
        absence.came_at = timezone.now()
        absence.save(update_fields=["came_at"])
        if offer := offers.get(PlaceOffer.Status.OFFERED):
            withdraw(offer, by=by)
        note(absence, "absence.came", by=by)
    return absence


def _ensure_late_enough(exhibitor: Exhibitor, half_day: HalfDay) -> None:
    possible = absent_from(half_day, rules_of(exhibitor.participation))
    if timezone.now() >= possible:
        return
    raise TooEarly(
        _("%(exhibitor)s can be marked absent from %(time)s on: %(half_day)s.")
        % {"exhibitor": exhibitor, "time": clock(possible), "half_day": half_day},
        details={"possible_from": paris_iso(possible)},
    )
