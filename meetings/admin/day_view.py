"""The organisers' day: a page for each date, and what its script asks."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from events.models import Day, Edition, Participation
from meetings import wording
from meetings.admin.meeting_preview import panel_of
from meetings.day_view import reading
from meetings.day_view.html import Columns, facts
from meetings.day_view.moving import Move, is_place, propose
from meetings.day_view.pieces import VIEWS, Reading, Wanted
from meetings.day_view.reading import read_day
from meetings.day_view.words import words
from meetings.models import Delegation, Meeting
from pavilion.core.access import access_of
from pavilion.core.errors import DomainError
from pavilion.core.models import ActivityEntry
from pavilion.core.site import desk_page

# An entry of the log counts as read once it is so old: others may still be writing theirs.
SETTLED = timedelta(seconds=10)
# More columns than a wide screen has room for.
MANY = 24

View = Callable[..., HttpResponse]


def _ensure_desk(request: HttpRequest) -> None:
    """Reviewers read the files given to them, not the delegation's days."""
    access = access_of(request.user)
    if not (access.is_national or access.desk_codes):
        raise PermissionDenied


def _of_day(view: View) -> View:
    """Of the edition whose day it is, else the current one."""

    def asked(request: HttpRequest, day: str) -> HttpResponse:
        _ensure_desk(request)
        try:
            wanted = parse_date(day)
        except ValueError:
            wanted = None
        if wanted is None:
            raise Http404
        of_fair = Edition.objects.filter(days__date=wanted).order_by("-year").first()
        edition = of_fair or Edition.objects.current()
        if edition is None:
            raise Http404
        return view(request, edition, wanted)

    return asked


@desk_page("meetings/day/", name="meetings_day_today")
@require_safe
def today_view(request: HttpRequest) -> HttpResponse:
    """Today during the fair, else its first day."""
    _ensure_desk(request)
    edition = Edition.objects.current()
    if edition is None:
        raise Http404
    today = timezone.localdate()
    days = list(Day.objects.filter(edition=edition).order_by("date").values_list("date", flat=True))
    shown = today if today in days or not days else days[0]
    return redirect("admin:meetings_day", shown.isoformat())


@desk_page("meetings/day/<str:day>/", name="meetings_day")
@require_safe
@_of_day
def day_view(request: HttpRequest, edition: Edition, day: date) -> HttpResponse:
    user: Any = request.user
    # Before the rows: what changes while they are read, or is still being written by others, comes
    # again with the next look.
    since = _newest(0, before=timezone.now() - SETTLED)
    wanted = _wanted(request)
    found = read_day(user, edition, day, wanted)
    days = Day.objects.filter(edition=edition).order_by("date").values_list("date", flat=True)
    columns, known = Columns(found, wanted.view), facts(found)
    regions = reading.regions(edition, user)
    request.current_app = admin.site.name
    context = {
        **admin.site.each_context(request),
        "title": _("The day"),
        "edition": edition,
        "day": day,
        "days": sorted({*days, day}),
        "is_today": day == timezone.localdate(),
        "wanted": wanted,
        "views": VIEWS.items(),
        "regions": regions,
        "jumps": _jumps(found, regions),
        "delegations": Delegation.objects.visible_to(user)
        .filter(edition=edition)
        .order_by("name_fr", "pk"),
        "reading": found,
        "columns": columns.all().items(),
        "meetings": [(shown, known[pk]) for pk, shown in found.shown.items()],
        "summary": _summary(found),
        "facts": {
            "since": since,
            "day": day.isoformat(),
            "view": wanted.view,
            "from": found.hours.start,
            "until": found.hours.stop,
            "isToday": day == timezone.localdate(),
            "meetings": known,
            "urls": {
                name: reverse(f"admin:meetings_day_{name}", args=[day.isoformat()])
                for name in ("changes", "preview", "move")
            },
            "words": words(),
        },
    }
    return TemplateResponse(request, "admin/meetings/day.html", context)


@desk_page("meetings/day/<str:day>/changes/", name="meetings_day_changes")
@require_safe
@_of_day
def changes_view(request: HttpRequest, edition: Edition, day: date) -> HttpResponse:
    """What has changed since the reader's last look: the columns anew, or that nothing did.

    One query where nothing happened: every open day asks this every few seconds.
    """
    since = _number(request.GET.get("since", "0"))
    newest = _newest(since)
    if newest <= since:
        return JsonResponse({"since": since})
    user: Any = request.user
    wanted = _wanted(request)
    found = read_day(user, edition, day, wanted)
    return JsonResponse(
        {
            # Others may still be writing what is older than the newest: it comes again.
            "since": max(since, _newest(since, before=timezone.now() - SETTLED)),
            "from": found.hours.start,
            "until": found.hours.stop,
            "columns": Columns(found, wanted.view).all(),
            "meetings": facts(found),
            "summary": _summary(found),
        }
    )


@desk_page("meetings/day/<str:day>/preview/", name="meetings_day_preview")
@require_POST
@_of_day
def preview_view(request: HttpRequest, edition: Edition, day: date) -> HttpResponse:
    """Who would be told what, or why not; nothing is written."""
    move = _move(request, edition, day)
    meeting, proposal = move.meeting, propose(move)
    refusal = proposal.preview.refusal
    context = {
        "meeting": meeting,
        "before": wording.span(meeting.starts_at, meeting.ends_at),
        "after": wording.span(move.starts_at, move.ends_at),
        "place": wording.short_place(meeting),
        "new_place": _place_name(move),
        "refusal": refusal,
        "minded": proposal.minded,
        "panel": panel_of([proposal.preview], meetings=1),
    }
    return JsonResponse(
        {
            "html": render_to_string("admin/meetings/_day_preview.html", context),
            "can": refusal is None,
            "needs_reason": proposal.needs_reason,
            "code": refusal.code if refusal else "",
            "detail": str(refusal or ""),
        }
    )


@desk_page("meetings/day/<str:day>/move/", name="meetings_day_move")
@require_POST
@_of_day
def move_view(request: HttpRequest, edition: Edition, day: date) -> HttpResponse:
    """Move it: the same operation as everywhere, for the same people."""
    move = _move(request, edition, day)
    try:
        moved = move.do()
    except DomainError as refusal:
        return JsonResponse({"code": refusal.code, "detail": str(refusal)}, status=409)
    words = {"subject": moved.subject, "span": wording.span(moved.starts_at, moved.ends_at)}
    return JsonResponse({"detail": _("“%(subject)s” is now on %(span)s.") % words})


def _move(request: HttpRequest, edition: Edition, day: date) -> Move:
    """What our script sends, else a 400; a meeting that its reader does not see is a 404."""
    user: Any = request.user
    try:
        sent = json.loads(request.body)
        key, minutes, seen = (int(sent[name]) for name in ("meeting", "start", "sequence"))
        place = str(sent.get("place", ""))
        reasons = {
            name: str(sent.get(name, ""))[:200] for name in ("outside_hours_reason", "reason")
        }
        starts_at = timezone.make_aware(
            datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes)
        )
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise BadRequest("move") from error
    if not (0 <= minutes < 24 * 60 and is_place(place) and 0 < key < 2**63 and 0 <= seen < 2**31):
        raise BadRequest("move")
    meeting = (
        Meeting.objects.visible_to(user)
        .filter(pk=key, edition=edition)
        .select_related("edition", "participation", "room", "stand")
        .first()
    )
    if meeting is None:
        raise Http404
    return Move(meeting=meeting, starts_at=starts_at, by=user, seen=seen, place=place, **reasons)


def _place_name(move: Move) -> str:
    place = move.places().get("room") or move.places().get("stand")
    return str(place or wording.short_place(move.meeting))


def _wanted(request: HttpRequest) -> Wanted:
    view = request.GET.get("view", "people")
    region = request.GET.get("region", access_of(request.user).only_desk)
    delegation = request.GET.get("delegation", "")
    return Wanted(
        view=view if view in VIEWS else "people",
        region=region if len(region) == 2 and region.isdecimal() else "",
        delegation=_number(delegation) if delegation else None,
        is_all=request.GET.get("all") == "1",
    )


def _newest(since: int, before: datetime | None = None) -> int:
    """The newest entry of the log that is about the delegation: a counter of its changes."""
    entries = ActivityEntry.objects.filter(pk__gt=since, target_type__app_label="meetings")
    if before is not None:
        entries = entries.filter(at__lte=before)
    return entries.order_by("-pk").values_list("pk", flat=True).first() or since


def _number(value: str) -> int:
    if not value.isdecimal() or len(value) > 18:
        raise BadRequest("number")
    return int(value)


def _jumps(found: Reading, regions: Iterable[Participation]) -> list[tuple[str, str, int]]:
    """Regions and how many columns are theirs, where they are too many to be seen at once."""
    counts = Counter(column.region for column in found.columns if column.region)
    if len(found.columns) <= MANY or len(counts) < 2:
        return []
    return [
        (each.region_id, str(each.region), counts[each.region_id])
        for each in regions
        if each.region_id in counts
    ]


def _summary(found: Reading) -> str:
    count = found.count
    n = len(found.shown) - count("cancelled")
    parts = [
        (ngettext("%(n)d meeting", "%(n)d meetings", n), n),
        (ngettext("%(n)d option", "%(n)d options", n := count("option")), n),
        (_("%(n)d waiting for an answer"), count("waiting")),
        (_("%(n)d in conflict"), count("conflict")),
        (ngettext("%(n)d cancelled", "%(n)d cancelled", n := count("cancelled")), n),
    ]
    return " · ".join(words % {"n": number} for words, number in parts if number)
