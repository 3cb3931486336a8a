"""A companies register of the tests' own, on the loopback: it answers, stalls, drips and lies."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SIRET = "73282932000074"

Reply = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    server: "Register"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.agents.append(self.headers["User-Agent"])
        self.server.reply(self)

    def log_message(self, *args: Any) -> None:
        pass

    def send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Register(ThreadingHTTPServer):
    daemon_threads = True
    reply: Reply

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.agents: list[str] = []
        self.is_over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked went away in the middle: that is what is tested."""


@contextmanager
def running() -> Iterator[Register]:
    register = Register()
    register.reply = answers(company())
    thread = threading.Thread(target=register.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield register
    finally:
        register.is_over.set()
        register.shutdown()
        thread.join()
        register.server_close()


def company(**changes: Any) -> dict[str, Any]:
    """As the interface answers for an active company and its head office."""
    office = {
        "siret": SIRET,
        "adresse": "12 RUE DE L'ÎLE 35000 RENNES",
        "code_postal": "35000",
        "libelle_commune": "RENNES",
        "etat_administratif": "A",
    }
    unit = {
        "siren": SIRET[:9],
        "nom_complet": "ALGUES DU LARGE (ALGO)",
        "nom_raison_sociale": "ALGUES DU LARGE",
        "nature_juridique": "5710",
        "activite_principale": "62.01Z",
        "date_creation": "2019-03-01",
        "etat_administratif": "A",
        "siege": office,
        "matching_etablissements": [office],
        "dirigeants": [{"nom": "LE GOFF", "prenoms": "CAMILLE", "annee_de_naissance": "1980"}],
    }
    return unit | changes


def answers(*units: Any) -> Reply:
    return says(200, json.dumps({"results": list(units), "total_results": len(units)}).encode())


def says(status: int, body: bytes = b"", **headers: str) -> Reply:
    return lambda handler: handler.send(status, body, **headers)


def stalls(handler: Handler) -> None:
    handler.server.is_over.wait(30)


def drips_headers(handler: Handler) -> None:
    """A byte at a time, each soon enough to keep a socket's own time-out from striking."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    _drip(handler)


def drips_without_end(handler: Handler) -> None:
    """Neither a length nor an end: the connection itself is the answer's."""
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
    _drip(handler)


def drips_body(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    _drip(handler)


def _drip(handler: Handler) -> None:
    for _byte in range(300):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        if handler.server.is_over.wait(0.1):
            break


def never_ends(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not handler.server.is_over.is_set():
        handler.wfile.write(b" " * 100_000)


def hangs_up(handler: Handler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
