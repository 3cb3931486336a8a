"""People: how to reach them, what they wish, when they are free."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings import operations
from meetings.admin.belongings import AvailabilityInline, Belongings, SecretariatInline
from meetings.admin.meeting_forms import people_to_bring
from meetings.models import Person
from pavilion.core.desk import (
    VERBS,
    Panel,
    RegionFilter,
    Step,
    region_mark,
)

VERBS |= {
    "person.link_renewed": _("Link to their day replaced"),
    "person.needs_erased": _("Special needs erased, on their date"),
}
NEEDS = _("Special needs")


def _region(row: Any) -> SafeString | str:
    """The region of a person or an office."""
    return region_mark(row.region_id, row.region) if row.region else gettext("national team")


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_email(self) -> str:
        """Said beside the field; the constraint alone would say it of the whole form."""
        email: str = self.cleaned_data["email"]
        others = Person.objects.exclude(pk=self.instance.pk)
        if email and others.filter(email__iexact=email).exists():
            raise ValidationError(_("Somebody already has this e-mail address."))
        return email


def _typed(form: Any) -> dict[str, Any]:
    """Only what was typed: somebody else may have changed the rest meanwhile."""
    return {name: form.cleaned_data[name] for name in form.changed_data}


def _renew_link(request: HttpRequest, row: Person, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.renew_day_link(person_id=row.pk, by=by)


@admin.register(Person)
class PersonAdmin(Belongings):
    form = PersonForm
    may_delete = True
    steps = (
        Step(
            name="renew_link",
            label=_("Replace the link to their day"),
            run=_renew_link,
            done=_("The former link is closed. The new one stands below, to hand over."),
            explain=_("For a link that got into the wrong hands: it opens nothing more, at once."),
        ),
    )
    region_path = "region_id"
    list_display = ("__str__", "title", "region_name", "email", "language", "wants_invitations")
    list_filter = (RegionFilter, "language", "wants_invitations")
    search_fields = ("last_name", "first_name", "title_fr", "email")
    autocomplete_fields = ("user",)
    select = ("region", "user")
    ordering = ("last_name", "first_name", "pk")
    fieldsets = (
        (None, {"fields": (("first_name", "last_name"), ("title_fr", "title_en"), "region")}),
        (
            _("How to reach them"),
            {"fields": (("email", "phone"), ("contact_name", "contact_phone"), "language")},
        ),
        (
            _("Calendar, mail and account"),
            {"fields": (("wants_invitations", "wants_feed"), "user")},
        ),
        (
            _("Reminders and programmes"),
            {
                "fields": (
                    ("remind_evening_before", "remind_morning_of", "remind_hour_before"),
                    ("wants_programme", "wants_morning_news"),
                )
            },
        ),
        (_("Their time"), {"fields": (("works_from", "works_until"),)}),
        (NEEDS, {"fields": ("needs_note", "needs_note_until")}),
    )
    inlines = (SecretariatInline, AvailabilityInline)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Special needs are for those who act for the region; returned mail for all who help."""
        shown = [
            (title, dict(part))
            for title, part in super().get_fieldsets(request, obj)
            if title is not NEEDS or self.manages(request, obj)
        ]
        if obj is not None and obj.mail_failed_at:
            reach = shown[1][1]
            reach["fields"] = (*reach["fields"], "mail_failed_at", "mail_failure")
        return shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Accounts are the national team's."""
        own = () if self.is_national_manager(request) else ("user",)
        return (*own, "mail_failed_at", "mail_failure")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if request.GET.get("model_name") == "participant":
            queryset = queryset.filter(pk__in=people_to_bring(request).values("pk"))
        found: tuple[QuerySet[Any], bool] = super().get_search_results(
            request, queryset, search_term
        )
        return found

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by: Any = request.user
        form.is_noted = True
        if change:
            operations.change_person(person_id=obj.pk, by=by, **_typed(form))
        else:
            obj.pk = operations.create_person(by=by, **form.cleaned_data).pk
            obj._state.adding = False

    def panels(self, request: HttpRequest, row: Person) -> Iterable[Panel]:
        """Private addresses, for whoever may hand them over."""
        if self.manages(request, row):
            context = {
                "day": settings.BASE_URL + row.get_absolute_url(),
                "feeds": row.feeds.order_by("revoked_at", "pk"),
            }
            yield Panel(gettext("Private addresses"), "admin/meetings/_addresses.html", context)

    @admin.display(description=_("title"), ordering="title_fr")
    def title(self, person: Person) -> str:
        return person.title

    @admin.display(description=_("region"), ordering="region__sort_key")
    def region_name(self, person: Person) -> SafeString | str:
        return _region(person)
