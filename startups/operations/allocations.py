"""Who holds which stand on which half-days. Every clash is refused, by stand, half-day and name."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from events.models import HalfDay, Stand
from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups.models import Allocation, Exhibitor


class HalfDaysTaken(DomainError):
    code = "half_days_taken"


class NotInRegion(DomainError):
    code = "not_in_region"


class NotInEdition(DomainError):
    code = "not_in_edition"


class StandNotInUse(DomainError):
    code = "stand_not_in_use"


class ExhibitorLeft(DomainError):
    code = "exhibitor_left"


def allocate(
    *, exhibitor_id: int, stand_id: int, half_day_ids: Collection[int], by: User | None
) -> list[Allocation]:
    """Give an exhibitor a stand for some half-days: all of them, or none and a refusal.

    Half-days it already has on this stand stay as they are. Returns them all, in order.
    """
    with transaction.atomic():
        # Always in this order, so that rivals wait for each other instead of blocking for ever.
        exhibitor = _locked_exhibitor(exhibitor_id)
        stand = (
            Stand.objects.select_for_update(of=("self",), no_key=True)
            .select_related("zone__participation__region", "edition")
            .get(pk=stand_id)
        )
        ensure_manages(by, exhibitor.region_code)
        half_days = _half_days(exhibitor, half_day_ids)
        _ensure_fits(exhibitor, stand)
        _ensure_free(exhibitor, stand, half_days)
        _add(exhibitor, stand, half_days, by=by)
        return list(
            Allocation.objects.filter(exhibitor=exhibitor, stand=stand, half_day__in=half_days)
            .select_related("exhibitor__application", "stand", "half_day")
            .order_by("half_day__starts_at", "pk")
        )


def release_allocations(
    *, exhibitor_id: int, half_day_ids: Collection[int], by: User | None, reason: str = ""
) -> int:
    """Free what the exhibitor holds on these half-days; returns how many. Safe to call twice."""
    with transaction.atomic():
        exhibitor = _locked_exhibitor(exhibitor_id)
        ensure_manages(by, exhibitor.region_code)
        held = Allocation.objects.filter(exhibitor=exhibitor, half_day__in=half_day_ids)
        return _release(exhibitor, held, exhibitor.region_code, by=by, reason=reason)


def release_coming(
    exhibitor: Exhibitor,
    *,
    region_code: str,
    now: datetime,
    by: User | None,
    by_name: str = "",
    reason: str = "",
) -> int:
    """Free every half-day that is not over yet; what lies behind stays for the record."""
    held = Allocation.objects.filter(exhibitor=exhibitor, half_day__ends_at__gt=now)
    return _release(exhibitor, held, region_code, by=by, by_name=by_name, reason=reason)


def _locked_exhibitor(exhibitor_id: int) -> Exhibitor:
    return (
        Exhibitor.objects.select_for_update(of=("self",), no_key=True)
        .select_related("application", "participation__region", "participation__edition")
        .get(pk=exhibitor_id)
    )


def _half_days(exhibitor: Exhibitor, half_day_ids: Collection[int]) -> list[HalfDay]:
    half_days = list(
        HalfDay.objects.filter(
            pk__in=half_day_ids, edition=exhibitor.participation.edition_id
        ).order_by("starts_at", "pk")
    )
    if strangers := sorted(set(half_day_ids) - {half_day.pk for half_day in half_days}):
        raise NotInEdition(
            _("Some of these half-days do not belong to %(edition)s.")
            % {"edition": exhibitor.participation.edition},
            field="half_day_ids",
            details={"half_days": strangers},
        )
    return half_days


def _ensure_fits(exhibitor: Exhibitor, stand: Stand) -> None:
    words = {
        "exhibitor": exhibitor,
        "stand": stand,
        "edition": stand.edition,
        "region": exhibitor.participation.region,
    }
    if exhibitor.left_at is not None:
        raise ExhibitorLeft(
            _("%(exhibitor)s has left the pavilion: no stand can be given to it.") % words
        )
    if stand.edition_id != exhibitor.participation.edition_id:
        raise NotInEdition(
            _("Stand %(stand)s belongs to another edition, %(edition)s.") % words,
            field="stand_id",
        )
    owner = stand.zone.participation
    if owner is not None and owner.pk != exhibitor.participation_id:
        raise NotInRegion(
            _(
                "Stand %(stand)s is in the area of %(owner)s; %(exhibitor)s exhibits with "
                "%(region)s."
            )
            % {**words, "owner": owner.region},
            field="stand_id",
            details={"stand": stand.number, "region": owner.region_id},
        )
    if not stand.is_open:
        raise StandNotInUse(_("Stand %(stand)s is not in use this year.") % words, field="stand_id")


def _ensure_free(exhibitor: Exhibitor, stand: Stand, half_days: Iterable[HalfDay]) -> None:
    if clashes := _clashes(exhibitor, stand, half_days):
        raise _taken(exhibitor, stand, clashes)


def _clashes(exhibitor: Exhibitor, stand: Stand, half_days: Iterable[HalfDay]) -> list[Allocation]:
    """The stand under somebody else, or the exhibitor somewhere else, in the order of the days."""
    on_those_days = (
        Allocation.objects.filter(half_day__in=half_days)
        .select_related("exhibitor__application", "stand", "half_day")
        .order_by("half_day__starts_at", "pk")
    )
    stand_taken = on_those_days.filter(stand=stand).exclude(exhibitor=exhibitor)
    elsewhere = on_those_days.filter(exhibitor=exhibitor).exclude(stand=stand)
    return [*stand_taken, *elsewhere]


def _taken(exhibitor: Exhibitor, stand: Stand, clashes: list[Allocation]) -> HalfDaysTaken:
    sentences = []
    details: list[dict[str, Any]] = []
    for clash in clashes:
        words = {"stand": clash.stand, "half_day": clash.half_day, "exhibitor": clash.exhibitor}
        entry = {"half_day": clash.half_day_id, "label": str(clash.half_day)}
        if clash.stand_id == stand.pk:
            sentences.append(_("%(half_day)s: stand %(stand)s is taken by %(exhibitor)s.") % words)
            details.append({**entry, "stand": stand.number, "taken_by": str(clash.exhibitor)})
        else:
            sentences.append(
                _("%(half_day)s: %(exhibitor)s is already on stand %(stand)s.") % words
            )
            details.append({**entry, "exhibitor": str(exhibitor), "taken_by": clash.stand.number})
    return HalfDaysTaken(
        " ".join([_("Nothing was allocated."), *sentences]),
        field="half_day_ids",
        details={"half_days": details},
    )


def _add(exhibitor: Exhibitor, stand: Stand, half_days: list[HalfDay], *, by: User | None) -> None:
    held = set(
        Allocation.objects.filter(exhibitor=exhibitor, half_day__in=half_days).values_list(
            "half_day_id", flat=True
        )
    )
    wanted = [half_day for half_day in half_days if half_day.pk not in held]
    if not wanted:
        return
    try:
        with transaction.atomic():
            Allocation.objects.bulk_create(
                Allocation(exhibitor=exhibitor, stand=stand, half_day=half_day)
                for half_day in wanted
            )
    except IntegrityError as error:
        # A writer that went round the locks was faster: say who holds it now.
        if clashes := _clashes(exhibitor, stand, wanted):
            raise _taken(exhibitor, stand, clashes) from error
        raise
    activity.record(
        by=by,
        verb="exhibitor.allocated",
        target=exhibitor,
        region_code=exhibitor.region_code,
        after={"stand": stand.number, "half_days": [half_day.pk for half_day in wanted]},
    )


def _release(
    exhibitor: Exhibitor,
    held: Any,
    region_code: str,
    *,
    by: User | None,
    by_name: str = "",
    reason: str = "",
) -> int:
    rows = list(held.order_by("half_day__starts_at", "pk").values("half_day_id", "stand__number"))
    if not rows:
        return 0
    held.delete()
    activity.record(
        by=by,
        by_name=by_name,
        verb="exhibitor.released",
        target=exhibitor,
        region_code=region_code,
        reason=reason,
        before={
            "half_days": [
                {"half_day": row["half_day_id"], "stand": row["stand__number"]} for row in rows
            ]
        },
    )
    return len(rows)
