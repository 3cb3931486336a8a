"""What the exhibitors hear of the fair: connected when the app is ready."""

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from events.models import Stand, Zone
from events.signals import floor_changing
from startups import operations


@receiver(floor_changing)
def keep_stands_in_use(
    sender: Any, stands: Sequence[Stand] = (), zones: Sequence[Zone] = (), **kwargs: Any
) -> None:
    operations.ensure_nobody_loses(stands, zones)
