"""The calendar of an exhibitor's stand: a header and stored days, or a 304."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from pavilion.core import calendar_feeds
from pavilion.core.calendar_feeds import Calendar
from pavilion.core.ical import render_calendar
from startups import operations
from startups.models import StandCalendar

RENDERING = 2  # raise it when the header of a calendar is written otherwise: every ETag differs


@login_not_required
def stand_feed(request: HttpRequest, token: str) -> HttpResponse:
    """No cookie, no session, no redirect: the address is the key.

    Of an exhibitor who left it still opens: calendars learn there that the days are cancelled.
    Meetings at the stand are not in it: a whole company reads it, and the desk tells the hour of
    an official to whom it trusts, with the calendar of the stand, discreet if need be.
    """
    return calendar_feeds.answer(request, "stand", token, _find)


def _find(public_id: str, version: int, now: datetime) -> Calendar | None:
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
        return None
    with translation.override(found.exhibitor.application.language):
        name = _("Stand of %(company)s · %(edition)s") % {
            "company": found.exhibitor,
            "edition": found.exhibitor.participation.edition,
        }
    source = settings.BASE_URL + found.get_absolute_url()
    return Calendar(
        parts=[RENDERING, found.revision, found.changed_at.isoformat(), name],
        changed_at=found.changed_at,
        fetched_at=found.fetched_at,
        render=lambda: render_calendar(operations.blocks_of(found), name=name, source=source),
        note=lambda client, at: operations.note_stand_calendar_fetch(
            calendar=found, client=client, now=at
        ),
    )
