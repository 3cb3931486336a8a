"""How a run is watched and stopped."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Report = dict[str, Any]
KEPT = 0.2


@dataclass
class Control:
    """Tells how far it is; says when to stop. Safe to share between threads."""

    ends_at: float  # by time.monotonic(): the safety net, results beyond it depend on the clock
    tell: Callable[[Report], None] = lambda report: None
    began_at: float = field(default_factory=time.monotonic)
    is_cancelled: bool = False
    is_late: bool = False
    on_stop: Callable[[], None] | None = None  # interrupts what runs just now

    def seconds(self) -> float:
        return time.monotonic() - self.began_at

    def seconds_to_prove(self) -> float:
        """Some of the time is kept for real stands and good neighbours."""
        left = self.ends_at - time.monotonic()
        return max(0.0, left - (self.ends_at - self.began_at) * KEPT)

    def must_stop_proving(self) -> bool:
        if not self.is_late and self.seconds_to_prove() <= 0:
            self.is_late = True
        return self.is_late or self.is_cancelled

    def must_stop(self) -> bool:
        if time.monotonic() >= self.ends_at:
            self.is_late = True
            return True
        return self.is_cancelled

    def cancel(self) -> None:
        self.is_cancelled = True
        if self.on_stop is not None:
            self.on_stop()
