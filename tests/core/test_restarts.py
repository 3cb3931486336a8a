"""Redis emptied and PostgreSQL restarted while a delegation is being invited: each mail once."""

import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager

import pytest
import redis as redis_client

from tests import servers
from tests.sink import sink

MESSAGES = 300
PATIENCE = 120

ENQUEUE = f"""
import django; django.setup()
from django.db import transaction
from pavilion.core import outbox
from pavilion.core.models import OutboxMessage
with transaction.atomic():
    messages = [OutboxMessage(kind="test", recipient=f"p{{n}}@region.example", language="fr")
                for n in range({MESSAGES})]
    outbox.enqueue_all(messages)
print(*(message.message_id for message in messages))
"""
# As beat does.
BEAT = """
import django; django.setup()
import time
from kombu.exceptions import OperationalError
from pavilion.core.tasks import sweep_outbox
while True:
    try:
        sweep_outbox.delay()
    except OperationalError:
        pass
    time.sleep(0.5)
"""
STATES = """
import django; django.setup()
from django.db.models import Count
from pavilion.core.models import OutboxMessage
print(dict(OutboxMessage.objects.values_list("state").annotate(n=Count("pk")).order_by()))
"""


def test_restarts_of_what_the_worker_relies_on_lose_and_repeat_nothing(tmp_path):
    with (
        started(servers.restartable_postgresql) as (database, restart_database),
        started(servers.redis) as broker,
        sink(tmp_path, delay=0.01) as server,
    ):
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "pavilion.settings",
            "LAPTOP": "true",
            "VAR_DIR": str(tmp_path / "var"),
            "DATABASE_URL": database,
            "REDIS_URL": broker,
            "EMAIL_URL": server.url,
            "OUTBOX_LEASE": "3",
            "QUIET_HOURS": "",
        }

        def run(*command: str) -> str:
            return subprocess.run(  # noqa: S603
                [sys.executable, *command], env=environment, check=True, capture_output=True
            ).stdout.decode()

        run("manage.py", "migrate", "--verbosity", "0")
        promised = run("-c", ENQUEUE).split()
        celery = ("-m", "celery", "--app", "pavilion", "worker", "--concurrency", "2")
        with alive(environment, *celery), alive(environment, "-c", BEAT):
            wait(lambda: len(server.taken()) > MESSAGES // 4)
            redis_client.Redis.from_url(broker).flushall()
            restart_database()
            assert len(server.taken()) < MESSAGES
            wait(lambda: len(set(server.taken())) == MESSAGES)
            # What both restarts interrupted has been marked as well.
            wait(lambda: run("-c", STATES).strip() == f"{{'sent': {MESSAGES}}}")

        assert Counter(server.taken()) == Counter(promised)


@contextmanager
def started(server):
    try:
        running = server()
        value = running.__enter__()
    except servers.NotFound as missing:
        pytest.skip(str(missing))
    try:
        yield value
    finally:
        running.__exit__(None, None, None)


@contextmanager
def alive(environment, *command):
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, *command],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait(is_so) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "nothing moves"
        time.sleep(0.05)
