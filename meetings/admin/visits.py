"""Official visits: the route as it stands."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from meetings.models import Stop, Visit
from pavilion.core.desk import DeskAdmin, DeskInline, RegionFilter, short_span


class StopInline(DeskInline):
    model = Stop
    fields = ("position", "starts_at", "stand", "minutes", "note")
    ordering = ("position", "pk")
    select = ("stand",)
    may_add = may_change = may_delete = False


@admin.register(Visit)
class VisitAdmin(DeskAdmin):
    region_path = "meeting__participation__region_id"
    may_add = may_change = False
    list_display = ("when", "__str__", "headcount", "meeting_point", "stop_count")
    list_display_links = ("__str__",)
    list_filter = (RegionFilter,)
    search_fields = ("meeting__subject_fr", "meeting_point")
    select = ("meeting__participation__region",)
    ordering = ("meeting__starts_at", "pk")
    inlines = (StopInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        rows = rows.annotate(stops_laid=Count("stops"))
        return rows

    @admin.display(description=_("when"), ordering="meeting__starts_at")
    def when(self, visit: Visit) -> str:
        return short_span(visit.meeting.starts_at, visit.meeting.ends_at)

    @admin.display(description=_("stops"))
    def stop_count(self, visit: Any) -> int:
        return int(visit.stops_laid)
