"""How many places a region means to give to whom: shown beside the balance, never enforced."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pavilion.core import activity
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups.jury.balance import AGE_BANDS
from startups.models import Call, Quota, Theme
from startups.operations.calls.locks import locked_call

Dimension = Quota.Dimension


class WrongQuota(DomainError):
    code = "wrong_quota"


class QuotaTwice(DomainError):
    code = "quota_twice"


class MoreThanThePlaces(DomainError):
    code = "more_than_the_places"


@dataclass(frozen=True, order=True)
class Wanted:
    dimension: str
    value: str
    least: int


def set_quotas(
    *, call_id: int, quotas: Iterable[Mapping[str, Any]], by: User | None
) -> list[Quota]:
    """Make these the call's quotas, all of them. The same again leaves no trace."""
    with transaction.atomic():
        call = locked_call(call_id, by)
        wanted = sorted(_wanted(call, quota) for quota in quotas)
        _ensure_possible(call, wanted)
        had = [
            Wanted(quota.dimension, quota.value, quota.least)
            for quota in call.quotas.order_by("dimension", "value", "least")
        ]
        if wanted != had:
            call.quotas.all().delete()
            Quota.objects.bulk_create(
                Quota(call=call, dimension=each.dimension, value=each.value, least=each.least)
                for each in wanted
            )
            activity.record(
                by=by,
                verb="call.quotas_set",
                target=call,
                region_code=call.region_code,
                before={"quotas": _told(had)},
                after={"quotas": _told(wanted)},
            )
    return list(call.quotas.order_by("dimension", "value", "pk"))


def values(call: Call) -> dict[str, dict[str, str]]:
    """What each dimension counts: value → its name. For women, one value without a name."""
    departments = {code: code for code in call.participation.region.departments}
    themes = call.themes.all() or Theme.objects.order_by("position", "pk")
    return {
        Dimension.DEPARTMENT: departments,
        Dimension.THEME: {theme.pk: str(theme) for theme in themes},
        Dimension.AGE: {value: str(label) for value, label, _most in AGE_BANDS},
        Dimension.WOMEN: {"": _("at least one woman")},
    }


def _wanted(call: Call, quota: Mapping[str, Any]) -> Wanted:
    dimension, value = Dimension(quota["dimension"]), str(quota.get("value") or "")
    possible = values(call)[dimension]
    if value not in possible:
        sentence = _("“%(value)s” is none of: %(possible)s.")
        words = {"value": value, "possible": ", ".join(possible)}
        if dimension == Dimension.WOMEN:
            sentence = _("Women founders are counted as they are: leave the value empty.")
        raise WrongQuota(
            sentence % words,
            field="value",
            details={"dimension": str(dimension), "possible": list(possible)},
        )
    return Wanted(str(dimension), value, int(quota["least"]))


def _ensure_possible(call: Call, wanted: list[Wanted]) -> None:
    sums: Counter[str] = Counter()
    seen = set()
    for each in wanted:
        what = {"quota": Quota(dimension=each.dimension, value=each.value, least=each.least)}
        if (each.dimension, each.value) in seen:
            raise QuotaTwice(_("There are two quotas for the same: %(quota)s.") % what)
        seen.add((each.dimension, each.value))
        sums[each.dimension] += each.least
        if sums[each.dimension] > call.places:
            sentence = _("Together these quotas ask for %(least)d places; the call has %(places)d.")
            raise MoreThanThePlaces(
                sentence % {"least": sums[each.dimension], "places": call.places},
                field="least",
                details={"dimension": each.dimension, "places": call.places},
            )


def _told(quotas: list[Wanted]) -> list[str]:
    return [f"{each.dimension} {each.value}: {each.least}".replace(" :", ":") for each in quotas]
