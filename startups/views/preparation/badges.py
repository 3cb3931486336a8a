"""Who wears a badge, and on which days."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from events.models import Day
from pavilion.core.errors import DomainError
from startups import operations
from startups.forms.preparation import badge_forms
from startups.models import Badge, ChecklistItem, Exhibitor
from startups.views.preparation.pages import (
    back_to_list,
    item_or_404,
    item_page,
    person_of,
    preparing,
    writable,
)


@writable
@preparing
def name_badges(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponse:
    item = item_or_404(exhibitor, ChecklistItem.BADGES)
    days = list(
        Day.objects.filter(edition=exhibitor.participation.edition_id).order_by("date", "pk")
    )
    badges = Badge.objects.filter(exhibitor=exhibitor).order_by("created_at", "pk")
    rows = badge_forms(
        exhibitor.application.call,
        days,
        badges.prefetch_related(Prefetch("days", Day.objects.order_by("date", "pk"))),
        request.POST or None,
    )
    is_complete = "draft" not in request.POST
    refusal = ""
    if request.method == "POST" and rows.is_valid():
        try:
            operations.save_badges(
                exhibitor_id=exhibitor.pk,
                holders=rows.holders(),
                is_complete=is_complete,
                seen=_seen_badges(request),
                by_name=person_of(exhibitor)["name"],
            )
        except DomainError as error:
            refusal = str(error)
        else:
            done = _("The list is complete. Thank you.") if is_complete else _("The list is saved.")
            return back_to_list(request, exhibitor, done)
    seen = _seen_badges(request)
    context = {
        "rows": rows,
        "refusal": refusal,
        "quota": exhibitor.application.call.badge_quota,
        # They count too, and this page does not show them.
        "meanwhile": [badge for badge in badges if refusal and badge.pk not in seen],
        # Kept from attempt to attempt: whom a colleague names meanwhile is not taken off the list.
        "seen": request.POST.get("seen") or " ".join(str(badge.pk) for badge in badges),
    }
    return item_page(request, exhibitor, item, "badges", None, **context)


def _seen_badges(request: HttpRequest) -> list[int]:
    """The badges this page was opened with."""
    return [
        int(word)
        for word in request.POST.get("seen", "").split()
        if word.isdecimal() and len(word) < 19
    ]
