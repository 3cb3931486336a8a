"""The allocator, as a child process: how long until all is proved, how much memory, how good.

By hand stands for first come, first served, on the same data in the same run.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from startups.allocator.component import components
from startups.allocator.greedy import first_come
from startups.allocator.problem import Problem
from startups.allocator.scores import measure
from tests.startups.allocator.fair import edition, one_region

PROVED = ("placed", "wished_days", "few_moves", "fairness")
HEAD = ("stands", "seconds", "MB", "placed", "wished", "moves", "uneven", "neighbours", "by hand")


def problems() -> Iterator[tuple[str, Problem]]:
    middle = edition()
    yield "18 regions, 304 on 233, from nothing", middle
    yield "18 regions, 304 on 233, two thirds given", with_present(middle)
    yield "1 region, 400 on 300, from nothing", one_region(400, 300)
    yield "1 region, 400 on 225, from nothing", one_region(400, 225)
    yield "18 regions, 3,040 on 2,330, from nothing", edition(10)
    yield "18 regions, 3,040 on 2,330, two thirds given", with_present(edition(10))


def with_present(problem: Problem) -> Problem:
    """Two of three have been given a place already, first come, first served."""
    early = replace(problem, exhibitors=tuple(row for row in problem.exhibitors if row.id % 3 != 0))
    present = {
        component.guests[number].exhibitor.id: dict.fromkeys(
            component.calendar.ids(stay), component.stands[stand].id
        )
        for component in components(early)
        for number, (stand, stay) in first_come(component).items()
    }
    return replace(
        problem,
        exhibitors=tuple(
            replace(row, present=present.get(row.id, {})) for row in problem.exhibitors
        ),
    )


def by_hand(problem: Problem) -> Counter[str]:
    found: Counter[str] = Counter()
    empty = replace(
        problem, exhibitors=tuple(replace(row, present={}) for row in problem.exhibitors)
    )
    for component in components(empty):
        for row in measure(component, first_come(component)).values():
            found.update(row)
    return found


def answered(problem: Problem) -> tuple[dict[str, Any], float, float]:
    """The plan, the seconds it took and the most memory its processes had at once."""
    with tempfile.TemporaryFile("w+") as question:
        json.dump(problem.to_json(), question)
        question.seek(0)
        began = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, "-m", "startups.allocator"], stdin=question, stdout=subprocess.PIPE
        )
        watch = _Memory(child.pid)
        watch.start()
        output, _ = child.communicate()
        seconds = time.perf_counter() - began
        watch.join()
    return json.loads(output.splitlines()[-1])["plan"], seconds, watch.most


class _Memory(threading.Thread):
    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.most = 0.0

    def run(self) -> None:
        while (now := self._now()) is not None:
            self.most = max(self.most, now)
            time.sleep(0.1)

    def _now(self) -> float | None:
        """Megabytes of the process and its children, what they share counted for each."""
        try:
            children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
            pages = sum(
                int(Path(f"/proc/{pid}/statm").read_text().split()[1])
                for pid in (str(self.pid), *children)
            )
        except (OSError, IndexError):
            return None
        return pages * 4096 / 1024**2 if pages else None


def main() -> None:
    print(f"\n{HEAD[0]:46}" + "".join(f"{name:>12}" for name in HEAD[1:]))
    for name, problem in problems():
        plan, seconds, megabytes = answered(problem)
        levels = {row["name"]: row for row in plan["levels"]}
        told = [
            f"{levels[level]['objective']}"
            + (
                ""
                if levels[level]["objective"] == levels[level]["bound"]
                else f"/{levels[level]['bound']}"
            )
            for level in (*PROVED, "neighbourhood")
        ]
        hand = by_hand(problem)["neighbourhood"]
        row = [f"{seconds:.1f}", f"{megabytes:.0f}", *told, str(hand)]
        print(f"{name:46}" + "".join(f"{cell:>12}" for cell in row), flush=True)
        better = levels["neighbourhood"]["objective"] / max(1, hand) - 1
        print(f"{'':46}{plan['status']}; neighbours {better:+.0%} against by hand", flush=True)


if __name__ == "__main__":
    main()
