"""The calendar of an exhibitor's stand: a header and stored days, or a 304."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from pavilion.core import calendar_feeds, tokens
from pavilion.core.ical import render_calendar
from startups import operations
from startups.models import StandCalendar

RENDERING = 1  # raise it when the header of a calendar is written otherwise: every ETag differs


@login_not_required
@csrf_exempt
@require_safe
def stand_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """No cookie, no session, no redirect: the address is the key.

    Of an exhibitor who left it still opens: calendars learn there that the days are cancelled.
    """
    now = timezone.now()
    try:
        public_id, version = tokens.read("stand", token)
    except tokens.InvalidToken:
        raise Http404 from None
    if refusal := calendar_feeds.too_often(f"stand:{public_id}", now):
        return refusal
    found = (
        StandCalendar.objects.filter(
            public_id=public_id,
            version=version,
            exhibitor__application__anonymised_at__isnull=True,
        )
        .select_related("exhibitor__application", "exhibitor__participation__edition")
        .first()
    )
    if found is None:
        raise Http404
    if calendar_feeds.is_to_be_noted(found.fetched_at, now):
        client = request.headers.get("User-Agent", "")
        operations.note_stand_calendar_fetch(calendar=found, client=client, now=now)
    with translation.override(found.exhibitor.application.language):
        name = _("Stand of %(company)s · %(edition)s") % {
            "company": found.exhibitor,
            "edition": found.exhibitor.participation.edition,
        }
    return calendar_feeds.answer(
        request,
        parts=[RENDERING, found.public_id, found.version, found.revision, name],
        changed_at=found.changed_at,
        now=now,
        render=lambda: render_calendar(
            operations.blocks_of(found),
            name=name,
            source=settings.BASE_URL + found.get_absolute_url(),
        ),
    )
