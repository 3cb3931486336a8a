"""Run a few commands side by side until somebody says stop."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType

# Longer than a page or a mail takes; then nothing is asked any more.
PATIENCE = 10.0
# What ends sooner than this after its start would only end again.
SHORT_LIFE = 10.0


class Stopped(Exception):
    """A command ended too soon after its start to be started again."""


class Processes:
    """Commands with their output in files. All live or none: leaving the block ends every one.

    Each leads its own session, so Ctrl-C reaches nobody but us and they end in our order.
    """

    def __init__(self, commands: Mapping[str, str], *, env: Mapping[str, str], logs: Path) -> None:
        self.commands = commands
        self.env = dict(env)
        self.logs = logs
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.started_at: dict[str, float] = {}
        self.is_stopping = False

    def __enter__(self) -> "Processes":
        self.handlers = {
            number: signal.signal(number, self._ask_to_stop)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        self.logs.mkdir(parents=True, exist_ok=True)
        for name in self.commands:
            log = self.log_of(name)
            if log.exists():
                log.replace(log.with_suffix(".previous.log"))
            self._start(name)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.is_stopping = True
        for process in self.running.values():
            _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for process in self.running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
            # Also takes what the leader left behind in its session.
            _signal(process, signal.SIGKILL)
            process.wait()
        for number, handler in self.handlers.items():
            signal.signal(number, handler)

    def log_of(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def wait(self, until: Callable[[], bool] = lambda: False) -> bool:
        """Keep them running until `until()` (True) or until asked to stop (False).

        One that ends is started again, unless it had hardly begun: then Stopped tells its log's
        last line.
        """
        while not self.is_stopping:
            for name, process in list(self.running.items()):
                if process.poll() is not None and not self.is_stopping:
                    if time.monotonic() - self.started_at[name] < SHORT_LIFE:
                        raise Stopped(f"{name} stopped: {self._last_words(name)}")
                    self._start(name)
            if until():
                return True
            time.sleep(0.1)
        return False

    def _start(self, name: str) -> None:
        with self.log_of(name).open("ab") as log:
            self.running[name] = subprocess.Popen(  # noqa: S603  (the Procfile is ours)
                # `exec`: the signal goes to the command, not to a shell in front of it.
                ["/bin/sh", "-c", f"exec {self.commands[name]}"],
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started_at[name] = time.monotonic()

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.is_stopping = True

    def _last_words(self, name: str) -> str:
        lines = self.log_of(name).read_text(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "nothing said")
        return f"{last} (all of it: {self.log_of(name)})"


def _signal(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
