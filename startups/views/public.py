"""What everybody may read: the pavilion, who exhibits, where, and when."""

from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.models import Edition, HalfDay, Participation, Room, Stand, Zone
from startups.directory import DirectoryForm, PlanForm
from startups.models import Allocation, Call, Exhibitor, Theme
from startups.plan import DrawnLevel, Highlight, Occupant, StandRow, draw
from startups.presence import half_day_at, rotation, stays
from startups.pulse import pulse_of

EXHIBITORS_PER_PAGE = 30
CALLS_ON_HOME = 6
LOGO_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "svg": "image/svg+xml",
}


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the pavilion is, and what can be done today: apply first, then visit."""
    edition = _edition(request)
    if edition is None:
        return render(request, "startups/home.html", {"edition": None})
    calls = list(
        Call.objects.visible_to(request.user)
        .open_at(timezone.now())
        .filter(participation__edition=edition)
        .select_related("participation__region")
        .order_by("closes_at", "participation__region__sort_key", "pk")
    )
    context = {
        "edition": edition,
        "calls": calls[:CALLS_ON_HOME],
        "more_calls": len(calls) > CALLS_ON_HOME,
        "open_calls": len(calls),
        "pulse": pulse_of(edition, request.user),
    }
    return render(request, "startups/home.html", context)


@login_not_required
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """The exhibitors by name. The address says which filters are on, so that it can be shared."""
    edition = _edition(request)
    if edition is None:
        return render(request, "startups/directory.html", {"edition": None})
    form = DirectoryForm(
        request.GET, participations=_participations(request, edition), themes=_themes()
    )
    found = form.narrow(
        Exhibitor.objects.visible_to(request.user)
        .present()
        .filter(participation__edition=edition)
        .select_related("application__theme", "participation__region")
        .prefetch_related(Prefetch("allocations", queryset=_allocations(request)))
        # The slug is the name in plain letters: É sorts with E on every database.
        .order_by("slug", "pk")
    )
    page = Paginator(found, EXHIBITORS_PER_PAGE).get_page(request.GET.get("page"))
    exhibitors = [(exhibitor, stays(exhibitor.allocations.all())) for exhibitor in page]
    context = {"edition": edition, "form": form, "page": page, "exhibitors": exhibitors}
    return render(request, "startups/directory.html", context)


@login_not_required
@require_safe
def exhibitor(request: HttpRequest, slug: str) -> HttpResponse:
    """One exhibitor, and on which stand it is, half-day by half-day."""
    found = _exhibitor(request, slug)
    edition, application = found.participation.edition, found.application
    allocations = list(_allocations(request).filter(exhibitor=found))
    half_days = _half_days(edition)
    numbers = {one.stand.number for one in allocations}
    context = {
        "exhibitor": found,
        # A text that is already shown, for want of a translation, is not shown twice.
        "other_pitches": [
            (language, text)
            for language, text in (("fr", application.pitch_fr), ("en", application.pitch_en))
            if text and text != application.pitch
        ],
        "website_host": urlsplit(application.website).hostname,
        "stays": stays(allocations),
        "rotation": rotation(half_days, {one.half_day_id: one.stand for one in allocations}),
        "levels": _close_view(
            request, edition, {one.stand.zone_id for one in allocations}, numbers, half_days
        ),
    }
    return render(request, "startups/exhibitor.html", context)


@login_not_required
@require_safe
def logo(request: HttpRequest, slug: str) -> HttpResponseBase:
    """An exhibitor's logo, to whoever sees the exhibitor: uploads are public in no other way."""
    image = _exhibitor(request, slug).application.logo
    kind = LOGO_TYPES.get((image.name or "").rpartition(".")[2].lower())
    if kind is None:
        raise Http404
    try:
        response = FileResponse(image.open("rb"), content_type=kind)
    except FileNotFoundError as error:
        raise Http404 from error
    response["Cache-Control"] = "private, max-age=3600"
    # A drawing can carry a script: opened on its own it may run nothing.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@login_not_required
@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """The hall at one half-day: the present one during the fair, or the one asked for."""
    edition = _edition(request)
    if edition is None:
        return render(request, "startups/plan.html", {"edition": None})
    half_days, now = _half_days(edition), timezone.now()
    shown = half_day_at(half_days, now)
    form = PlanForm(
        {**request.GET.dict(), "half_day": request.GET.get("half_day") or getattr(shown, "pk", "")},
        half_days=half_days,
        participations=_participations(request, edition),
        themes=_themes(),
    )
    shown = next((one for one in half_days if str(one.pk) == form.chosen("half_day")), shown)
    region_code = form.chosen("region")
    highlight = Highlight(form.chosen("theme"), request.GET.getlist("stand"))
    zones = _zones(edition)
    levels = draw(
        zones.filter(participation__region=region_code) if region_code else zones,
        _stand_rows(request, edition),
        _rooms(request, edition),
        _occupants(request, shown),
        highlight=highlight,
        link=_stand_url,
        is_close=bool(region_code),
    )
    context = {
        "edition": edition,
        "form": form,
        "half_day": shown,
        "is_now": shown is not None and shown.starts_at <= now < shown.ends_at,
        "levels": levels,
        "is_close": bool(region_code),
        "highlight": highlight,
        "marked": sum(zone.marked for level in levels for zone in level.zones),
    }
    return render(request, "startups/plan.html", context)


@login_not_required
@require_safe
def stand(request: HttpRequest, number: str) -> HttpResponse:
    """Who is at this stand now, and at every half-day of the fair."""
    edition, now = _edition(request), timezone.now()
    found = get_object_or_404(
        Stand.objects.visible_to(request.user).select_related(
            "zone__level__hall", "zone__participation__region"
        ),
        edition=edition,
        number=number,
    )
    half_days = _half_days(found.edition)
    shown = half_day_at(half_days, now)
    occupants = {
        one.half_day_id: one.exhibitor
        for one in _allocations(request)
        .filter(stand=found)
        .select_related("exhibitor__application__theme")
    }
    context = {
        "stand": found,
        "half_day": shown,
        "is_now": shown is not None and shown.starts_at <= now < shown.ends_at,
        "occupant": occupants.get(shown.pk) if shown else None,
        "rotation": rotation(half_days, occupants),
        "levels": _close_view(request, found.edition, {found.zone_id}, {found.number}, half_days),
    }
    return render(request, "startups/stand.html", context)


def _close_view(
    request: HttpRequest,
    edition: Edition,
    zone_ids: Collection[int],
    numbers: Collection[str],
    half_days: Sequence[HalfDay],
) -> list[DrawnLevel]:
    """The zones around some stands, which are marked, as they are now."""
    return draw(
        _zones(edition).filter(pk__in=zone_ids),
        _stand_rows(request, edition).filter(zone__in=zone_ids),
        _rooms(request, edition).filter(zone__in=zone_ids),
        _occupants(request, half_day_at(half_days, timezone.now())),
        highlight=Highlight(numbers=numbers),
        link=_stand_url,
        is_close=True,
    )


def _edition(request: HttpRequest) -> Edition | None:
    return Edition.objects.visible_to(request.user).current()


def _participations(request: HttpRequest, edition: Edition) -> "QuerySet[Participation]":
    return Participation.objects.visible_to(request.user).filter(edition=edition).in_order()


def _themes() -> "QuerySet[Theme]":
    return Theme.objects.order_by("position", "pk")


def _half_days(edition: Edition) -> list[HalfDay]:
    return list(edition.half_days.select_related("day").order_by("starts_at", "pk"))


def _allocations(request: HttpRequest) -> "QuerySet[Allocation]":
    return (
        Allocation.objects.visible_to(request.user)
        .filter(exhibitor__left_at__isnull=True)
        .select_related("stand__zone__participation", "half_day")
        .order_by("half_day__starts_at", "pk")
    )


def _exhibitor(request: HttpRequest, slug: str) -> Exhibitor:
    return get_object_or_404(
        Exhibitor.objects.visible_to(request.user)
        .present()
        .select_related("application__theme", "participation__region", "participation__edition"),
        slug=slug,
    )


def _zones(edition: Edition) -> "QuerySet[Zone]":
    return (
        Zone.objects.filter(level__hall__edition=edition)
        .select_related("level__hall", "participation__region")
        .order_by("participation__region__sort_key", "name_fr", "pk")
    )


def _rooms(request: HttpRequest, edition: Edition) -> "QuerySet[Room]":
    return Room.objects.visible_to(request.user).filter(edition=edition).order_by("pk")


def _stand_rows(request: HttpRequest, edition: Edition) -> "QuerySet[Stand, StandRow]":
    """Plain rows: a hall has thousands of stands, and a drawing needs no more."""
    return (
        Stand.objects.visible_to(request.user)
        .in_use()
        .filter(edition=edition)
        .order_by("number", "pk")
        .values_list(*StandRow._fields, named=True)
    )


def _occupants(request: HttpRequest, half_day: HalfDay | None) -> dict[int, Occupant]:
    rows = (
        Allocation.objects.visible_to(request.user)
        .filter(half_day=half_day, exhibitor__left_at__isnull=True)
        .values_list(
            "stand",
            "exhibitor__application__display_name",
            "exhibitor__slug",
            "exhibitor__application__theme",
        )
    )
    return {
        stand: Occupant(name, reverse("startups:exhibitor", args=[slug]), theme or "")
        for stand, name, slug, theme in rows
    }


def _stand_url(number: str) -> str:
    return reverse("startups:stand", args=[number])
