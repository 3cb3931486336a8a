"""`make run` in a clean clone: laptop first, then the same with PostgreSQL and Redis."""

import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from service import Service, clone
from story import Story

from tests import servers

ROOT = Path(__file__).resolve().parent.parent.parent
IS_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
FIRST_READY_WITHIN = 300
# How long it took is printed; a busy machine is no failure.
READY_WITHIN = 60


def visit(checkout: Path, within: float, *, story: bool, **env: str) -> None:
    service = Service(checkout, servers.free_port(), **env)
    try:
        seconds = service.wait_until_ready(within)
        print(f"  ready after {seconds:.1f} s", flush=True)
        if story:
            Story(service).walk()
        began = time.monotonic()
        service.stop()
        print(f"  stopped after {time.monotonic() - began:.1f} s", flush=True)
    finally:
        service.kill()


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="pavilion-smoke-") as folder:
        checkout = clone(ROOT, Path(folder) / "checkout")
        print("make run in a clean clone", flush=True)
        visit(checkout, FIRST_READY_WITHIN, story=True)
        print("make run again", flush=True)
        visit(checkout, READY_WITHIN, story=False)
        print("make run with PostgreSQL and Redis", flush=True)
        try:
            with ExitStack() as running:
                urls = {
                    "DATABASE_URL": running.enter_context(servers.postgresql()),
                    "REDIS_URL": running.enter_context(servers.redis()),
                }
                visit(checkout, FIRST_READY_WITHIN, story=True, **urls)
        except servers.NotFound as missing:
            print(f"  skipped: {missing}")
            return int(IS_CI)
    return 0


if __name__ == "__main__":
    sys.exit(main())
