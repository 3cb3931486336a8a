"""A worker of its own process, that a test may kill: it delivers what is due, again and again."""

import os
import subprocess
import sys
from pathlib import Path

from django.db import connection

_SCRIPT = """
import os, time, django
django.setup()
from django.conf import settings
from django.db import close_old_connections, connection
from pavilion.core import delivery
connection.settings_dict["NAME"] = os.environ["WORKER_DATABASE"]
settings.VAR_DIR = os.environ["WORKER_FOLDER"]
settings.OUTBOX_LEASE = 2
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(os.environ["WORKER_RELAY"])
while True:
    delivery.deliver_due()
    time.sleep(0.1)
"""


def start(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    """On the database of the test, with what outlives it in `folder`, to the server at `port`."""
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", _SCRIPT],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "WORKER_DATABASE": str(connection.settings_dict["NAME"]),
            "WORKER_FOLDER": str(folder),
            "WORKER_RELAY": str(port),
        },
    )
