import json

import pytest

from tests.demo.loaded import TODAY, demo


@pytest.fixture
def manifest(db, time_machine) -> dict:
    """Size S, loaded 55 days before its fair."""
    time_machine.move_to(TODAY, tick=False)
    return json.loads(demo(size="S", json=True))
