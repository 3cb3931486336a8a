"""`make check`: everything that must hold before a change is taken in, and what does not."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
IS_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
PACKAGES = ["pavilion", "events", "startups", "meetings"]
DJANGO = "5.2"
# Nothing of the caller's environment changes a check; no database is asked.
ENV = {
    **os.environ,
    "LAPTOP": "true",
    "DATABASE_URL": "",
    "REDIS_URL": "",
    "EMAIL_URL": "",
    "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}",
    "PYTHONWARNINGS": "ignore",
}


class Failed(Exception):
    pass


class Skipped(Exception):
    pass


def run(*command: str, cwd: Path = ROOT) -> None:
    done = subprocess.run(command, cwd=cwd, env=ENV, capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"{done.stdout}{done.stderr}".strip())


def formatting() -> None:
    run("ruff", "format", "--check", ".")


def lint() -> None:
    run("ruff", "check", ".")


def types() -> None:
    run("mypy", *PACKAGES, ".ci/install.py")


def import_contracts() -> None:
    run("lint-imports")


def missing_migrations() -> None:
    run(*MANAGE, "makemigrations", "--check", "--dry-run")


def deploy_settings() -> None:
    """The system checks, as a server with TLS sees them."""
    server = {
        "LAPTOP": "false",
        "SECRET_KEY": "x" * 60 + "0123456789",
        "BASE_URL": "https://pavilion.example",
        "REDIS_URL": "redis://localhost",
        "EMAIL_URL": "smtp://localhost",
    }
    command = [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env={**ENV, **server}, capture_output=True, text=True)
    if done.returncode:
        raise Failed(done.stderr.strip())


def api_schema() -> None:
    run(*MANAGE, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull)


def missing_translations() -> None:
    """Every text has its French; found as `make messages` would find it, in a copy."""
    if shutil.which("xgettext") is None:
        raise Skipped("gettext is not installed")
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_sources(Path(folder))
        (copy / "pavilion/locale").mkdir(parents=True, exist_ok=True)
        run(*MANAGE, "makemessages", "--locale", "fr", "--ignore", "tests/*", cwd=copy)
        catalogue = polib.pofile(str(copy / "pavilion/locale/fr/LC_MESSAGES/django.po"))
    missing = [entry for entry in catalogue if not entry.obsolete and not entry.translated()]
    if missing:
        lines = [f"{entry.occurrences[0][0]}: {entry.msgid!r}" for entry in missing]
        raise Failed(f"{len(missing)} texts without French:\n" + "\n".join(lines))


def current_django() -> None:
    """What django-upgrade and djade would still change, seen in a copy they may rewrite."""
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_sources(Path(folder))
        code = [str(path) for name in PACKAGES for path in (copy / name).rglob("*.py")]
        run("django-upgrade", "--target-version", DJANGO, *code)
        templates = [str(path) for path in copy.rglob("templates/**/*.html")]
        run("djade", "--target-version", DJANGO, "--check", *templates)


def copy_sources(folder: Path) -> Path:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        source, target = ROOT / name, folder / name
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    return folder


def suite() -> None:
    if subprocess.run([sys.executable, "-m", "tests"], cwd=ROOT).returncode:
        raise Failed("the suite is not green")


def smoke() -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    if subprocess.run([sys.executable, ".ci/smoke"], cwd=ROOT, env=env).returncode:
        raise Failed("the story does not work in a clean clone")


STATIC = [
    types,
    missing_translations,
    current_django,
    missing_migrations,
    api_schema,
    deploy_settings,
    import_contracts,
    formatting,
    lint,
]
LIVE = [suite, smoke]


def outcome(check: Callable[[], None]) -> tuple[str, str, float]:
    began = time.monotonic()
    try:
        check()
    except Failed as failure:
        state, why = "FAILED", str(failure)
    except Skipped as reason:
        state, why = ("FAILED" if IS_CI else "skipped"), str(reason)
    else:
        state, why = "ok", ""
    return state, why, time.monotonic() - began


def main() -> int:
    states: list[str] = []

    def report(check: Callable[[], None], result: tuple[str, str, float]) -> None:
        state, why, seconds = result
        states.append(f"{state:8}{check.__name__.replace('_', ' ')} ({seconds:.0f} s)")
        print(states[-1], flush=True)
        if why:
            print(why, flush=True)

    with ThreadPoolExecutor(2) as pool:
        for check, result in zip(STATIC, pool.map(outcome, STATIC), strict=True):
            report(check, result)
    for check in LIVE:
        report(check, outcome(check))
    print("\nmake check:\n" + "\n".join(states))
    return int(any(state.startswith("FAILED") for state in states))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
