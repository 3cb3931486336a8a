"""What a change of the board allows and may not mean: told before it is made, never refused."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events import geometry
from events.models import Stand
from startups.floor.suiting import lacking
from startups.models import Allocation, Exhibitor
from startups.operations.board.planning import Change


@dataclass(frozen=True)
class BoardWarning:
    """`code` is the same in every language."""

    code: str
    exhibitor: int
    sentence: str


def warnings(change: Change) -> list[BoardWarning]:
    """Of the plan as it would be, for whom it touches. A fixed number of queries."""
    return [
        *_lacking(change),
        *_impossible(change),
        *_counted(change),
        *_on_several_stands(change),
        *_beside_competitors(change),
    ]


def _lacking(change: Change) -> Iterator[BoardWarning]:
    told = set()
    for exhibitor, stand, _half_day in change.added():
        if (exhibitor.pk, stand.pk) in told:
            continue
        told.add((exhibitor.pk, stand.pk))
        if missing := lacking(stand, exhibitor.application, exhibitor.kind_needed):
            words = {"stand": stand, "exhibitor": exhibitor, "equipment": ", ".join(missing)}
            sentence = _("Stand %(stand)s lacks what %(exhibitor)s needs: %(equipment)s.") % words
            yield BoardWarning("needs", exhibitor.pk, sentence)


def _impossible(change: Change) -> Iterator[BoardWarning]:
    rows = Exhibitor.impossible_half_days.through._base_manager.filter(
        exhibitor__in=list(change.after)
    )
    never = set(rows.values_list("exhibitor_id", "halfday_id"))
    for exhibitor, _stand, half_day in change.added():
        if (exhibitor.pk, half_day.pk) in never:
            words = {"exhibitor": exhibitor, "half_day": half_day}
            yield BoardWarning(
                "impossible",
                exhibitor.pk,
                _("%(half_day)s is impossible for %(exhibitor)s.") % words,
            )


def _counted(change: Change) -> Iterator[BoardWarning]:
    """More or fewer half-days than granted; who is left without any is seen anyway."""
    wishes = Exhibitor.objects.filter(pk__in=list(change.after)).annotate(
        wished=Count("application__wanted_half_days")
    )
    found = wishes.order_by("pk").values_list("pk", "granted_half_days", "wished")
    for pk, granted, wished in found:
        due, given = granted or wished or len(change.half_days), len(change.after[pk])
        if given in (0, due) or given == len(change.before[pk]):
            continue
        words = {"exhibitor": change.exhibitors[pk], "given": given, "due": due}
        sentence = ngettext(
            "%(exhibitor)s would have %(given)s half-day, for %(due)s granted.",
            "%(exhibitor)s would have %(given)s half-days, for %(due)s granted.",
            given,
        )
        yield BoardWarning("more" if given > due else "fewer", pk, sentence % words)


def _on_several_stands(change: Change) -> Iterator[BoardWarning]:
    for pk, stay in change.after.items():
        stands = sorted({change.stands[stand].number for stand, _status in stay.values()})
        if len(stands) > 1:
            words = {"exhibitor": change.exhibitors[pk], "stands": ", ".join(stands)}
            sentence = _("%(exhibitor)s would be on several stands: %(stands)s.") % words
            yield BoardWarning("stands", pk, sentence)


def _beside_competitors(change: Change) -> Iterator[BoardWarning]:
    pairs = _pairs(change)
    rivals = {pk: exhibitor for _own, pk, exhibitor in pairs}
    stays = _stays(change, rivals)
    beside = _beside(stays)
    told = set()
    for own, pk, rival in pairs:
        for day, half_day in change.half_days.items():
            mine, theirs = stays[own].get(day), stays[pk].get(day)
            pair = frozenset((own, pk))
            if mine and theirs and theirs in beside[mine] and pair not in told:
                told.add(pair)
                words = {
                    "exhibitor": change.exhibitors[own],
                    "competitor": rival,
                    "half_day": half_day,
                }
                sentence = _(
                    "%(half_day)s: %(exhibitor)s would be beside its competitor %(competitor)s."
                )
                yield BoardWarning("competitors", own, sentence % words)


def _pairs(change: Change) -> list[tuple[int, int, Exhibitor]]:
    moving = {exhibitor.pk for exhibitor, _stand, _day in change.added()}
    rows = (
        Exhibitor.keeps_apart_from.through._base_manager.filter(from_exhibitor__in=moving)
        .select_related("to_exhibitor__application")
        .order_by("from_exhibitor", "to_exhibitor")
    )
    return [(row.from_exhibitor_id, row.to_exhibitor_id, row.to_exhibitor) for row in rows]


def _stays(change: Change, rivals: Mapping[int, Exhibitor]) -> dict[int, dict[int, int]]:
    """{exhibitor: {half-day: stand}} as it would be."""
    stays: dict[int, dict[int, int]] = defaultdict(dict)
    rows = Allocation.objects.filter(exhibitor__in=rivals.keys() - change.after.keys())
    for exhibitor, half_day, stand in rows.values_list("exhibitor", "half_day", "stand"):
        stays[exhibitor][half_day] = stand
    for pk, stay in change.after.items():
        stays[pk] = {day: stand for day, (stand, _status) in stay.items()}
    return stays


def _beside(stays: Mapping[int, Mapping[int, int]]) -> Mapping[int, set[int]]:
    stands = {stand for stay in stays.values() for stand in stay.values()}
    rows = Stand.objects.filter(pk__in=stands).values_list(*geometry.COLUMNS)
    found = geometry.neighbours(geometry.places(rows))
    return defaultdict(set, found)
