"""Calendar subscriptions: who has one, whether it is read, and how to change or close it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from events.models import Edition, Participation, Room, Stand
from meetings import operations
from meetings.admin.meeting_forms import people_to_bring
from meetings.forms import FeedForm
from meetings.models import Feed, Person
from pavilion.core.access import access_of
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
from pavilion.core.desk.filters import OfferedFilter
from pavilion.core.models import Language
from pavilion.core.subscribing import told

VERBS |= {
    "feed.opened": _("Subscription opened"),
    "feed.changed": _("Subscription shows something else"),
    "feed.renewed": _("Address replaced"),
    "feed.revoked": _("Subscription closed"),
}
_HELP = FeedForm.Meta.help_texts
_KINDS = ("person", "participation", "room", "stand")


class SettingsForm(StepForm):
    """What an address shows."""

    level = forms.ChoiceField(
        label=_("Level of detail"), choices=Feed.Level.choices, help_text=_HELP["level"]
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    has_alarms = forms.BooleanField(
        label=_("With alarms"), required=False, help_text=_HELP["has_alarms"]
    )
    without_invited = forms.BooleanField(
        label=_("Without what was invited by mail"),
        required=False,
        help_text=_HELP["without_invited"],
    )
    label = forms.CharField(
        label=_("Used on"), max_length=60, required=False, help_text=_HELP["label"]
    )

    def prepare(self) -> None:
        if self.row:
            for name in operations.FEED_FIELDS:
                self.initial[name] = getattr(self.row, name)
            if self.row.person is None:
                del self.fields["without_invited"]


class OpenForm(SettingsForm):
    person = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Person"),
        required=False,
        widget=AutocompleteSelect(
            Feed._meta.get_field("person"), admin.site, attrs={"data-placeholder": ""}
        ),
    )
    participation = forms.ModelChoiceField(
        Participation.objects.none(),
        label=_("Or a region"),
        required=False,
        help_text=_("Its own meetings and those its people attend."),
    )
    room = forms.ModelChoiceField(Room.objects.none(), label=_("Or a room"), required=False)
    stand = forms.ModelChoiceField(
        Stand.objects.none(),
        label=_("Or a stand"),
        required=False,
        widget=AutocompleteSelect(
            Feed._meta.get_field("stand"), admin.site, attrs={"data-placeholder": ""}
        ),
        help_text=_("Meetings there, and the visits that stop there."),
    )
    field_order = (*_KINDS, "level", "language", "has_alarms", "without_invited", "label")

    def prepare(self) -> None:
        access = access_of(self.request.user)
        edition = Edition.objects.current()
        people = people_to_bring(self.request)
        participations = Participation.objects.filter(edition=edition).select_related("region")
        rooms = Room.objects.filter(edition=edition).order_by("name_fr", "pk")
        stands = Stand.objects.filter(edition=edition).order_by("number", "pk")
        if not access.manages(""):
            codes = access.managed_codes
            participations = participations.filter(region__in=codes)
            rooms = rooms.filter(zone__participation__region__in=codes)
            stands = stands.filter(zone__participation__region__in=codes)
        rows: dict[str, Any] = {
            "person": people,
            "participation": participations.in_order(),
            "room": rooms,
            "stand": stands,
        }
        for name, queryset in rows.items():
            field: Any = self.fields[name]
            field.queryset, field.empty_label = queryset, "–"

    def clean(self) -> None:
        super().clean()
        if sum(bool(self.cleaned_data.get(name)) for name in _KINDS) != 1:
            self.add_error("person", _("Choose one: a person, a region, a room or a stand."))


def _open(request: HttpRequest, row: None, data: Mapping[str, Any]) -> Feed:
    by: Any = request.user
    subject = {f"{name}_id": data[name].pk for name in _KINDS if data[name]}
    return operations.open_feed(by=by, **subject, **_settings(data))


def _change(request: HttpRequest, row: Feed, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.change_feed(feed_id=row.pk, by=by, **_settings(data))


def _settings(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in operations.FEED_FIELDS if name in data}


def _revoke(request: HttpRequest, row: Feed, data: Mapping[str, Any]) -> None:
    operations.revoke_feed(feed_id=row.pk, by=request.user)  # type: ignore[arg-type]


def _renew(request: HttpRequest, row: Feed, data: Mapping[str, Any]) -> None:
    operations.renew_feed(feed_id=row.pk, by=request.user)  # type: ignore[arg-type]


def _replace(request: HttpRequest, row: Feed, data: Mapping[str, Any]) -> None:
    operations.renew_feed(feed_id=row.pk, by=request.user, at_once=True)  # type: ignore[arg-type]


def _is_open(feed: Feed) -> bool:
    return feed.revoked_at is None


class FeedRegionFilter(RegionFilter):
    """By the region whose people, rooms or stands they are of."""

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(
            Q(person__region=value)
            | Q(participation__region=value)
            | Q(room__zone__participation__region=value)
            | Q(stand__zone__participation__region=value)
        )


class KindFilter(OfferedFilter):
    title = _("of")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("person", _("People")),
            ("participation", _("Regions")),
            ("room", _("Rooms")),
            ("stand", _("Stands")),
        ]

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(**{f"{value}__isnull": False})


@admin.register(Feed)
class FeedAdmin(DeskAdmin):
    region_path = "person__region_id"
    may_change = False
    list_display = ("whose", "mark", "level", "language", "label", "extras", "asked")
    list_filter = (
        FeedRegionFilter,
        KindFilter,
        "level",
        ("revoked_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("person__last_name", "person__first_name", "label")
    select = (
        *("person__region", "participation__region", "participation__edition"),
        *("room__zone__participation", "stand__zone__participation"),
    )
    ordering = ("person__last_name", "person__first_name", "pk")
    fields = (
        *("whose", "mark", "level", "language", "extras", "label"),
        *("asked", "fetched_with", "created_at", "opened_by"),
    )
    creation = Step(
        name="add",
        label=_("Open a subscription"),
        run=_open,
        form=OpenForm,
        done=_("The subscription is open: its address is below."),
    )
    steps = (
        Step(
            name="settings",
            label=_("Change what it shows"),
            run=_change,
            form=SettingsForm,
            done=_("The calendar shows it the next time it is read, at the same address."),
            when=_is_open,
        ),
        Step(
            name="renew",
            label=_("Replace the address"),
            run=_renew,
            done=_("The address is new: it stands below. The former one opens some days more."),
            explain=_(
                "Nobody stands without a calendar: in the former one an event says until when."
            ),
            when=_is_open,
        ),
        Step(
            name="replace",
            label=_("Replace the address at once"),
            run=_replace,
            done=_("The address is new: it stands below. The former one finds nothing."),
            explain=_("For an address that got into the wrong hands."),
            when=_is_open,
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
            when=_is_open,
            style="danger",
        ),
    )

    def region_code(self, row: object) -> str:
        return row.region_code if isinstance(row, Feed) else super().region_code(row)

    def panels(self, request: HttpRequest, row: Feed) -> Iterable[Panel]:
        if row.revoked_at is None and self.manages(request, row):
            until = row.grace_until
            context = {
                "address": settings.BASE_URL + row.get_absolute_url(),
                "is_of_a_person": row.person is not None,
                "former_until": short_moment(until) if until and until > timezone.now() else "",
            }
            yield Panel(gettext("Address"), "admin/meetings/_address.html", context)

    @admin.display(description=_("status"), ordering="revoked_at")
    def mark(self, feed: Feed) -> SafeString:
        if feed.revoked_at:
            return state_mark("cancelled", _("Closed"))
        return state_mark("confirmed", _("Open"))

    @admin.display(description=_("of"), ordering="person__last_name")
    def whose(self, feed: Feed) -> str:
        return feed.whose

    @admin.display(description=_("besides"))
    def extras(self, feed: Feed) -> str:
        return ", ".join(
            str(Feed._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            for name in ("has_alarms", "without_invited")
            if getattr(feed, name)
        )

    @admin.display(description=_("last asked for"), ordering="fetched_at")
    def asked(self, feed: Feed) -> str:
        return told(feed.fetched_at, feed.fetched_with)
