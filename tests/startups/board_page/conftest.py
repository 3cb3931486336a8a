import pytest

from tests.factories import (
    HalfDayFactory,
    organiser,
)


@pytest.fixture
def half_days():
    return [HalfDayFactory(), HalfDayFactory(part="pm")]


@pytest.fixture
def manager(client):
    user = organiser("53", full_name="Nolwenn Kerdarec", language="en")
    client.force_login(user)
    return user
