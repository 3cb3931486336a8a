"""Personal data on its way out: what is announced, what was done, and one company at a time."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pavilion.core.desk import (
    KINDS,
    VERBS,
    DeskAdmin,
    ReasonForm,
    RegionFilter,
    Step,
    region_mark,
    short_day,
    short_moment,
    state_mark,
)
from startups import operations, retention
from startups.models import Application, Purge

VERBS |= {"application.anonymised": _("Anonymised")}
KINDS |= {
    "startups.purge_announced": _("Announcement of erasures"),
    "startups.draft_will_go.link": _("Announcement that a draft goes"),
}


def _anonymise(request: HttpRequest, row: Application, data: Mapping[str, Any]) -> object:
    by: Any = request.user
    return operations.anonymise_application(application_id=row.pk, by=by, **data)


PRIVACY_STEPS = (
    Step(
        name="anonymise",
        label=_("Anonymise for good"),
        run=_anonymise,
        form=ReasonForm,
        done=_("The application is anonymised: only numbers remain of it."),
        explain=_(
            "Names, numbers, contacts, pitches, answers, files and mails are erased, and its "
            "private link is closed. Nothing brings them back. Do not name anybody in the reason."
        ),
        when=lambda application: application.anonymised_at is None,
        style="danger",
    ),
)


class DoneFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "done"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Announced")), ("yes", _("Done"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() in ("no", "yes"):
            return queryset.filter(done_at__isnull=self.value() == "no")
        return queryset


@admin.register(Purge)
class PurgeAdmin(DeskAdmin):
    region_path = "call__participation__region_id"
    may_add = may_change = may_delete = False
    list_display = ("what", "region", "edition", "mark", "due", "count", "treated")
    list_filter = (DoneFilter, RegionFilter)
    select = ("call__participation__region", "call__participation__edition")
    ordering = ("-due_on", "pk")
    fields = ("what", "region", "edition", "then", "due", "count", "treated", "announced", "done")

    @admin.display(description=_("kind of data"), ordering="kind")
    def what(self, purge: Purge) -> str:
        kind = retention.BY_KEY.get(purge.kind)
        return str(kind.what) if kind else purge.kind

    @admin.display(description=_("what happens"))
    def then(self, purge: Purge) -> str:
        kind = retention.BY_KEY.get(purge.kind)
        return str(kind.then) if kind else ""

    @admin.display(description=_("region"), ordering="call__participation__region__sort_key")
    def region(self, purge: Purge) -> SafeString:
        return region_mark(purge.region_code, purge.call.participation.region)

    @admin.display(description=_("edition"))
    def edition(self, purge: Purge) -> str:
        return str(purge.call.edition)

    @admin.display(description=_("state"))
    def mark(self, purge: Purge) -> SafeString:
        if purge.done_at:
            return state_mark("held", gettext("Done"))
        return state_mark("waiting", gettext("Announced"))

    @admin.display(description=_("due"), ordering="due_on")
    def due(self, purge: Purge) -> str:
        return short_day(purge.due_on)

    @admin.display(description=_("announced"), ordering="announced_at")
    def announced(self, purge: Purge) -> str:
        return short_moment(purge.announced_at)

    @admin.display(description=_("done"), ordering="done_at")
    def done(self, purge: Purge) -> str:
        return short_moment(purge.done_at)
