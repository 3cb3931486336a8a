"""Where: halls, levels, zones, stands, rooms."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events import operations
from events.admin.plan import PlanPages, plan_link
from events.models import Hall, Level, Room, Stand, Zone
from events.operations.venue import CHANGEABLE
from events.signals import place_changed
from pavilion.core.desk import DeskAdmin, DeskInline, RegionFilter, facts, region_mark

_SIZE = (("x", "y"), ("width", "depth"))


class LevelInline(DeskInline):
    model = Level
    fields = ("number", "width", "depth")
    select = ("hall",)
    ordering = ("number", "pk")
    may_delete = False


class PlaceAdmin(DeskAdmin):
    """Whose rows are called by name in calendars."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change:
            place_changed.send(sender=self.model, place=form.instance)


@admin.register(Hall)
class HallAdmin(PlaceAdmin):
    may_delete = True
    list_display = ("__str__", "edition", "plans")
    list_filter = ("edition",)
    search_fields = ("name_fr", "name_en")
    select = ("edition",)
    ordering = ("name_fr", "pk")
    inlines = (LevelInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Hall]:
        return super().get_queryset(request).prefetch_related("levels")

    @admin.display(description=_("drawings"))
    def plans(self, hall: Hall) -> SafeString | str:
        levels = sorted(hall.levels.all(), key=lambda level: level.number)
        links = [
            (plan_link(level.pk, gettext("Level %(number)s") % {"number": level.number}),)
            for level in levels
        ]
        return format_html_join(" · ", "{}", links)


@admin.register(Level)
class LevelAdmin(PlanPages, PlaceAdmin):
    may_delete = True
    list_display = ("__str__", "width", "depth", "plan")
    search_fields = ("hall__name_fr",)
    select = ("hall",)
    ordering = ("hall__name_fr", "number", "pk")

    @admin.display(description=_("drawing"))
    def plan(self, level: Level) -> SafeString:
        return plan_link(level.pk)


@admin.register(Zone)
class ZoneAdmin(PlaceAdmin):
    may_delete = True
    region_path = "participation__region_id"
    shows_neighbours = True
    list_display = ("__str__", "region", "level", "plan")
    list_filter = ("level__hall__edition", RegionFilter)
    search_fields = ("name_fr", "name_en", "participation__region__name")
    select = ("level__hall", "participation__region", "participation__edition")
    ordering = ("name_fr", "pk")
    fields = ("level", "participation", ("name_fr", "name_en"), "outline")

    @admin.display(description=_("region"), ordering="participation__region__sort_key")
    def region(self, zone: Zone) -> SafeString | str:
        return _region_of(zone)

    @admin.display(description=_("drawing"))
    def plan(self, zone: Zone) -> SafeString:
        return plan_link(zone.level_id, zone=zone.pk)


@admin.register(Stand)
class StandAdmin(DeskAdmin):
    may_delete = True
    region_path = "zone__participation__region_id"
    shows_neighbours = True
    list_display = (
        "number",
        "region",
        "zone",
        "kind",
        "equipment",
        "is_accessible",
        "is_open",
        "plan",
    )
    list_filter = ("edition", RegionFilter, "kind", "is_open", "has_screen", "has_wired_network")
    search_fields = ("number", "zone__name_fr", "zone__participation__region__name")
    autocomplete_fields = ("zone",)
    select = ("edition", "zone__level__hall", "zone__participation__region")
    ordering = ("number", "pk")
    fieldsets = (
        (None, {"fields": ("zone", ("number", "kind"), ("is_open", "is_accessible"))}),
        (
            _("Equipment"),
            {
                "fields": (
                    ("power_watts", "max_load"),
                    ("has_screen", "has_wired_network"),
                    ("has_storage", "has_water"),
                )
            },
        ),
        (_("On the plan"), {"fields": (*_SIZE, "rotation")}),
    )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        fields = {name: form.cleaned_data[name] for name in CHANGEABLE & form.cleaned_data.keys()}
        by: Any = request.user
        if change:
            operations.change_stand(stand_id=obj.pk, by=by, zone=obj.zone, **fields)
        else:
            made = operations.create_stand(zone=obj.zone, by=by, **fields)
            obj.pk, obj.edition, obj._state.adding = made.pk, made.edition, False
        form.is_noted = True

    @admin.display(description=_("region"), ordering="zone__participation__region__sort_key")
    def region(self, stand: Stand) -> SafeString | str:
        return _region_of(stand.zone)

    @admin.display(description=_("drawing"))
    def plan(self, stand: Stand) -> SafeString:
        return plan_link(stand.zone.level_id, stand=stand.pk)

    @admin.display(description=_("equipment"))
    def equipment(self, stand: Stand) -> SafeString:
        return facts(
            [
                stand.power_watts and f"{stand.power_watts} W",
                stand.has_screen and _("screen"),
                stand.has_wired_network and _("wired network"),
                stand.has_storage and _("storage"),
                stand.has_water and _("water"),
            ]
        )


@admin.register(Room)
class RoomAdmin(PlaceAdmin):
    may_delete = True
    region_path = "zone__participation__region_id"
    shows_neighbours = True
    list_display = ("__str__", "kind", "capacity", "zone", "region")
    list_filter = ("edition", RegionFilter, "kind")
    search_fields = ("name_fr", "name_en")
    autocomplete_fields = ("zone",)
    select = ("edition", "zone__level__hall", "zone__participation__region")
    ordering = ("name_fr", "pk")
    fields = ("zone", ("name_fr", "name_en"), ("kind", "capacity"), *_SIZE)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.ensure_manages(request, obj)
        obj.edition = obj.zone.level.hall.edition
        obj.save()

    @admin.display(description=_("region"), ordering="zone__participation__region__sort_key")
    def region(self, room: Room) -> SafeString | str:
        return _region_of(room.zone)


def _region_of(zone: Zone) -> SafeString | str:
    if zone.participation is None:
        return str(_("Shared by all"))
    return region_mark(zone.participation.region_id, zone.participation.region)
