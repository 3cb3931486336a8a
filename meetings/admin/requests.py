"""Meeting requests: what regions would like, planned or refused from one list."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin import site
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db.models import Min, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from events.models import Edition, Participation
from meetings import operations, wording
from meetings.admin.meeting_forms import PlaceForm, people_to_bring
from meetings.models import Meeting, MeetingRequest, Office, Participant, Person
from pavilion.core.access import access_of
from pavilion.core.desk import (
    KEYS,
    VERBS,
    DeskAdmin,
    OptionalReasonForm,
    Panel,
    ReasonForm,
    RegionFilter,
    Step,
    StepForm,
    region_mark,
    short_span,
    state_mark,
)
from pavilion.core.ical import MissingLocalTime, localise

VERBS |= {
    "request.asked": _("Meeting asked for"),
    "request.changed": _("Request changed"),
    "request.planned": _("Meeting pencilled for it"),
    "request.refused": _("Request refused"),
    "request.withdrawn": _("Request withdrawn"),
    "request.reopened": _("Request open again"),
}
KEYS |= {
    "people": (_("for whom"), {}),
    "windows": (_("wanted times"), {}),
}
Status = MeetingRequest.Status
_SHAPES = {
    Status.OPEN: "waiting",
    Status.PLANNED: "confirmed",
    Status.REFUSED: "conflict",
    Status.WITHDRAWN: "cancelled",
}
_PERSON, _OFFICE = (Participant._meta.get_field(name) for name in ("person", "office"))
MOST_WINDOWS = 3


class WantedForm(StepForm):
    """Whom, why, for whom, how long and when; three times are as many as one reads."""

    office = forms.ModelChoiceField(
        Office.objects.all(),
        label=_("Whom to meet"),
        widget=AutocompleteSelect(_OFFICE, site, attrs={"data-placeholder": ""}),
    )
    subject_fr = forms.CharField(label=_("Subject (French)"), max_length=150)
    subject_en = forms.CharField(label=_("Subject (English)"), max_length=150, required=False)
    why = forms.CharField(
        label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}), max_length=5000, required=False
    )
    people = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        label=_("For whom"),
        required=False,
        widget=AutocompleteSelectMultiple(_PERSON, site, attrs={"data-placeholder": ""}),
    )
    format = forms.ChoiceField(label=_("Format"), choices=Meeting.Format.choices)
    minutes = forms.IntegerField(
        label=_("Length (minutes)"),
        min_value=5,
        max_value=720,
        required=False,
        help_text=_("Empty: as usual for the format."),
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        choices=MeetingRequest.Priority.choices,
        coerce=int,
        initial=MeetingRequest.Priority.NORMAL,
    )
    windows = forms.CharField(
        label=_("Wanted times"),
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "2030-06-12 10:00 – 12:00"}),
        required=False,
        help_text=_("One a line: the day, from when to when, in Paris. Empty: at any time."),
    )

    fields_of_refusals: ClassVar = {"starts_at": "windows"}

    def prepare(self) -> None:
        people: Any = self.fields["people"]
        people.queryset = people_to_bring(self.request)
        if self.row:
            for name in ("subject_fr", "subject_en", "why", "format", "minutes", "priority"):
                self.initial[name] = getattr(self.row, name)
            self.initial["office"] = self.row.office_id
            self.initial["people"] = list(self.row.people.order_by("pk"))
            windows = self.row.windows.order_by("starts_at", "pk")
            self.initial["windows"] = "\n".join(
                f"{wording.local(each.starts_at):%Y-%m-%d %H:%M} – "
                f"{wording.local(each.ends_at):%H:%M}"
                for each in windows
            )

    def clean_windows(self) -> list[tuple[datetime, datetime]]:
        lines = [line for line in self.cleaned_data["windows"].splitlines() if line.strip()]
        return [_window(line) for line in lines]


class AskForm(WantedForm):
    participation = forms.ModelChoiceField(
        Participation.objects.none(),
        label=_("Region"),
        required=False,
        empty_label=_("The national team"),
    )
    field_order = ("participation", "office", "subject_fr", "subject_en", "why", "people")

    def prepare(self) -> None:
        super().prepare()
        field: Any = self.fields["participation"]
        field.queryset = Participation.objects.filter(edition=Edition.objects.current()).in_order()
        access = access_of(self.request.user)
        if not access.manages(""):
            field.queryset = field.queryset.filter(region__in=access.managed_codes)
            field.required, field.empty_label = True, None


class PlanForm(PlaceForm):
    """When and where; who is free then stands beside it."""

    is_of_request = True

    def take_over(self, row: Any) -> None:
        self.lengths = json.dumps({"": row.minutes})
        window = row.windows.order_by("starts_at", "pk").first()
        if window:
            self.fill(window.starts_at, window.starts_at + row.length)
        else:
            self.initial["day"] = row.edition.starts_on


def _window(line: str) -> tuple[datetime, datetime]:
    """ "2030-06-12 10:00 – 12:00" as two moments."""
    words = line.replace("–", " ").replace("-", " ").replace("/", " ").split()
    try:
        year, month, day, start, end = words
        moments = [
            localise(
                datetime.strptime(f"{year}-{month}-{day} {clock}", "%Y-%m-%d %H:%M")  # noqa: DTZ007
            )
            for clock in (start, end)
        ]
    except MissingLocalTime as error:
        raise forms.ValidationError(
            _("The clocks go forward: this time does not exist on that day.")
        ) from error
    except ValueError as error:
        raise forms.ValidationError(
            _("“%(line)s” is no time we can read. Write it as 2030-06-12 10:00 – 12:00."),
            params={"line": line.strip()[:60]},
        ) from error
    return moments[0], moments[1]


def _fields(data: Mapping[str, Any]) -> dict[str, Any]:
    fields = dict(data)
    fields["person_ids"] = [person.pk for person in fields.pop("people")]
    return fields


def _ask(request: HttpRequest, row: None, data: Mapping[str, Any]) -> MeetingRequest:
    edition: Any = Edition.objects.current()
    by: Any = request.user
    fields = _fields(data)
    office = fields.pop("office")
    return operations.ask_meeting(edition=edition, office_id=office.pk, by=by, **fields)


def _change(request: HttpRequest, row: MeetingRequest, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    fields = _fields(data)
    if fields["minutes"] is None:
        fields["minutes"] = row.minutes
    operations.change_request(request_id=row.pk, by=by, **fields)


def _plan(request: HttpRequest, row: MeetingRequest, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    fields = {name: data[name] for name in data if name not in ("day", "starts", "ends")}
    operations.plan_request(request_id=row.pk, by=by, **fields)


def _calling(operation: Any) -> Any:
    def run(request: HttpRequest, row: MeetingRequest, data: Mapping[str, Any]) -> object:
        return operation(request_id=row.pk, by=request.user, **data)

    return run


def _is_open(row: MeetingRequest) -> bool:
    return row.status == Status.OPEN


def _is_closed(row: MeetingRequest) -> bool:
    return row.status in (Status.REFUSED, Status.WITHDRAWN)


ASK = Step(
    name="add",
    label=_("Ask for a meeting"),
    run=_ask,
    form=AskForm,
    done=_("The request is noted."),
    explain=_("Nobody’s time is held and nobody gets a mail before it is pencilled."),
)
STEPS = (
    Step(
        name="plan",
        label=_("Pencil the meeting"),
        run=_plan,
        form=PlanForm,
        when=_is_open,
        done=_("The meeting is pencilled; everybody’s time is held."),
        explain=_("An option with the office and those it is for; nobody gets a mail yet."),
        style="primary",
    ),
    Step(
        name="edit",
        label=_("Change the request"),
        run=_change,
        form=WantedForm,
        when=_is_open,
        done=_("The request is changed."),
    ),
    Step(
        name="refuse",
        label=_("Refuse the request"),
        run=_calling(operations.refuse_request),
        form=ReasonForm,
        when=_is_open,
        done=ngettext_lazy("%(count)d request refused.", "%(count)d requests refused.", "count"),
        bulk=ngettext_lazy("Refuse %(count)d request", "Refuse %(count)d requests", "count"),
        explain=_("The region reads the reason."),
    ),
    Step(
        name="withdraw",
        label=_("Withdraw the request"),
        run=_calling(operations.withdraw_request),
        form=OptionalReasonForm,
        when=_is_open,
        done=_("The request is withdrawn."),
    ),
    Step(
        name="reopen",
        label=_("Open the request again"),
        run=_calling(operations.reopen_request),
        form=OptionalReasonForm,
        when=_is_closed,
        done=_("The request is open again."),
    ),
)


@admin.register(MeetingRequest)
class RequestAdmin(DeskAdmin):
    region_path = "participation__region_id"
    creation = ASK
    steps = STEPS
    list_display = ("what", "whom", "region", "wish", "first_window", "mark")
    list_display_links = ("what",)
    list_filter = ("status", "priority", RegionFilter)
    search_fields = ("subject_fr", "subject_en", "office__title_fr", "people__last_name")
    search_help_text = _("Subject, office or person")
    select = ("edition", "office", "participation__region", "participation__edition")
    readonly_fields = (
        *("mark", "office", "region", "subject_fr", "subject_en", "why", "people_named"),
        *("length", "wish", "windows_named", "reason", "created_at", "created_by"),
    )
    fieldsets = (
        (None, {"fields": ("mark", "reason", "office", "region", "subject_fr", "subject_en")}),
        (_("What is wanted"), {"fields": ("why", "people_named", "length", "wish")}),
        (_("When"), {"fields": ("windows_named", "created_at", "created_by")}),
    )
    ordering = ("pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        rows = rows.annotate(first=Min("windows__starts_at"))
        return rows

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """What waits first, most wanted and oldest first."""
        return ["status", "priority", "created_at", "pk"]

    def panels(self, request: HttpRequest, row: MeetingRequest) -> Iterable[Panel]:
        meetings = list(row.meetings.order_by("starts_at", "pk"))
        if meetings:
            context = {"meetings": meetings}
            yield Panel(gettext("What came of it"), "admin/meetings/_came_of_it.html", context)

    @admin.display(description=_("subject"), ordering="subject_fr")
    def what(self, row: MeetingRequest) -> SafeString:
        return format_html("<b>{}</b>", row.subject)

    @admin.display(description=_("whom to meet"), ordering="office__precedence")
    def whom(self, row: MeetingRequest) -> str:
        return str(row.office)

    @admin.display(description=_("region"), ordering="participation__region__sort_key")
    def region(self, row: MeetingRequest) -> SafeString | str:
        if row.participation is None:
            return gettext("national team")
        return region_mark(row.region_code, row.participation.region)

    @admin.display(description=_("priority"), ordering="priority")
    def wish(self, row: MeetingRequest) -> str:
        return str(row.get_priority_display())

    @admin.display(description=_("from"), ordering="first")
    def first_window(self, row: Any) -> str:
        return wording.short_day(row.first) if row.first else ""

    @admin.display(description=_("status"), ordering="status")
    def mark(self, row: MeetingRequest) -> SafeString:
        return state_mark(_SHAPES[Status(row.status)], row.get_status_display())

    @admin.display(description=_("for whom"))
    def people_named(self, row: MeetingRequest) -> str:
        people = row.people.order_by("last_name", "first_name", "pk")
        return ", ".join(str(person) for person in people)

    @admin.display(description=_("length"))
    def length(self, row: MeetingRequest) -> str:
        return gettext("%(minutes)d min, %(format)s") % {
            "minutes": row.minutes,
            "format": Meeting.Format(row.format).label,
        }

    @admin.display(description=_("wanted times"))
    def windows_named(self, row: MeetingRequest) -> str:
        windows = row.windows.order_by("starts_at", "pk")
        named = [short_span(each.starts_at, each.ends_at) for each in windows]
        return "; ".join(named) or gettext("at any time")
