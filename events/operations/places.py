"""Zones and rooms appear and change. Stands are their regions' own: see `venue`."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from events.models import Level, Participation, Room, Zone
from events.operations.venue import ensure_same_edition
from events.signals import floor_changing, place_changed
from pavilion.core import activity, changes
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User

ZONE_FIELDS = frozenset({"participation", "name_fr", "name_en", "outline"})
ROOM_FIELDS = frozenset({"name_fr", "name_en", "kind", "capacity", "x", "y", "width", "depth"})


class ZoneExists(DomainError):
    code = "zone_exists"


class RoomExists(DomainError):
    code = "room_exists"


class NotOfThisEdition(DomainError):
    code = "outside_edition"


def create_zone(
    *,
    level: Level,
    name_fr: str,
    by: User | None,
    participation: Participation | None = None,
    **fields: Any,
) -> Zone:
    """Add an area to a level: a region's, or everybody's."""
    ensure_manages(by, "")
    values = changes.clean(
        Zone, {"name_fr": name_fr, "participation": participation, **fields}, allowed=ZONE_FIELDS
    )
    zone = Zone(level=level, **values)
    with transaction.atomic():
        save_zone(zone)
        activity.record(
            by=by,
            verb="zone.created",
            target=zone,
            region_code=_region_code(zone),
            after={"level": level.pk, **changes.told(values)},
        )
    return zone


def change_zone(*, zone_id: int, by: User | None, **fields: Any) -> Zone:
    """Change what is given and leave the rest. What already is so leaves no trace."""
    ensure_manages(by, "")
    with transaction.atomic():
        zone = (
            Zone.objects.select_for_update(of=("self",))
            .select_related("level__hall__edition", "participation__region")
            .get(pk=zone_id)
        )
        values = changes.clean(Zone, fields, allowed=ZONE_FIELDS)
        before, after = changes.assign(zone, values)
        if after:
            if "participation" in after:
                floor_changing.send(sender=Zone, zones=[zone])
            zone.revision += 1
            save_zone(zone, [*after, "revision"])
            activity.record(
                by=by,
                verb="zone.changed",
                target=zone,
                region_code=_region_code(zone),
                before=before,
                after=after,
            )
            place_changed.send(sender=Zone, place=zone)
    return zone


def create_room(*, zone: Zone, name_fr: str, by: User | None, **fields: Any) -> Room:
    """Add a meeting room or a stage to a zone; its French name is unique in the edition."""
    ensure_manages(by, "")
    values = changes.clean(Room, {"name_fr": name_fr, **fields}, allowed=ROOM_FIELDS)
    room = Room(edition=zone.level.hall.edition, zone=zone, **values)
    with transaction.atomic():
        _save_room(room)
        activity.record(
            by=by,
            verb="room.created",
            target=room,
            region_code=_region_code(zone),
            after={"zone": zone.pk, **values},
        )
    return room


def change_room(*, room_id: int, by: User | None, zone: Zone | None = None, **fields: Any) -> Room:
    """Change what is given and leave the rest. What already is so leaves no trace."""
    ensure_manages(by, "")
    with transaction.atomic():
        room = (
            Room.objects.select_for_update(of=("self",))
            .select_related("edition", "zone__participation")
            .get(pk=room_id)
        )
        values = changes.clean(Room, fields, allowed=ROOM_FIELDS)
        if zone is not None:
            ensure_same_edition(zone, room.edition)
            values["zone"] = zone
        before, after = changes.assign(room, values)
        if after:
            _save_room(room, list(after))
            activity.record(
                by=by,
                verb="room.changed",
                target=room,
                region_code=_region_code(room.zone),
                before=before,
                after=after,
            )
            place_changed.send(sender=Room, place=room)
    return room


def save_zone(zone: Zone, update_fields: list[str] | None = None) -> None:
    edition, participation = zone.level.hall.edition, zone.participation
    if participation and participation.edition_id != edition.pk:
        raise NotOfThisEdition(
            _("%(region)s does not take part in %(edition)s.")
            % {"region": participation.region, "edition": edition},
            field="participation",
        )
    changes.save(
        zone,
        rivals=Zone.objects.filter(level=zone.level, name_fr=zone.name_fr),
        refusal=lambda rival: ZoneExists(
            _("%(level)s already has a zone named “%(name)s”.")
            % {"level": zone.level, "name": zone.name_fr},
            field="name_fr",
            details={"zone": rival.pk, "name_fr": zone.name_fr},
        ),
        update_fields=update_fields,
    )


def _save_room(room: Room, update_fields: list[str] | None = None) -> None:
    changes.save(
        room,
        rivals=Room.objects.filter(edition=room.edition, name_fr=room.name_fr),
        refusal=lambda rival: RoomExists(
            _("%(edition)s already has a room named “%(name)s”.")
            % {"edition": room.edition, "name": room.name_fr},
            field="name_fr",
            details={"room": rival.pk, "name_fr": room.name_fr},
        ),
        update_fields=update_fields,
    )


def _region_code(zone: Zone) -> str:
    return zone.participation.region_id if zone.participation else ""
