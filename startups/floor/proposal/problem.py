"""A plan to be filled, as the solver reads it: plain values, in few queries whatever the size.

Beside what the solver reads stands `aside`: what the answer is told and applied with. Who cannot be
put as one stay on one stand (confirmed by hand on two, or on one out of use) is left as it is: its
cells are blocked for all others.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from events import geometry
from events.models import HalfDay, Stand
from startups.jury.marks import average
from startups.models import Allocation, Application, Exhibitor, FloorRules, Review, StandHold
from startups.models.board import usual_levels

Problem = dict[str, Any]
Cells = dict[int, int]  # half-day → stand


@dataclass
class _Held:
    """What an exhibitor has now: stands by half-day, and on which half-days nobody moves it."""

    cells: Cells = field(default_factory=dict)
    confirmed: set[int] = field(default_factory=set)


@dataclass
class _Frame:
    """What all exhibitors of one problem are held against."""

    half_days: list[int]
    begun: set[int]
    stands: set[int]
    only_gaps: bool


@dataclass
class _Wish:
    """One exhibitor's part that depends on what it has: what may still be given to it."""

    granted: int
    impossible: list[int]
    present: Cells
    confirmed: list[int]


def solver_input(problem: Problem) -> Problem:
    """What the solver is given of it."""
    return {name: value for name, value in problem.items() if name != "aside"}


def read(
    *,
    edition_id: int,
    participation_id: int | None = None,
    only_gaps: bool = False,
    seed: int = 1,
    time_limit: int = 60,
    now: datetime,
) -> Problem:
    """The edition's plan, or one region's. Half-days that have begun are left as they are."""
    half_days = list(
        HalfDay.objects.filter(edition=edition_id)
        .order_by("starts_at", "pk")
        .values("pk", "pace", "starts_at")
    )
    stands = list(_stands(edition_id, participation_id))
    frame = _Frame(
        half_days=[half_day["pk"] for half_day in half_days],
        begun={half_day["pk"] for half_day in half_days if half_day["starts_at"] <= now},
        stands={stand.pk for stand in stands},
        only_gaps=only_gaps,
    )
    rows = _exhibitors(edition_id, participation_id)
    companies = {row["application_id"] for row in rows}
    wished = _by_first(Application.wanted_half_days.through, "application", "halfday", edition_id)
    impossible = _by_first(
        Exhibitor.impossible_half_days.through, "exhibitor", "halfday", edition_id
    )
    apart = _apart(edition_id, participation_id)
    means = _means(companies, edition_id, participation_id)
    held = _held(edition_id)

    exhibitors, kept = [], []
    ranks = _ranks(rows, means)
    for row in rows:
        pk = row["pk"]
        wanted = [each for each in frame.half_days if each in wished[row["application_id"]]]
        wish = _wish(row["granted_half_days"], wanted, impossible[pk], held[pk], frame)
        if wish is None:
            kept.append(pk)
            continue
        exhibitors.append(
            {
                "id": pk,
                "group": row["participation_id"],
                "rank": ranks[pk],
                "granted": wish.granted,
                "wished": wanted,
                "impossible": wish.impossible,
                **_needs(row),
                "theme": row["application__theme"] or "",
                "apart": sorted(apart[pk]),
                "present": {str(half_day): stand for half_day, stand in wish.present.items()},
                "confirmed": wish.confirmed,
            }
        )
    ours = {row["id"] for row in exhibitors}
    for row in exhibitors:
        row["apart"] = [other for other in row["apart"] if other in ours]
    holds = _holds(edition_id)
    others = {
        (stand, half_day): pk
        for pk, has in held.items()
        if pk not in ours
        for half_day, stand in has.cells.items()
        if stand in frame.stands
    }
    blocked = _blocked(frame, {*holds, *others}, exhibitors)
    next_to = geometry.neighbours(_place(stand) for stand in stands)
    groups = {row["participation_id"] for row in rows}
    return {
        "half_days": [{"id": each["pk"], "pace": each["pace"]} for each in half_days],
        "stands": [_stand(stand, blocked[stand.pk], next_to[stand.pk]) for stand in stands],
        "exhibitors": exhibitors,
        "levels": _levels(groups),
        "only_gaps": only_gaps,
        "seed": seed,
        "time_limit": time_limit,
        "aside": {
            "kept": kept,
            "cells": {
                str(pk): {str(half_day): stand for half_day, stand in held[pk].cells.items()}
                for pk in sorted(ours)
                if held[pk].cells
            },
            "holds": {f"{stand}:{half_day}": note for (stand, half_day), note in holds.items()},
            "others": {f"{stand}:{half_day}": pk for (stand, half_day), pk in others.items()},
        },
    }


def _stands(edition_id: int, participation_id: int | None) -> Iterable[Stand]:
    stands = Stand.objects.in_use().filter(edition=edition_id)
    if participation_id is not None:
        shared = Q(zone__participation__isnull=True)
        stands = stands.filter(shared | Q(zone__participation=participation_id))
    return stands.select_related("zone").order_by("zone__participation", "number", "pk")


def _exhibitors(edition_id: int, participation_id: int | None) -> list[dict[str, Any]]:
    present = Exhibitor.objects.present().filter(participation__edition=edition_id)
    if participation_id is not None:
        present = present.filter(participation=participation_id)
    return list(
        present.order_by("pk").values(
            *("pk", "participation_id", "application_id", "granted_half_days"),
            *("kind_needed", "rank", "application__theme", "application__power_watts"),
            *("application__needs_screen", "application__needs_wired_network"),
            *("application__needs_storage", "application__needs_water"),
            *("application__heavy_load", "application__needs_accessible_stand"),
            *("application__has_exhibited", "application__submitted_at"),
        )
    )


def _needs(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": row["kind_needed"],
        "watts": row["application__power_watts"] or 0,
        "screen": row["application__needs_screen"],
        "network": row["application__needs_wired_network"],
        "storage": row["application__needs_storage"],
        "water": row["application__needs_water"],
        "load": row["application__heavy_load"] or 0,
        "accessible": row["application__needs_accessible_stand"],
    }


def _stand(stand: Stand, blocked: Collection[int], next_to: Collection[int]) -> dict[str, Any]:
    return {
        "id": stand.pk,
        "number": stand.number,
        "group": stand.zone.participation_id,
        "kind": stand.kind,
        "watts": stand.power_watts,
        "screen": stand.has_screen,
        "network": stand.has_wired_network,
        "storage": stand.has_storage,
        "water": stand.has_water,
        "load": stand.max_load,
        "accessible": stand.is_accessible,
        "blocked": sorted(blocked),
        "neighbours": sorted(next_to),
    }


def _place(stand: Stand) -> geometry.Place:
    x, y, width, depth = map(float, (stand.x, stand.y, stand.width, stand.depth))
    return geometry.Place(stand.pk, stand.zone.level_id, x, y, width, depth, stand.rotation)


def _wish(
    granted: int | None, wished: list[int], impossible: set[int], held: _Held, frame: _Frame
) -> _Wish | None:
    """None for whom no proposal moves: what it has is no single stay, or nothing is left to give.

    Once the fair has begun, whoever began on a stand goes on there; whoever changed stands has
    its past behind it and is given the rest.
    """
    past = {each: stand for each, stand in held.cells.items() if each in frame.begun}
    coming = {each: stand for each, stand in held.cells.items() if each not in frame.begun}
    sure = {coming[each] for each in held.confirmed if each in coming}
    if len(sure) > 1 or not sure <= frame.stands:
        return None
    if frame.only_gaps and len(set(coming.values())) > 1:
        return None
    number = granted or len(wished) or len(set(frame.half_days) - impossible) or 1
    settled = [each for each in coming if each in held.confirmed]
    if past and len({*past.values(), *sure}) == 1 and set(past.values()) <= frame.stands:
        settled += past
        coming |= past
        not_any_more = frame.begun - set(past)
    else:
        number -= len(past)
        not_any_more = frame.begun
    if number <= 0:
        return None
    out = (impossible | not_any_more) - set(settled)
    if frame.begun:
        number = min(number, len(set(frame.half_days) - out))
    order = {half_day: at for at, half_day in enumerate(frame.half_days)}
    return _Wish(
        granted=max(number, len(settled)),
        impossible=sorted(out, key=order.__getitem__),
        present={
            each: coming[each] for each in frame.half_days if coming.get(each) in frame.stands
        },
        confirmed=sorted(settled, key=order.__getitem__),
    )


def _ranks(rows: list[dict[str, Any]], means: Mapping[int, Decimal]) -> dict[int, int]:
    """By the rank somebody gave, then by the jury; of equals who never exhibited, then who came
    first."""

    def standing(row: dict[str, Any]) -> tuple[Any, ...]:
        mean = means.get(row["application_id"])
        submitted_at = row["application__submitted_at"]
        return (
            row["rank"] is None,
            row["rank"] or 0,
            mean is None,
            -(mean or 0),
            row["application__has_exhibited"] is not False,
            submitted_at is None,
            submitted_at,
            row["pk"],
        )

    ranks: dict[int, int] = {}
    counts: dict[int, int] = defaultdict(int)
    for row in sorted(rows, key=standing):
        counts[row["participation_id"]] += 1
        ranks[row["pk"]] = counts[row["participation_id"]]
    return ranks


def _means(
    companies: Collection[int], edition_id: int, participation_id: int | None
) -> dict[int, Decimal]:
    reviews = Review.objects.done().filter(
        application__exhibitor__isnull=False,
        application__exhibitor__participation__edition=edition_id,
    )
    if participation_id is not None:
        reviews = reviews.filter(application__exhibitor__participation=participation_id)
    given: dict[int, list[Decimal]] = defaultdict(list)
    for application, mean in reviews.order_by("pk").values_list("application_id", "mean"):
        if application in companies and mean is not None:
            given[application].append(mean)
    return {application: average(means) for application, means in given.items()}


def _by_first(through: Any, first: str, second: str, edition_id: int) -> dict[int, set[int]]:
    """A many-to-many of the edition's half-days, by its first side."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = through.objects.filter(**{f"{second}__edition": edition_id})
    for one, other in rows.values_list(f"{first}_id", f"{second}_id"):
        found[one].add(other)
    return found


def _apart(edition_id: int, participation_id: int | None) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    pairs = Exhibitor.keeps_apart_from.through.objects.filter(
        from_exhibitor__participation__edition=edition_id
    )
    if participation_id is not None:
        pairs = pairs.filter(from_exhibitor__participation=participation_id)
    for one, other in pairs.values_list("from_exhibitor_id", "to_exhibitor_id"):
        found[one].add(other)
    return found


def _held(edition_id: int) -> dict[int, _Held]:
    held: dict[int, _Held] = defaultdict(_Held)
    rows = Allocation.objects.filter(half_day__edition=edition_id).order_by(
        "exhibitor_id", "half_day__starts_at", "pk"
    )
    for pk, half_day, stand, status in rows.values_list(
        "exhibitor_id", "half_day_id", "stand_id", "status"
    ):
        held[pk].cells[half_day] = stand
        if status == Allocation.Status.CONFIRMED:
            held[pk].confirmed.add(half_day)
    return held


def _holds(edition_id: int) -> dict[tuple[int, int], str]:
    rows = StandHold.objects.filter(half_day__edition=edition_id).order_by("pk")
    return {
        (stand, half_day): note
        for stand, half_day, note in rows.values_list("stand_id", "half_day_id", "note")
    }


def _blocked(
    frame: _Frame, taken: Collection[tuple[int, int]], exhibitors: Iterable[Mapping[str, Any]]
) -> dict[int, set[int]]:
    blocked: dict[int, set[int]] = {stand: set(frame.begun) for stand in frame.stands}
    for stand, half_day in taken:
        if stand in blocked:
            blocked[stand].add(half_day)
    if frame.begun:
        for row in exhibitors:
            for half_day in row["confirmed"]:
                blocked[row["present"][str(half_day)]].discard(half_day)
    return blocked


def _levels(participations: Collection[int]) -> dict[str, list[str]]:
    rules = FloorRules.objects.filter(participation__in=participations)
    own = dict(rules.values_list("participation_id", "levels"))
    return {str(pk): own.get(pk) or usual_levels() for pk in sorted(participations)}
