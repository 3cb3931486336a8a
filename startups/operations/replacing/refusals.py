"""Why a place is not offered, or not to be had any more."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from events.models import HalfDay
from pavilion.core.errors import DomainError, paris_iso
from pavilion.core.models import User
from startups.dates import moment
from startups.floor.candidates import Candidate
from startups.models import Absence, Application, PlaceOffer
from startups.operations.applying.states import (
    is_its_company,
)
from startups.operations.deciding.places import NoPlaceLeft
from startups.operations.replacing.absences import PlaceTaken

Answer = PlaceOffer.Status


class CameAfterAll(DomainError):
    code = "came_after_all"


class HalfDayOver(DomainError):
    code = "half_day_over"


class OfferOpen(DomainError):
    """Another company is still asked."""

    code = "offer_open"


class NotAvailable(DomainError):
    """The company cannot take this place now."""

    code = "not_available"


class OfferOver(DomainError):
    """The offer was answered, taken back, or not answered in time."""

    code = "offer_over"


def not_available(company: str, absence: Absence) -> NotAvailable:
    return NotAvailable(
        _(
            "%(company)s cannot take stand %(stand)s now: it is on a stand at that time, absent, "
            "not coming, or the stand is somebody else’s by now."
        )
        % {"company": company, "stand": absence.stand}
    )


def ensure_not_in_the_way(known: PlaceOffer) -> None:
    words = {"company": known.application, "until": moment(known.expires_at)}
    if known.status == Answer.TAKEN:
        raise PlaceTaken(_("%(company)s has taken this place already.") % words)
    if known.status == Answer.OFFERED:
        raise OfferOpen(
            _(
                "%(company)s is asked already, until %(until)s: take that offer back first, or "
                "note its answer."
            )
            % words,
            details={"offer": known.pk, "expires_at": paris_iso(known.expires_at)},
        )


def ensure_of_use(absence: Absence, half_days: Collection[HalfDay], now: datetime) -> None:
    last = max(half_days, key=lambda each: each.ends_at, default=absence.half_day)
    words = {"exhibitor": absence.exhibitor, "half_day": last}
    if absence.came_at is not None:
        raise CameAfterAll(_("%(exhibitor)s came after all.") % words)
    if last.ends_at <= now:
        raise HalfDayOver(_("It is over: %(half_day)s.") % words)


def ensure_open(offer: PlaceOffer, *, by: User | None, now: datetime) -> None:
    if offer.status != Answer.OFFERED:
        raise over(offer)
    ensure_of_use(offer.absence, offer.half_days.all(), now)
    if is_its_company(by, offer.application) and now >= offer.expires_at:
        raise OfferOver(
            _(
                "The place was kept for you until %(until)s. Call the region: it may still be "
                "free. %(contact)s"
            )
            % {"until": moment(offer.expires_at), "contact": offer.application.call.contact_email},
            details={"expires_at": paris_iso(offer.expires_at)},
        )


def over(offer: PlaceOffer) -> OfferOver:
    return OfferOver(
        _("This offer is over: %(status)s.") % {"status": offer.get_status_display().lower()},
        details={"status": str(offer.status)},
    )


def ensure_place(candidate: Candidate, absence: Absence) -> None:
    """Before a company of the waiting list is asked in vain."""
    if not candidate.has_place:
        raise no_place(candidate.application, absence)


def ensure_not_asked(candidate: Candidate) -> None:
    """Of two places one can take only one."""
    if candidate.asked_for:
        raise OfferOpen(
            _("%(company)s is asked for stand %(stand)s already, and has not answered yet.")
            % {"company": candidate.application, "stand": candidate.asked_for}
        )


def no_place(
    application: Application, absence: Absence, *, is_company: bool = False
) -> NoPlaceLeft:
    """The desk is told how to mend it; the company, whom to ask."""
    call = application.call
    if is_company:
        return NoPlaceLeft(
            _("No place of the call is left any more. Write or call quickly: %(contact)s")
            % {"contact": call.contact_email}
        )
    return NoPlaceLeft(
        _(
            "All %(places)s places of the call are confirmed or offered, and %(company)s needs "
            "one to exhibit. Note that %(absent)s did not come at all, which frees its place, or "
            "raise the number of places of the call."
        )
        % {"places": call.places, "company": application, "absent": absence.exhibitor},
        details={"places": call.places},
    )
