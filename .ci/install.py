"""Make .venv hold exactly what a requirements file pins; a second call costs nothing.

Runs before anything is installed: the standard library alone.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NETWORK_TROUBLE = ("NewConnectionError", "NameResolutionError", "ConnectTimeout", "Max retries")


def main(requirements: str) -> None:
    var = Path(os.environ.get("VAR_DIR") or ROOT / "var")
    for folder in (ROOT, var):
        _check_writable(folder)
    stamp = VENV / f"{requirements}.installed"
    fingerprint = _fingerprint(ROOT / requirements)
    if _works() and stamp.exists() and stamp.read_text() == fingerprint:
        return
    log = var / "log" / "install.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    print(f"Installing {requirements} into .venv, once …", flush=True)
    with log.open("w") as output:
        if not _works() and _run([sys.executable, "-m", "venv", "--clear", VENV], output):
            sys.exit(
                "No virtual environment could be made: does this Python lack its venv module "
                f"(python3-venv on Debian)? Details: {log}"
            )
        pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
        # The pins are complete, so nothing is resolved; `pip check` proves they fit together.
        install = [*pip, "--retries", "2", "--no-deps", "-r", ROOT / requirements]
        if _run(install, output) or _run([PYTHON, "-m", "pip", "check"], output):
            sys.exit(_why(log))
    stamp.write_text(fingerprint)


def _check_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        sys.exit(f"Pavilion cannot write in {folder} ({error.strerror}): give it a folder it owns.")


def _fingerprint(requirements: Path) -> str:
    """Scripts in .venv/bin name their folder: a moved checkout installs again."""
    return hashlib.sha256(f"{ROOT}\n".encode() + requirements.read_bytes()).hexdigest()


def _works() -> bool:
    """Whether .venv was made here and its Python still runs and is the one asked for."""
    code = "import sys; print(sys.prefix, sys.version_info[:2])"
    try:
        answer = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.stdout.split(" ", 1)[0] == str(VENV) and (
        answer.stdout.strip().endswith(str(sys.version_info[:2]))
    )


def _run(command: list[str | Path], output: IO[str]) -> int:
    return subprocess.run(command, stdout=output, stderr=subprocess.STDOUT).returncode


def _why(log: Path) -> str:
    text = log.read_text(errors="replace")
    if any(sign in text for sign in NETWORK_TROUBLE):
        return f"No network: the packages could not be fetched. Try again later. Details: {log}"
    errors = [line for line in text.splitlines() if line.startswith("ERROR")]
    reason = errors[-1] if errors else "pip failed"
    return f"The packages could not be installed: {reason} Details: {log}"


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit(130)
