"""What a company needs of a stand and what the stand has, read from their rows."""

from events.models import Stand
from startups.floor.fitting import Equipment, Needs, lacks
from startups.models import Application


def needs_of(application: Application, kind: str = "") -> Needs:
    """`kind`: the kind of stand, which the region notes once the company is an exhibitor."""
    return Needs(
        kind=kind,
        watts=application.power_watts or 0,
        screen=application.needs_screen,
        network=application.needs_wired_network,
        storage=application.needs_storage,
        water=application.needs_water,
        load=application.heavy_load or 0,
        accessible=application.needs_accessible_stand,
    )


def equipment_of(stand: Stand) -> Equipment:
    return Equipment(
        kind=stand.kind,
        watts=stand.power_watts,
        screen=stand.has_screen,
        network=stand.has_wired_network,
        storage=stand.has_storage,
        water=stand.has_water,
        load=stand.max_load,
        accessible=stand.is_accessible,
    )


def lacking(stand: Stand, application: Application, kind: str = "") -> list[str]:
    """What the company needs and the stand has not, in words."""
    return lacks(equipment_of(stand), needs_of(application, kind))
