"""The venue's verbs: stands appear and change."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from events.models import Stand, Zone
from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User

CHANGEABLE = frozenset(
    {
        "number",
        "kind",
        "x",
        "y",
        "width",
        "depth",
        "rotation",
        "power_watts",
        "has_screen",
        "has_wired_network",
        "has_storage",
        "has_water",
        "max_load",
        "is_accessible",
        "is_open",
    }
)


class StandNumberTaken(DomainError):
    code = "stand_number_taken"


class ZoneOfAnotherEdition(DomainError):
    code = "zone_of_another_edition"


def create_stand(*, zone: Zone, number: str, by: User | None, **fields: Any) -> Stand:
    """Add a stand to a zone; its number is unique in the edition."""
    values = _clean(fields)
    region_code = _region_code(zone)
    ensure_manages(by, region_code)
    with transaction.atomic():
        stand = Stand(edition=zone.level.hall.edition, zone=zone, number=number, **values)
        _save(stand)
        activity.record(
            by=by,
            verb="stand.created",
            target=stand,
            region_code=region_code,
            after={"zone": zone.pk, "number": number, **values},
        )
    return stand


def change_stand(
    *, stand_id: int, by: User | None, zone: Zone | None = None, **fields: Any
) -> Stand:
    """Change what is given and leave the rest. What already is so leaves no trace.

    A stand moves to another region's zone only by the hand of somebody who acts for both.
    """
    values = _clean(fields)
    with transaction.atomic():
        stand = (
            Stand.objects.select_for_update(of=("self",))
            .select_related("zone__participation")
            .get(pk=stand_id)
        )
        region_code = _region_code(stand.zone)
        ensure_manages(by, region_code)
        before = {name: getattr(stand, name) for name in values}
        if zone is not None:
            ensure_manages(by, _region_code(zone))
            _ensure_same_edition(stand, zone)
            before["zone"], values["zone"] = stand.zone_id, zone.pk
        changed = [name for name in values if values[name] != before[name]]
        if not changed:
            return stand
        for name in changed:
            setattr(stand, name, zone if name == "zone" else values[name])
        _save(stand, update_fields=changed)
        activity.record(
            by=by,
            verb="stand.changed",
            target=stand,
            region_code=region_code,
            before={name: before[name] for name in changed},
            after={name: values[name] for name in changed},
        )
    return stand


def _clean(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields as the database will give them back, so that a change is a change."""
    unknown = fields.keys() - CHANGEABLE
    if unknown:
        raise TypeError(f"A stand has no {', '.join(sorted(unknown))} to set")
    stored = {field.name: field for field in Stand._meta.concrete_fields}
    return {name: stored[name].to_python(value) for name, value in fields.items()}


def _region_code(zone: Zone) -> str:
    return zone.participation.region_id if zone.participation else ""


def _ensure_same_edition(stand: Stand, zone: Zone) -> None:
    if zone.level.hall.edition_id != stand.edition_id:
        raise ZoneOfAnotherEdition(
            _("%(zone)s belongs to another edition.") % {"zone": zone}, field="zone"
        )


def _save(stand: Stand, update_fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            stand.save(update_fields=update_fields)
    except IntegrityError as error:
        rivals = Stand.objects.filter(edition=stand.edition_id, number=stand.number)
        if not rivals.exclude(pk=stand.pk).exists():
            raise
        raise StandNumberTaken(
            _("Another stand of this edition already has the number %(number)s.")
            % {"number": stand.number},
            field="number",
            details={"number": stand.number},
        ) from error
