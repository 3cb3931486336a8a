"""Becoming an exhibitor, saying no, and leaving."""

from datetime import datetime, time

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from pavilion.core import activity, outbox
from pavilion.core.access import ensure_manages
from pavilion.core.errors import paris_iso
from pavilion.core.models import User
from startups import emails
from startups.dates import moment
from startups.models import Application, Exhibitor
from startups.operations.announcing.versions import take_down
from startups.operations.applying.states import (
    Status,
    ensure_acts_for,
    ensure_may_become,
    is_its_company,
    locked,
    locked_with_call,
    move,
)
from startups.operations.board.allocations import release_coming
from startups.operations.board.writing import locked_board
from startups.operations.deciding.places import pass_on
from startups.operations.offered_places import end_offers_to
from startups.operations.refusals import TooEarly, TooLate
from startups.operations.swapping.ending import end_swaps_of


def confirm_application(
    *, application_id: int, by: User | None = None, by_name: str = ""
) -> Exhibitor:
    """Take the place that was offered: the company becomes an exhibitor. Safe to call twice.

    A company confirms before its deadline, the last second included; after it, only an organiser
    can do it for them, as long as the offer has not lapsed.
    """
    with transaction.atomic():
        application = locked(application_id)
        ensure_acts_for(by, application)
        if application.status == Status.CONFIRMED:
            return application.exhibitor
        _ensure_not_lapsed(application, by)
        ensure_may_become(application, Status.CONFIRMED)
        _ensure_in_time(application, by)
        move(application, Status.CONFIRMED, verb="application.confirmed", by=by, by_name=by_name)
        exhibitor = _make_exhibitor(application)
        outbox.enqueue(emails.confirmed(application, exhibitor))
    return exhibitor


def decline_application(
    *, application_id: int, by: User | None = None, by_name: str = "", reason: str = ""
) -> Application:
    """Leave the place that was offered to the next company. Safe to call twice.

    Where the waiting list moves up by itself, the next one is offered it in the same transaction.
    """
    with transaction.atomic():
        application = locked_with_call(application_id)
        ensure_acts_for(by, application)
        if application.status == Status.DECLINED:
            return application
        ensure_may_become(application, Status.DECLINED)
        move(
            application,
            Status.DECLINED,
            verb="application.declined",
            by=by,
            by_name=by_name,
            reason=reason,
        )
        outbox.enqueue(emails.declined(application))
        pass_on(application)
    return application


def mark_no_show(*, exhibitor_id: int, by: User | None, reason: str = "") -> Exhibitor:
    """Note that the company did not come; its coming half-days are free. Safe to call twice.

    Nobody is absent before they were expected: until then a company withdraws.
    """
    with transaction.atomic():
        exhibitor = Exhibitor.objects.select_related("participation__edition").get(pk=exhibitor_id)
        application = locked(exhibitor.application_id)
        ensure_manages(by, application.region_code)
        if application.status != Status.NO_SHOW:
            ensure_may_become(application, Status.NO_SHOW)
            _ensure_expected(exhibitor)
            move(application, Status.NO_SHOW, verb="application.no_show", by=by, reason=reason)
            leave(application, by=by, reason=reason)
    return Exhibitor.objects.select_related(
        "application", "participation__region", "participation__edition"
    ).get(pk=exhibitor_id)


def leave(
    application: Application, *, by: User | None, by_name: str = "", reason: str = ""
) -> None:
    """Free what the application's exhibitor, if it has one, still holds ahead, announced too.

    What it was asked, or had asked others, is over with it.
    """
    end_offers_to(application, by=by, by_name=by_name)
    present = Exhibitor.objects.present().filter(application=application)
    if not present.exists():
        return
    locked_board(application.call.participation.edition_id)
    exhibitor = (
        present.select_for_update(of=("self",), no_key=True).select_related("application").get()
    )
    exhibitor.left_at = timezone.now()
    exhibitor.save(update_fields=["left_at"])
    release_coming(
        exhibitor,
        now=exhibitor.left_at,
        by=by,
        by_name=by_name,
        reason=reason,
    )
    take_down(exhibitor, now=exhibitor.left_at, by=by, by_name=by_name, reason=reason)
    end_swaps_of(exhibitor)
    activity.record(
        by=by,
        by_name=by_name,
        verb="exhibitor.left",
        target=exhibitor,
        region_code=application.region_code,
        reason=reason,
        before={"left_at": None},
        after={"left_at": exhibitor.left_at},
    )


def _ensure_not_lapsed(application: Application, by: User | None) -> None:
    """Whoever comes too late learns where the place is now, and whom to ask."""
    if application.status != Status.DECLINED or application.lapsed_at is None:
        return
    deadline = application.confirm_by or application.lapsed_at
    words = {"deadline": moment(deadline), "contact": application.call.contact_email}
    if is_its_company(by, application):
        sentence = _(
            "The place was to be confirmed before %(deadline)s. It is no longer held for you and "
            "may have gone to another company. Write to %(contact)s: they can offer you a place "
            "again if one is free."
        )
    else:
        sentence = _(
            "This offer lapsed: it was to be confirmed before %(deadline)s. Select the application "
            "again, if a place is free."
        )
    raise TooLate(
        sentence % words,
        details={
            "confirm_by": paris_iso(deadline),
            "lapsed_at": paris_iso(application.lapsed_at),
        },
    )


def _ensure_in_time(application: Application, by: User | None) -> None:
    deadline = application.confirm_by
    if deadline is None or not is_its_company(by, application):
        return
    if timezone.now() > deadline:
        raise TooLate(
            _("The place was to be confirmed before %(deadline)s. Write to %(contact)s.")
            % {"deadline": moment(deadline), "contact": application.call.contact_email},
            details={"confirm_by": paris_iso(deadline)},
        )


def _ensure_expected(exhibitor: Exhibitor) -> None:
    """From its first half-day on a stand; without any, from the first day of the fair."""
    held = exhibitor.allocations.select_related("half_day")
    first = held.order_by("half_day__starts_at", "pk").first()
    if first is not None:
        expected = first.half_day.starts_at
    else:
        day = exhibitor.participation.edition.starts_on
        expected = timezone.make_aware(datetime.combine(day, time()))
    if timezone.now() >= expected:
        return
    raise TooEarly(
        _(
            "%(exhibitor)s is expected from %(moment)s: an absence can be noted from then on. "
            "Until then, withdraw its application."
        )
        % {"exhibitor": exhibitor, "moment": moment(expected)},
        details={"expected_from": paris_iso(expected)},
    )


def _make_exhibitor(application: Application) -> Exhibitor:
    """The exhibitor of a confirmed application; one that had left comes back under its address."""
    known = Exhibitor.objects.filter(application=application).first()
    if known is not None:
        known.left_at = None
        known.confirmed_at = timezone.now()
        known.save(update_fields=["left_at", "confirmed_at"])
        return known
    base = slugify(str(application))[:50].strip("-") or "exposant"
    attempt = 1
    while True:
        slug = base if attempt == 1 else f"{base}-{attempt}"
        if not Exhibitor.objects.filter(slug=slug).exists():
            try:
                with transaction.atomic():
                    return Exhibitor.objects.create(
                        application=application,
                        participation=application.call.participation,
                        slug=slug,
                    )
            except IntegrityError:
                # A namesake confirmed at the same moment; any other conflict is not ours to retry.
                if not Exhibitor.objects.filter(slug=slug).exists():
                    raise
        attempt += 1
