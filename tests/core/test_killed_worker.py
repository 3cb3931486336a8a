"""Workers killed on the way: every mail arrives, and only what was in flight may arrive twice."""

import signal
import time
from collections import Counter

import pytest
from django.db import transaction

from pavilion.core import outbox
from pavilion.core.models import OutboxMessage
from tests.core import worker
from tests.sink import sink

MESSAGES = 240
KILLS = 2
PATIENCE = 120


@pytest.mark.django_db(transaction=True)
def test_killed_workers_lose_nothing_and_repeat_only_what_was_in_flight(tmp_path):
    with transaction.atomic():
        promised = [
            OutboxMessage(kind="test", recipient=f"p{n}@region.example", language="fr")
            for n in range(MESSAGES)
        ]
        outbox.enqueue_all(promised)
    # A slow relay, so that the kill surely comes in the middle.
    with sink(tmp_path, delay=0.002) as server:
        for kill in range(1, KILLS + 1):
            process = worker.start(tmp_path, server.port)
            wait(lambda goal=kill * MESSAGES // (KILLS + 1): len(server.taken()) >= goal)
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert len(set(server.taken())) < MESSAGES
        last = worker.start(tmp_path, server.port)
        try:
            # What the dead held is free once their leases have run out.
            wait(lambda: not OutboxMessage.objects.exclude(state="sent").exists())
        finally:
            last.kill()
            last.wait()
        times = Counter(server.taken())

    assert set(times) == {message.message_id for message in promised}
    assert sum(times.values()) - MESSAGES <= KILLS


def wait(is_so) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "nothing moves"
        time.sleep(0.01)
