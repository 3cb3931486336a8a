"""`make run`: prepare everything, then web, worker and beat until Ctrl-C."""

import fcntl
import http.client
import io
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation
from honcho.environ import parse_procfile

from pavilion.core.processes import Processes, Stopped

READY_WITHIN = 60.0


class Command(BaseCommand):
    help = "Prepare the database and the demo edition, then run web, worker and beat."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000")
        parser.add_argument("--demo", default=os.environ.get("DEMO") or "M", metavar="S|M|L|none")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        host, port = options["host"], _free_port(options["host"], options["port"])
        with _alone():
            self._run(host, port, self._prepare(options["demo"]), began)

    def _run(self, host: str, port: int, where: str, began: float) -> None:
        commands = parse_procfile((settings.BASE_DIR / "Procfile").read_text()).processes
        logs = settings.VAR_DIR / "log"
        with (
            address_left(port),
            _own_terminal(),
            Processes(commands, env=_env(host, port), logs=logs) as processes,
        ):
            try:
                deadline = time.monotonic() + READY_WITHIN
                if processes.wait(until=lambda: _is_ready(host, port) or _is_past(deadline)):
                    if _is_past(deadline):
                        raise CommandError(f"The site did not get ready. Look into {logs}")
                    self.stdout.write(where)
                    self.stdout.write(
                        f"Ready after {time.monotonic() - began:.0f} s: {settings.BASE_URL}/\n"
                        f"Mail: {getattr(settings, 'EMAIL_FILE_PATH', 'by SMTP')} · Logs: {logs} · "
                        "Ctrl-C stops everything."
                    )
                    processes.wait()
            except Stopped as error:
                raise CommandError(str(error)) from error
            self.stdout.write("\nStopping …")

    def _prepare(self, demo: str) -> str:
        """Everything the processes need; returns what the demo says about where to look."""
        call_command("compile_translations", stdout=io.StringIO())
        if _static_files_changed():
            self.stdout.write("Collecting static files …")
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
            _static_stamp().write_text(_static_state())
        call_command("migrate", interactive=False, verbosity=0)
        if demo == "none":
            return ""
        self.stdout.write("Demo edition (loading takes up to a minute, once) …")
        where = io.StringIO()
        try:
            call_command("demo", size=demo, stdout=io.StringIO())
            # Loaded in the site's language, told in the terminal's.
            with translation.override("en"):
                call_command("demo", size=demo, stdout=where)
        except CommandError as refusal:
            return f"No demo edition: {refusal}\n"
        return where.getvalue()


def _free_port(host: str, port: str) -> int:
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise CommandError(f"PORT={port} is no port: choose a number from 1024 to 65535.")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}): choose another, "
                f"for example make run PORT={int(port) + 1}"
            ) from error
    return int(port)


def _alone() -> TextIO:
    """One clock for one database: a second start on the same data is refused while this is open."""
    lock = (settings.VAR_DIR / "run.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise CommandError(
            f"Pavilion already runs on the data in {settings.VAR_DIR}: stop it there first, "
            "or set VAR_DIR to another folder."
        ) from error
    return lock


def _env(host: str, port: int) -> dict[str, str]:
    """The commands of the Procfile are those of this virtual environment."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**os.environ, "PATH": path, "HOST": host, "PORT": str(port)}


def _is_ready(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(
        "127.0.0.1" if host == "0.0.0.0" else host,  # noqa: S104
        port,
        timeout=5,
    )
    try:
        connection.request("GET", "/readyz", headers={"Host": urlsplit(settings.BASE_URL).netloc})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _is_past(deadline: float) -> bool:
    return time.monotonic() > deadline


def _static_state() -> str:
    """Changes when a static file of any app is added, removed or edited."""
    newest = count = 0
    for finder in get_finders():
        for path, storage in finder.list(["CVS", ".*", "*~"]):
            count += 1
            newest = max(newest, os.stat(storage.path(path)).st_mtime_ns)
    return f"{count} files, newest {newest}"


def _static_stamp() -> Path:
    return Path(settings.STATIC_ROOT).parent / "static.stamp"


def _static_files_changed() -> bool:
    stamp = _static_stamp()
    is_complete = (Path(settings.STATIC_ROOT) / "staticfiles.json").exists()
    return not is_complete or not stamp.exists() or stamp.read_text() != _static_state()


@contextmanager
def address_left(port: int) -> Iterator[None]:
    """For commands in another terminal: their settings find there where the site is."""
    path = settings.VAR_DIR / "base_url"
    path.write_text(os.environ.get("BASE_URL") or f"http://localhost:{port}", encoding="ascii")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def _own_terminal() -> Iterator[None]:
    """Take the terminal, so that Ctrl-C means us and not also the `make` above us.

    `make` would report an interrupt and fail, where the user only ended what they had started.
    """
    if not sys.stdin.isatty() or os.tcgetpgrp(0) != os.getpgrp() or os.getpid() == os.getpgrp():
        yield
        return
    parent_group = os.getpgrp()
    # Taking and giving back the terminal are refused to background groups unless they ignore this.
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    # The shell cannot see us stop, so it could not let us continue.
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpgrp())
    try:
        yield
    finally:
        os.tcsetpgrp(0, parent_group)
