"""What a worker has handed to the relay and the database does not know yet.

Marking each message by itself would cost more than sending it, so they are marked together; a line
in a file keeps the few between. It outlives a worker that is killed and a database that is away:
whoever delivers next on this machine marks what such a worker had sent, before anything is sent
again. Where that file is lost with its machine, at most TOGETHER messages may leave twice.
"""

import fcntl
import logging
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from django.conf import settings

logger = logging.getLogger(__name__)

# How many messages are marked together, at most.
TOGETHER = 50
# Of a journal, only the end can be news: the lines before were marked.
NEWS = 4 * TOGETHER
_SUFFIX = ".sent"
_NUMBER = re.compile(rb"\d{1,18}")


class Journal:
    """One worker's own, held by a lock that its death lets go."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self.file = -1
        self.noted = self.told = 0
        self._lock = Lock()

    def note(self, message_pk: int) -> None:
        """It has left. Called by the thread that sends, the rest by the one that marks."""
        with self._lock:
            if self.path is None:
                self._open()
            os.write(self.file, b"%d\n" % message_pk)
            self.noted += 1

    def forget(self, number: int) -> None:
        """So many of them are marked now."""
        with self._lock:
            self.told += number
            if self.told == self.noted and self.path is not None:
                os.ftruncate(self.file, 0)
                self.told = self.noted = 0

    def close(self) -> None:
        """Leave nothing behind, or what the next one must tell."""
        if self.path is None:
            return
        if self.told == self.noted:
            self.path.unlink(missing_ok=True)
        os.close(self.file)
        self.path = None

    def _open(self) -> None:
        folder = _folder()
        folder.mkdir(parents=True, exist_ok=True)
        # Nobody finds it before it is locked: until then it has another name.
        unlocked = folder / f".{uuid.uuid4().hex}"
        self.file = os.open(unlocked, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        fcntl.flock(self.file, fcntl.LOCK_EX)
        self.path = unlocked.with_name(f"{unlocked.name[1:]}{_SUFFIX}")
        unlocked.rename(self.path)


def left_behind() -> Iterator[list[int]]:
    """The messages of each journal whose worker is gone; it goes once they have been told."""
    for path in sorted(_folder().glob(f"*{_SUFFIX}")):
        try:
            file = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # its worker is alive
            # The last line may be half-written, and after a power cut any may be anything.
            *lines, _ = path.read_bytes().split(b"\n")
            yield [int(line) for line in lines[-NEWS:] if _NUMBER.fullmatch(line)]
            path.unlink(missing_ok=True)
        except FileNotFoundError:
            continue
        finally:
            os.close(file)


@contextmanager
def a_place(number: int) -> Iterator[bool]:
    """Whether fewer than so many on this machine hold one; death gives it back."""
    held = -1
    try:
        held = _free_place(number)
    except OSError as error:
        logger.warning("Nobody knows who else delivers on this machine: %s", error)
        yield True
        return
    try:
        yield held >= 0
    finally:
        if held >= 0:
            os.close(held)


def _free_place(number: int) -> int:
    _folder().mkdir(parents=True, exist_ok=True)
    for place in range(number):
        file = os.open(_folder() / f"place-{place}", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
        else:
            return file
    return -1


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "outbox"
