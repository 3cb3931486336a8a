"""What is on: sessions. Their hour, room and state change by steps alone."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from events import operations
from events.models import Edition, Participation, Room, Session
from pavilion.core.access import access_of
from pavilion.core.desk import (
    VERBS,
    DeskAdmin,
    OptionalReasonForm,
    RegionFilter,
    Step,
    WhenForm,
    region_mark,
    short_span,
    state_mark,
)

VERBS |= {
    "session.created": _("Session written"),
    "session.published": _("Session published"),
    "session.rescheduled": _("Session moved"),
    "session.cancelled": _("Session cancelled"),
}
_SHAPES = {"draft": "option", "published": "confirmed", "cancelled": "cancelled"}


def _is_live(session: Session) -> bool:
    return session.state != Session.State.CANCELLED


class PlaceForm(WhenForm):
    room = forms.ModelChoiceField(Room.objects.none(), label=_("Room"))

    def prepare(self) -> None:
        edition = self.row.edition if self.row else Edition.objects.current()
        self.fields["room"].queryset = Room.objects.filter(edition=edition).order_by(  # type: ignore[attr-defined]
            "name_fr", "pk"
        )
        if self.row:
            self.fill(self.row.starts_at, self.row.ends_at)
            self.initial["room"] = self.row.room_id


class NewSessionForm(PlaceForm):
    title_fr = forms.CharField(label=_("Title (French)"), max_length=150)
    title_en = forms.CharField(label=_("Title (English)"), max_length=150, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Session.Kind.choices)
    participation = forms.ModelChoiceField(
        Participation.objects.none(),
        label=_("Region"),
        required=False,
        empty_label=_("The whole pavilion"),
    )
    summary_fr = forms.CharField(
        label=_("Summary (French)"), widget=forms.Textarea(attrs={"rows": 4}), required=False
    )
    summary_en = forms.CharField(
        label=_("Summary (English)"), widget=forms.Textarea(attrs={"rows": 4}), required=False
    )
    field_order = ("title_fr", "title_en", "kind", "participation", "day", "starts", "ends", "room")

    def prepare(self) -> None:
        super().prepare()
        self.edition = Edition.objects.current()
        field: Any = self.fields["participation"]
        field.queryset = Participation.objects.filter(edition=self.edition).in_order()
        access = access_of(self.request.user)
        if not access.manages(""):
            field.queryset = field.queryset.filter(region__in=access.managed_codes)
            field.required, field.empty_label = True, None
        if self.edition:
            self.initial.setdefault("day", self.edition.starts_on)


def _create(request: HttpRequest, row: None, data: Mapping[str, Any]) -> Session:
    edition: Any = data["room"].edition
    fields = {
        name: data[name] for name in ("room", "kind", "participation", "starts_at", "ends_at")
    }
    texts = {name: data[name] for name in ("title_fr", "title_en", "summary_fr", "summary_en")}
    by: Any = request.user
    return operations.create_session(edition=edition, by=by, **fields, **texts)


def _publish(request: HttpRequest, session: Session, data: Mapping[str, Any]) -> None:
    operations.publish_session(session_id=session.pk, by=request.user)  # type: ignore[arg-type]


def _move(request: HttpRequest, session: Session, data: Mapping[str, Any]) -> None:
    where = {name: data[name] for name in ("starts_at", "ends_at", "room")}
    by: Any = request.user
    operations.reschedule_session(session_id=session.pk, by=by, **where)


def _cancel(request: HttpRequest, session: Session, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.cancel_session(session_id=session.pk, by=by, reason=data["reason"])


@admin.register(Session)
class SessionAdmin(DeskAdmin):
    region_path = "participation__region_id"
    shows_neighbours = True
    list_display = ("when", "__str__", "mark", "kind", "room", "region")
    list_display_links = ("__str__",)
    list_filter = ("edition", "state", RegionFilter, "kind", "room")
    search_fields = ("title_fr", "title_en", "room__name_fr")
    select = ("edition", "room", "participation__region", "participation__edition")
    ordering = ("starts_at", "pk")
    readonly_fields = ("mark", "when", "room", "region")
    fieldsets = (
        (None, {"fields": ("mark", "when", "room", "region")}),
        (_("On the programme"), {"fields": ("kind", "title_fr", "title_en")}),
        (_("Summary"), {"fields": ("summary_fr", "summary_en")}),
    )
    creation = Step(
        name="add",
        label=_("Write a session"),
        run=_create,
        done=_("The session is written as a draft and holds its room."),
        form=NewSessionForm,
        explain=_("It stays a draft until you publish it; its room is held at once."),
    )
    steps = (
        Step(
            name="publish",
            label=_("Publish the session"),
            run=_publish,
            done=ngettext_lazy(
                "%(count)d session published.", "%(count)d sessions published.", "count"
            ),
            bulk=ngettext_lazy("Publish %(count)d session", "Publish %(count)d sessions", "count"),
            when=lambda session: session.state == Session.State.DRAFT,
            style="primary",
        ),
        Step(
            name="reschedule",
            label=_("Move the session"),
            run=_move,
            done=_("The session is moved."),
            form=PlaceForm,
            when=_is_live,
        ),
        Step(
            name="cancel",
            label=_("Cancel the session"),
            run=_cancel,
            done=_("The session is cancelled; its room is free."),
            form=OptionalReasonForm,
            explain=_("A published session stays on the programme, struck through."),
            when=_is_live,
            style="danger",
        ),
    )

    @admin.display(description=_("when"), ordering="starts_at")
    def when(self, session: Session) -> str:
        return short_span(session.starts_at, session.ends_at)

    @admin.display(description=_("status"), ordering="state")
    def mark(self, session: Session) -> SafeString:
        return state_mark(_SHAPES[session.state], session.get_state_display())

    @admin.display(description=_("region"), ordering="participation__region__sort_key")
    def region(self, session: Session) -> SafeString | str:
        if session.participation is None:
            return str(_("The whole pavilion"))
        return region_mark(session.participation.region_id, session.participation.region)
