"""The venue's verbs: stands appear and change."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from events.models import Edition, Stand, Zone, ensure_stand_number
from events.signals import floor_changing, place_changed
from pavilion.core import activity, changes
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


class StandNumberRefused(DomainError):
    code = "stand_number_refused"


class ZoneOfAnotherEdition(DomainError):
    code = "zone_of_another_edition"


def create_stand(*, zone: Zone, number: str, by: User | None, **fields: Any) -> Stand:
    """Add a stand to a zone; its number is unique in the edition."""
    values = changes.clean(Stand, fields, allowed=CHANGEABLE)
    region_code = _region_code(zone)
    ensure_manages(by, region_code)
    _ensure_number(number)
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
    values = changes.clean(Stand, fields, allowed=CHANGEABLE)
    with transaction.atomic():
        stand = (
            Stand.objects.select_for_update(of=("self",))
            .select_related("edition", "zone__participation")
            .get(pk=stand_id)
        )
        region_code = _region_code(stand.zone)
        ensure_manages(by, region_code)
        if zone is not None:
            ensure_manages(by, _region_code(zone))
            ensure_same_edition(zone, stand.edition)
            values["zone"] = zone
        before, after = changes.assign(stand, values)
        if "number" in after:
            _ensure_number(stand.number)
        if after:
            if after.get("is_open") is False or _region_code(stand.zone) != region_code:
                floor_changing.send(sender=Stand, stands=[stand])
            stand.revision += 1
            _save(stand, [*after, "revision"])
            activity.record(
                by=by,
                verb="stand.changed",
                target=stand,
                region_code=region_code,
                before=before,
                after=after,
            )
            place_changed.send(sender=Stand, place=stand)
    return stand


def _ensure_number(number: str) -> None:
    try:
        ensure_stand_number(number)
    except ValidationError as error:
        raise StandNumberRefused(" ".join(error.messages), field="number") from error


def _region_code(zone: Zone) -> str:
    return zone.participation.region_id if zone.participation else ""


def ensure_same_edition(zone: Zone, edition: Edition) -> None:
    if zone.level.hall.edition_id != edition.pk:
        raise ZoneOfAnotherEdition(
            _("%(zone)s belongs to another edition.") % {"zone": zone}, field="zone"
        )


def _save(stand: Stand, update_fields: list[str] | None = None) -> None:
    changes.save(
        stand,
        rivals=Stand.objects.filter(edition=stand.edition_id, number=stand.number),
        refusal=lambda rival: StandNumberTaken(
            _("Another stand of this edition already has the number %(number)s.")
            % {"number": rival.number},
            field="number",
            details={"number": rival.number},
        ),
        update_fields=update_fields,
    )
