"""A mail server that only counts: a process of its own, as fast as Python is.

Each message it takes is one line of its log, written before it answers: what a killed client was
told, and what it was not, can be counted afterwards. Some addresses are answered as servers answer
in life: no-…@ is refused for good (550), later-…@ at first not taken (451, greylisting).
"""

import contextlib
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ID = re.compile(rb"^Message-ID:[ \r\n]*(<[^>]*>)", re.IGNORECASE | re.MULTILINE)
_END = b"\r\n.\r\n"
# Whom greylisting has seen before.
_SEEN: set[bytes] = set()
_LOCK = threading.Lock()


class Sink:
    """Where a sink listens, and what it has taken so far."""

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self.log = log

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def taken(self) -> list[str]:
        """The Message-ID of each message taken, in order."""
        return [line.split()[0] for line in self.lines() if line.startswith("<")]

    def connections(self) -> int:
        return sum(line == "connection" for line in self.lines())

    def lines(self) -> list[str]:
        return self.log.read_text().splitlines()


@contextmanager
def sink(folder: Path, *, close_after: int = 0, delay: float = 0) -> Iterator[Sink]:
    """One that hangs up after `close_after` messages (0: never) and takes `delay` s for each."""
    log = folder / "sink.log"
    log.touch()
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, __file__, str(log), str(close_after), str(delay)], stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        yield Sink(int(process.stdout.readline()), log)
    finally:
        process.kill()
        process.communicate()


def main(log_path: str, close_after: str, delay: str) -> None:
    log = os.open(log_path, os.O_WRONLY | os.O_APPEND)
    server = socket.create_server(("127.0.0.1", 0))
    os.write(1, b"%d\n" % server.getsockname()[1])
    while True:
        client, _ = server.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        arguments = (client, log, int(close_after), float(delay))
        threading.Thread(target=serve, args=arguments, daemon=True).start()


def serve(client: socket.socket, log: int, close_after: int, delay: float) -> None:
    with contextlib.suppress(OSError), client:
        _talk(client, log, close_after, delay)


def _talk(client: socket.socket, log: int, close_after: int, delay: float) -> None:
    os.write(log, b"connection\n")
    client.sendall(b"220 sink ESMTP\r\n")
    rest, taken = b"", 0
    recipient = b""
    while True:
        line, rest = _until(client, rest, b"\r\n")
        verb = line[:4].upper()
        if verb == b"EHLO":
            client.sendall(b"250-sink\r\n250 8BITMIME\r\n")
        elif verb == b"RCPT":
            recipient = line[line.index(b"<") + 1 : line.index(b">")]
            client.sendall(_answer(recipient))
        elif verb == b"DATA":
            if close_after and taken >= close_after:
                client.sendall(b"421 enough for one connection\r\n")
                return
            client.sendall(b"354 go on\r\n")
            content, rest = _until(client, rest, _END)
            if delay:
                threading.Event().wait(delay)
            found = _ID.search(content)
            os.write(log, (found.group(1) if found else b"<>") + b" " + recipient + b"\n")
            taken += 1
            client.sendall(b"250 taken\r\n")
        elif verb == b"QUIT":
            client.sendall(b"221 bye\r\n")
            return
        else:
            client.sendall(b"250 ok\r\n")


def _answer(recipient: bytes) -> bytes:
    if recipient.startswith(b"no-"):
        return b"550 5.1.1 no such user\r\n"
    with _LOCK:
        if recipient.startswith(b"later-") and recipient not in _SEEN:
            _SEEN.add(recipient)
            return b"451 4.7.1 greylisted, come back\r\n"
    return b"250 ok\r\n"


def _until(client: socket.socket, rest: bytes, end: bytes) -> tuple[bytes, bytes]:
    while end not in rest:
        more = client.recv(65536)
        if not more:
            raise OSError("hung up")
        rest += more
    line, _, rest = rest.partition(end)
    return line, rest


if __name__ == "__main__":
    main(*sys.argv[1:])
