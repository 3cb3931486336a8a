"""How each region gives out its stands: the order of what counts, hand-overs, absences."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import Edition, Participation
from pavilion.core.access import access_of
from pavilion.core.desk import DeskAdmin, StepForm
from pavilion.core.errors import DomainError
from startups.models import FloorRules, GoalLevel
from startups.models.board import usual_levels
from startups.operations.floor_rules import change_floor_rules, move_level

MOVES = {"up": -1, "down": 1}


class RulesForm(StepForm):
    """Everything but the order, which buttons beside each level change."""

    handover_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes to hand a stand over"),
        min_value=0,
        max_value=120,
        help_text=gettext_lazy(
            "Before the end of the half-day, the stand is left for the next exhibitor."
        ),
    )
    handover_note_fr = forms.CharField(
        label=gettext_lazy("What to leave (French)"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        help_text=gettext_lazy("Exhibitors read it with their hand-over time."),
    )
    handover_note_en = forms.CharField(
        label=gettext_lazy("What to leave (English)"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )
    absent_after_minutes = forms.IntegerField(
        label=gettext_lazy("Absent after (minutes)"),
        min_value=5,
        max_value=240,
        help_text=gettext_lazy(
            "After the half-day has begun; nobody can be marked absent earlier."
        ),
    )
    offer_minutes = forms.IntegerField(
        label=gettext_lazy("An offered place is kept (minutes)"), min_value=5, max_value=720
    )


@admin.register(FloorRules)
class FloorRulesAdmin(DeskAdmin):
    """One page a region, whether it has rules of its own yet or not."""

    region_path = "participation__region_id"
    may_add = False
    list_display = ("participation",)
    select = ("participation__region", "participation__edition")
    ordering = ("participation__region__sort_key", "pk")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The regions of the running edition, those that keep to the usual rules included."""
        access = access_of(request.user)
        if not self.has_view_permission(request):
            raise PermissionDenied
        edition = Edition.objects.visible_to(request.user).current()
        rows = Participation.objects.filter(edition=edition).in_order()
        if not access.is_national:
            rows = rows.filter(region__in=access.desk_codes)
        own = FloorRules.objects.filter(participation__edition=edition)
        known = {rules.participation_id: rules for rules in own}
        regions = [
            {
                "participation": row,
                "rules": known.get(row.pk) or FloorRules(participation=row),
                "is_usual": row.pk not in known,
                "levels": _labels(known[row.pk].levels if row.pk in known else usual_levels()),
            }
            for row in rows
        ]
        return self.framed(
            request,
            "admin/startups/floor_rules_list.html",
            title=FloorRules._meta.verbose_name_plural,
            regions=regions,
            edition=edition,
        )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.region_view)
        return [
            path("region/<int:participation_id>/", view, name=self.url_of("region")),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        rules: Any = self.get_object(request, object_id)
        if rules is None:
            raise Http404
        return self.region_view(request, rules.participation_id)

    def region_view(self, request: HttpRequest, participation_id: int) -> HttpResponse:
        participation = self._participation(request, participation_id)
        rules = FloorRules.objects.filter(participation=participation).first()
        rules = rules or FloorRules(participation=participation)
        manages = access_of(request.user).manages(participation.region_id)
        levels, moved = list(rules.levels), ""
        names = list(RulesForm.base_fields)
        form = RulesForm(
            request.POST or None,
            request=request,
            initial={name: getattr(rules, name) for name in names},
        )
        if request.method == "POST":
            self.ensure_manages(request, rules)
            levels = _typed_levels(request.POST.getlist("level"))
            if move := request.POST.get("move", ""):
                moved, _colon, way = move.partition(":")
                levels = move_level(levels, moved, MOVES.get(way, 0))
            elif form.is_valid():
                by: Any = request.user
                try:
                    change_floor_rules(
                        participation_id=participation.pk,
                        by=by,
                        levels=levels,
                        **form.cleaned_data,
                    )
                except DomainError as refusal:
                    form.add_error(refusal.field if refusal.field in names else None, str(refusal))
                else:
                    messages.success(request, _("The rules are saved."))
                    return redirect(f"admin:{self.url_of('region')}", participation.pk)
        return self.framed(
            request,
            "admin/startups/floor_rules.html",
            title=_("Rules of the stands: %(region)s") % {"region": participation.region},
            participation=participation,
            form=form,
            levels=[(name, GoalLevel(name).label) for name in levels],
            moved=moved,
            manages=manages,
        )

    def _participation(self, request: HttpRequest, pk: int) -> Participation:
        access = access_of(request.user)
        rows = Participation.objects.visible_to(request.user).in_order()
        participation = rows.filter(pk=pk).first()
        if participation is None or not access.sees_desk(participation.region_id):
            raise Http404
        return participation

    def framed(self, request: HttpRequest, template: str, **context: Any) -> TemplateResponse:
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request,
            template,
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "list_url": reverse(f"admin:{self.url_of('changelist')}"),
                "media": self.media,
                **context,
            },
        )


def _labels(levels: list[str]) -> list[str]:
    return [str(GoalLevel(name).label) for name in levels if name in GoalLevel.values]


def _typed_levels(typed: list[str]) -> list[str]:
    """Those sent, in their order; what is missing or foreign is put right at the end."""
    known = [name for name in dict.fromkeys(typed) if name in GoalLevel.values]
    return [*known, *(name for name in GoalLevel.values if name not in known)]
