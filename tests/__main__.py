"""`make test`: the suite on SQLite, then on PostgreSQL and Redis where they are installed."""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import databases, servers

IS_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def main(arguments: list[str]) -> int:
    without_servers = {**os.environ, "DATABASE_URL": "", "REDIS_URL": ""}
    with TemporaryDirectory(prefix="pavilion-migrated-") as folder:
        env = {**without_servers, databases.VARIABLE: databases.migrate(Path(folder))}
        failed = _run("SQLite", env, arguments, "not postgresql and not redis")
    try:
        with ExitStack() as running:
            urls = {
                "DATABASE_URL": running.enter_context(servers.postgresql()),
                "REDIS_URL": running.enter_context(servers.redis()),
            }
            # The browser's service has a database of its own: once is enough.
            markers = "not sqlite and not browser"
            migrated = databases.migrate(Path(), urls["DATABASE_URL"])
            env = {**os.environ, **urls, databases.VARIABLE: migrated}
            failed |= _run("PostgreSQL and Redis", env, arguments, markers)
    except servers.NotFound as missing:
        print(f"Skipped: the suite on PostgreSQL and Redis ({missing})")
        failed |= IS_CI
    return int(failed)


def _run(engine: str, env: dict[str, str], arguments: list[str], markers: str) -> bool:
    """Whether the suite failed on this engine."""
    print(f"\nThe suite on {engine}", flush=True)
    # One more than there are processors: a browser or a server is often waited for.
    parallel = ["-n", str((os.cpu_count() or 1) + 1)]
    command = [sys.executable, "-m", "pytest", "-q", *parallel, "-m", markers, *arguments]
    return subprocess.run(command, env=env).returncode != 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
