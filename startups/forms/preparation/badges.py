"""Who wears a badge: one form for each badge of the quota."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from events.models import Day
from startups.forms.preparation.lines import all_may_be_empty
from startups.models import Badge, Call
from startups.operations import Holder

# A list that was longer than today's quota comes back whole.
MOST_PEOPLE = 200


class BadgeForm(forms.Form):
    use_required_attribute = False

    badge_id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=80)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=80)
    role = forms.CharField(label=gettext_lazy("Function"), max_length=100, required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        help_text=gettext_lazy("We tell this person, once, what we keep about them and why."),
    )
    days = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Days of presence"),
        queryset=Day.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one day.")},
    )

    def __init__(self, *args: Any, days: Sequence[Day], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["days"]
        field.queryset = Day.objects.filter(pk__in=[day.pk for day in days])
        field.choices = [(day.pk, str(day)) for day in days]

    def has_changed(self) -> bool:
        """Whether somebody is named here: days are ticked for nobody."""
        names = ("first_name", "last_name", "role", "email")
        return any(str(self[name].value() or "").strip() for name in names)


class BadgeForms(forms.BaseFormSet):  # type: ignore[type-arg]
    """One form for each badge of the quota; whoever is cleared away is removed."""

    def holders(self) -> list[Holder]:
        return [
            Holder(
                first_name=form.cleaned_data["first_name"],
                last_name=form.cleaned_data["last_name"],
                role=form.cleaned_data["role"],
                email=form.cleaned_data["email"],
                day_ids=tuple(day.pk for day in form.cleaned_data["days"]),
                badge_id=form.cleaned_data["badge_id"],
            )
            for form in self.forms
            if form.has_changed()
        ]

    def typed(self) -> list[str]:
        """Who was typed, to read."""
        names = ("first_name", "last_name", "role", "email")
        people = [[str(form[name].value() or "") for name in names] for form in self.forms]
        return [" ".join(filter(None, parts)) for parts in people if any(parts)]


def badge_forms(call: Call, days: Sequence[Day], badges: Iterable[Badge], data: Any) -> BadgeForms:
    known: list[dict[str, Any]] = [
        {
            "badge_id": badge.pk,
            "first_name": badge.first_name,
            "last_name": badge.last_name,
            "role": badge.role,
            "email": badge.email,
            "days": [day.pk for day in badge.days.all()],
        }
        for badge in badges
    ]
    quota = call.badge_quota
    # Most people come every day: a day is quicker unticked than four are ticked.
    every_day = {"days": [day.pk for day in days]}
    known += [every_day] * (quota - len(known))
    data = None if data is None else all_may_be_empty(data, "badge")
    made = forms.formset_factory(
        BadgeForm, formset=BadgeForms, extra=quota, max_num=quota, absolute_max=quota + MOST_PEOPLE
    )
    return cast(BadgeForms, made(data, prefix="badge", initial=known, form_kwargs={"days": days}))
