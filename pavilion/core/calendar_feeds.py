"""A private calendar address over HTTP: a 304 that costs one look-up, else the whole calendar."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

REQUESTS_PER_HOUR = 120
NOTED_EVERY = timedelta(minutes=5)


class Unchanged(HttpResponseNotModified):
    def has_header(self, header: str) -> bool:
        """CommonMiddleware would add "Content-Length: 0", which is not what a 200 has.

        RFC 9110 §8.6: a 304 tells the length of the 200 it stands for, or none.
        """
        return header.lower() == "content-length" or super().has_header(header)


def answer(
    request: HttpRequest,
    *,
    parts: Sequence[object],
    changed_at: datetime,
    now: datetime,
    render: Callable[[], str],
) -> HttpResponseBase:
    """The calendar, or that it is as the client has it.

    `parts` is everything the octets depend on: the tag is made of it, and the same tag means the
    same octets. `render` is only asked for a calendar that has to be sent.
    """
    etag = f'"{hashlib.sha256(repr([str(part) for part in parts]).encode()).hexdigest()[:32]}"'
    unchanged = get_conditional_response(
        request, etag=etag, last_modified=int(changed_at.timestamp())
    )
    response = _calendar(render()) if unchanged is None else Unchanged()
    return _with_headers(response, etag, _last_modified(changed_at, now))


def is_to_be_noted(fetched_at: datetime | None, now: datetime) -> bool:
    """Whether the last fetch lies far enough behind to be worth a write."""
    return fetched_at is None or now - fetched_at >= NOTED_EVERY


def too_often(name: str, now: datetime) -> HttpResponse | None:
    """The refusal of who asks too often, counted by address (`name` tells it).

    Never counted by IP: Google fetches for everybody from a few of them.
    """
    key = f"{name}:{now:%Y%m%d%H}"
    cache.add(key, 0, timeout=3600)
    try:
        # None when the cache is down: no limit then.
        is_too_often = (cache.incr(key) or 0) > REQUESTS_PER_HOUR
    except ValueError:
        return None
    return _too_many(now) if is_too_often else None


def _calendar(text: str) -> HttpResponse:
    body = text.encode()
    return HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": 'inline; filename="pavilion.ics"',
            "Content-Length": str(len(body)),
        },
    )


def _last_modified(changed_at: datetime, now: datetime) -> datetime:
    """Dates have whole seconds: within the second of a change, a second change may follow.

    Such an answer claims the second before, so that its date never hides what came after.
    """
    changed = changed_at.replace(microsecond=0)
    return changed if now - changed >= timedelta(seconds=1) else changed - timedelta(seconds=1)


def _with_headers(response: HttpResponseBase, etag: str, changed: datetime) -> HttpResponseBase:
    """What a 304 repeats (RFC 9110 §15.4.5), and no search engine's business."""
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(changed.astimezone(UTC).timestamp())
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _too_many(now: datetime) -> HttpResponse:
    seconds = 3600 - (now.minute * 60 + now.second)
    return HttpResponse(
        "Too many requests for this calendar.\n",
        status=429,
        content_type="text/plain; charset=utf-8",
        headers={"Retry-After": str(seconds), "Cache-Control": "private, no-store"},
    )
