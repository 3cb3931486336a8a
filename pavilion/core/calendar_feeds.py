"""A private calendar address over HTTP: a 304 that costs one look-up, else the whole calendar.

Read by programs alone, so nothing of the site's pages is asked: no session, no language, no
account. It never varies with the request: no gzip of ours (Outlook has failed on it; a proxy in
front may), hence no Vary.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import DEFAULT_CACHE_ALIAS, cache, caches
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from pavilion.core import tokens

UNKNOWN_PER_HOUR = 300
NOTED_EVERY = timedelta(minutes=5)
BODY_KEPT = 86_400  # seconds
CACHE_CONTROL = "private, no-cache"
# What every answer with a body says beside it.
HEADERS = {
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """What stands at an address. The same `parts` and token, the same octets: see `_tag`."""

    parts: Sequence[object]
    changed_at: datetime
    fetched_at: datetime | None
    # Only asked for a calendar that has to be sent and is in no cache.
    render: Callable[[], str]
    # Told who asks, when the last time lies far enough behind to be worth a write.
    note: Callable[[str, datetime], None]


Find = Callable[[str, int, datetime], Calendar | None]


def answer(request: HttpRequest, kind: str, token: str, find: Find) -> HttpResponse:
    """The calendar at this address, or that it is as the client has it.

    Forged, closed and never given out are the same 404.
    """
    if request.method not in ("GET", "HEAD"):
        return _refusal(405, "Calendars are only read.\n", Allow="GET, HEAD")
    now = timezone.now()
    try:
        public_id, version = tokens.read(kind, token)
    except tokens.InvalidToken:
        return _unknown(request, now)
    # Never counted by IP: Google fetches for everybody from a few of them.
    if _is_too_often(f"{kind}:{public_id}", settings.FEED_REQUESTS_PER_HOUR, now):
        return _too_many(now)
    calendar = find(public_id, version, now)
    if calendar is None:
        return _unknown(request, now)
    if calendar.fetched_at is None or now - calendar.fetched_at >= NOTED_EVERY:
        calendar.note(request.headers.get("user-agent", ""), now)
    return _answer(request, token, calendar, now)


def _answer(request: HttpRequest, token: str, calendar: Calendar, now: datetime) -> HttpResponse:
    etag = _tag(token, calendar.parts)
    # What a 304 repeats (RFC 9110 §15.4.5).
    headers = {
        "ETag": etag,
        "Last-Modified": _http_date(_last_modified(calendar.changed_at, now)),
        "Cache-Control": CACHE_CONTROL,
    }
    if _is_unchanged(request, etag, calendar.changed_at):
        return HttpResponseNotModified(headers=headers)
    body = _body(etag, calendar)
    return HttpResponse(
        b"" if request.method == "HEAD" else body,
        content_type="text/calendar; charset=utf-8",
        headers={
            **HEADERS,
            **headers,
            "Content-Disposition": 'inline; filename="pavilion.ics"',
            "Content-Length": str(len(body)),
        },
    )


def _tag(token: str, parts: Sequence[object]) -> str:
    """Everything the octets depend on; the address is among them (SOURCE)."""
    told = "\n".join([settings.BASE_URL, token, *map(str, parts)])
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


def _is_unchanged(request: HttpRequest, etag: str, changed_at: datetime) -> bool:
    """Whether the client has it. Its tag goes before its date; a date that is none counts not."""
    told = request.META  # `headers` would read every one of them
    if told.get("HTTP_IF_NONE_MATCH") == etag:
        return True  # what nearly all send who send anything
    answered = get_conditional_response(
        request, etag=etag, last_modified=int(changed_at.timestamp())
    )
    return answered is not None and answered.status_code == 304


def _body(etag: str, calendar: Calendar) -> bytes:
    """Most calendars never say what they have: the joined octets are kept under their tag."""
    key = f"calendar:{etag}"
    body: bytes | None = cache.get(key)
    if body is None:
        body = calendar.render().encode()
        cache.set(key, body, BODY_KEPT)
    return body


def _last_modified(changed_at: datetime, now: datetime) -> int:
    """Dates have whole seconds: within the second of a change, a second change may follow.

    Such an answer claims the second before, so that its date never hides what came after.
    """
    changed = int(changed_at.timestamp())
    return changed if now.timestamp() - changed >= 1 else changed - 1


_http_date = lru_cache(maxsize=4096)(http_date)


def _is_too_often(name: str, most: int, now: datetime) -> bool:
    """One more this hour; a cache that is down counts nothing and refuses nobody."""
    key = f"{name}:{now.year}{now.month:02}{now.day:02}{now.hour:02}"  # strftime takes longer
    counters = caches[DEFAULT_CACHE_ALIAS]
    try:
        count: int = counters.incr(key) or 0
    except ValueError:
        counters.add(key, 1, timeout=3600)
        return most < 1
    return count > most


def _unknown(request: HttpRequest, now: datetime) -> HttpResponse:
    """Whoever tries addresses is slowed down; those who have one never notice."""
    try:
        who = get_adapter().get_client_ip(request)
    except PermissionDenied:
        who = "unknown"
    if _is_too_often(f"calendars:{who}", UNKNOWN_PER_HOUR, now):
        return _too_many(now)
    return _refusal(404, "There is no calendar at this address.\n")


def _too_many(now: datetime) -> HttpResponse:
    seconds = 3600 - (now.minute * 60 + now.second)
    return _refusal(429, "Too many requests for this calendar.\n", **{"Retry-After": str(seconds)})


def _refusal(status: int, text: str, **headers: str) -> HttpResponse:
    return HttpResponse(
        text,
        status=status,
        content_type="text/plain; charset=utf-8",
        headers={**HEADERS, "Cache-Control": "private, no-store", **headers},
    )
