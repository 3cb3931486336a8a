"""The activity log, to read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pavilion.core.desk import CodeFilter, DeskAdmin, history, region_mark, regions, short_moment
from pavilion.core.models import ActivityEntry


@admin.register(ActivityEntry)
class ActivityEntryAdmin(DeskAdmin):
    region_path = "region_code"
    may_add = may_change = False
    list_display = ("when", "who", "what", "target_label")
    list_display_links = ("what",)
    list_filter = (CodeFilter,)
    search_fields = ("target_label", "verb", "by__full_name", "by__email", "by_name")
    select = ("by", "target_type")
    ordering = ("-at", "-pk")
    fields = ("when", "who", "what", "target_label", "reason", "changes")

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        names = regions.names()

        @admin.display(description=_("region"), ordering="region_code")
        def region(entry: ActivityEntry) -> SafeString | str:
            code = entry.region_code
            return region_mark(code, names.get(code, code)) if code else gettext("national team")

        return [*super().get_list_display(request), region]

    @admin.display(description=_("when"), ordering="at")
    def when(self, entry: ActivityEntry) -> str:
        return short_moment(entry.at)

    @admin.display(description=_("who"), ordering="by__full_name")
    def who(self, entry: ActivityEntry) -> str:
        return history.who(entry)

    @admin.display(description=_("what"), ordering="verb")
    def what(self, entry: ActivityEntry) -> str:
        return history.what(entry.verb)

    @admin.display(description=_("before → after"))
    def changes(self, entry: ActivityEntry) -> str:
        return render_to_string(
            "admin/desk/_changes.html", {"changes": history.line(entry).changes}
        )
