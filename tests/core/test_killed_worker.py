"""A worker killed in the middle of 200 mails: all arrive, at most those in flight twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from pavilion.core import delivery, outbox
from pavilion.core.models import OutboxMessage

MESSAGES = 200

# A slow relay, so that the kill surely comes in the middle.
WORKER = """
import os, time, django
django.setup()
from django.db import connection
from pavilion.core import delivery, mailbox
connection.settings_dict["NAME"] = os.environ["WORKER_DATABASE"]
send = mailbox.EmlFileBackend.send_messages
def slowly(self, messages):
    time.sleep(0.01)
    return send(self, messages)
mailbox.EmlFileBackend.send_messages = slowly
delivery.deliver_due()
"""


@pytest.fixture
def mail_folder(tmp_path, settings) -> Path:
    settings.EMAIL_BACKEND = "pavilion.core.mailbox.EmlFileBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    return tmp_path


def arrived(folder: Path) -> list[str]:
    return [message_from_bytes(path.read_bytes())["Message-ID"] for path in folder.glob("*.eml")]


@pytest.mark.django_db(transaction=True)
def test_killed_worker_loses_nothing_and_repeats_at_most_what_was_in_flight(mail_folder):
    with transaction.atomic():
        promised = [
            outbox.enqueue(
                OutboxMessage(kind="test", recipient=f"p{n}@region.example", language="fr")
            ).message_id
            for n in range(MESSAGES)
        ]
    worker = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", WORKER],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.file_mail_settings",
            "MAIL_FOLDER": str(mail_folder),
            "WORKER_DATABASE": str(connection.settings_dict["NAME"]),
        },
    )
    deadline = time.monotonic() + 60
    while len(list(mail_folder.glob("*.eml"))) < MESSAGES // 4:
        assert worker.poll() is None, "the worker ended too early to be killed"
        assert time.monotonic() < deadline, "the worker sends nothing"
        time.sleep(0.01)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert len(arrived(mail_folder)) < MESSAGES

    # The lease of what the dead worker held runs out.
    OutboxMessage.objects.filter(claimed_until__isnull=False).update(
        claimed_until=timezone.now() - timedelta(seconds=1)
    )
    delivery.deliver_due()

    times = Counter(arrived(mail_folder))
    assert set(times) == set(promised)
    assert sum(times.values()) - MESSAGES <= 1
    assert not OutboxMessage.objects.exclude(state=OutboxMessage.State.SENT).exists()
