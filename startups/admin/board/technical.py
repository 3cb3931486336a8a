"""The technical sheet: a page beside the board, and a workbook for the fair's organiser."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from events.models import Edition, Participation
from pavilion.core import activity
from pavilion.core.access import access_of
from pavilion.core.desk.exports import TYPES
from pavilion.core.downloads import attachment
from startups.admin.board.technical_export import missing_words, write_sheet
from startups.floor.fitting import power
from startups.floor.presence import spoken_days
from startups.floor.technical import (
    Load,
    Missing,
    TechnicalSheet,
    ZoneSheet,
    read_sheet,
)

MEASURES: dict[str, Any] = {
    "watts": gettext_lazy("Power"),
    "screens": gettext_lazy("Screens"),
    "networks": gettext_lazy("Wired networks"),
    "storages": pgettext_lazy("technical sheet", "Storage"),
    "waters": gettext_lazy("Water"),
    "accessibles": gettext_lazy("Wheelchair access"),
    "loads": gettext_lazy("Heavy loads"),
    "wifis": gettext_lazy("Wi-Fi networks"),
}
# What no stand has more or less of: asked of the fair, not of the stands.
WITHOUT_PROVISION = frozenset({"loads", "wifis"})
SHOWN = 100


@dataclass(frozen=True)
class Bar:
    """What one area is asked for on one half-day; `height` out of 100 of what it provides."""

    text: str
    label: str
    height: int
    is_over: bool

    @property
    def top(self) -> int:
        return 100 - self.height


@dataclass(frozen=True)
class BarRow:
    name: str
    region: str
    pk: int | None
    bars: Sequence[Bar]
    provided: str


@dataclass(frozen=True)
class MissingGroup:
    code: str
    title: str
    rows: Sequence[Missing]
    more: int


class TechnicalPages(ModelAdmin):
    """Mixed into the board's admin: its addresses begin with the year."""

    def get_urls(self) -> list[URLPattern]:
        pages: dict[str, Callable[..., HttpResponseBase]] = {
            "technical": self.technical_view,
            "technical-export": require_POST(self.technical_export_view),
        }
        own = [
            path(
                f"<int:year>/{address}/",
                self.admin_site.admin_view(view),
                name=f"startups_board_{address.replace('-', '_')}",
            )
            for address, view in pages.items()
        ]
        return [*own, *super().get_urls()]

    def technical_view(self, request: HttpRequest, year: int) -> TemplateResponse:
        edition, region, codes = asked(request, year)
        sheet = read_sheet(edition, codes)
        measure = request.GET.get("measure", "watts")
        if measure not in MEASURES:
            raise Http404
        zone = _zone(sheet, request.GET.get("zone", ""))
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request,
            "admin/startups/technical.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Technical sheet"),
                "edition": edition,
                "region": region,
                "regions": _regions(request, edition),
                "sees_all": access_of(request.user).is_national,
                "sheet": sheet,
                "measure": measure,
                "measures": MEASURES.items(),
                "rows": list(_rows(sheet, measure)),
                "peak": _peak(sheet),
                "groups": list(_groups(sheet)),
                "zone": zone,
                "lines": _lines(sheet, zone) if zone else (),
            },
        )

    def technical_export_view(self, request: HttpRequest, year: int) -> HttpResponseBase:
        """POST, since it is noted who took what."""
        edition, region, codes = asked(request, year)
        content = io.BytesIO()
        count = write_sheet(read_sheet(edition, codes), content)
        by: Any = request.user
        activity.record(
            by=by,
            verb="list.exported",
            target=by,
            region_code=region,
            after={"list": _("Technical sheet"), "rows": count, "format": "XLSX"},
        )
        content.seek(0)
        name = slugify(f"{_('Technical sheet')} {edition.year} {region}")
        file_name = f"{name}-{timezone.localdate():%Y-%m-%d}.xlsx"
        return attachment(content, file_name, TYPES["xlsx"])


def technical_link(request: HttpRequest, edition: Edition, region: str) -> tuple[Any, str] | None:
    """Above the board, for those who read what the region's exhibitors need."""
    access = access_of(request.user)
    if not (access.is_national or region in access.desk_codes):
        return None
    address = reverse("admin:startups_board_technical", args=[edition.year])
    return _("Technical sheet"), f"{address}?region={region}" if region else address


def asked(request: HttpRequest, year: int) -> tuple[Edition, str, list[str] | None]:
    """The edition, the region ("" for all that one may read) and the codes to read, None for all.

    What exhibitors need is read by their region's desk and the national team.
    """
    access = access_of(request.user)
    if not (access.is_national or access.desk_codes):
        raise PermissionDenied
    edition = Edition.objects.filter(year=year).first()
    if edition is None:
        raise Http404
    region = request.GET.get("region", access.only_desk)
    if region in ("", "all"):
        return edition, "", None if access.is_national else access.desk_codes
    if not access.sees_desk(region):
        raise Http404
    return edition, region, [region]


def _regions(request: HttpRequest, edition: Edition) -> list[Participation]:
    access = access_of(request.user)
    rows = Participation.objects.filter(edition=edition).select_related("region")
    if not access.is_national:
        rows = rows.filter(region__in=access.desk_codes)
    return list(rows.order_by("region__sort_key"))


def _zone(sheet: TechnicalSheet, key: str) -> ZoneSheet | None:
    if not key:
        return None
    found = [zone for zone in sheet.zones if str(zone.zone.pk) == key]
    if not found:
        raise Http404
    return found[0]


def _rows(sheet: TechnicalSheet, measure: str) -> Sequence[BarRow]:
    rows = [
        _row(sheet, str(zone.zone), zone.region, zone.zone.pk, zone.loads, zone.provided, measure)
        for zone in sheet.zones
    ]
    if len(rows) > 1:
        all_areas = _("All areas")
        rows.append(_row(sheet, all_areas, "", None, sheet.loads, sheet.provided, measure))
    return rows


def _row(
    sheet: TechnicalSheet,
    name: str,
    region: str,
    pk: int | None,
    loads: Sequence[Load],
    provided: Load,
    measure: str,
) -> BarRow:
    asked_for = [getattr(load, measure) for load in loads]
    limit = getattr(provided, measure)
    is_bounded = measure not in WITHOUT_PROVISION
    full = limit if is_bounded and limit else max(asked_for, default=0)
    bars = []
    for half_day, value in zip(sheet.half_days, asked_for, strict=True):
        is_over = is_bounded and value > limit
        text = _amount(measure, value)
        words = {"half_day": half_day, "asked": text, "provided": _amount(measure, limit)}
        sentence = (
            _("%(half_day)s: %(asked)s asked for, %(provided)s provided")
            if is_bounded
            else _("%(half_day)s: %(asked)s asked for")
        )
        height = round(100 * min(value / full, 1)) if full else 0
        bars.append(Bar(text, sentence % words, height, is_over))
    return BarRow(name, region, pk, bars, _amount(measure, limit) if is_bounded else "")


def _amount(measure: str, value: int) -> str:
    if measure != "watts":
        return number_format(value, use_l10n=True, force_grouping=True)
    return power(value) if value < 100_000 else power(round(value, -3))


def _peak(sheet: TechnicalSheet) -> dict[str, str] | None:
    """When most power is asked for, and how much the stands have."""
    if not any(load.watts for load in sheet.loads):
        return None
    at = max(range(len(sheet.loads)), key=lambda index: sheet.loads[index].watts)
    return {
        "when": str(sheet.half_days[at]),
        "asked": _amount("watts", sheet.loads[at].watts),
        "provided": _amount("watts", sheet.provided.watts),
    }


def _groups(sheet: TechnicalSheet) -> Sequence[MissingGroup]:
    groups = []
    for code, title in missing_words().items():
        rows = [row for row in sheet.missing if row.code == code]
        if rows:
            groups.append(MissingGroup(code, title, rows[:SHOWN], max(0, len(rows) - SHOWN)))
    return groups


def _lines(sheet: TechnicalSheet, zone: ZoneSheet) -> Sequence[dict[str, Any]]:
    """Each stand of the area: what is asked of it, what it has, who uses it."""
    return [
        {
            "number": line.number,
            "pk": line.pk,
            "asked": [*line.asked.words, *(f"Wi-Fi {name}" for name in line.wifis)],
            "has": line.equipment.words,
            "users": [
                (user.need, spoken_days([sheet.half_days[at] for at in user.columns]))
                for user in line.occupied
            ],
        }
        for line in zone.stands
    ]
