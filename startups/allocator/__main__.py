"""`python -m startups.allocator`: a problem on stdin, progress and the plan on stdout.

One JSON object per line: {"progress": …} at least every second and whenever a level gets better,
then {"plan": …}. SIGTERM: the best plan so far, as “cancelled”. A malformed problem: exit 2, and
what is wrong on stderr.
"""

import json
import os
import resource
import signal
import sys
from typing import Any

from startups.allocator.problem import Malformed, Problem
from startups.allocator.workers import Run

PROCESSES = 2
# Of addresses, per process; what is really used is a small part of it.
MEMORY = 3 * 1024**3
STDOUT = 1


def main() -> int:
    os.set_blocking(STDOUT, True)  # whoever started us may have left it otherwise
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        problem = Problem.from_json(json.load(sys.stdin))
    except (Malformed, ValueError, RecursionError) as error:
        sys.stderr.write(f"The problem is malformed. {error}\n")
        return 2
    run = Run(problem, lambda report: _say("progress", report), PROCESSES)
    signal.signal(signal.SIGTERM, lambda number, frame: run.cancel())
    _say("plan", run.plan().to_json())
    return 0


def _say(what: str, value: Any) -> None:
    """A whole line, however slowly it is read and whatever signal comes meanwhile."""
    left = memoryview((json.dumps({what: value}, ensure_ascii=False) + "\n").encode())
    while left:
        left = left[os.write(STDOUT, left) :]


if __name__ == "__main__":
    sys.exit(main())
