"""`make bench`: what matters, measured here and told as ratios, which travel better than times.

The unit is an empty view through the same stack: a feed nobody changed should cost little more.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import django
from django.test.utils import setup_databases, setup_test_environment, teardown_databases

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.core.cache import cache  # noqa: E402
from django.test import Client  # noqa: E402

from meetings.models import Feed  # noqa: E402
from meetings.operations import confirm_meeting, create_meeting, open_feed  # noqa: E402
from tests.factories import DayFactory, PersonFactory  # noqa: E402

ROUNDS = 300
WARM_UP = 20
MEETINGS = 60
FAIR = [date(2030, 6, day) for day in (12, 13, 14, 15)]


def median_ms(call: Callable[[], object]) -> float:
    """The median: one garbage collection must not decide."""
    times = []
    for _ in range(WARM_UP + ROUNDS):
        # A feed answers so many times an hour and no more.
        cache.clear()
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return statistics.median(times[WARM_UP:]) * 1000


def feed_with_meetings() -> Feed:
    """A busy delegate: ten minutes here, ten minutes there, four days long."""
    days = [DayFactory(date=day) for day in FAIR]
    person = PersonFactory()
    for number in range(MEETINGS):
        day = days[number % len(days)]
        starts_at = day.at(day.opens_at) + timedelta(minutes=15 * (number // len(days)))
        meeting = create_meeting(
            edition=day.edition,
            subject_fr=f"Entretien n° {number} sur la souveraineté numérique",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=10),
            buffer_minutes=0,
            person_ids=[person.pk],
            by=None,
        )
        confirm_meeting(meeting_id=meeting.pk, by=None)
    return open_feed(person_id=person.pk, by=None)


def measures() -> Iterator[tuple[str, float]]:
    client = Client()
    feed = feed_with_meetings()
    address = feed.get_absolute_url()
    whole = client.get(address)
    assert whole.content.count(b"BEGIN:VEVENT") == MEETINGS
    etag = whole.headers["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    yield "an empty view (/healthz)", median_ms(lambda: client.get("/healthz"))
    yield (
        "a feed nobody changed (304)",
        median_ms(lambda: client.get(address, headers={"If-None-Match": etag})),
    )
    yield f"a whole feed, {MEETINGS} meetings", median_ms(lambda: client.get(address))
    yield "the home page", median_ms(lambda: client.get("/"))


def main() -> None:
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        unit = 0.0
        print(f"{'':32}{'ms':>8}{'ratio':>8}")
        for name, milliseconds in measures():
            unit = unit or milliseconds
            print(f"{name:32}{milliseconds:8.2f}{milliseconds / unit:8.1f}", flush=True)
    finally:
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main()
