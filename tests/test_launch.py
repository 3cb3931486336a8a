"""What `make run` says where something is missing: one clear line. And how its processes end."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import polib
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from pavilion.core import processes
from pavilion.core.management.commands.compile_translations import compile_translation
from pavilion.core.management.commands.start import address_left
from pavilion.core.processes import Processes, Stopped
from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def lines(done: subprocess.CompletedProcess) -> list[str]:
    return (done.stdout + done.stderr).splitlines()


def find_python(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Looks for Pythons in this folder alone."""
    return subprocess.run(
        ["/bin/sh", ROOT / ".ci/find-python", *arguments],
        cwd=folder,
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
    )


def test_find_python_takes_the_newest_that_works(tmp_path):
    script(tmp_path / "python3.13", "exit 127")
    script(tmp_path / "python3.12", "exit 0")
    script(tmp_path / "python3", "exit 0")

    assert lines(find_python(tmp_path)) == ["python3.12"]


def test_find_python_says_in_one_line_which_versions_are_too_old(tmp_path):
    script(tmp_path / "python3", 'case "$2" in *wanted*|*exit*) exit 1;; *) echo 3.9;; esac')

    done = find_python(tmp_path)

    assert done.returncode == 1
    assert lines(done) == [
        "Pavilion needs Python 3.11, 3.12 or 3.13: python3 is 3.9; install one, or name it: "
        "make run PYTHON=/path/to/python3.13"
    ]


def test_find_python_says_in_one_line_that_there_is_none(tmp_path):
    done = find_python(tmp_path, "python9")

    assert done.returncode == 1
    assert lines(done) == [
        "Pavilion needs Python 3.11, 3.12 or 3.13: none found; install one, or name it: "
        "make run PYTHON=/path/to/python3.13"
    ]


def install(checkout: Path, **env: str) -> subprocess.CompletedProcess:
    (checkout / ".ci").mkdir(exist_ok=True)
    shutil.copy(ROOT / ".ci/install.py", checkout / ".ci")
    return subprocess.run(
        [sys.executable, checkout / ".ci/install.py", "requirements.txt"],
        env={"PATH": os.environ["PATH"], "HOME": str(checkout), **env},
        capture_output=True,
        text=True,
    )


def test_install_says_in_one_line_that_a_folder_is_not_writable(tmp_path):
    (tmp_path / "file").touch()

    done = install(tmp_path, VAR_DIR=str(tmp_path / "file/var"))

    assert done.returncode == 1
    assert lines(done) == [
        f"Pavilion cannot write in {tmp_path}/file/var (Not a directory): give it a folder it owns."
    ]


def test_install_says_in_one_line_that_there_is_no_network(tmp_path):
    (tmp_path / "requirements.txt").write_text("anything==1.0\n")

    done = install(
        tmp_path,
        PIP_CONFIG_FILE=os.devnull,
        PIP_INDEX_URL=f"http://127.0.0.1:{free_port()}/simple",
    )

    assert done.returncode == 1
    assert lines(done) == [
        "Installing requirements.txt into .venv, once …",
        "No network: the packages could not be fetched. Try again later. "
        f"Details: {tmp_path}/var/log/install.log",
    ]


def test_install_does_nothing_the_second_time_until_the_pins_change(tmp_path):
    (tmp_path / "requirements.txt").write_text("")
    assert lines(install(tmp_path)) == ["Installing requirements.txt into .venv, once …"]

    assert lines(install(tmp_path)) == []

    (tmp_path / "requirements.txt").write_text("# other pins\n")
    assert lines(install(tmp_path)) == ["Installing requirements.txt into .venv, once …"]


def test_start_says_in_one_line_that_the_port_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError) as refusal:
            call_command("start", port=str(port))

    assert str(refusal.value) == (
        f"Port {port} cannot be used (Address already in use): choose another, "
        f"for example make run PORT={port + 1}"
    )


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_start_says_in_one_line_what_a_port_is(port):
    with pytest.raises(CommandError) as refusal:
        call_command("start", port=port)

    assert str(refusal.value) == f"PORT={port} is no port: choose a number from 1024 to 65535."


SERVER = {
    "DATABASE_URL": "postgres://pavilion@localhost/pavilion",
    "SECRET_KEY": "x",
    "BASE_URL": "https://pavilion.example",
    "REDIS_URL": "redis://localhost",
    "EMAIL_URL": "smtp://localhost",
}


@pytest.mark.parametrize("missing", ["SECRET_KEY", "BASE_URL", "REDIS_URL", "EMAIL_URL"])
def test_server_says_which_setting_it_needs_to_start(missing, tmp_path):
    given = {name: value for name, value in SERVER.items() if name != missing}

    done = subprocess.run(
        [sys.executable, "-c", "import pavilion.settings"],
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **given},
        capture_output=True,
        text=True,
    )

    assert done.stderr.splitlines()[-1:] == [
        f"django.core.exceptions.ImproperlyConfigured: {missing} is missing. "
        "Set it, or set LAPTOP=true to run on this machine alone."
    ]


def address_told(**env: str) -> str:
    """By the settings of a command in another terminal, with the same data."""
    return subprocess.run(
        [sys.executable, "-c", "from pavilion.settings import BASE_URL; print(BASE_URL)"],
        env={"PATH": os.environ["PATH"], **env},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


def test_commands_in_another_terminal_tell_the_address_where_the_site_runs(
    tmp_path, settings, monkeypatch
):
    monkeypatch.delenv("BASE_URL", raising=False)
    settings.VAR_DIR = tmp_path
    here = {"VAR_DIR": str(tmp_path)}

    with address_left(8300):
        told = [address_told(**here), address_told(**here, PORT="8400")]
        told.append(address_told(**here, BASE_URL="http://192.168.1.20:8300"))

    assert told == [
        "http://localhost:8300",
        "http://localhost:8400",
        "http://192.168.1.20:8300",
    ]
    assert address_told(**here) == "http://localhost:8000"


def run(commands: dict[str, str], logs: Path) -> Processes:
    return Processes(commands, env=dict(os.environ), logs=logs)


def is_running(pid: int) -> bool:
    """Neither gone nor a zombie that nobody has reaped yet."""
    try:
        return b"State:\tZ" not in Path(f"/proc/{pid}/status").read_bytes()
    except FileNotFoundError:
        return False


def test_processes_end_together_with_what_they_started(tmp_path):
    with run({"one": "sleep 60", "two": "sh -c 'sleep 60 & echo $!; wait'"}, tmp_path) as both:
        log = both.log_of("two")
        assert both.wait(until=lambda: log.exists() and log.read_text().endswith("\n"))
        pids = [process.pid for process in both.running.values()] + [int(log.read_text())]

    # A killed process takes a moment to disappear.
    deadline = time.monotonic() + 5
    while any(map(is_running, pids)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [is_running(pid) for pid in pids] == [False, False, False]


def test_processes_tell_the_last_words_of_one_that_cannot_start(tmp_path):
    with run({"web": "sleep 60", "worker": "sh -c 'echo no broker; exit 3'"}, tmp_path) as both:  # noqa: SIM117
        with pytest.raises(Stopped) as stopped:
            both.wait()

    assert str(stopped.value) == f"worker stopped: no broker (all of it: {tmp_path}/worker.log)"


def test_processes_start_again_what_lived_and_then_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "SHORT_LIFE", 0.0)
    with run({"worker": "echo hello"}, tmp_path) as one:
        log = one.log_of("worker")
        assert one.wait(until=lambda: log.read_text().startswith("hello\nhello\n"))


def catalogue(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    words = polib.POFile()
    words.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    words.append(polib.POEntry(msgid="Meeting", msgstr="Rendez-vous"))
    words.append(polib.POEntry(msgid="Stand", msgstr="Peut-être", flags=["fuzzy"]))
    words.save(str(folder / "django.po"))
    return folder / "django.po"


def test_compile_translations_compiles_what_changed_and_nothing_else(tmp_path):
    source = catalogue(tmp_path)

    assert [compile_translation(source), compile_translation(source)] == [True, False]
    compiled = polib.mofile(str(tmp_path / "django.mo"))
    assert [(entry.msgid, entry.msgstr) for entry in compiled] == [("Meeting", "Rendez-vous")]

    later = source.with_suffix(".mo").stat().st_mtime + 10
    os.utime(source, (later, later))
    assert compile_translation(source)


def test_a_process_that_found_no_catalogue_speaks_french_once_it_has_compiled(tmp_path, settings):
    settings.LOCALE_PATHS = [tmp_path]
    source = catalogue(tmp_path / "fr/LC_MESSAGES")

    said = []
    for step in (lambda: None, lambda: compile_translation(source)):
        step()
        with translation.override("fr"):
            said.append(translation.gettext("Meeting"))

    assert said == ["Meeting", "Rendez-vous"]
