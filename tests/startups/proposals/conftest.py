import sys
from pathlib import Path

import pytest

from startups.floor.proposal import solving

STAND_IN = Path(__file__).parent / "stand_in.py"


@pytest.fixture
def stand_in(monkeypatch):
    """Another program in the solver’s place: it "waits" to be stopped, "breaks", or is "deaf"."""

    def use(mode=""):
        monkeypatch.setattr(solving, "COMMAND", (sys.executable, str(STAND_IN), mode))

    use()
    monkeypatch.setattr(solving, "BEAT", 0.02)
    return use


@pytest.fixture(autouse=True)
def _before_the_fair(time_machine):
    time_machine.move_to("2030-05-15T10:00:00+02:00", tick=False)
