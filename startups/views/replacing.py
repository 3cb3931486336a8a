"""A place offered to a company for the rest of a day, on its private address."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pavilion.core.errors import DomainError
from startups import operations
from startups.floor.candidates import still_candidate
from startups.floor.suiting import equipment_of
from startups.models import Application, PlaceOffer, PublishedAllocation
from startups.views.private import private_page


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def offer(request: HttpRequest, application: Application, pk: int) -> HttpResponse:
    """GET shows what is offered and until when; the two buttons answer."""
    rows = PlaceOffer.objects.select_related(
        "absence__stand__zone__level__hall",
        "absence__exhibitor__participation__region",
        "absence__half_day__day",
    )
    known = get_object_or_404(rows, pk=pk, application=application)
    if request.method == "POST":
        _act(request, application, known)
        return redirect("startups:application_offer", application.token, known.pk)
    now = timezone.now()
    is_open = known.status == PlaceOffer.Status.OFFERED and now < known.expires_at
    return render(
        request,
        "startups/replacement/offer.html",
        {
            "application": application,
            "call": application.call,
            "offer": known,
            "stand": known.absence.stand,
            "equipment": equipment_of(known.absence.stand).words,
            "half_days": list(known.half_days.order_by("starts_at", "pk")),
            "is_open": is_open,
            # The region may have given it, or the company another stand, meanwhile.
            "is_gone": is_open and still_candidate(known, now) is None,
            "is_beside": known.status == PlaceOffer.Status.TAKEN and not _has_it(known),
            "minutes_left": max(0, int((known.expires_at - now).total_seconds() // 60)),
        },
    )


def _has_it(known: PlaceOffer) -> bool:
    """Announced for its taker; a neighbour keeps its own, and this one is kept free for it."""
    return PublishedAllocation.objects.filter(
        exhibitor__application=known.application_id,
        stand=known.absence.stand_id,
        half_day__in=known.half_days.all(),
    ).exists()


def _act(request: HttpRequest, application: Application, known: PlaceOffer) -> None:
    answer = request.POST.get("answer", "")
    name = application.contact_name or application.contact_email
    try:
        if answer == "accept":
            operations.accept_offer(offer_id=known.pk, by_name=name)
            done = _("The place is yours. Everything about it is on its way by mail.")
        elif answer == "decline":
            operations.decline_offer(offer_id=known.pk, by_name=name)
            done = _("Thank you for telling us: the place goes to somebody else.")
        else:
            raise Http404
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
