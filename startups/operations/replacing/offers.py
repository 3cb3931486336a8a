"""Who takes the place of somebody absent: offered to one company at a time, taken or left.

Lock order as everywhere: the call and its applications, then the edition's board. A company of the
waiting list becomes an exhibitor on the way, through the same doors as any other.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import HalfDay
from pavilion.core import outbox
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError, paris_iso
from pavilion.core.models import User
from startups import emails
from startups.dates import moment
from startups.floor.candidates import Candidate, Kind, candidates, still_candidate
from startups.models import Absence, Allocation, Application, BoardStep, Exhibitor, PlaceOffer
from startups.operations.announcing.versions import announce_cells
from startups.operations.applying.states import (
    Status,
    ensure_acts_for,
    is_its_company,
    locked_with_call,
)
from startups.operations.board.planning import plan
from startups.operations.board.writing import locked_board, write
from startups.operations.deciding.places import NoPlaceLeft, give_place, in_house_words, places_held
from startups.operations.exhibiting.exhibitors import confirm_application
from startups.operations.offered_places import locked_absence, note, offers_of, withdraw
from startups.operations.replacing.absences import PlaceTaken, rules_of

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
            _ensure_not_in_the_way(known)
        now = timezone.now()
        _ensure_of_use(absence, [absence.half_day], now)
        candidate = _candidate(absence, application_id, now)
        _ensure_place(candidate, absence)
        _ensure_not_asked(candidate)
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
        _ensure_open(offer, by=by, now=now)
        absence = offer.absence
        candidate = still_candidate(offer, now)
        if candidate is None:
            raise _not_available(str(application), absence)
        half_days = candidate.half_days
        exhibitor = candidate.exhibitor
        if exhibitor is None:
            exhibitor = _become_exhibitor(application, absence, by=by, by_name=by_name)
        _change_plan(candidate, exhibitor, absence, half_days, by=by, by_name=by_name)
        offer.status, offer.answered_at = Answer.TAKEN, now
        offer.save(update_fields=["status", "answered_at"])
        company = str(application)
        note(absence, "offer.taken", by=by, by_name=by_name, company=company)
        if candidate.kind == Kind.NEIGHBOUR:
            outbox.enqueue(emails.place_beside(offer, half_days))
        days = tuple(each.pk for each in half_days)
        told = dict.fromkeys((exhibitor.pk, absence.exhibitor_id), days)
        announce_cells(cells=told, by=_organiser(by, application), by_name=by_name)
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
            raise _over(offer)
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
            raise _over(offer)
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
    raise _not_available(str(known or _("This company")), absence)


def _not_available(company: str, absence: Absence) -> NotAvailable:
    return NotAvailable(
        _(
            "%(company)s cannot take stand %(stand)s now: it is on a stand at that time, absent, "
            "not coming, or the stand is somebody else’s by now."
        )
        % {"company": company, "stand": absence.stand}
    )


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


def _ensure_not_in_the_way(known: PlaceOffer) -> None:
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


def _ensure_of_use(absence: Absence, half_days: Collection[HalfDay], now: datetime) -> None:
    last = max(half_days, key=lambda each: each.ends_at, default=absence.half_day)
    words = {"exhibitor": absence.exhibitor, "half_day": last}
    if absence.came_at is not None:
        raise CameAfterAll(_("%(exhibitor)s came after all.") % words)
    if last.ends_at <= now:
        raise HalfDayOver(_("It is over: %(half_day)s.") % words)


def _ensure_open(offer: PlaceOffer, *, by: User | None, now: datetime) -> None:
    if offer.status != Answer.OFFERED:
        raise _over(offer)
    _ensure_of_use(offer.absence, offer.half_days.all(), now)
    if is_its_company(by, offer.application) and now >= offer.expires_at:
        raise OfferOver(
            _(
                "The place was kept for you until %(until)s. Call the region: it may still be "
                "free. %(contact)s"
            )
            % {"until": moment(offer.expires_at), "contact": offer.application.call.contact_email},
            details={"expires_at": paris_iso(offer.expires_at)},
        )


def _over(offer: PlaceOffer) -> OfferOver:
    return OfferOver(
        _("This offer is over: %(status)s.") % {"status": offer.get_status_display().lower()},
        details={"status": str(offer.status)},
    )


def _ensure_place(candidate: Candidate, absence: Absence) -> None:
    """Before a company of the waiting list is asked in vain."""
    if not candidate.has_place:
        raise _no_place(candidate.application, absence)


def _ensure_not_asked(candidate: Candidate) -> None:
    """Of two places one can take only one."""
    if candidate.asked_for:
        raise OfferOpen(
            _("%(company)s is asked for stand %(stand)s already, and has not answered yet.")
            % {"company": candidate.application, "stand": candidate.asked_for}
        )


def _no_place(
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


def _become_exhibitor(
    application: Application, absence: Absence, *, by: User | None, by_name: str
) -> Exhibitor:
    """From the waiting list, offered a place and confirmed in one: their yes is the answer."""
    if application.status == Status.WAITLISTED:
        if places_held(application.call) >= application.call.places:
            is_company = is_its_company(by, application)
            raise _no_place(application, absence, is_company=is_company)
        why = gettext_lazy("To replace %(absent)s, absent.")
        reason = in_house_words(why, absent=absence.exhibitor)
        give_place(application, by=by, reason=reason, tells=False)
    return confirm_application(application_id=application.pk, by=by, by_name=by_name)


def _change_plan(
    candidate: Candidate,
    exhibitor: Exhibitor,
    absence: Absence,
    half_days: Collection[HalfDay],
    *,
    by: User | None,
    by_name: str,
) -> None:
    """The absent company's half-days go and the taker's come: one step of the board.

    A neighbour keeps its own stand; the other is kept free for it, in the same checked step: who
    may accept was checked, wherever the stand is.
    """
    days = {each.pk for each in half_days}
    absent = _stay(absence.exhibitor_id)
    left = {
        day: stand
        for day, stand in absent.items()
        if not (day in days and stand == absence.stand_id)
    }
    stays = {} if left == absent else {absence.exhibitor_id: left}
    holds: dict[tuple[int, int], str | None] = {}
    if candidate.kind == Kind.NEIGHBOUR:
        holds = dict.fromkeys(((absence.stand_id, day) for day in days), str(exhibitor)[:100])
    else:
        stays[exhibitor.pk] = {**_stay(exhibitor.pk), **dict.fromkeys(days, absence.stand_id)}
    board = locked_board(absence.half_day.edition_id)
    change = plan(
        edition=board.edition,
        stays=stays,
        holds=holds,
        by=None,
        over_confirmed=True,
        locks=True,
    )
    write(
        board,
        change,
        kind=BoardStep.Kind.ABSENCE,
        by=_organiser(by, candidate.application),
        by_name=by_name,
        reason=in_house_words(
            gettext_lazy("%(company)s takes the place of %(absent)s, absent."),
            company=exhibitor,
            absent=absence.exhibitor,
        ),
    )


def _organiser(by: User | None, application: Application) -> User | None:
    """Who may act was checked: a company has no rights on the board, and acts on its own place."""
    return None if is_its_company(by, application) else by


def _stay(exhibitor_id: int) -> dict[int, int]:
    held = Allocation.objects.filter(exhibitor=exhibitor_id)
    return dict(held.values_list("half_day_id", "stand_id"))
