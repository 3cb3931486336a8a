"""`python -m startups.allocator`: a problem on stdin, progress and the plan on stdout.

One JSON object per line: {"progress": …} at least every second and whenever a level gets better,
then {"plan": …}. SIGTERM: the best plan so far, as “cancelled”. A malformed problem: exit 2, and
what is wrong on stderr.
"""

import json
import resource
import signal
import sys
from typing import Any

from startups.allocator.problem import Malformed, Problem
from startups.allocator.workers import Run

PROCESSES = 2
# Of addresses, per process; what is really used is a small part of it.
MEMORY = 3 * 1024**3


def main() -> int:
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
    sys.stdout.write(json.dumps({what: value}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
