"""Signs: one page for each stand and half-day, to hang over it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from itertools import groupby, pairwise
from typing import Any

from django.db.models.fields.files import FieldFile
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from PIL import Image

from events.models import Edition, HalfDay
from pavilion.core.dates import written
from pavilion.core.models import User
from startups import dates
from startups.floor.numbers import plain
from startups.models import FloorRules, Theme
from startups.printing.cells import Cell, cells_of, theme_marks
from startups.printing.wanted import Wanted
from startups.short_addresses import qr_of, typed_address


def laid_out(
    wanted: Wanted, edition: Edition, by: User
) -> tuple[Mapping[str, Any], Mapping[str, bytes], int]:
    # Who comes next may be of another region: all are read, some are printed.
    cells = cells_of(replace(wanted, region=""), by)
    following = _following(cells)
    handovers = _handovers(edition)
    marks = theme_marks(list(Theme.objects.order_by("position", "pk")))
    pictures: dict[str, bytes] = {}
    signs = []
    for cell in _chosen(cells, wanted):
        last = _last_of_stay(cell, following)
        after = following.get((cell.stand.pk, last.pk))
        application = cell.exhibitor.application
        signs.append(
            {
                "region_code": cell.exhibitor.region_code,
                "region": str(cell.exhibitor.participation.region),
                "number": cell.stand.number,
                "name": str(cell.exhibitor),
                "theme": str(application.theme or ""),
                "mark": marks.get(application.theme_id or ""),
                "pitch": application.pitch,
                "logo": _logo(application.logo, application.pk, pictures),
                "qr": _qr(cell.stand.number, cell.stand.pk, pictures),
                "address": typed_address(cell.stand.number),
                "when": _when(cell, last, wanted),
                "until": _until(last, after, handovers),
                "next": _("Then: %(name)s") % {"name": after.exhibitor} if after else "",
            }
        )
    scan = _("Who is here at this moment?")
    return {"signs": signs, "scan": scan}, pictures, len(signs)


def _chosen(cells: Iterable[Cell], wanted: Wanted) -> Iterable[Cell]:
    numbers = {plain(number) for number in wanted.stands}
    seen: set[tuple[int, int, Any]] = set()
    for cell in cells:
        if wanted.region and cell.exhibitor.region_code != wanted.region:
            continue
        if wanted.half_day and cell.half_day.pk != wanted.half_day:
            continue
        if numbers and plain(cell.stand.number) not in numbers:
            continue
        day = (cell.stand.pk, cell.exhibitor.pk, cell.half_day.day_id)
        if wanted.whole_days and day in seen:
            continue
        seen.add(day)
        yield cell


def _following(cells: Iterable[Cell]) -> dict[tuple[int, int], Cell]:
    """By stand and half-day, who is there on the next half-day of the same day."""
    found = {}
    by_day = sorted(cells, key=lambda each: (each.stand.pk, each.half_day.starts_at))
    for _key, group in groupby(by_day, key=lambda each: (each.stand.pk, each.half_day.day_id)):
        day = list(group)
        for cell, after in pairwise(day):
            found[cell.stand.pk, cell.half_day.pk] = after
    return found


def _last_of_stay(cell: Cell, following: Mapping[tuple[int, int], Cell]) -> HalfDay:
    """The half-day of this day on which the exhibitor leaves the stand."""
    after = following.get((cell.stand.pk, cell.half_day.pk))
    while after is not None and after.exhibitor.pk == cell.exhibitor.pk:
        cell, after = after, following.get((after.stand.pk, after.half_day.pk))
    return cell.half_day


def _handovers(edition: Edition) -> dict[str, int]:
    rules = FloorRules.objects.filter(participation__edition=edition)
    return dict(rules.values_list("participation__region", "handover_minutes"))


def _until(last: HalfDay, after: Cell | None, handovers: Mapping[str, int]) -> str:
    leaves_at: datetime = last.ends_at
    if after is not None:
        # The stand is left a little earlier, for the next one to settle in.
        usual = FloorRules._meta.get_field("handover_minutes").get_default()
        leaves_at -= timedelta(minutes=handovers.get(after.exhibitor.region_code, usual))
    return _("Here until %(time)s") % {"time": dates.clock(leaves_at)}


def _when(cell: Cell, last: HalfDay, wanted: Wanted) -> str:
    if wanted.whole_days and last.pk != cell.half_day.pk:
        return capfirst(written(cell.half_day.date, "l j F"))
    return capfirst(str(cell.half_day))


def _logo(file: FieldFile, key: int, pictures: dict[str, bytes]) -> str | None:
    name = f"logo-{key}.png"
    if not file:
        return None
    if name not in pictures:
        try:
            with file.open("rb") as opened:
                content = opened.read()
        except OSError:
            return None  # lost on disk: the sign goes without
        if not _is_picture(content):
            return None
        pictures[name] = content
    return name


def _is_picture(content: bytes) -> bool:
    """PNG, as uploads keep them, and whole: one broken file must not spoil three hundred signs."""
    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as picture:
            picture.load()
    except (OSError, ValueError, SyntaxError):
        return False
    return True


def _qr(number: str, key: int, pictures: dict[str, bytes]) -> str:
    name = f"qr-{key}.svg"
    if name not in pictures:
        pictures[name] = qr_of(number)
    return name
