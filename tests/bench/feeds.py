"""Calendar feeds against an empty view: of a bare Django project, and of ours behind everything.

In process, as WSGI calls that cost nothing else, and over HTTP with gunicorn as the Procfile runs
it. What is told is how many requests a feed answers while the bare empty view answers one.
"""

import io
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django
from django.test.utils import setup_databases, setup_test_environment, teardown_databases

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

import icalendar  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import override_settings  # noqa: E402

from meetings import ical  # noqa: E402
from meetings.models import CalendarBlock, Feed, Meeting, Participant  # noqa: E402
from meetings.operations import (  # noqa: E402
    calendar_blocks,
    open_feed,
    show_in_calendars,
    with_everything,
)
from tests.factories import DayFactory, PersonFactory  # noqa: E402
from tests.servers import free_port  # noqa: E402

MEETINGS = 60
MANY = 1200
FAIR = [date(2030, 6, day) for day in (12, 13, 14, 15)]
WANTED = {"304": 0.5, "warm": 0.3}
ROOT = Path(__file__).resolve().parent.parent.parent

Call = Callable[[], bytes]


def feed_with_meetings(count: int) -> Feed:
    """Somebody's, ten minutes here, ten minutes there."""
    days = [DayFactory(date=day) for day in FAIR]
    person = PersonFactory()
    meetings = []
    for number in range(count):
        day = days[number % len(days)]
        starts_at = day.at(day.opens_at) + timedelta(minutes=10 * (number // len(days)))
        meetings.append(
            Meeting(
                edition=day.edition,
                status=Meeting.Status.CONFIRMED,
                subject_fr=f"Entretien n° {number} sur la souveraineté numérique",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=10),
                place="Salon d’honneur, porte de Versailles",
            )
        )
    with transaction.atomic():
        Meeting.objects.bulk_create(meetings)
        Participant.objects.bulk_create(
            Participant(meeting=meeting, person=person) for meeting in meetings
        )
        keys = [meeting.pk for meeting in meetings]
        rows = with_everything(Meeting.objects.filter(pk__in=keys)).order_by("pk")
        CalendarBlock.objects.bulk_create(
            (block for meeting in rows for block in calendar_blocks(meeting)), batch_size=500
        )
        show_in_calendars(keys)
        feed = open_feed(person_id=person.pk, by=None)
        Feed.objects.filter(pk=feed.pk).update(fetched_at=feed.created_at)
    return feed


# --- In process ------------------------------------------------------------------------------


def wsgi_call(application: Any, path: str, **headers: str) -> Call:
    """One request and everything it answers; what it costs beside that is the same for all."""
    environ = {
        **{"REQUEST_METHOD": "GET", "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": ""},
        **{"SERVER_NAME": "testserver", "SERVER_PORT": "80", "HTTP_HOST": "testserver"},
        **{"SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http"},
        **headers,
    }

    def call() -> bytes:
        request = {**environ, "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr}
        response = application(request, lambda status, headers: None)
        body = b"".join(response)
        response.close()
        return body

    return call


def seconds_of(
    calls: Mapping[str, Call],
    *,
    rounds: int = 40,
    each: int = 25,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, float]:
    """The median time of each, measured by turns: a busy machine is as busy for all of them.

    Of our own process: what others take of the machine is none of it.
    """
    times: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds + 2):
        for name, call in calls.items():
            began = clock()
            for _ in range(each):
                call()
            if number >= 2:
                times[name].append((clock() - began) / each)
    return {name: statistics.median(taken) for name, taken in times.items()}


def in_process(feed: Feed, title: str) -> dict[str, float]:
    ours = WSGIHandler()
    address = feed.get_absolute_url()
    etag = _etag(wsgi_headers(ours, address))

    def cold() -> bytes:
        cache.clear()
        return wsgi_call(ours, address)()

    calls = {
        "ours, empty": wsgi_call(ours, "/healthz"),
        "304": wsgi_call(ours, address, HTTP_IF_NONE_MATCH=etag),
        "warm": wsgi_call(ours, address),
    }
    taken = seconds_of(calls)
    taken |= seconds_of({"cold": cold}, rounds=10, each=2)
    # Apart: a handler reads the addresses of its project from the settings with each request.
    with override_settings(MIDDLEWARE=[], ROOT_URLCONF="tests.bench.empty"):
        taken |= seconds_of({"bare": wsgi_call(WSGIHandler(), "/empty")})
    _print(title, taken)
    return taken


def wsgi_headers(application: Any, path: str) -> dict[str, str]:
    told: dict[str, str] = {}
    environ = {
        **{"REQUEST_METHOD": "GET", "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": ""},
        **{"SERVER_NAME": "testserver", "SERVER_PORT": "80", "HTTP_HOST": "testserver"},
        **{"wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "REMOTE_ADDR": "127.0.0.1"},
    }
    response = application(environ, lambda status, headers: told.update(headers))
    assert b"BEGIN:VEVENT" in b"".join(response)
    response.close()
    return told


def _etag(headers: Mapping[str, str]) -> str:
    return headers["ETag"]


# --- Over HTTP -------------------------------------------------------------------------------


class Connection:
    """One connection kept alive, and as little of a client as it takes."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str, **headers: str) -> tuple[bytes, bytes]:
        lines = "".join(f"{name.replace('_', '-')}: {text}\r\n" for name, text in headers.items())
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n".encode())
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        wanted = 0
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                wanted = int(line.partition(b":")[2])
        while len(body) < wanted:
            body += self._more()
        return head, body

    def _more(self) -> bytes:
        if not (received := self.socket.recv(262_144)):
            raise ConnectionError("The server hung up.")
        return received


@contextmanager
def served(command: str, folder: str) -> Iterator[int]:
    """A server as the Procfile runs it, on a port of its own."""
    port = free_port()
    database = connection.settings_dict
    environment = {
        **os.environ,
        **{"HOST": "127.0.0.1", "PORT": str(port), "VAR_DIR": folder, "LAPTOP": "true"},
        **{"SECRET_KEY": settings.SECRET_KEY, "FEED_REQUESTS_PER_HOUR": str(10**9)},
        "DJANGO_SETTINGS_MODULE": "pavilion.settings",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    if connection.vendor == "postgresql":
        where = f"{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
        environment["DATABASE_URL"] = f"postgres://{where}"
    process = subprocess.Popen(  # noqa: S603
        command.split(),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def over_http(feed: Feed) -> dict[str, float]:
    web = next(
        line.partition(": ")[2]
        for line in (ROOT / "Procfile").read_text().splitlines()
        if line.startswith("web:")
    )
    address = feed.get_absolute_url()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="pavilion-bench-"))
        if connection.vendor == "sqlite":
            os.symlink(connection.settings_dict["NAME"], Path(folder) / "pavilion.sqlite3")
        empty = web.replace("pavilion.wsgi", "tests.bench.empty")
        ours = stack.enter_context(served(web, folder))
        bare = stack.enter_context(served(empty, folder))
        kept = {"bare": Connection(bare), "ours": Connection(ours)}
        head, body = kept["ours"].get(address)
        assert body.count(b"BEGIN:VEVENT") == MEETINGS, head
        etag = next(
            line.partition(b": ")[2].decode()
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"etag:")
        )
        assert b" 304 " in kept["ours"].get(address, If_None_Match=etag)[0]
        taken = seconds_of(
            {
                "bare": lambda: kept["bare"].get("/empty")[1],
                "ours, empty": lambda: kept["ours"].get("/healthz")[1],
                "304": lambda: kept["ours"].get(address, If_None_Match=etag)[1],
                "warm": lambda: kept["ours"].get(address)[1],
            },
            clock=time.perf_counter,
        )
    _print("over HTTP, gunicorn as in the Procfile", taken)
    return taken


# --- Many events -----------------------------------------------------------------------------


def many_events() -> None:
    """1,200 events from nothing cached, against the icalendar package building the same."""
    feed = feed_with_meetings(MANY)
    address = feed.get_absolute_url()
    ours = WSGIHandler()
    person_id = feed.person_id

    def joined() -> bytes:
        cache.clear()
        return wsgi_call(ours, address)()

    def built() -> bytes:
        calendar = icalendar.Calendar()
        calendar.add("version", "2.0")
        calendar.add("prodid", "-//Bench//EN")
        rows = with_everything(Meeting.objects.filter(participants__person=person_id))
        for meeting in rows.order_by("pk"):
            entry = ical.feed_entry(meeting, level=Feed.Level.FULL)
            event = icalendar.Event()
            for name in ("uid", "sequence", "summary", "location", "description", "status"):
                event.add(name, getattr(entry, name))
            event.add("dtstamp", entry.stamp)
            event.add("dtstart", entry.start)
            event.add("dtend", entry.end)
            calendar.add_component(event)
        return calendar.to_ical()

    assert joined().count(b"BEGIN:VEVENT") == built().count(b"BEGIN:VEVENT") == MANY
    taken = seconds_of({"joined": joined, "built": built}, rounds=5, each=1)
    ratio = taken["built"] / taken["joined"]
    print(f"\n{MANY} events, nothing cached")
    print(f"{'  a feed of ours':46}{taken['joined'] * 1000:10.1f} ms")
    print(f"{'  the icalendar package':46}{taken['built'] * 1000:10.1f} ms{ratio:8.1f} ×")


def _print(title: str, taken: Mapping[str, float]) -> None:
    print(f"\n{title}\n{'':46}{'ms':>10}{'requests for one of bare Django':>36}")
    for name in ("bare", "ours, empty", "304", "warm", "cold"):
        if name in taken:
            ratio = taken["bare"] / taken[name]
            wanted = f"  (wanted {WANTED[name]})" if name in WANTED else ""
            print(f"{'  ' + name:46}{taken[name] * 1000:10.3f}{ratio:10.2f}{wanted}", flush=True)


def main() -> None:
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        with override_settings(FEED_REQUESTS_PER_HOUR=10**9, BASE_URL="http://localhost"):
            feed = feed_with_meetings(MEETINGS)
            small = in_process(feed, f"in process, {MEETINGS} meetings, alone in the database")
            over_http(feed)
            many_events()
    finally:
        teardown_databases(databases, verbosity=0)
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        with override_settings(FEED_REQUESTS_PER_HOUR=10**9):
            call_command("demo", size="L", stdout=io.StringIO())
            feed = feed_with_meetings(MEETINGS)
            others = Meeting.objects.count() - MEETINGS
            large = in_process(feed, f"in process, beside {others} meetings of the demo")
            print("\nthe same feed at size L, for one alone in the database")
            for name in ("304", "warm", "cold"):
                ratio = large[name] / large["bare"] / (small[name] / small["bare"])
                print(f"{'  ' + name:46}{ratio:10.2f} ×")
    finally:
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    setup_test_environment()
    main()
