"""Throw-away PostgreSQL and Redis servers: a free port, a temporary folder, gone afterwards."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

START_WITHIN = 30.0


class NotFound(Exception):
    """The program is not on this machine."""


def find_program(name: str) -> str:
    """A program on the PATH, or where Debian and others keep PostgreSQL's server programs."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    path = os.pathsep.join([os.environ.get("PATH", ""), *map(str, folders), "/usr/sbin"])
    program = shutil.which(name, path=path)
    if program is None:
        raise NotFound(f"{name} is not installed")
    return program


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgresql() -> Iterator[str]:
    """Yields the DATABASE_URL of an empty PostgreSQL that forgets on a crash: speed, not safety."""
    with restartable_postgresql() as (url, _restart):
        yield url


@contextmanager
def restartable_postgresql() -> Iterator[tuple[str, Callable[[], None]]]:
    """The same, and what restarts it: every connection breaks, nothing is lost."""
    initdb, postgres = find_program("initdb"), find_program("postgres")
    with _folder("pavilion-pg-") as folder:
        port = free_port()
        data = folder / "data"
        options = ["--auth=trust", "--username=pavilion", "--encoding=UTF8", "--locale=C"]
        subprocess.run(
            [initdb, "--no-sync", *options, str(data)],
            check=True,
            stdout=subprocess.DEVNULL,
            **_unprivileged(),
        )
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": "",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": 200,
        }
        command = [postgres, "-D", str(data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        url = f"postgres://pavilion@127.0.0.1:{port}/postgres"
        stack = ExitStack()

        def start() -> None:
            stack.enter_context(_server(command, folder / "log", lambda: _accepts_sql(url)))

        def restart() -> None:
            stack.close()
            start()

        with stack:
            start()
            yield url, restart


@contextmanager
def redis() -> Iterator[str]:
    """Yields the REDIS_URL of an empty Redis that keeps nothing."""
    program = find_program("redis-server")
    with _folder("pavilion-redis-") as folder:
        port = free_port()
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command = [program, *options, "--dir", str(folder)]
        with _server(command, folder / "log", lambda: _accepts_connections(port)):
            yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def _folder(prefix: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        if (user := _unprivileged().get("user")) is not None:
            shutil.chown(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> dict[str, object]:
    """PostgreSQL refuses to run as root: somebody with fewer rights runs the servers then."""
    if os.getuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": [], "cwd": "/"}


@contextmanager
def _server(command: list[str], log: Path, is_ready: Callable[[], bool]) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C ends the tests first, then what they rely on.
            start_new_session=True,
            **_unprivileged(),
        )
    try:
        deadline = time.monotonic() + START_WITHIN
        while not is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} did not start:\n{log.read_text()}")
            time.sleep(0.05)
        yield
    finally:
        # PostgreSQL waits for its clients after SIGTERM, and breaks with them after SIGINT.
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _accepts_sql(url: str) -> bool:
    import psycopg  # noqa: PLC0415  (only where PostgreSQL is used)

    try:
        psycopg.connect(url.replace("postgres://", "postgresql://"), connect_timeout=1).close()
    except psycopg.OperationalError:
        return False
    return True


def _accepts_connections(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
