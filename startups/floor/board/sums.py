"""How far the plan is, in one sentence."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count
from django.utils.translation import ngettext

from events.models import Edition
from startups.models import Allocation, Exhibitor


def sums_of(edition: Edition, region: str) -> str:
    """ "288 of 304 exhibitors have all their half-days; 10 have no stand." Three queries."""
    rows = Exhibitor.objects.present().filter(participation__edition=edition)
    rows = rows.filter(participation__region=region) if region else rows
    total = edition.half_days.count()
    given = Counter(
        Allocation.objects.filter(half_day__edition=edition).values_list("exhibitor_id", flat=True)
    )
    wished = rows.annotate(wished=Count("application__wanted_half_days"))
    columns = wished.values_list("pk", "granted_half_days", "wished")
    return in_words((granted or wish or total, given[pk]) for pk, granted, wish in columns)


def in_words(stays: Iterable[tuple[int, int]]) -> str:
    """`stays`: half-days granted and given, of each exhibitor."""
    known = list(stays)
    served = sum(given >= granted for granted, given in known)
    without = sum(not given for _granted, given in known)
    words = ngettext(
        "%(served)s exhibitor of %(all)s has all its half-days.",
        "%(served)s exhibitors of %(all)s have all their half-days.",
        served,
    ) % {"served": served, "all": len(known)}
    if not without:
        return words
    more = ngettext("%(count)s has no stand.", "%(count)s have no stand.", without)
    return f"{words} {more % {'count': without}}"
