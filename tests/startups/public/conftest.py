"""The pages are read in English, before the fair."""

import pytest
import time_machine

from tests.startups.fair import BEFORE_THE_FAIR


@pytest.fixture(autouse=True)
def _before_the_fair():
    with time_machine.travel(BEFORE_THE_FAIR, tick=False):
        yield


@pytest.fixture
def client(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client
