"""Halls and their levels appear."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from events.models import Edition, Hall, Level
from pavilion.core import activity, changes
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User


class HallExists(DomainError):
    code = "hall_exists"


class LevelExists(DomainError):
    code = "level_exists"


def create_hall(*, edition: Edition, name_fr: str, by: User | None, name_en: str = "") -> Hall:
    """Add a hall; its French name is unique in the edition."""
    ensure_manages(by, "")
    hall = Hall(edition=edition, name_fr=name_fr, name_en=name_en)
    with transaction.atomic():
        changes.save(
            hall,
            rivals=Hall.objects.filter(edition=edition, name_fr=name_fr),
            refusal=lambda rival: HallExists(
                _("%(edition)s already has a hall named “%(name)s”.")
                % {"edition": edition, "name": name_fr},
                field="name_fr",
                details={"hall": rival.pk, "name_fr": name_fr},
            ),
        )
        activity.record(
            by=by,
            verb="hall.created",
            target=hall,
            after={"edition": edition.pk, "name_fr": name_fr, "name_en": name_en},
        )
    return hall


def create_level(
    *, hall: Hall, number: int, width: Decimal, depth: Decimal, by: User | None
) -> Level:
    """Add a level to a hall."""
    ensure_manages(by, "")
    level = Level(hall=hall, number=number, width=width, depth=depth)
    with transaction.atomic():
        changes.save(
            level,
            rivals=Level.objects.filter(hall=hall, number=number),
            refusal=lambda rival: LevelExists(
                _("%(hall)s already has a level %(number)s.") % {"hall": hall, "number": number},
                field="number",
                details={"level": rival.pk, "number": number},
            ),
        )
        activity.record(
            by=by,
            verb="level.created",
            target=level,
            after={"hall": hall.pk, "number": number, "width": width, "depth": depth},
        )
    return level
