"""The calendar feed: a header and stored blocks, or a 304 that costs one look-up."""

from datetime import datetime
from functools import partial
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from meetings import operations
from meetings.models import Feed
from pavilion.core import calendar_feeds
from pavilion.core.access import access_of
from pavilion.core.calendar_feeds import Calendar
from pavilion.core.ical import render_calendar
from pavilion.core.prepared import Prepared

RENDERING = 2  # raise it when the header of a feed is written otherwise: every ETag differs


class Found(NamedTuple):
    pk: int
    version: int
    revision: int
    changed_at: datetime
    grace_until: datetime | None
    fetched_at: datetime | None
    without_invited: bool
    person: int | None
    is_active: bool | None  # the account of its person; None without one
    opened_by: int | None


_look_up = Prepared(
    Feed.objects.active().values_list(
        *("pk", "version", "revision", "changed_at", "grace_until", "fetched_at"),
        *("without_invited", "person", "person__user__is_active", "opened_by"),
    ),
    by="public_id",
)


@login_not_required
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """No cookie, no session, no redirect: the address is the key."""
    return calendar_feeds.answer(request, "feed", token, _find)


def _find(public_id: str, version: int, now: datetime) -> Calendar | None:
    row = _look_up(public_id)
    if row is None:
        return None
    found = Found(*row)
    if not _opens(found, version, now):
        return None
    hidden: set[int] = set()
    changed_at = found.changed_at
    if found.without_invited and found.person:
        hidden, mailed_at = operations.invited_by_mail(found.person)
        changed_at = max(filter(None, (changed_at, mailed_at)))
    return Calendar(
        # The moment, too: a database restored from a backup counts from an earlier number.
        parts=[RENDERING, found.revision, changed_at.isoformat(), *sorted(hidden)],
        changed_at=changed_at,
        fetched_at=found.fetched_at,
        render=partial(_rendered, found.pk, version, hidden),
        note=partial(_note, found, version),
    )


def _note(found: Found, version: int, client: str, at: datetime) -> None:
    """Of the present address alone: who reads the former one has not moved to the new one yet."""
    if version == found.version:
        operations.note_fetch(feed_id=found.pk, client=client, now=at)


def _opens(found: Found, version: int, now: datetime) -> bool:
    """Its present address, or for a while the one before; closed with the account it is of."""
    is_former = version == found.version - 1 and found.grace_until and now < found.grace_until
    if version != found.version and not is_former:
        return False
    if found.person:
        return found.is_active is not False
    return found.opened_by is None or _is_still_theirs(found.pk)


def _is_still_theirs(pk: int) -> bool:
    """Whoever opened a region's calendar still belongs to its desk."""
    row = Feed.objects.with_subject().select_related("opened_by").get(pk=pk)
    return access_of(row.opened_by).sees_desk(row.region_code)


def _rendered(pk: int, version: int, hidden: set[int]) -> str:
    row = Feed.objects.with_subject().get(pk=pk)
    with translation.override(row.language):
        texts = operations.texts_of(row, hidden=hidden)
        if version != row.version:
            texts.append(operations.notice_of_closing(row))
        name = _("Meetings · %(whose)s") % {"whose": row.whose}
    source = settings.BASE_URL + row.address_of(version)
    return render_calendar(texts, name=name, source=source)
