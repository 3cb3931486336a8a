"""What the stands are given to an exhibitor by, beside its own wishes and needs."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from events.models import HalfDay, Stand
from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.changes import assign, clean
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups.models import Exhibitor
from startups.operations.board.refusals import not_in_edition

FIELDS = ("granted_half_days", "kind_needed", "rank")


class WrongTerms(DomainError):
    code = "wrong_terms"


def change_stay_terms(
    *,
    exhibitor_id: int,
    by: User | None,
    impossible_half_days: Collection[int] | None = None,
    keeps_apart_from: Collection[int] | None = None,
    **fields: Any,
) -> Exhibitor:
    """Change what is named. The plan itself stays as it is; the next proposal reads this."""
    with transaction.atomic():
        exhibitor = (
            Exhibitor.objects.select_for_update(of=("self",), no_key=True)
            .select_related("application", "participation__region", "participation__edition")
            .get(pk=exhibitor_id)
        )
        ensure_manages(by, exhibitor.region_code)
        before, after = assign(exhibitor, clean(Exhibitor, fields, allowed=FIELDS))
        _ensure_possible(exhibitor)
        if after:
            exhibitor.save(update_fields=list(after))
        if impossible_half_days is not None:
            _set_impossible(exhibitor, impossible_half_days, before, after)
        if keeps_apart_from is not None:
            _set_apart(exhibitor, keeps_apart_from, before, after)
        if after:
            activity.record(
                by=by,
                verb="exhibitor.stay_terms_changed",
                target=exhibitor,
                region_code=exhibitor.region_code,
                before=before,
                after=after,
            )
    return exhibitor


def _ensure_possible(exhibitor: Exhibitor) -> None:
    number = HalfDay.objects.filter(edition=exhibitor.participation.edition_id).count()
    granted = exhibitor.granted_half_days
    if granted is not None and not 1 <= granted <= number:
        raise WrongTerms(
            _("The fair has %(number)d half-days: grant between 1 and as many.")
            % {"number": number},
            field="granted_half_days",
        )
    if exhibitor.rank is not None and exhibitor.rank < 1:
        raise WrongTerms(_("Ranks begin at 1."), field="rank")
    if exhibitor.kind_needed and exhibitor.kind_needed not in Stand.Kind.values:
        raise WrongTerms(
            _("There is no stand of kind %(kind)s.") % {"kind": exhibitor.kind_needed},
            field="kind_needed",
        )


def _set_impossible(
    exhibitor: Exhibitor, wanted: Collection[int], before: dict[str, Any], after: dict[str, Any]
) -> None:
    edition = exhibitor.participation.edition
    half_days = HalfDay.objects.filter(edition=edition).order_by("starts_at", "pk")
    known = {each.pk: each for each in half_days}
    if strangers := set(wanted) - known.keys():
        raise not_in_edition(edition, strangers)
    was = set(exhibitor.impossible_half_days.values_list("pk", flat=True))
    if was != set(wanted):
        exhibitor.impossible_half_days.set(wanted)
        before["impossible_half_days"] = [str(each) for pk, each in known.items() if pk in was]
        after["impossible_half_days"] = [str(each) for pk, each in known.items() if pk in wanted]


def _set_apart(
    exhibitor: Exhibitor, wanted: Collection[int], before: dict[str, Any], after: dict[str, Any]
) -> None:
    rivals = Exhibitor.objects.filter(
        participation__edition=exhibitor.participation.edition_id
    ).select_related("application")
    found = {each.pk: each for each in rivals.filter(pk__in=wanted).exclude(pk=exhibitor.pk)}
    if set(wanted) - found.keys():
        raise WrongTerms(
            _("Competitors are other exhibitors of the same edition."), field="keeps_apart_from"
        )
    was = {each.pk: each for each in exhibitor.keeps_apart_from.select_related("application")}
    if was.keys() != found.keys():
        exhibitor.keeps_apart_from.set(found.values())
        before["keeps_apart_from"] = sorted(str(each) for each in was.values())
        after["keeps_apart_from"] = sorted(str(each) for each in found.values())
