"""The solver as a process of its own: given a problem, watched while it works, stopped on demand.

Only this module starts it. Neither the web process nor a worker loads its library.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Thread
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from pavilion.core.errors import DomainError
from startups.floor.proposal.problem import Problem, solver_input

logger = logging.getLogger(__name__)

# How often, in seconds, its last word is passed on and somebody's wish to stop is looked for.
BEAT = 1.0
# Longer than it needs, after its time limit or being asked to stop, to write down what it found.
GRACE = 60.0
COMMAND = (sys.executable, "-X", "utf8", "-m", "startups.allocator")


class SolverFailed(DomainError):
    code = "solver_failed"


def solve(
    problem: Problem,
    *,
    tell: Callable[[Mapping[str, Any]], object] = lambda progress: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """The solver's plan; empty when it was stopped before it had any.

    `tell` hears its last word once a second. Whatever happens here, no solver goes on behind our
    back.
    """
    plan: dict[str, Any] | None = None
    so_far = _SoFar()
    with _running(problem) as (child, lines, complaint):
        begun = beaten = time.monotonic()
        patience = float(problem["time_limit"]) + GRACE
        is_stopping = False
        while (line := _next(lines)) is not None:
            if line:
                said = json.loads(line)
                plan = said.get("plan", plan)
                so_far.hear(said.get("progress", {}))
            now = time.monotonic()
            if now - begun > patience:
                raise SolverFailed(
                    _("The calculation did not end in time. Try again with a smaller part.")
                )
            if now - beaten < BEAT:
                continue
            beaten = now
            tell(so_far.told())
            if not is_stopping and is_cancelled():
                is_stopping, patience = True, now - begun + GRACE
                child.terminate()
        child.wait(GRACE)
        if plan is None and is_stopping:
            return {}
        if plan is None:
            complaint.seek(0)
            logger.error("The solver ended with %s: %s", child.returncode, complaint.read()[-4000:])
            raise SolverFailed(
                _("The calculation stopped without an answer. The administrators have been told.")
            )
    return plan


@dataclass
class _SoFar:
    """The solver tells of one part of the regions at a time; people want to know of them all."""

    latest: Mapping[str, Any] = field(default_factory=dict)
    reached: dict[str, dict[tuple[int, ...], tuple[int, int, bool]]] = field(default_factory=dict)

    def hear(self, said: Mapping[str, Any]) -> None:
        self.latest = said or self.latest
        if said.get("level") and said.get("objective") is not None:
            parts = self.reached.setdefault(said["level"], {})
            objective, bound = said["objective"], said["bound"]
            is_proved = said.get("proved", objective == bound)
            parts[tuple(said["groups"])] = objective, bound, is_proved

    def told(self) -> dict[str, Any]:
        levels = [
            {
                "name": name,
                "objective": sum(objective for objective, _bound, _proved in parts.values()),
                "bound": sum(bound for _objective, bound, _proved in parts.values()),
                "proved": all(is_proved for _objective, _bound, is_proved in parts.values()),
            }
            for name, parts in self.reached.items()
        ]
        return {
            **{name: self.latest.get(name, 0) for name in ("seconds", "done", "of")},
            "levels": levels,
        }


@contextmanager
def _running(
    problem: Problem,
) -> Iterator[tuple["subprocess.Popen[bytes]", "Queue[bytes | None]", IO[bytes]]]:
    # Without our settings and secrets; only where Python and our code are.
    environment = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    with tempfile.TemporaryFile() as question, tempfile.TemporaryFile() as complaint:
        question.write(json.dumps(solver_input(problem)).encode())
        question.seek(0)
        child = subprocess.Popen(  # noqa: S603  # our own module
            COMMAND,
            stdin=question,
            stdout=subprocess.PIPE,
            stderr=complaint,
            cwd=settings.BASE_DIR,
            env=environment,
            # A Ctrl-C at our terminal is ours to pass on.
            start_new_session=True,
        )
        lines: Queue[bytes | None] = Queue()
        reader = Thread(target=_read, args=(child.stdout, lines), daemon=True)
        reader.start()
        try:
            yield child, lines, complaint
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # with those it started itself
            child.wait()
            reader.join()
            if child.stdout is not None:
                child.stdout.close()


def _read(output: IO[bytes], lines: "Queue[bytes | None]") -> None:
    for line in output:
        lines.put(line)
    lines.put(None)


def _next(lines: "Queue[bytes | None]") -> bytes | None:
    """Its next line; nothing when it is silent for a while; None at its end."""
    try:
        return lines.get(timeout=BEAT / 4)
    except Empty:
        return b""
