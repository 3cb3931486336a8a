"""The two forms of allocation, with the board of what is taken beside them."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from events.models import HalfDay, Stand
from pavilion.core.desk import OptionalReasonForm, StepForm
from startups.models import Allocation


class HalfDayChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(HalfDay.objects.none(), **kwargs)

    def label_from_instance(self, half_day: Any) -> str:
        return getattr(half_day, "note", "") or str(half_day)


class AllocateForm(StepForm):
    """One stand of the region, or shared by all, for some half-days."""

    stand = forms.ChoiceField(label=_("Stand"))
    half_days = HalfDayChoices(label=_("Half-days"))

    fields_of_refusals: ClassVar = {"stand_id": "stand", "half_day_ids": "half_days"}
    aside = "admin/startups/_board.html"

    def prepare(self) -> None:
        edition = self.row.participation.edition_id
        half_days = list(HalfDay.objects.filter(edition=edition).order_by("starts_at", "pk"))
        taken = _taken(self.row)
        field: Any = self.fields["half_days"]
        field.queryset = HalfDay.objects.filter(edition=edition).order_by("starts_at", "pk")
        wanted = set(self.row.application.wanted_half_days.values_list("pk", flat=True))
        held = {each.half_day_id for each in self.row.allocations.all()}
        field.choices = [
            (half_day.pk, _noted(half_day, half_day.pk in wanted, half_day.pk in held))
            for half_day in half_days
        ]
        self.initial.setdefault("half_days", sorted(wanted - held))
        stands = list(_stands(self.row))
        choices: Any = self.fields["stand"]
        choices.choices = _choices(stands, half_days, taken)
        self.columns = half_days
        self.board = [
            (stand, [taken.get((stand.pk, half_day.pk)) for half_day in half_days])
            for stand in stands
        ]


class ReleaseForm(OptionalReasonForm):
    half_days = HalfDayChoices(label=_("Half-days to free"))
    field_order = ("half_days", "reason")

    def prepare(self) -> None:
        super().prepare()
        field: Any = self.fields["half_days"]
        field.queryset = HalfDay.objects.filter(allocations__exhibitor=self.row)
        field.choices = held_half_days(self.row)


def held_half_days(exhibitor: Any) -> list[tuple[int, str]]:
    """To choose among: when, and on which stand."""
    held = sorted(exhibitor.allocations.all(), key=lambda each: each.half_day.starts_at)
    return [
        (each.half_day_id, f"{each.half_day} · {gettext('stand')} {each.stand.number}")
        for each in held
    ]


def stand_choices(exhibitor: Any) -> list[tuple[Any, str]]:
    """Every stand the exhibitor may be put on, with what there is on it."""
    edition = exhibitor.participation.edition_id
    half_days = list(HalfDay.objects.filter(edition=edition).order_by("starts_at", "pk"))
    return _choices(list(_stands(exhibitor)), half_days, _taken(exhibitor))


def _choices(
    stands: list[Stand], half_days: list[HalfDay], taken: dict[tuple[int, int], Any]
) -> list[tuple[Any, str]]:
    described = ((stand.pk, _described(stand, half_days, taken)) for stand in stands)
    return [("", gettext("Choose a stand")), *described]


def _stands(exhibitor: Any) -> Any:
    mine = Q(zone__participation=exhibitor.participation_id)
    shared = Q(zone__participation__isnull=True)
    stands = Stand.objects.in_use().filter(mine | shared, edition=exhibitor.participation.edition)
    return stands.select_related("zone").order_by("zone__participation", "number", "pk")


def _taken(exhibitor: Any) -> dict[tuple[int, int], Any]:
    allocations = Allocation.objects.filter(stand__in=_stands(exhibitor).order_by())
    rows = allocations.select_related("exhibitor__application")
    return {(each.stand_id, each.half_day_id): each.exhibitor for each in rows}


def _noted(half_day: HalfDay, is_wanted: bool, is_held: bool) -> str:
    if is_held:
        return gettext("%(half_day)s (already has a stand)") % {"half_day": half_day}
    return gettext("%(half_day)s (wished)") % {"half_day": half_day} if is_wanted else str(half_day)


def _described(stand: Stand, half_days: list[HalfDay], taken: dict[tuple[int, int], Any]) -> str:
    free = sum((stand.pk, half_day.pk) not in taken for half_day in half_days)
    parts = [
        stand.number,
        stand.get_kind_display(),
        ngettext("%(count)d half-day free", "%(count)d half-days free", free) % {"count": free},
        stand.power_watts and f"{stand.power_watts} W",
        stand.has_screen and gettext("screen"),
        str(stand.zone),
    ]
    return " · ".join(str(part) for part in parts if part)
