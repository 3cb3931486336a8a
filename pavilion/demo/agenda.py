"""Finds times at which everybody and everything is free, so that nothing in the demo clashes."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime


class Agenda:
    """What is taken by whom: half-open intervals for each resource key."""

    def __init__(self) -> None:
        self._taken: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)

    def is_free(self, resources: Iterable[str], starts_at: datetime, ends_at: datetime) -> bool:
        return not any(self._clashes(resource, starts_at, ends_at) for resource in resources)

    def take(self, resources: Iterable[str], starts_at: datetime, ends_at: datetime) -> None:
        for resource in resources:
            insort(self._taken[resource], (starts_at, ends_at))

    def _clashes(self, resource: str, starts_at: datetime, ends_at: datetime) -> bool:
        taken = self._taken[resource]
        # Intervals do not overlap, so only the last one that begins before our end can reach in.
        before_end = bisect_left(taken, (ends_at,))
        return before_end > 0 and taken[before_end - 1][1] > starts_at
