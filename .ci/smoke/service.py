"""`make run` as somebody at a terminal sees it: typed, read, and ended with Ctrl-C."""

import os
import pty
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}\.\d+\.[A-Za-z0-9_-]{43}")
# What the caller's own service is told must not reach this one.
OURS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "BASE_URL", "VAR_DIR", "DEMO", "CI")
CTRL_C = b"\x03"
Found = TypeVar("Found")


def eventually(what: str, look: Callable[[], Found], within: float = 20) -> Found:
    deadline = time.monotonic() + within
    while not (found := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {within:.0f} s")
        time.sleep(0.1)
    return found


class Service:
    """One `make run` in a checkout, on a terminal of its own."""

    def __init__(self, checkout: Path, port: int, **env: str) -> None:
        self.checkout = checkout
        self.port = port
        self.url = f"http://localhost:{port}"
        self.env = {name: value for name, value in os.environ.items() if name not in OURS}
        self.env |= {"PORT": str(port), "LAPTOP": "true", **env}
        self.screen = ""
        self.began = time.monotonic()
        terminal, inside = pty.openpty()
        self.terminal = terminal
        self.process = subprocess.Popen(
            # A new session whose terminal this is: Ctrl-C then reaches whoever is in front.
            ["setsid", "--ctty", "--wait", "make", "run", f"PORT={port}"],
            cwd=checkout,
            env=self.env,
            stdin=inside,
            stdout=inside,
            stderr=inside,
        )
        os.close(inside)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while True:
            try:
                octets = os.read(self.terminal, 65536)
            except OSError:  # everybody on the other side has left
                return
            self.screen += octets.decode(errors="replace").replace("\r\n", "\n")

    def wait_until_ready(self, within: float) -> float:
        def look() -> bool:
            if self.process.poll() is not None:
                raise AssertionError(f"make run ended by itself:\n{self.screen}")
            return "Ready after" in self.screen and "Ctrl-C stops everything" in self.screen

        try:
            eventually("make run is ready", look, within)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.screen}\n{self.logs()}") from error
        return time.monotonic() - self.began

    def manage(self, *arguments: str, told: str = "") -> str:
        """What it prints, when told this on its standard input."""
        return subprocess.run(
            [self.checkout / ".venv/bin/python", "manage.py", *arguments],
            cwd=self.checkout,
            env=self.env,
            check=True,
            capture_output=True,
            text=True,
            input=told,
        ).stdout

    def stop(self) -> None:
        """Ctrl-C, and everything it promises."""
        os.write(self.terminal, CTRL_C)
        code = self.process.wait(20)
        assert code == 0, f"make run ended with {code}:\n{self.screen}"
        assert "Traceback" not in self.screen, self.screen
        assert "***" not in self.screen, self.screen
        eventually("every process is gone", lambda: not self.left_behind(), 5)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", self.port))
        logs = self.logs()
        assert "Traceback" not in logs, logs
        assert not TOKEN.search(logs), f"a private address is in the logs:\n{logs}"

    def kill(self) -> None:
        """For whoever failed in the middle: nothing may stay."""
        for pid in [self.process.pid, *self.left_behind()]:
            try:
                os.kill(pid, 9)
            except ProcessLookupError:
                continue

    def left_behind(self) -> list[int]:
        """Processes that work in the checkout."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (process / "cwd").resolve(strict=True).is_relative_to(self.checkout):
                    found.append(int(process.name))
            except OSError:  # gone meanwhile, or somebody else's
                continue
        return found

    def logs(self) -> str:
        return "".join(
            f"--- {log.name}\n{log.read_text(errors='replace')}"
            for log in sorted((self.checkout / "var/log").glob("*.log"))
            if log.name != "install.log"
        )


def clone(source: Path, target: Path) -> Path:
    subprocess.run(["git", "clone", "--quiet", source, target], check=True)
    shutil.rmtree(target / ".git")
    return target
