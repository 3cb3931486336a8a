"""The allocator as its callers run it: a child that reads one problem and writes lines."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

from startups.allocator.problem import Problem
from startups.allocator.running import solve
from tests.startups.allocator.checker import broken_rules
from tests.startups.allocator.fair import edition, one_region

PROGRAM = (sys.executable, "-m", "startups.allocator")


def _run(text):
    return subprocess.run(PROGRAM, input=text, capture_output=True, text=True, timeout=60)  # noqa: S603


def _lines(output):
    return [json.loads(line) for line in output.splitlines()]


class _Plain:
    """A plan as it was written, with numbers for keys again."""

    def __init__(self, plan):
        self.status = plan["status"]
        self.stays = {
            int(number): {int(day): stand for day, stand in stay.items()}
            for number, stay in plan["stays"].items()
        }
        self.unplaced = {row["exhibitor"]: row["reason"] for row in plan["unplaced"]}


def test_two_processes_answer_what_one_does_twice_the_same_and_tell_how_far_they_are():
    problem = replace(edition(), exhibitors=edition().exhibitors[:90], time_limit=60)

    done = _run(json.dumps(problem.to_json()))

    *progress, last = _lines(done.stdout)
    expected = solve(problem).to_json()
    assert (done.returncode, done.stderr) == (0, "")
    assert last["plan"] | {"seconds": 0} == expected | {"seconds": 0}
    assert {key for line in progress for key in line["progress"]} == {
        "group", "groups", "level", "objective", "bound", "proved", "gap", "seconds", "done", "of",
    }  # fmt: skip
    assert {line["progress"]["level"] for line in progress} >= {"placed", "neighbourhood"}


def test_stopped_it_answers_the_best_so_far():
    problem = one_region(400, 300)
    child = subprocess.Popen(  # noqa: S603
        PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    child.stdin.write(json.dumps(problem.to_json()))
    child.stdin.close()
    child.stdout.readline()

    child.send_signal(signal.SIGTERM)

    plan = _Plain(_lines(child.stdout.read())[-1]["plan"])
    child.stdout.close()
    assert (child.wait(timeout=60), plan.status) == (0, "cancelled")
    assert broken_rules(problem, plan) == []
    assert len(plan.stays) > 300


def test_a_malformed_problem_ends_it_with_what_is_wrong():
    broken = Problem(half_days=(), stands=(), exhibitors=()).to_json() | {"levels": {"1": ["x"]}}

    for text, said in (
        ("{", "The problem is malformed. Expecting property name"),
        (json.dumps(broken), "The problem is malformed. Group 1: the levels are not some of"),
    ):
        done = _run(text)

        assert (done.returncode, done.stdout, done.stderr[: len(said)]) == (2, "", said)


def test_the_plan_is_whole_however_slowly_it_is_read_and_whenever_it_is_stopped():
    problem = one_region(400, 300)
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)  # as a caller with an event loop leaves it
    fcntl.fcntl(theirs, fcntl.F_SETPIPE_SZ, 4096)
    child = subprocess.Popen(PROGRAM, stdin=subprocess.PIPE, stdout=theirs, text=True)  # noqa: S603
    os.close(theirs)
    child.stdin.write(json.dumps(problem.to_json()))
    child.stdin.close()
    said = os.read(ours, 1000)

    child.send_signal(signal.SIGTERM)
    time.sleep(2.5)  # it has more to say than the pipe holds
    child.send_signal(signal.SIGTERM)  # amid a write
    while read := os.read(ours, 3000):
        said += read

    os.close(ours)
    assert child.wait(timeout=60) == 0
    assert _lines(said.decode())[-1]["plan"]["status"] == "cancelled"


def test_nothing_to_do_is_done_at_once():
    done = _run(json.dumps(Problem(half_days=(), stands=(), exhibitors=()).to_json()))

    plan = _lines(done.stdout)[-1]["plan"]
    assert (done.returncode, plan["status"], plan["placed"], plan["stays"]) == (0, "optimal", 0, {})


def test_it_loads_no_django():
    script = "import sys, startups.allocator.__main__; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)  # noqa: S603

    assert done.stdout == "False\n"
