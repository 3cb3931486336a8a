"""The desk's page for the morning: who is where at this half-day, who is absent, who is asked.

Made for a telephone held in one hand, walking along the stands.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from events.models import Edition, HalfDay, Participation
from pavilion.core.access import access_of
from pavilion.core.errors import DomainError
from pavilion.core.text import fold
from startups import operations
from startups.admin.board.pages import LINKS
from startups.floor.candidates import Candidate, candidates
from startups.floor.presence import half_day_at, is_running
from startups.models import (
    Absence,
    Allocation,
    Application,
    FloorRules,
    PlaceOffer,
    PublishedAllocation,
)
from startups.operations.replacing.absences import absent_from

# How many candidates an absence shows at once, and how many more it has folded away.
SHOWN, MOST = 1, 30


def today_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """GET: ?region=, ?half_day=, ?q=. As many queries for one stand as for hundreds."""
    access = access_of(request.user)
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    edition = Edition.objects.current()
    if edition is None:
        raise Http404
    now = timezone.now()
    regions = _regions(edition, access)
    region = _region(request, access, regions)
    half_days = list(HalfDay.objects.filter(edition=edition).order_by("starts_at", "pk"))
    half_day = _half_day(request, half_days, now)
    query = request.GET.get("q", "").strip()
    absences = _absences(half_day, region)
    rules = {row.participation_id: row for row in FloorRules.objects.filter(
        participation__in=[each.pk for each in regions]
    )}  # fmt: skip
    by_exhibitor = {absence.exhibitor_id: absence for absence in absences}
    planned = _planned(half_day, region)
    rows = [
        (row, by_exhibitor.get(row.exhibitor_id), _find(row), _drafted(row, planned))
        for row in _announced(half_day, region)
        if _matches(row, query)
    ]
    shown = [each for each in regions if each.region_id == region]
    first = absent_from(half_day, _rules(shown[0], rules)) if half_day and shown else None
    request.current_app = model_admin.admin_site.name
    return TemplateResponse(
        request,
        "admin/startups/absence/today.html",
        {
            **model_admin.admin_site.each_context(request),
            "opts": model_admin.opts,
            "title": _("Today on the stands"),
            "edition": edition,
            "regions": regions,
            "region": region,
            "region_name": shown[0].region if shown else "",
            "half_day": half_day,
            "half_days": half_days,
            "is_running": is_running(half_day, now),
            "possible_from": first,
            "is_early": first is not None and now < first,
            "query": query,
            "rows": rows,
            "absences": _with_candidates(absences, now),
            "manages": bool(region) and access.manages(region),
            "back": request.get_full_path(),
        },
    )


@require_POST
def acted(request: HttpRequest) -> HttpResponse:
    """One tap: does what the button says, and leads back to where it stood."""
    back = request.POST.get("back", "")
    if not (back.startswith("/") and url_has_allowed_host_and_scheme(back, None)):
        back = reverse("admin:startups_absence_today")
    for name, act in ACTS.items():
        if (value := request.POST.get(name)) is not None:
            try:
                messages.success(request, act(request, value))
            except DomainError as error:
                messages.error(request, str(error))
            return redirect(f"{back.partition('#')[0]}#{_anchor(name, value)}")
    raise BadRequest


def _mark(request: HttpRequest, value: str) -> str:
    exhibitor, half_day = _keys(value, 2)
    mine = _of_the_desk(request, "exhibitor__participation__region")
    held = get_object_or_404(
        PublishedAllocation.objects.filter(mine), exhibitor=exhibitor, half_day=half_day
    )
    by: Any = request.user
    absence = operations.mark_absent(exhibitor_id=exhibitor, half_day_id=half_day, by=by)
    return _("%(exhibitor)s is noted as absent from stand %(stand)s.") % {
        "exhibitor": absence.exhibitor,
        "stand": held.stand,
    }


def _came(request: HttpRequest, value: str) -> str:
    by: Any = request.user
    absence = _absence(request, *_keys(value, 1))
    operations.mark_came(absence_id=absence.pk, by=by)
    return _("%(exhibitor)s is there.") % {"exhibitor": absence.exhibitor}


def _no_show(request: HttpRequest, value: str) -> str:
    by: Any = request.user
    absence = _absence(request, *_keys(value, 1))
    operations.mark_no_show(exhibitor_id=absence.exhibitor_id, by=by)
    return _("%(exhibitor)s does not come at all: its coming half-days are free.") % {
        "exhibitor": absence.exhibitor
    }


def _offer(request: HttpRequest, value: str) -> str:
    absence_id, application_id = _keys(value, 2)
    by: Any = request.user
    absence = _absence(request, absence_id)
    visible = Application.objects.visible_to(request.user)
    get_object_or_404(visible, pk=application_id)
    offer = operations.offer_place(absence_id=absence.pk, application_id=application_id, by=by)
    return _("Offered to %(company)s, by mail.") % {"company": offer.application}


def _taken(request: HttpRequest, value: str) -> str:
    by: Any = request.user
    offer = operations.accept_offer(offer_id=_offer_of(request, value).pk, by=by)
    return _("%(company)s takes the place: the plan is changed and announced.") % {
        "company": offer.application
    }


def _declined(request: HttpRequest, value: str) -> str:
    by: Any = request.user
    offer = operations.decline_offer(offer_id=_offer_of(request, value).pk, by=by)
    return _("%(company)s does not take it: ask the next.") % {"company": offer.application}


def _withdraw(request: HttpRequest, value: str) -> str:
    by: Any = request.user
    offer = operations.withdraw_offer(offer_id=_offer_of(request, value).pk, by=by)
    return _("The offer to %(company)s is taken back.") % {"company": offer.application}


# What a button is called, and what it does.
ACTS: dict[str, Callable[[HttpRequest, str], str]] = {
    "absent": _mark,
    "came": _came,
    "no_show": _no_show,
    "offer": _offer,
    "taken": _taken,
    "declined": _declined,
    "withdraw": _withdraw,
}


def _anchor(name: str, value: str) -> str:
    """Where the button stood: whoever walks along the stands goes on from there."""
    return f"on-{_keys(value, 2)[0]}" if name == "absent" else "absent"


def _keys(value: str, count: int) -> list[int]:
    parts = value.split("-")
    if len(parts) != count or not all(part.isdecimal() and len(part) < 19 for part in parts):
        raise Http404
    return [int(part) for part in parts]


def _absence(request: HttpRequest, pk: int) -> Absence:
    rows = Absence.objects.visible_to(request.user).select_related("exhibitor__application")
    return get_object_or_404(rows, pk=pk)


def _offer_of(request: HttpRequest, value: str) -> PlaceOffer:
    return get_object_or_404(PlaceOffer.objects.visible_to(request.user), pk=_keys(value, 1)[0])


def _of_the_desk(request: HttpRequest, path: str) -> Q:
    access = access_of(request.user)
    return Q() if access.is_national else Q(**{f"{path}__in": access.desk_codes})


def _regions(edition: Edition, access: Any) -> list[Participation]:
    rows = Participation.objects.filter(edition=edition).select_related("region")
    if not access.is_national:
        rows = rows.filter(region__in=access.desk_codes)
    return list(rows.order_by("region__sort_key"))


def _region(request: HttpRequest, access: Any, regions: list[Participation]) -> str:
    """The one asked for, their only one, or the first: the page is of one region at a time."""
    codes = [each.region_id for each in regions]
    wanted = request.GET.get("region", "")
    if wanted and wanted not in codes:
        raise Http404
    return wanted or (codes[0] if codes else "")


def _half_day(request: HttpRequest, half_days: list[HalfDay], now: datetime) -> HalfDay | None:
    wanted = request.GET.get("half_day", "")
    if not wanted:
        return half_day_at(half_days, now)
    for each in half_days:
        if str(each.pk) == wanted:
            return each
    raise Http404


def _rules(participation: Participation, rules: dict[int, FloorRules]) -> FloorRules:
    return rules.get(participation.pk) or FloorRules(participation=participation)


def _announced(half_day: HalfDay | None, region: str) -> Any:
    """Where everybody was told to be: whoever walks finds them there."""
    rows = PublishedAllocation.objects.filter(
        half_day=half_day, exhibitor__participation__region=region
    ).select_related("exhibitor__application", "stand")
    return rows.order_by("stand__number", "pk")


def _planned(half_day: HalfDay | None, region: str) -> dict[int, str]:
    rows = Allocation.objects.filter(
        half_day=half_day, exhibitor__participation__region=region
    ).order_by("pk")
    return dict(rows.values_list("exhibitor_id", "stand__number"))


def _drafted(row: PublishedAllocation, planned: Mapping[int, str]) -> str:
    """What the plan being made says otherwise, and nobody has been told."""
    number = planned.get(row.exhibitor_id)
    if number is None:
        return _("Has no stand any more in the plan that is not announced")
    if number == row.stand.number:
        return ""
    return _("On %(stand)s in the plan that is not announced") % {"stand": number}


def _absences(half_day: HalfDay | None, region: str) -> list[Absence]:
    """Those without somebody in the place first."""
    offers = PlaceOffer.objects.select_related("application").order_by("pk")
    rows = (
        Absence.objects.filter(
            half_day=half_day, exhibitor__participation__region=region, came_at__isnull=True
        )
        .select_related(
            "exhibitor__application", "exhibitor__participation", "stand", "half_day__day"
        )
        .prefetch_related(Prefetch("offers", offers))
        .order_by("stand__number", "pk")
    )
    return sorted(rows, key=lambda row: any(one.status == "taken" for one in row.offers.all()))


def to_ask(found: Sequence[Candidate], *, shown: int) -> dict[str, Any]:
    """The next to ask stand first: after them who has no place, has said no, or nothing."""
    asked = sorted(found, key=lambda one: (one.answered is not None, not one.may_be_asked))
    return {
        "candidates": asked[:shown],
        "others": asked[shown:][:MOST],
        "is_full": sum(not one.has_place for one in found),
    }


def _with_candidates(absences: list[Absence], now: datetime) -> list[dict[str, Any]]:
    found = candidates(absences, now)
    told = []
    for absence in absences:
        offers = {offer.status: offer for offer in absence.offers.all()}
        told.append(
            {
                "absence": absence,
                "open": offers.get(PlaceOffer.Status.OFFERED),
                "taken": offers.get(PlaceOffer.Status.TAKEN),
                **to_ask(found[absence.pk], shown=SHOWN),
            }
        )
    return told


def _find(row: PublishedAllocation) -> str:
    """What the search field looks through."""
    return fold(f"{row.stand.number} {row.exhibitor}")


def _matches(row: PublishedAllocation, query: str) -> bool:
    return all(word in _find(row) for word in fold(query).split())


def _link(request: HttpRequest, edition: Edition, region: str) -> tuple[Any, str] | None:
    """From the rotation board, for who sees the region's desk."""
    access = access_of(request.user)
    if not (access.sees_desk(region) if region else access.is_national or access.desk_codes):
        return None
    query = f"?{urlencode({'region': region})}" if region else ""
    return _("Today on the stands"), reverse("admin:startups_absence_today") + query


LINKS.append(_link)
