"""What the exhibitors hear of the fair: connected when the app is ready."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, Q
from django.dispatch import receiver

from events.models import Day, Edition, Hall, Level, Stand, Zone
from events.signals import day_changed, floor_changing, place_changed
from startups import operations

# Where an announced allocation meets each kind of place that may be called otherwise.
PLACES: dict[type[Model], str] = {
    Edition: "half_day__edition",
    Hall: "stand__zone__level__hall",
    Level: "stand__zone__level",
    Zone: "stand__zone",
    Stand: "stand",
}


@receiver(floor_changing)
def keep_stands_in_use(
    sender: Any, stands: Sequence[Stand] = (), zones: Sequence[Zone] = (), **kwargs: Any
) -> None:
    operations.ensure_nobody_loses(stands, zones)


@receiver(place_changed)
def rename_in_stand_calendars(sender: type[Model], place: Model, **kwargs: Any) -> None:
    if way := PLACES.get(type(place)):
        operations.refresh_stand_days_later(Q(**{way: place}))


@receiver(day_changed)
def move_in_stand_calendars(sender: type[Model], day: Day, **kwargs: Any) -> None:
    operations.refresh_stand_days_later(Q(half_day__day=day))
