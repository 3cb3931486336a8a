"""The calendar feed: a header and stored blocks, or a 304 that costs one look-up."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from meetings import operations
from meetings.models import Feed
from pavilion.core import calendar_feeds, tokens
from pavilion.core.ical import render_calendar

RENDERING = 1  # raise it when the header of a feed is written otherwise: every ETag differs


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
    if refusal := calendar_feeds.too_often(f"feed:{public_id}", now):
        return refusal
    found = (
        Feed.objects.active()
        .filter(Q(person__user__isnull=True) | Q(person__user__is_active=True))
        .select_related("person")
        .filter(public_id=public_id, version=version)
        .first()
    )
    if found is None:
        raise Http404
    if calendar_feeds.is_to_be_noted(found.fetched_at, now):
        operations.note_fetch(feed=found, client=request.headers.get("User-Agent", ""), now=now)
    return calendar_feeds.answer(
        request,
        parts=[
            *(RENDERING, found.public_id, found.version, found.revision),
            *(found.level, found.language, found.person),
        ],
        changed_at=found.changed_at,
        now=now,
        render=lambda: _rendered(found),
    )


def _rendered(found: Feed) -> str:
    blocks = operations.blocks_of(found).values_list("text", flat=True)
    with translation.override(found.language):
        name = _("Meetings · %(person)s") % {"person": found.person}
    return render_calendar(blocks, name=name, source=settings.BASE_URL + found.get_absolute_url())
