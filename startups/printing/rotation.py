"""Rotation sheets: a region's stands down, half-days across, who is there when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from events.models import Edition, HalfDay, Participation, Stand
from pavilion.core.dates import written
from pavilion.core.models import User
from startups.models import Exhibitor, Theme
from startups.printing.cells import Versions, cells_of, half_days_of, theme_marks
from startups.printing.wanted import Source, Wanted

Held = Mapping[int, Mapping[int, Exhibitor]]


def laid_out(
    wanted: Wanted, edition: Edition, by: User
) -> tuple[Mapping[str, Any], Mapping[str, bytes], int]:
    half_days = half_days_of(edition)
    themes = list(Theme.objects.order_by("position", "pk"))
    held: dict[int, dict[int, Exhibitor]] = defaultdict(dict)
    # Whoever is at a region's stand is on its sheet, of whatever region.
    for cell in cells_of(replace(wanted, region=""), by):
        held[cell.stand.pk][cell.half_day.pk] = cell.exhibitor
    versions = Versions(wanted)
    sheets = []
    for participation, stands in _stands(wanted, edition, by, held):
        rows = [_row(stand, half_days, held.get(stand.pk, {})) for stand in stands]
        present = {code for row in rows for code in row["themes"]}
        sheets.append(
            {
                "region_code": participation.region_id,
                "region": str(participation.region),
                "version": versions.of(participation.region_id),
                "rows": rows,
                "legend": [[theme.pk, str(theme)] for theme in themes if theme.pk in present],
            }
        )
    values = {
        "sheets": sheets,
        "days": _days(half_days),
        "half_days": [capfirst(one.get_part_display()) for one in half_days],
        "marks": theme_marks(themes),
        "is_draft": wanted.source == Source.MADE,
        "paper": "a4",
        "words": {"stand": _("Stand"), "free": _("free")},
    }
    return values, {}, len(sheets)


def _stands(
    wanted: Wanted, edition: Edition, by: User, held: Held
) -> Iterable[tuple[Participation, Sequence[Stand]]]:
    """Each region with its own stands, then those of shared areas where its exhibitors are."""
    participations = Participation.objects.visible_to(by).filter(edition=edition)
    if wanted.region:
        participations = participations.filter(region=wanted.region)
    stands = Stand.objects.visible_to(by).filter(edition=edition).in_use().select_related("zone")
    by_region: dict[int, list[Stand]] = defaultdict(list)
    for stand in stands.order_by("number", "pk"):
        if stand.zone.participation_id:
            by_region[stand.zone.participation_id].append(stand)
            continue
        for key in {each.participation_id for each in held.get(stand.pk, {}).values()}:
            by_region[key].append(stand)
    for participation in participations.select_related("region").in_order():
        if by_region[participation.pk]:
            yield participation, by_region[participation.pk]


def _row(
    stand: Stand, half_days: Sequence[HalfDay], there: Mapping[int, Exhibitor]
) -> dict[str, Any]:
    cells = []
    for exhibitor, group in groupby(half_days, key=lambda each: there.get(each.pk)):
        theme = exhibitor.application.theme_id if exhibitor else None
        cells.append(
            {
                "span": len(list(group)),
                "name": str(exhibitor) if exhibitor else "",
                "theme": theme or "",
                "region_code": exhibitor.region_code if exhibitor else "",
            }
        )
    return {
        "number": stand.number,
        "kind": stand.get_kind_display(),
        "cells": cells,
        "themes": [cell["theme"] for cell in cells if cell["theme"]],
    }


def _days(half_days: Sequence[HalfDay]) -> list[dict[str, Any]]:
    return [
        {"label": capfirst(written(day, "l j F")), "span": len(list(group))}
        for day, group in groupby(half_days, key=lambda each: each.date)
    ]
