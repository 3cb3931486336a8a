"""Calendar subscriptions: who has one, whether it is read, and how to close it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from meetings import operations
from meetings.admin.meeting_forms import people_to_bring
from meetings.models import Feed, Person
from pavilion.core.desk import (
    VERBS,
    DeskAdmin,
    Panel,
    RegionFilter,
    Step,
    StepForm,
    short_moment,
    state_mark,
)
from pavilion.core.models import Language

VERBS |= {
    "feed.opened": _("Subscription opened"),
    "feed.renewed": _("Address replaced"),
    "feed.revoked": _("Subscription closed"),
}


class OpenForm(StepForm):
    person = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Person"),
        widget=AutocompleteSelect(
            Feed._meta.get_field("person"), admin.site, attrs={"data-placeholder": ""}
        ),
    )
    level = forms.ChoiceField(
        label=_("Level of detail"),
        choices=Feed.Level.choices,
        help_text=_("“Time and place only” for a driver or a security officer."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    label = forms.CharField(label=_("Used on"), max_length=60, required=False)

    def prepare(self) -> None:
        field: Any = self.fields["person"]
        field.queryset = people_to_bring(self.request)


def _open(request: HttpRequest, row: None, data: Mapping[str, Any]) -> Feed:
    fields = {name: data[name] for name in ("level", "language", "label")}
    by: Any = request.user
    return operations.open_feed(person_id=data["person"].pk, by=by, **fields)


def _revoke(request: HttpRequest, row: Feed, data: Mapping[str, Any]) -> None:
    operations.revoke_feed(feed_id=row.pk, by=request.user)  # type: ignore[arg-type]


def _renew(request: HttpRequest, row: Feed, data: Mapping[str, Any]) -> None:
    operations.renew_feed(feed_id=row.pk, by=request.user)  # type: ignore[arg-type]


@admin.register(Feed)
class FeedAdmin(DeskAdmin):
    region_path = "person__region_id"
    may_change = False
    list_display = ("person", "mark", "level", "language", "label", "last_fetch")
    list_filter = (RegionFilter, "level", ("revoked_at", admin.EmptyFieldListFilter))
    search_fields = ("person__last_name", "person__first_name", "label")
    select = ("person__region",)
    ordering = ("person__last_name", "person__first_name", "pk")
    fields = ("person", "mark", "level", "language", "label", "last_fetch", "created_at")
    creation = Step(
        name="add",
        label=_("Open a subscription"),
        run=_open,
        form=OpenForm,
        done=_("The subscription is open: its address is below."),
    )
    steps = (
        Step(
            name="renew",
            label=_("Replace the address"),
            run=_renew,
            done=_("The address is new; the former one finds nothing."),
            when=lambda feed: feed.revoked_at is None,
        ),
        Step(
            name="revoke",
            label=_("Close the subscription"),
            run=_revoke,
            done=ngettext_lazy(
                "%(count)d subscription closed.", "%(count)d subscriptions closed.", "count"
            ),
            bulk=ngettext_lazy(
                "Close %(count)d subscription", "Close %(count)d subscriptions", "count"
            ),
            when=lambda feed: feed.revoked_at is None,
            style="danger",
        ),
    )

    def panels(self, request: HttpRequest, row: Feed) -> Iterable[Panel]:
        if row.revoked_at is None and self.manages(request, row):
            context = {"address": settings.BASE_URL + row.get_absolute_url()}
            yield Panel(gettext("Address"), "admin/meetings/_address.html", context)

    @admin.display(description=_("status"), ordering="revoked_at")
    def mark(self, feed: Feed) -> SafeString:
        if feed.revoked_at:
            return state_mark("cancelled", _("Closed"))
        return state_mark("confirmed", _("Open"))

    @admin.display(description=_("last asked for"), ordering="fetched_at")
    def last_fetch(self, feed: Feed) -> str:
        if feed.fetched_at is None:
            return gettext("Never yet")
        words = {
            "when": short_moment(feed.fetched_at),
            "client": feed.fetched_with,
        }
        return (gettext("%(when)s by %(client)s") if feed.fetched_with else "%(when)s") % words
