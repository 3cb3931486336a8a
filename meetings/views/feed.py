"""The calendar feed: a header and stored blocks, or a 304 that costs one look-up."""

import hashlib
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db.models import Q
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
)
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from meetings import operations
from meetings.models import Feed
from pavilion.core import tokens
from pavilion.core.ical import render_calendar

RENDERING = 1  # raise it when the header of a feed is written otherwise: every ETag differs
REQUESTS_PER_HOUR = 120
NOTED_EVERY = timedelta(minutes=5)


class Unchanged(HttpResponseNotModified):
    def has_header(self, header: str) -> bool:
        """CommonMiddleware would add "Content-Length: 0", which is not what a 200 has.

        RFC 9110 §8.6: a 304 tells the length of the 200 it stands for, or none.
        """
        return header.lower() == "content-length" or super().has_header(header)


@login_not_required
@csrf_exempt
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """No cookie, no session, no redirect: the address is the key."""
    now = timezone.now()
    try:
        public_id, version = tokens.read("feed", token)
    except tokens.InvalidToken:
        raise Http404 from None
    if _asks_too_often(public_id, now):
        return _too_many(now)
    found = (
        Feed.objects.active()
        .filter(Q(person__user__isnull=True) | Q(person__user__is_active=True))
        .select_related("person")
        .filter(public_id=public_id, version=version)
        .first()
    )
    if found is None:
        raise Http404
    if found.fetched_at is None or now - found.fetched_at >= NOTED_EVERY:
        operations.note_fetch(feed=found, client=request.headers.get("User-Agent", ""), now=now)
    etag = _etag(found)
    response = get_conditional_response(
        request, etag=etag, last_modified=int(found.changed_at.timestamp())
    )
    response = _calendar(found) if response is None else Unchanged()
    return _with_headers(response, etag, _last_modified(found.changed_at, now))


def _etag(found: Feed) -> str:
    """Strong: the same tag, the same octets."""
    parts = [RENDERING, found.public_id, found.version, found.revision]
    parts += [found.level, found.language, found.person]
    return f'"{hashlib.sha256(repr([str(part) for part in parts]).encode()).hexdigest()[:32]}"'


def _last_modified(changed_at: datetime, now: datetime) -> datetime:
    """Dates have whole seconds: within the second of a change, a second change may follow.

    Such an answer claims the second before, so that its date never hides what came after.
    """
    changed = changed_at.replace(microsecond=0)
    return changed if now - changed >= timedelta(seconds=1) else changed - timedelta(seconds=1)


def _calendar(found: Feed) -> HttpResponse:
    blocks = operations.blocks_of(found).values_list("text", flat=True)
    with translation.override(found.language):
        name = _("Meetings · %(person)s") % {"person": found.person}
    body = render_calendar(
        blocks, name=name, source=settings.BASE_URL + found.get_absolute_url()
    ).encode()
    return HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": 'inline; filename="pavilion.ics"',
            "Content-Length": str(len(body)),
        },
    )


def _with_headers(response: HttpResponseBase, etag: str, changed: datetime) -> HttpResponseBase:
    """What a 304 repeats (RFC 9110 §15.4.5), and no search engine's business."""
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(changed.astimezone(UTC).timestamp())
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _asks_too_often(public_id: str, now: datetime) -> bool:
    """Counted by address, never by IP: Google fetches for everybody from a few of them."""
    key = f"feed:{public_id}:{now:%Y%m%d%H}"
    cache.add(key, 0, timeout=3600)
    try:
        # None when the cache is down: no limit then.
        return (cache.incr(key) or 0) > REQUESTS_PER_HOUR
    except ValueError:
        return False


def _too_many(now: datetime) -> HttpResponse:
    seconds = 3600 - (now.minute * 60 + now.second)
    return HttpResponse(
        "Too many requests for this calendar.\n",
        status=429,
        content_type="text/plain; charset=utf-8",
        headers={"Retry-After": str(seconds), "Cache-Control": "private, no-store"},
    )
