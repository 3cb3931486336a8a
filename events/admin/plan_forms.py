"""The forms beside the drawing, filled from what is chosen or from what was typed."""

from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language

from events.drawing import Drawing, StandRow, ZoneRow
from events.forms.plan import (
    NumberForm,
    RowForm,
    StandForm,
    ZoneForm,
    corner_lines,
    initial_of,
)
from events.models import Level, Participation, Zone
from pavilion.core.access import access_of

F = TypeVar("F", bound=forms.Form)

ROW, NUMBER, ZONE = "row", "numbers", "area"
# All forms of the page are one sheet: fields name the form they belong to.
STAND_FORM, ZONE_FORM = "plan-stands", "plan-area"


def chosen_ids(request: HttpRequest) -> list[int]:
    return list(dict.fromkeys(_numbers(request.POST.getlist("stands"))))


def zone_of(request: HttpRequest) -> int:
    """The area the page shows, or the form names."""
    named = request.POST.get("area") or request.GET.get("zone", "")
    return next(iter(_numbers([named])), 0)


def stand_of(request: HttpRequest) -> int:
    return next(iter(_numbers([request.GET.get("stand", "")])), 0)


def _numbers(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isdecimal() and text.isascii() and len(text) < 19]


def stand_form(
    request: HttpRequest, level: Level, chosen: StandRow | None = None, *, is_one: bool = True
) -> StandForm:
    access = access_of(request.user)
    zones = Zone.objects.filter(level=level).select_related("participation")
    mine = [
        (zone.pk, zone.name)
        for zone in zones.order_by("name_fr", "pk")
        if access.manages(zone.participation.region_id if zone.participation else "")
    ]
    initial = initial_of(chosen._asdict()) if chosen else {}
    data = _typed(request, {"change", "add"})
    return _of(StandForm(data, zones=mine, initial=initial, is_one=is_one), STAND_FORM)


def row_form(request: HttpRequest) -> RowForm:
    return _of(RowForm(_typed(request, {"duplicate"}), prefix=ROW), STAND_FORM)


def number_form(request: HttpRequest) -> NumberForm:
    return _of(NumberForm(_typed(request, {"number"}), prefix=NUMBER), STAND_FORM)


def zone_form(request: HttpRequest, level: Level, chosen: ZoneRow | None = None) -> ZoneForm:
    edition = level.hall.edition_id
    participations = [
        (one.pk, str(one.region))
        for one in Participation.objects.filter(edition=edition)
        .select_related("region")
        .order_by("region__sort_key", "pk")
    ]
    initial: dict[str, Any] = {}
    if chosen:
        is_french = (get_language() or "fr").startswith("fr")
        initial = {
            "name_fr": chosen.name_fr,
            "name_en": chosen.name_en,
            "participation": chosen.participation,
            "outline": corner_lines(chosen.outline, is_french),
        }
    data = _typed(request, {"change_zone", "add_zone"})
    form = ZoneForm(data, prefix=ZONE, participations=participations, initial=initial)
    return _of(form, ZONE_FORM)


def _typed(request: HttpRequest, steps: set[str]) -> Any:
    """What was sent, to the form whose button was pressed."""
    return request.POST if request.POST.get("do") in steps else None


def _of(form: F, owner: str) -> F:
    for field in form.fields.values():
        field.widget.attrs["form"] = owner
        if isinstance(field.widget, forms.TextInput | forms.NumberInput):
            field.widget.attrs.setdefault("autocomplete", "off")
    return form


def chosen_stand(drawing: Drawing, key: int) -> StandRow | None:
    return next((row for row in drawing.stands if row.id == key), None)
