"""A stand that somebody has in the plan is not taken from under them."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Stand, Zone
from pavilion.core.errors import DomainError
from startups.models import Allocation


class StandInUse(DomainError):
    code = "stand_in_use"


def ensure_nobody_loses(stands: Sequence[Stand], zones: Sequence[Zone]) -> None:
    """Refuse to close these stands, or to give them and these areas to another region, where the
    plan still has somebody on them. Stands and areas come as they will be.
    """
    # Who changes the board locks stands too, and reads whose area they are in afterwards.
    of_zones = Stand.objects.select_for_update(of=("self",)).filter(zone__in=zones).order_by("pk")
    coming = {stand.pk: stand for stand in stands}
    owners = {zone.pk: zone.participation_id for zone in zones}
    for stand in of_zones:
        coming.setdefault(stand.pk, stand)
    owners |= {stand.zone_id: stand.zone.participation_id for stand in stands}
    held = (
        Allocation.objects.filter(stand__in=coming, half_day__ends_at__gt=timezone.now())
        .select_related("exhibitor__application", "exhibitor__participation", "half_day", "stand")
        .order_by("stand__number", "half_day__starts_at", "pk")
    )
    lost = [each for each in held if _loses(each, coming[each.stand_id], owners)]
    if lost:
        raise _in_use(lost)


def _loses(row: Allocation, stand: Stand, owners: dict[int, int | None]) -> bool:
    owner = owners[stand.zone_id]
    is_elsewhere = owner is not None and owner != row.exhibitor.participation_id
    return not stand.is_open or is_elsewhere


def _in_use(lost: Sequence[Allocation]) -> StandInUse:
    sentences = [
        _("%(half_day)s: stand %(stand)s is taken by %(exhibitor)s.")
        % {"half_day": row.half_day, "stand": row.stand, "exhibitor": row.exhibitor}
        for row in lost
    ]
    lead = _("The plan still has somebody there: free these half-days on the board first.")
    return StandInUse(
        " ".join([lead, *sentences]),
        details={
            "half_days": [
                {
                    "half_day": row.half_day_id,
                    "label": str(row.half_day),
                    "stand": row.stand.number,
                    "taken_by": str(row.exhibitor),
                }
                for row in lost
            ]
        },
    )
