"""GET something over HTTP in so many seconds in all, whatever the other side does.

A time-out of a socket runs anew with every byte, and none covers the look-up of a name: a server
that drips could hold a page for hours. So the request runs in a thread of its own, and when the
time is over its connection is cut.
"""

import contextlib
import http.client
import socket
import ssl
import threading
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

# Threads that hang in the look-up of a name cannot be cut: no more than so many of them.
AT_ONCE = threading.BoundedSemaphore(8)


class Failed(Exception):
    """No answer, too late an answer, or too long a one."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    retry_after: str


def get(url: str, *, seconds: float, max_bytes: int, agent: str) -> Answer:
    """The answer, of whatever status; redirects are not followed. Raises Failed."""
    if not AT_ONCE.acquire(blocking=False):
        raise Failed("too many requests hang")
    request = _Request(url, seconds, max_bytes, agent)
    # A daemon: a request that hangs keeps no process from ending.
    threading.Thread(target=request.run, daemon=True).start()
    if not request.is_over.wait(seconds):
        request.cut()
        raise Failed(f"nothing within {seconds} s")
    if request.answer is None:
        raise Failed(repr(request.error))
    return request.answer


class _Request:
    def __init__(self, url: str, seconds: float, max_bytes: int, agent: str) -> None:
        self.url, self.max_bytes, self.agent = urlsplit(url), max_bytes, agent
        self.connection = _connection(self.url, seconds)
        self.socket: socket.socket | None = None
        self.is_over, self.is_cut = threading.Event(), threading.Event()
        self.answer: Answer | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self.answer = self._read()
        except (OSError, http.client.HTTPException, ValueError, Failed) as error:
            self.error = error
        finally:
            self.connection.close()
            AT_ONCE.release()
            self.is_over.set()

    def cut(self) -> None:
        """From the outside: whatever it waits for on its socket ends with an error."""
        self.is_cut.set()
        if self.socket is not None:
            with contextlib.suppress(OSError):  # closed in the same moment
                self.socket.shutdown(socket.SHUT_RDWR)

    def _read(self) -> Answer:
        self.connection.connect()
        # The connection itself forgets it when the answer says it is the last.
        self.socket = self.connection.sock
        if self.is_cut.is_set():
            _fail("cut while connecting")
        target = f"{self.url.path or '/'}?{self.url.query}"
        if _proxy(self.url) and self.url.scheme == "http":
            target = f"http://{self.url.netloc}{target}"
        headers = {"Host": self.url.netloc, "User-Agent": self.agent, "Accept": "application/json"}
        self.connection.request("GET", target, headers=headers)
        with self.connection.getresponse() as response:
            body = response.read(self.max_bytes + 1)
            if len(body) > self.max_bytes:
                _fail("more than was asked for")
            return Answer(response.status, body, response.getheader("Retry-After", "") or "")


def _connection(url: SplitResult, seconds: float) -> http.client.HTTPConnection:
    """To the server, or to the proxy that the environment names (HTTPS_PROXY, NO_PROXY)."""
    proxy = _proxy(url)
    host, port = (proxy.hostname, proxy.port) if proxy else (url.hostname, url.port)
    if url.scheme == "http":
        return http.client.HTTPConnection(host or "", port, timeout=seconds)
    connection = http.client.HTTPSConnection(
        host or "", port, timeout=seconds, context=ssl.create_default_context()
    )
    if proxy:
        connection.set_tunnel(url.hostname or "", url.port or 443)
    return connection


def _proxy(url: SplitResult) -> SplitResult | None:
    named = getproxies().get(url.scheme)
    if not named or proxy_bypass(url.netloc):
        return None
    return urlsplit(named if "//" in named else f"//{named}")


def _fail(why: str) -> NoReturn:
    raise Failed(why)
