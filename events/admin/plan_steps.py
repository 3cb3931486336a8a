"""What the forms beside the drawing ask for, each step one operation told in one sentence."""

import json
from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext as _

from events import operations
from events.admin.plan_forms import (
    chosen_ids,
    number_form,
    row_form,
    stand_form,
    zone_form,
    zone_of,
)
from events.models import Level, PlanEdit
from pavilion.core.errors import DomainError

Step = Callable[[HttpRequest, Level], PlanEdit | None]


class NotFilledIn(DomainError):
    """A form has something to mend: its fields say what."""

    code = "not_filled_in"


class NothingChosen(DomainError):
    code = "nothing_chosen"


def step(request: HttpRequest, level: Level) -> str:
    """Take the step the pressed button names, and say what was done."""
    wanted = STEPS.get(request.POST.get("do", ""))
    if wanted is None:
        raise NothingChosen(_("Choose what to do."))
    edit = wanted(request, level)
    return (
        edit.label if edit else _("Nothing to change: the plan already matches. Nothing was saved.")
    )


def _change(request: HttpRequest, level: Level) -> PlanEdit | None:
    ids = _chosen(request)
    values = _valid(stand_form(request, level, is_one=len(ids) == 1)).values()  # type: ignore[attr-defined]
    return operations.change_plan(
        level_id=level.pk,
        by=_by(request),
        stands=dict.fromkeys(ids, values),
        seen=_seen(request),
    )


def _add(request: HttpRequest, level: Level) -> PlanEdit | None:
    values = _valid(stand_form(request, level)).values()  # type: ignore[attr-defined]
    values.setdefault("zone", zone_of(request))
    return operations.change_plan(level_id=level.pk, by=_by(request), new_stands=[values])


def _remove(request: HttpRequest, level: Level) -> PlanEdit | None:
    stands = dict.fromkeys(_chosen(request))
    return operations.change_plan(
        level_id=level.pk, by=_by(request), stands=stands, seen=_seen(request)
    )


def _duplicate(request: HttpRequest, level: Level) -> PlanEdit | None:
    asked = _valid(row_form(request)).cleaned_data
    return operations.duplicate_row(
        level_id=level.pk,
        by=_by(request),
        stand_ids=_chosen(request),
        count=asked["count"],
        spacing=float(asked["spacing"]),
        direction=asked["direction"],
    )


def _number(request: HttpRequest, level: Level) -> PlanEdit | None:
    asked = _valid(number_form(request)).cleaned_data
    return operations.number_row(
        level_id=level.pk,
        by=_by(request),
        stand_ids=_chosen(request),
        seen=_seen(request),
        prefix=asked["stem"],
        start=asked["start"],
        digits=asked["digits"],
        direction=asked["direction"],
    )


def _change_zone(request: HttpRequest, level: Level) -> PlanEdit | None:
    values = _valid(zone_form(request, level)).cleaned_data
    key = zone_of(request)
    if not key:
        raise NothingChosen(_("Choose an area first."))
    return operations.change_plan(
        level_id=level.pk, by=_by(request), zones={key: values}, seen=_seen(request)
    )


def _add_zone(request: HttpRequest, level: Level) -> PlanEdit | None:
    values = _valid(zone_form(request, level)).cleaned_data
    return operations.change_plan(level_id=level.pk, by=_by(request), new_zones={"new": values})


def _remove_zone(request: HttpRequest, level: Level) -> PlanEdit | None:
    return operations.change_plan(
        level_id=level.pk, by=_by(request), zones={zone_of(request): None}, seen=_seen(request)
    )


def _undo(request: HttpRequest, level: Level) -> PlanEdit:
    return operations.undo_last(level_id=level.pk, by=_by(request))


def _redo(request: HttpRequest, level: Level) -> PlanEdit:
    return operations.redo_last(level_id=level.pk, by=_by(request))


STEPS: dict[str, Step] = {
    "change": _change,
    "add": _add,
    "remove": _remove,
    "duplicate": _duplicate,
    "number": _number,
    "change_zone": _change_zone,
    "add_zone": _add_zone,
    "remove_zone": _remove_zone,
    "undo": _undo,
    "redo": _redo,
}


def _by(request: HttpRequest) -> Any:
    return request.user  # signed in: the admin asked


def _chosen(request: HttpRequest) -> list[int]:
    ids = chosen_ids(request)
    if not ids:
        raise NothingChosen(_("Choose a stand first."))
    return ids


def _valid(form: Form) -> Form:
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        label = form.fields[name].label if name in form.fields else ""
        raise NotFilledIn(f"{label}: {errors[0]}" if label else errors[0], field=name)
    return form


def _seen(request: HttpRequest) -> Any:
    """The revisions the page showed; a page that tells none is taken at its word."""
    try:
        told = json.loads(request.POST.get("seen", "{}"))
        return {
            kind: {int(key): int(revision) for key, revision in told.get(kind, {}).items()}
            for kind in ("stands", "zones")
        }
    except (ValueError, TypeError, AttributeError):
        return None
