"""How far exhibitors are with what they prepare: columns, filter, panels and steps."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from events.models import Day
from pavilion.core.access import access_of
from pavilion.core.desk import (
    KEYS,
    KINDS,
    VERBS,
    OfferedFilter,
    OptionalReasonForm,
    Panel,
    Step,
    StepForm,
    short_day,
    state_mark,
)
from pavilion.core.models import User
from startups import aid, checklist, operations
from startups.eligibility import euros
from startups.forms.columns import MADE
from startups.models import ChecklistItem, Exhibitor
from startups.operations import Holder
from startups.operations.exhibiting.preparation import NEEDS_FIELDS, PITCH_FIELDS

VERBS |= {
    "exhibitor.charter_signed": _("Charter signed"),
    "exhibitor.aid_declared": _("De minimis aid declared"),
    "exhibitor.logo_sent": _("Logo in vector form sent"),
    "exhibitor.pitch_checked": _("Name and pitches confirmed"),
    "exhibitor.picture_sent": _("Logo of the directory sent"),
    "exhibitor.needs_checked": _("Technical needs confirmed"),
    "exhibitor.badges_named": _("People to badge named"),
    "exhibitor.questions_answered": _("Region’s questions answered"),
    "exhibitor.item_reopened": _("Opened again for changes"),
}
KINDS |= {
    "startups.charter_signed": _("Copy of a signed charter"),
    "startups.badge_notice": _("Notice to somebody who gets a badge"),
    "startups.aid_above": _("De minimis ceiling exceeded"),
}
KEYS |= {
    "declared": (_("aid declared (€)"), {}),
    "version": (_("version"), {}),
    "people": (_("people named"), {}),
    "item": (_("item"), dict(ChecklistItem.choices)),
    "answers": (_("answers"), {}),
}


class ChecklistFilter(OfferedFilter):
    title = _("checklist")
    parameter_name = "checklist"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("late", _("Late")),
            ("incomplete", _("Incomplete, in time")),
            ("complete", _("Complete")),
        ]

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        here = queryset.filter(is_ours=True, left_at__isnull=True)
        return here.filter(checklist.having(value, timezone.now()))


def with_checklist(exhibitors: QuerySet[Any], user: User | AnonymousUser) -> QuerySet[Any]:
    """The rows with what their checklist reads; how neighbours' are doing is not the reader's."""
    access = access_of(user)
    ours = Q(participation__region__in=access.desk_codes)
    is_ours: Any = Case(
        When(ours, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    if access.is_national:
        is_ours = Value(True, output_field=BooleanField())
    rows: QuerySet[Any] = exhibitors.annotate(is_ours=is_ours)
    return rows.prefetch_related(*checklist.PREFETCH)


def is_ours(exhibitor: Any) -> bool:
    return bool(exhibitor.is_ours) and exhibitor.left_at is None


def mark(exhibitor: Any) -> SafeString | str:
    """ "4/7", and how many are late or until when the next is due."""
    if not is_ours(exhibitor):
        return ""
    progress = checklist.progress(exhibitor)
    if not progress.items:
        return ""
    count = f"{progress.done}/{len(progress.items)}"
    if progress.late:
        late = ngettext("%(count)d late", "%(count)d late", len(progress.late))
        return state_mark("conflict", f"{count} · {late % {'count': len(progress.late)}}")
    if progress.next is None:
        return state_mark("confirmed", count)
    until = gettext("until %(day)s") % {"day": short_day(progress.next.due_at)}
    return format_html('{} <span class="desk-quiet">{}</span>', state_mark("waiting", count), until)


def aid_mark(exhibitor: Any) -> SafeString | str:
    """The company's de minimis sum with its stand; a warning above the ceiling."""
    standing = checklist.standing(exhibitor) if is_ours(exhibitor) else None
    if standing is None:
        return ""
    total = euros(standing.total)
    return state_mark("conflict", total) if standing.is_above else total


def panels(exhibitor: Any) -> Iterable[Panel]:
    if not is_ours(exhibitor):
        return
    progress = checklist.progress(exhibitor)
    if progress.items:
        files = {"logo": _logo_url(exhibitor)} if exhibitor.vector_logo else {}
        yield Panel(
            gettext("Before the fair"),
            "admin/startups/_checklist.html",
            {"progress": progress, "files": files},
        )
    standing = checklist.standing(exhibitor)
    if standing is not None:
        declaration = exhibitor.aid_declaration
        context = {
            "standing": standing,
            "ceiling": aid.CEILING,
            "declaration": declaration,
            "aids": [
                (each, aid.counts(each.granted_on, standing.day))
                for each in sorted(declaration.aids.all(), key=lambda each: each.granted_on)
            ],
        }
        yield Panel(gettext("De minimis aid"), "admin/startups/_aid.html", context)
    badges = exhibitor.badges.prefetch_related("days").order_by("created_at", "pk")
    if badges:
        context = {
            "badges": badges,
            "quota": exhibitor.application.call.badge_quota,
            "is_complete": exhibitor.badges_checked_at is not None,
        }
        yield Panel(gettext("People to badge"), "admin/startups/_badges.html", context)


def _logo_url(exhibitor: Exhibitor) -> str:
    return reverse("startups:desk_vector_logo", args=[exhibitor.application_id])


# --- Steps: what the region does for a company ----------------------------------------------------


class _ForCompanyForm(StepForm):
    columns: ClassVar[tuple[str, ...]] = ()
    required: ClassVar[frozenset[str]] = frozenset()

    def prepare(self) -> None:
        for name in self.columns:
            self.fields[name] = MADE[name]()
            self.fields[name].required = name in self.required
            self.initial.setdefault(name, getattr(self.row.application, name))


class NeedsForm(_ForCompanyForm):
    columns = NEEDS_FIELDS


class PitchForm(_ForCompanyForm):
    columns = tuple(name for name in PITCH_FIELDS if name != "logo")
    required = frozenset({"display_name", "pitch_fr", "pitch_en"})


class ReopenForm(OptionalReasonForm):
    item = forms.ChoiceField(label=_("What the company may change again"))
    field_order = ("item", "reason")

    def prepare(self) -> None:
        super().prepare()
        field: Any = self.fields["item"]
        field.choices = [(item, ChecklistItem(item).label) for item in _reopenable(self.row)]


class PeopleForm(StepForm):
    """One line of fields for each badge of the quota."""

    parts: ClassVar = ("first_name", "last_name", "role", "email")

    def prepare(self) -> None:
        row = self.row
        days = Day.objects.filter(edition=row.participation.edition_id).order_by("date", "pk")
        people: list[Any] = list(row.badges.prefetch_related("days").order_by("created_at", "pk"))
        self.ids = [badge.pk for badge in people]
        for number in range(1, row.application.call.badge_quota + 1):
            badge = people[number - 1] if number <= len(people) else None
            for part, field in _person_fields(number, days).items():
                name = f"{part}_{number}"
                self.fields[name] = field
                if badge is not None and part == "days":
                    self.initial[name] = [day.pk for day in badge.days.all()]
                elif badge is not None:
                    self.initial[name] = getattr(badge, part)
        self.fields["is_complete"] = forms.BooleanField(
            label=_("The list is complete"), required=False
        )
        self.initial["is_complete"] = row.badges_checked_at is not None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for number in self._numbers(data):
            for part in ("first_name", "last_name"):
                if not data.get(f"{part}_{number}"):
                    self.add_error(f"{part}_{number}", gettext("This field is required."))
        if not self.errors:
            data["holders"] = self._holders(data)
        return data

    def _holders(self, data: Mapping[str, Any]) -> list[Holder]:
        return [
            Holder(
                **{part: data[f"{part}_{number}"] for part in self.parts},
                day_ids=tuple(day.pk for day in data[f"days_{number}"]),
                badge_id=self.ids[number - 1] if number <= len(self.ids) else None,
            )
            for number in self._numbers(data)
        ]

    def _numbers(self, data: Mapping[str, Any]) -> list[int]:
        """Of those where somebody is named."""
        quota = self.row.application.call.badge_quota
        return [
            number
            for number in range(1, quota + 1)
            if any(data.get(f"{part}_{number}") for part in self.parts)
        ]


def _person_fields(number: int, days: QuerySet[Day]) -> dict[str, forms.Field]:
    def label(words: str) -> str:
        return f"{number}. {words}"

    return {
        "first_name": forms.CharField(
            label=label(gettext("First name")), max_length=80, required=False
        ),
        "last_name": forms.CharField(
            label=label(gettext("Last name")), max_length=80, required=False
        ),
        "role": forms.CharField(label=label(gettext("Function")), max_length=100, required=False),
        "email": forms.EmailField(label=label(gettext("E-mail address")), required=False),
        "days": forms.ModelMultipleChoiceField(
            label=label(gettext("Days of presence")),
            queryset=days,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        ),
    }


def _reopenable(exhibitor: Exhibitor) -> list[str]:
    return [
        item
        for item in ChecklistItem.values
        if item in checklist.FROZEN_WHEN_DONE
        and getattr(exhibitor, f"{item}_checked_at") is not None
    ]


def _is_here(exhibitor: Exhibitor) -> bool:
    return exhibitor.left_at is None


def _confirm_needs(request: HttpRequest, row: Exhibitor, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.confirm_needs(exhibitor_id=row.pk, values=data, by=by)


def _check_pitch(request: HttpRequest, row: Exhibitor, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.check_pitch(exhibitor_id=row.pk, values=data, by=by)


def _reopen(request: HttpRequest, row: Exhibitor, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.reopen_item(exhibitor_id=row.pk, by=by, **data)


def _name_people(request: HttpRequest, row: Exhibitor, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.save_badges(
        exhibitor_id=row.pk, holders=data["holders"], is_complete=data["is_complete"], by=by
    )


STEPS = (
    Step(
        name="pitch",
        label=_("Change name and pitches"),
        run=_check_pitch,
        form=PitchForm,
        done=_("Name and pitches are changed and count as confirmed."),
        explain=_("For the company, also after its deadline. The directory shows them at once."),
        when=_is_here,
    ),
    Step(
        name="needs",
        label=_("Confirm the technical needs"),
        run=_confirm_needs,
        form=NeedsForm,
        done=_("The technical needs are confirmed."),
        explain=_("For the company, also after its deadline."),
        when=_is_here,
    ),
    Step(
        name="people",
        label=_("Name the people to badge"),
        run=_name_people,
        form=PeopleForm,
        done=_("The people to badge are named."),
        explain=_(
            "For the company, also after its deadline. Each person with an address is told once, "
            "by mail, what is kept about them."
        ),
        when=lambda row: _is_here(row) and row.application.call.badge_quota > 0,
    ),
    Step(
        name="reopen",
        label=_("Let the company change it again"),
        run=_reopen,
        form=ReopenForm,
        done=_("The company can change it again, until it confirms."),
        explain=_("For what its deadline has closed. Tell the company: no mail leaves."),
        when=lambda row: _is_here(row) and bool(_reopenable(row)),
    ),
)
