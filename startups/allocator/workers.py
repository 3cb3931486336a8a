"""Two processes that solve components side by side, watched and stopped by their parent."""

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any

from startups.allocator.answer import Plan
from startups.allocator.component import Component
from startups.allocator.control import Control, Report
from startups.allocator.problem import Problem
from startups.allocator.running import answer, shares
from startups.allocator.solving import Part, Proved, Share, prove, settle

# Forked: the children know the components already, and the solver is loaded once.
_CONTEXT = get_context("fork")
EVERY = 1.0  # seconds between two signs of life
NOTHING_YET: Report = {
    "group": None,
    "groups": [],
    "level": "",
    "objective": None,
    "bound": None,
    "proved": False,
    "gap": None,
}
Work = list[tuple[Component, Share]]
Task = tuple[int, Proved | None]  # a component to prove or, once proved, to settle


class WorkerDied(RuntimeError):
    """A process that was solving is gone, for want of memory perhaps."""


@dataclass
class Worker:
    work: Work
    control: Control
    connection: Connection = field(init=False)
    task: Task | None = None
    last: Report = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection, theirs = _CONTEXT.Pipe()
        self.process = _CONTEXT.Process(
            target=_serve, args=(theirs, self.connection, self.work, self.control), daemon=True
        )
        self.process.start()
        theirs.close()

    def give(self, task: Task | None) -> None:
        self.task = task
        self.connection.send(("solve", task) if task is not None else ("end", None))


class Run:
    """`tell` gets each report; `cancel` may be called by a signal handler at any time."""

    def __init__(self, problem: Problem, tell: Callable[[Report], None], processes: int) -> None:
        self.problem = problem
        self.tell = tell
        self.processes = processes
        self.control = Control(ends_at=time.monotonic() + problem.time_limit)
        self._workers: list[Worker] = []
        self._waiting: list[Task] = []
        self._parts: dict[int, Part] = {}

    def cancel(self) -> None:
        self.control.is_cancelled = True

    def plan(self) -> Plan:
        work = shares(self.problem)
        self._waiting = [(number, None) for number in range(len(work))]
        for _ in range(min(self.processes, len(work))):
            self._workers.append(Worker(work, self.control))
        self._give()
        told_at = 0.0
        was_told = False
        while len(self._parts) < len(work):
            busy = {row.connection: row for row in self._workers if row.task is not None}
            # A signal does not end the wait; a short one notices it soon enough.
            for connection in wait(list(busy), timeout=0.1):
                self._hear(busy[connection], len(work))  # type: ignore[index]
            self._give()
            if self.control.is_cancelled and not was_told:
                was_told = True
                for worker in self._workers:
                    worker.connection.send(("cancel", None))
            if time.monotonic() - told_at >= EVERY:
                told_at = time.monotonic()
                self._sign_of_life(len(work))
        for worker in self._workers:
            worker.give(None)
            worker.process.join()
        parts = [self._parts[number] for number in sorted(self._parts)]
        return answer(self.problem, parts, self.control)

    def _give(self) -> None:
        """What is still to be proved comes before what is to be settled."""
        for worker in self._workers:
            if worker.task is None and self._waiting:
                worker.give(self._waiting.pop(0))

    def _hear(self, worker: Worker, total: int) -> None:
        try:
            what, value = worker.connection.recv()
        except EOFError as error:
            raise WorkerDied(f"A process ended with {worker.process.exitcode}.") from error
        if what == "report":
            worker.last = value
            self.tell({**value, "done": len(self._parts), "of": total})
            return
        if what == "failed" or worker.task is None:
            raise WorkerDied(value)
        number, _ = worker.task
        if isinstance(value, Proved):
            self._waiting.append((number, value))
        else:
            self._parts[number] = value
        worker.task = None

    def _sign_of_life(self, total: int) -> None:
        told = (row.last for row in self._workers if row.task is not None and row.last)
        last = next(told, NOTHING_YET)
        seconds = round(self.control.seconds(), 1)
        self.tell({**last, "seconds": seconds, "done": len(self._parts), "of": total})


def _serve(connection: Connection, parents: Connection, work: Work, control: Control) -> None:
    """The child: one thread listens, one solves, so that a stop is heard while the solver runs."""
    parents.close()
    for ignored in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ignored, signal.SIG_IGN)
    tasks: list[Task] = []
    has_news = threading.Condition()
    sending = threading.Lock()
    is_over = False

    def send(what: str, value: Any) -> None:
        with sending:
            connection.send((what, value))

    def listen() -> None:
        nonlocal is_over
        while True:
            try:
                what, value = connection.recv()
            except (EOFError, OSError):
                os._exit(1)  # the parent is gone: nobody waits for an answer
            with has_news:
                if what == "solve":
                    tasks.append(value)
                elif what == "cancel":
                    control.cancel()
                else:
                    is_over = True
                has_news.notify()

    control.tell = lambda report: send("report", report)
    threading.Thread(target=listen, daemon=True).start()
    while True:
        with has_news:
            has_news.wait_for(lambda: tasks or is_over)
            if not tasks:
                return
            number, proved = tasks.pop(0)
        component, share = work[number]
        try:
            if proved is None:
                send("proved", prove(component, share, control))
            else:
                send("part", settle(component, share, proved, control))
        except Exception as error:
            send("failed", f"{type(error).__name__}: {error}")
            raise
