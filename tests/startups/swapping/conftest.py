import pytest
from django.utils import translation

from tests.startups.swapping.exchanged import BEFORE, Fair


@pytest.fixture(autouse=True)
def two_days_before(time_machine):
    time_machine.move_to(BEFORE, tick=False)
    with translation.override("en"):
        yield


@pytest.fixture
def fair():
    """Iroise on A1 on Wednesday morning, Molène on B2 on Thursday morning."""
    return Fair()
