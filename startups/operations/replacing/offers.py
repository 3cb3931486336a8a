"""Who takes the place of somebody absent: offered to one company at a time, taken or left.

Lock order as everywhere: the call and its applications, then the edition's board. A company of the
waiting list becomes an exhibitor on the way, through the same doors as any other.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import HalfDay
from pavilion.core import outbox
from pavilion.core.access import ensure_manages
from pavilion.core.models import User
from startups import emails
from startups.floor.candidates import Candidate, Kind, candidates, still_candidate
from startups.models import Absence, Application, PlaceOffer
from startups.operations.announcing.versions import announce_cells
from startups.operations.applying.states import (
    ensure_acts_for,
    locked_with_call,
)
from startups.operations.offered_places import locked_absence, note, offers_of, withdraw
from startups.operations.replacing.absences import rules_of
from startups.operations.replacing.refusals import (
    Answer,
    NotAvailable,
    ensure_not_asked,
    ensure_not_in_the_way,
    ensure_of_use,
    ensure_open,
    ensure_place,
    not_available,
    over,
)
from startups.operations.replacing.taking import become_exhibitor, change_plan, organiser


def offer_place(
    *,
    absence_id: int,
    application_id: int,
    by: User | None,
    half_day_ids: Collection[int] | None = None,
) -> PlaceOffer:
    """Offer what is left of the absent company's day to one that could come; it is mailed at once.

    Without `half_day_ids`, all that this company can take. One is asked at a time. Safe to repeat.
    """
    with transaction.atomic():
        absence = locked_absence(absence_id)
        ensure_manages(by, absence.region_code)
        for known in offers_of(absence):
            if known.status == Answer.OFFERED and known.application_id == application_id:
                return known
            ensure_not_in_the_way(known)
        now = timezone.now()
        ensure_of_use(absence, [absence.half_day], now)
        candidate = _candidate(absence, application_id, now)
        ensure_place(candidate, absence)
        ensure_not_asked(candidate)
        half_days = _chosen(candidate, half_day_ids)
        offer = PlaceOffer.objects.create(
            absence=absence,
            application=candidate.application,
            by=by,
            offered_at=now,
            expires_at=_until(absence, half_days, now),
        )
        offer.half_days.set(half_days)
        note(absence, "offer.made", by=by, company=str(offer.application))
        outbox.enqueue(emails.place_offered(_OFFERS.get(pk=offer.pk)))
    return offer


def accept_offer(*, offer_id: int, by: User | None = None, by_name: str = "") -> PlaceOffer:
    """Take the place: the plan changes and is announced at once. Safe to call twice.

    By the company on its private page before the offer ends, or by an organiser it telephoned.
    """
    application_id = PlaceOffer.objects.values_list("application_id", flat=True).get(pk=offer_id)
    with transaction.atomic():
        application = locked_with_call(application_id)
        ensure_acts_for(by, application)
        offer = _locked(offer_id)
        if offer.status == Answer.TAKEN:
            return offer
        now = timezone.now()
        ensure_open(offer, by=by, now=now)
        absence = offer.absence
        candidate = still_candidate(offer, now)
        if candidate is None:
            raise not_available(str(application), absence)
        half_days = candidate.half_days
        exhibitor = candidate.exhibitor
        if exhibitor is None:
            exhibitor = become_exhibitor(application, absence, by=by, by_name=by_name)
        change_plan(candidate, exhibitor, absence, half_days, by=by, by_name=by_name)
        offer.status, offer.answered_at = Answer.TAKEN, now
        offer.save(update_fields=["status", "answered_at"])
        company = str(application)
        note(absence, "offer.taken", by=by, by_name=by_name, company=company)
        if candidate.kind == Kind.NEIGHBOUR:
            outbox.enqueue(emails.place_beside(offer, half_days))
        days = tuple(each.pk for each in half_days)
        told = dict.fromkeys((exhibitor.pk, absence.exhibitor_id), days)
        announce_cells(cells=told, by=organiser(by, application), by_name=by_name)
    return offer


def decline_offer(
    *, offer_id: int, by: User | None = None, by_name: str = "", reason: str = ""
) -> PlaceOffer:
    """Leave the place to somebody else. Nobody is asked next by itself. Safe to call twice."""
    with transaction.atomic():
        offer = _locked(offer_id)
        ensure_acts_for(by, offer.application)
        if offer.status == Answer.DECLINED:
            return offer
        if offer.status != Answer.OFFERED:
            raise over(offer)
        offer.status, offer.answered_at = Answer.DECLINED, timezone.now()
        offer.save(update_fields=["status", "answered_at"])
        company = str(offer.application)
        note(
            offer.absence, "offer.declined", by=by, by_name=by_name, company=company, reason=reason
        )
    return offer


def withdraw_offer(*, offer_id: int, by: User | None) -> PlaceOffer:
    """Take an open offer back, to ask somebody else; its company is told. Safe to call twice."""
    with transaction.atomic():
        offer = _locked(offer_id)
        ensure_manages(by, offer.region_code)
        if offer.status == Answer.WITHDRAWN:
            return offer
        if offer.status != Answer.OFFERED:
            raise over(offer)
        withdraw(offer, by=by)
    return offer


def expire_offers(*, now: datetime) -> int:
    """End every offer that was not answered in time; returns how many. Safe to call at any time."""
    late = PlaceOffer.objects.filter(status=Answer.OFFERED, expires_at__lte=now)
    return sum(_expire(pk, now) for pk in list(late.order_by("pk").values_list("pk", flat=True)))


_OFFERS = PlaceOffer.objects.select_related(
    *(
        f"{path}__participation__{name}"
        for path in ("application__call", "absence__exhibitor")
        for name in ("region", "edition")
    ),
    "absence__exhibitor__application",
    "absence__stand__zone",
    "absence__half_day__day",
)


def _locked(offer_id: int) -> PlaceOffer:
    absence = PlaceOffer.objects.values_list("absence", flat=True).get(pk=offer_id)
    locked_absence(absence)
    return _OFFERS.get(pk=offer_id)


def _expire(offer_id: int, now: datetime) -> bool:
    with transaction.atomic():
        offer = _locked(offer_id)
        if offer.status != Answer.OFFERED or offer.expires_at > now:
            return False
        offer.status = Answer.EXPIRED
        offer.save(update_fields=["status"])
        note(offer.absence, "offer.expired", by=None, company=str(offer.application))
    return True


def _until(absence: Absence, half_days: Collection[HalfDay], now: datetime) -> datetime:
    """As long as the region keeps an offer, and never beyond what is offered."""
    minutes = rules_of(absence.exhibitor.participation).offer_minutes
    return min(now + timedelta(minutes=minutes), max(each.ends_at for each in half_days))


def _candidate(absence: Absence, application_id: int, now: datetime) -> Candidate:
    for candidate in candidates([absence], now)[absence.pk]:
        if candidate.application.pk == application_id:
            return candidate
    # Of those who may be named: drafts and other regions' applicants are nobody's to know here.
    region = absence.exhibitor.participation_id
    rows = Application.objects.filter(call__participation=region, submitted_at__isnull=False)
    known = rows.filter(pk=application_id).first()
    raise not_available(str(known or _("This company")), absence)


def _chosen(candidate: Candidate, wanted: Collection[int] | None) -> list[HalfDay]:
    """With the half-day of the absence; a place in the afternoon alone is another absence's."""
    possible = list(candidate.half_days)
    if wanted is None:
        return possible
    chosen = [each for each in possible if each.pk in set(wanted)]
    if len(chosen) < len(set(wanted)) or possible[0] not in chosen:
        raise NotAvailable(
            _("%(company)s can take this stand on: %(days)s.")
            % {"company": candidate.application, "days": candidate.days},
            field="half_days",
        )
    return chosen
