"""When, and who: editions, days, half-days, regions and their participation."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from events import operations
from events.admin.venue import PlaceAdmin
from events.models import Day, Edition, HalfDay, Participation, Region
from pavilion.core import activity
from pavilion.core.desk import DeskAdmin, DeskInline, RegionFilter, region_mark, regions


def _names() -> dict[str, str]:
    return {region.code: str(region) for region in Region.objects.order_by("sort_key", "pk")}


regions.told_by(_names)


class DayInline(DeskInline):
    model = Day
    fields = ("date", "public", "exhibitor_access_at", "opens_at", "closes_at")
    ordering = ("date", "pk")
    may_delete = False


@admin.register(Edition)
class EditionAdmin(PlaceAdmin):
    list_display = ("__str__", "starts_on", "ends_on", "venue_name", "is_published")
    search_fields = ("name", "year")
    ordering = ("-starts_on", "pk")
    fields = (
        ("name", "year"),
        ("starts_on", "ends_on"),
        "venue_name",
        "venue_address",
        "is_published",
    )
    inlines = (DayInline,)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for day in formset.save(commit=False):
            _save_day(request, day, {name: getattr(day, name) for name in DayInline.fields})


class HalfDayInline(DeskInline):
    model = HalfDay
    fields = ("part", "starts_at", "ends_at", "pace")
    ordering = ("starts_at", "pk")
    may_delete = False
    max_num = 2


@admin.register(Day)
class DayAdmin(DeskAdmin):
    list_display = ("__str__", "edition", "public", "exhibitor_access_at", "opens_at", "closes_at")
    list_filter = ("edition",)
    select = ("edition",)
    ordering = ("-date", "pk")
    fields = ("edition", *DayInline.fields)
    inlines = (HalfDayInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("edition",) if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()  # a new day brings its half-days

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        _save_day(request, obj, {name: form.cleaned_data[name] for name in DayInline.fields})
        form.is_noted = True

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        half_days = formset.save(commit=False)
        for half_day in formset.new_objects:
            half_day.edition = form.instance.edition
            half_day.save()
        for half_day, typed in formset.changed_objects:
            # Only what was typed: its hours may have followed the day's.
            half_day.save(update_fields=typed)
        if half_days:
            name = str(HalfDay._meta.verbose_name_plural)
            activity.record(
                by=request.user,  # type: ignore[arg-type]  # nobody else gets here
                verb="day.changed",
                target=form.instance,
                after={name: [str(half_day) for half_day in half_days]},
            )


def _save_day(request: HttpRequest, day: Day, values: dict[str, Any]) -> None:
    by: Any = request.user
    if day.pk:
        operations.change_day(day_id=day.pk, by=by, **values)
    else:
        made = operations.create_day(edition=day.edition, by=by, **values)
        day.pk, day._state.adding = made.pk, False


@admin.register(Region)
class RegionAdmin(DeskAdmin):
    list_display = ("mark", "short_code", "code", "capital", "executive_title", "is_overseas")
    search_fields = ("name", "brand_name", "short_code")
    ordering = ("sort_key", "pk")
    readonly_fields = ("code",)
    may_add = False  # there are eighteen of them, and a migration wrote them

    @admin.display(description=_("region"), ordering="sort_key")
    def mark(self, region: Region) -> SafeString:
        return region_mark(region.code, region)


@admin.register(Participation)
class ParticipationAdmin(DeskAdmin):
    region_path = "region_id"
    shows_neighbours = True
    seen_by_reviewers = True
    select = ("region", "edition")
    list_display = ("mark", "edition", "contact_email", "floor_area")
    list_filter = ("edition", RegionFilter)
    search_fields = ("region__name", "region__brand_name")
    ordering = ("-edition__year", "region__sort_key", "pk")
    fields = ("edition", "region", "contact_email", "floor_area")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("edition", "region") if obj else ()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Which regions take part is settled by the national team."""
        return self.is_national_manager(request)

    @admin.display(description=_("region"), ordering="region__sort_key")
    def mark(self, participation: Participation) -> SafeString:
        return region_mark(participation.region_id, participation.region)
