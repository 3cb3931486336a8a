"""What everybody may read: the pavilion, who exhibits, where, and when."""

from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.models import Edition, HalfDay, Participation
from startups.directory import DirectoryForm
from startups.floor.plan.reading import close_view
from startups.floor.presence import half_day_at, rotation, stays
from startups.models import Call, Exhibitor, PublishedAllocation, Theme
from startups.pulse import pulse_of
from startups.views.pictures import sent

EXHIBITORS_PER_PAGE = 30
CALLS_ON_HOME = 6


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
        .prefetch_related(Prefetch("published_allocations", queryset=_allocations(request)))
        .order_by("application__sort_name", "pk")
    )
    page = Paginator(found, EXHIBITORS_PER_PAGE).get_page(request.GET.get("page"))
    exhibitors = [(exhibitor, stays(exhibitor.published_allocations.all())) for exhibitor in page]
    context = {"edition": edition, "form": form, "page": page, "exhibitors": exhibitors}
    return render(request, "startups/directory.html", context)


@login_not_required
@require_safe
def exhibitor(request: HttpRequest, slug: str) -> HttpResponse:
    """One exhibitor, and on which stand it is, half-day by half-day."""
    found = _exhibitor(request, slug)
    edition, application = found.participation.edition, found.application
    allocations = list(_allocations(request).filter(exhibitor=found))
    # The plan shows the next half-day they are there, not one when somebody else is.
    shown = half_day_at([one.half_day for one in allocations], timezone.now())
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
        "rotation": rotation(
            _half_days(edition), {one.half_day_id: one.stand for one in allocations}
        ),
        "half_day": shown,
        "levels": close_view(request.user, (one.stand for one in allocations), shown),
    }
    return render(request, "startups/exhibitor.html", context)


@login_not_required
@require_safe
def logo(request: HttpRequest, slug: str) -> HttpResponseBase:
    """An exhibitor's logo, to whoever sees the exhibitor: uploads are public in no other way."""
    response = sent(_exhibitor(request, slug).application.logo)
    response["Cache-Control"] = "private, max-age=3600"
    # Whatever the file turns out to be: opened on its own it may run nothing.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _edition(request: HttpRequest) -> Edition | None:
    return Edition.objects.visible_to(request.user).current()


def _participations(request: HttpRequest, edition: Edition) -> "QuerySet[Participation]":
    return Participation.objects.visible_to(request.user).filter(edition=edition).in_order()


def _themes() -> "QuerySet[Theme]":
    return Theme.objects.order_by("position", "pk")


def _half_days(edition: Edition) -> list[HalfDay]:
    return list(edition.half_days.select_related("day").order_by("starts_at", "pk"))


def _allocations(request: HttpRequest) -> "QuerySet[PublishedAllocation]":
    return (
        PublishedAllocation.objects.visible_to(request.user)
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
