import pytest
from django.utils import translation

from tests.startups.replacing.morning import TEN, Fair


@pytest.fixture(autouse=True)
def at_ten(time_machine):
    time_machine.move_to(TEN, tick=False)
    with translation.override("en"):
        yield


@pytest.fixture
def fair():
    return Fair()
