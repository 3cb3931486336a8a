"""Meetings: facts to read, steps to take, who answered what."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from events.models import Day, Edition
from meetings import wording
from meetings.admin.briefing import briefing_panel
from meetings.admin.choosing import Choosing
from meetings.admin.meeting_steps import PENCIL, STEPS
from meetings.admin.participants_panel import participants_panel
from meetings.attention import due
from meetings.models import Meeting, Participant
from pavilion.core.access import access_of
from pavilion.core.dates import written
from pavilion.core.desk import (
    KEYS,
    KINDS,
    VERBS,
    DeskAdmin,
    OfferedFilter,
    Panel,
    RegionFilter,
    region_mark,
    short_span,
    state_mark,
)

VERBS |= {
    "meeting.created": _("Meeting pencilled"),
    "meeting.confirmed": _("Meeting confirmed"),
    "meeting.rescheduled": _("Meeting moved"),
    "meeting.cancelled": _("Meeting cancelled"),
    "meeting.held": _("The meeting took place"),
    "meeting.not_held": _("The meeting did not take place"),
    "meeting.participant_added": _("Participant added"),
    "meeting.participant_removed": _("Participant removed"),
    "meeting.answered": _("Answer received"),
    "meeting.changed": _("Meeting changed"),
    "meeting.reinstated": _("Meeting reinstated"),
    "meeting.participant_changed": _("Participant’s part changed"),
    "meeting.participant_replaced": _("Participant replaced"),
    "meeting.invitation_resent": _("Invitation sent again"),
    "meeting.substitute_asked": _("Substitute asked"),
    "meeting.substitute_busy": _("Substitute passed over: not free"),
    "meeting.substitute_released": _("Substitute released"),
    "meeting.no_substitute": _("No substitute left"),
    "meeting.visit_planned": _("Route of the visit laid"),
}
KINDS |= {
    "meetings.invitation": _("Invitation"),
    "meetings.update": _("Update of an invitation"),
    "meetings.cancellation": _("Cancellation"),
    "meetings.notice": _("Notice"),
    "meetings.reminder": _("Reminder"),
    "meetings.programme": _("Programme, a week before"),
    "meetings.news": _("Changes of the night"),
    "meetings.waiting": _("What waits for an organiser"),
}
KEYS |= {
    "answer": (_("answer"), dict(Participant.Answer.choices)),
    "comment": (_("comment"), {}),
    "headcount": (_("people walking"), {}),
    "stops": (_("stops"), {}),
}
_SHAPES = {
    "option": "option",
    "confirmed": "confirmed",
    "held": "held",
    "not_held": "conflict",
    "cancelled": "cancelled",
}
_PRESENT = Q(participants__removed_at__isnull=True)


class DayFilter(OfferedFilter):
    title = _("day")
    parameter_name = "day"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        days = Day.objects.filter(edition=Edition.objects.current()).order_by("date", "pk")
        return [(day.date.isoformat(), written(day.date, "l j F")) for day in days]

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(starts_at__date=value)


class DueFilter(admin.SimpleListFilter):
    """The same rows as the sentences of the first page."""

    title = _("what is due")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("clashes", _("Somebody is elsewhere")),
            ("today", _("Today")),
            ("declined", _("Somebody needed declined")),
            ("offices", _("An office has not answered")),
            ("options", _("To be confirmed or let go")),
            ("over", _("Over: did it take place?")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        condition = due(timezone.now()).get(self.value() or "")
        return queryset.filter(condition) if condition is not None else queryset


@admin.register(Meeting)
class MeetingAdmin(Choosing, DeskAdmin):
    region_path = "participation__region_id"
    list_display = ("when", "what", "mark", "where", "region", "answers")
    list_display_links = ("what",)
    list_filter = (DueFilter, "status", DayFilter, RegionFilter, "format")
    search_fields = (
        "subject_fr",
        "subject_en",
        "participants__person__last_name",
        "participants__office__title_fr",
        "room__name_fr",
        "stand__number",
    )
    search_help_text = _("Subject, participant, room or stand")
    select = (
        "edition",
        "participation__region",
        "participation__edition",
        "room__zone__level__hall",
        "stand__zone__level__hall",
    )
    creation = PENCIL
    steps = STEPS
    readonly_fields = (
        *("mark", "long_when", "long_where", "region", "format", "subject_fr", "subject_en"),
        *("contact", "gathering", "press", "languages", "photographer", "kept_free"),
        *("outside_hours_reason", "asks_substitutes"),
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    *("mark", "long_when", "long_where", "region", "format"),
                    *("subject_fr", "subject_en"),
                )
            },
        ),
        (
            _("On the day"),
            {
                "fields": (
                    *("contact", "gathering", "press", "languages", "photographer", "kept_free"),
                    *("outside_hours_reason", "asks_substitutes", "internal_note"),
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        rows = rows.annotate(
            expected=Count("participants", filter=_PRESENT, distinct=True),
            accepted=_counting("accepted"),
            declined=_counting("declined"),
        )
        return rows

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The internal note stays within the team whose meeting it is, as the API keeps it."""
        fieldsets = super().get_fieldsets(request, obj)
        access = access_of(request.user)
        if obj is None or access.is_national or obj.region_code in access.desk_codes:
            return fieldsets
        return [
            (title, {"fields": [name for name in shown["fields"] if name != "internal_note"]})
            for title, shown in fieldsets
        ]

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """What is to come first, in order; what is over after it."""
        is_over = Case(When(ends_at__lt=timezone.now(), then=Value(1)), default=Value(0))
        return [is_over, "starts_at", "pk"]

    def panels(self, request: HttpRequest, row: Meeting) -> Iterable[Panel]:
        may_act = row.is_live and self.manages(request, row)
        yield participants_panel(row, may_act=may_act)
        if panel := briefing_panel(request, row):
            yield panel

    @admin.display(description=_("when"), ordering="starts_at")
    def when(self, meeting: Meeting) -> str:
        return short_span(meeting.starts_at, meeting.ends_at)

    @admin.display(description=_("when"))
    def long_when(self, meeting: Meeting) -> str:
        return wording.span(meeting.starts_at, meeting.ends_at)

    @admin.display(description=_("subject"), ordering="subject_fr")
    def what(self, meeting: Meeting) -> SafeString:
        return format_html("<b>{}</b><br>{}", meeting, meeting.get_format_display())

    @admin.display(description=_("status"), ordering="status")
    def mark(self, meeting: Meeting) -> SafeString:
        return state_mark(_SHAPES[meeting.status], meeting.get_status_display())

    @admin.display(description=_("where"))
    def where(self, meeting: Meeting) -> str:
        return wording.short_place(meeting)

    @admin.display(description=_("where"))
    def long_where(self, meeting: Meeting) -> str:
        return wording.place(meeting)

    @admin.display(description=_("region"), ordering="participation__region__sort_key")
    def region(self, meeting: Meeting) -> SafeString | str:
        if meeting.participation is None:
            return gettext("national team")
        return region_mark(meeting.region_code, meeting.participation.region)

    @admin.display(description=_("answers"))
    def answers(self, meeting: Any) -> str:
        parts = [
            ngettext(
                "%(count)d of %(all)d accepted", "%(count)d of %(all)d accepted", meeting.accepted
            )
            % {"count": meeting.accepted, "all": meeting.expected}
        ]
        if meeting.declined:
            declined = ngettext("%(count)d declined", "%(count)d declined", meeting.declined)
            parts.append(declined % {"count": meeting.declined})
        return ", ".join(parts) if meeting.expected else ""

    @admin.display(description=_("meeting point"))
    def gathering(self, meeting: Meeting) -> str:
        return wording.meeting_point(meeting)

    @admin.display(description=_("kept free around it"))
    def kept_free(self, meeting: Meeting) -> str:
        """What a clash counts: the longer of the two, on either side."""
        minutes = ngettext("%(count)d minute", "%(count)d minutes", meeting.buffer_minutes)
        parts = [minutes % {"count": meeting.buffer_minutes}]
        if meeting.travel_minutes:
            travel = ngettext(
                "%(count)d minute to get there",
                "%(count)d minutes to get there",
                meeting.travel_minutes,
            )
            parts.append(travel % {"count": meeting.travel_minutes})
        return " · ".join(parts)

    @admin.display(description=_("contact on site"))
    def contact(self, meeting: Meeting) -> str:
        return " · ".join(filter(None, [meeting.contact_name, meeting.contact_phone]))


def _counting(answer: str) -> Count:
    return Count("participants", filter=_PRESENT & Q(participants__answer=answer), distinct=True)
