"""Moves on the board as plain forms on an exhibitor’s page: for whoever has no script."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from events.models import HalfDay
from pavilion.core.desk import OptionalReasonForm, Panel, Step, StepForm
from startups.admin.board.answers import Asked
from startups.admin.exhibitors.allocating import HalfDayChoices, held_half_days, stand_choices
from startups.models import Allocation, BoardStep, Exhibitor

Kind = BoardStep.Kind


class HeldForm(OptionalReasonForm):
    """Which of the half-days held."""

    half_days = HalfDayChoices(label=_("Half-days"))
    field_order: tuple[str, ...] = ("half_days", "reason")

    def prepare(self) -> None:
        super().prepare()
        field: Any = self.fields["half_days"]
        field.queryset = HalfDay.objects.filter(allocations__exhibitor=self.row)
        field.choices = held_half_days(self.row)
        self.initial.setdefault("half_days", [pk for pk, _label in field.choices])


class MoveForm(HeldForm):
    stand = forms.ChoiceField(label=_("To stand"))

    field_order = ("stand", "half_days", "reason")
    fields_of_refusals: ClassVar = {"stand_id": "stand", "half_day_ids": "half_days"}

    def prepare(self) -> None:
        super().prepare()
        field: Any = self.fields["stand"]
        field.choices = stand_choices(self.row)


class ExchangeForm(StepForm):
    other = forms.ModelChoiceField(Exhibitor.objects.none(), label=_("Exchange with"))

    def prepare(self) -> None:
        super().prepare()
        field: Any = self.fields["other"]
        field.queryset = (
            Exhibitor.objects.present()
            .filter(participation=self.row.participation_id, allocations__isnull=False)
            .exclude(pk=self.row.pk)
            .select_related("application")
            .distinct()
            .order_by("application__sort_name", "pk")
        )


def _stay(exhibitor: Exhibitor) -> dict[int, int]:
    rows = Allocation.objects.filter(exhibitor=exhibitor)
    return dict(rows.values_list("half_day_id", "stand_id"))


def _asked(request: HttpRequest, row: Exhibitor, kind: BoardStep.Kind, **told: Any) -> Asked:
    user: Any = request.user
    return Asked(edition=row.participation.edition, by=user, kind=kind, **told)


def _move(request: HttpRequest, row: Exhibitor, data: Mapping[str, Any]) -> Asked:
    moved = {half_day.pk: int(data["stand"]) for half_day in data["half_days"]}
    return _asked(request, row, Kind.MOVE, stays={row.pk: {**_stay(row), **moved}})


def _exchange(request: HttpRequest, row: Exhibitor, data: Mapping[str, Any]) -> Asked:
    other = data["other"]
    stays = {row.pk: _stay(other), other.pk: _stay(row)}
    return _asked(request, row, Kind.EXCHANGE, stays=stays)


def _status(kind: BoardStep.Kind) -> Callable[[HttpRequest, Exhibitor, Mapping[str, Any]], Asked]:
    def asked(request: HttpRequest, row: Exhibitor, data: Mapping[str, Any]) -> Asked:
        chosen = [half_day.pk for half_day in data["half_days"]]
        return _asked(request, row, kind, exhibitors=[row.pk], half_days=chosen)

    return asked


def _step(
    asked: Callable[[HttpRequest, Any, Mapping[str, Any]], Asked], *, is_shown: bool, **told: Any
) -> Step:
    def run(request: HttpRequest, row: Exhibitor, data: Mapping[str, Any]) -> None:
        asked(request, row, data).take(is_sure=True, reason=data.get("reason", ""))

    def preview(request: HttpRequest, rows: Sequence[Any], data: Mapping[str, Any]) -> Panel:
        html = asked(request, rows[0], data).preview()["html"]
        title = gettext("What it touches")
        return Panel(title, "admin/startups/_board_touched.html", {"html": html})

    return Step(run=run, when=_has_stand, preview=preview if is_shown else None, **told)


def _has_stand(exhibitor: Exhibitor) -> bool:
    return bool(exhibitor.allocations.all())


STEPS = (
    _step(
        _move,
        is_shown=True,
        name="move",
        label=_("Move to another stand"),
        form=MoveForm,
        done=_("The half-days are moved."),
    ),
    _step(
        _exchange,
        is_shown=True,
        name="exchange",
        label=_("Exchange stands"),
        form=ExchangeForm,
        done=_("The two have exchanged their stands."),
    ),
    _step(
        _status(Kind.CONFIRM),
        is_shown=False,
        name="confirm-stay",
        label=pgettext_lazy("board", "Confirm half-days"),
        form=HeldForm,
        done=_("The half-days are confirmed."),
        explain=_("Neither a proposal nor an exchange moves them any more."),
    ),
    _step(
        _status(Kind.RELEASE),
        is_shown=False,
        name="unconfirm-stay",
        label=_("Take the confirmation back"),
        form=HeldForm,
        done=_("The half-days may be moved again."),
    ),
)
