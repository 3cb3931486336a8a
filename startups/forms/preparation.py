"""What an exhibitor fills in before the fair, one form for each item of the checklist."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from events.models import Day
from startups import answers, shown, typed
from startups.fields import BlocksField, DayField, NumberField
from startups.forms.columns import MADE
from startups.models import Aid, Application, Badge, Call, Question
from startups.operations import AidLine, Holder
from startups.operations.preparation import NEEDS_FIELDS, PITCH_FIELDS
from startups.shown import Shown
from startups.uploads import files

# As many as anybody has declared in three years, and more.
MOST_AIDS = 40
EMPTY_AIDS = 2
# A list that was longer than today's quota comes back whole.
MOST_PEOPLE = 200


def saved_meanwhile(words: str) -> str:
    return _(
        "Saved meanwhile: “%(saved)s”. What you typed is still here: save again to keep it."
    ) % {"saved": words or pgettext("a version that is empty", "nothing")}


class CharterForm(forms.Form):
    use_required_attribute = False

    version = forms.IntegerField(widget=forms.HiddenInput)
    language = forms.ChoiceField(
        choices=[("fr", "fr"), ("en", "en")], widget=forms.HiddenInput, required=False
    )
    name = forms.CharField(
        label=gettext_lazy("Your first and last name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    role = forms.CharField(
        label=gettext_lazy("Your function"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    accepts = forms.BooleanField(
        label=gettext_lazy(
            "I have read this charter, I may commit the company, and I sign it in its name."
        ),
        error_messages={"required": gettext_lazy("Tick this box to sign.")},
    )


class AidForm(forms.Form):
    use_required_attribute = False
    changed: Sequence[str] = ()
    SOME, NONE = "some", "none"

    received = forms.ChoiceField(
        label=gettext_lazy("Has your company received de minimis aid in the last three years?"),
        choices=[
            (NONE, gettext_lazy("No, none")),
            (SOME, gettext_lazy("Yes, the aid listed below")),
        ],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=gettext_lazy("Your first and last name"),
        max_length=150,
        help_text=gettext_lazy("You make this statement in the name of the company."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class AidLineForm(forms.Form):
    use_required_attribute = False

    granted_on = DayField(label=gettext_lazy("Granted on"))
    authority = forms.CharField(
        label=gettext_lazy("Granted by"),
        max_length=150,
        help_text=gettext_lazy("Region, Bpifrance, town, agency …"),
    )
    purpose = forms.CharField(label=gettext_lazy("For"), max_length=200, required=False)
    amount = NumberField(
        label=gettext_lazy("Gross grant equivalent, in euros"),
        min_value=Decimal("0.01"),
        max_value=Decimal("99999999.99"),
        help_text=gettext_lazy("To the cent, as the decision says: 12 500,00 for example."),
    )

    def clean_granted_on(self) -> date:
        granted_on: date = self.cleaned_data["granted_on"]
        if granted_on > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return granted_on


class AidLines(forms.BaseFormSet):  # type: ignore[type-arg]  # a plain class at run time
    """The lines that hold something; empty ones do not count."""

    def lines(self) -> list[AidLine]:
        return [
            AidLine(**form.cleaned_data) for form in self.forms if form.cleaned_data.get("amount")
        ]


_AidLineSet = forms.formset_factory(
    AidLineForm, formset=AidLines, extra=EMPTY_AIDS, max_num=MOST_AIDS
)


def aid_lines(data: Any = None, aids: Iterable[Aid] = (), *, more: bool = False) -> AidLines:
    """What was declared and two empty lines; with `more`, what was typed and another two."""
    if data is not None:
        data = _all_may_be_empty(data, "aid")
        if more:
            data = _with_more(data, "aid", EMPTY_AIDS, MOST_AIDS)
    known = [
        {
            "granted_on": f"{aid.granted_on:%d/%m/%Y}",
            "authority": aid.authority,
            "purpose": aid.purpose,
            "amount": f"{aid.amount:.2f}",
        }
        for aid in aids
    ]
    return cast(AidLines, _AidLineSet(data, prefix="aid", initial=None if data else known))


class LogoForm(forms.Form):
    use_required_attribute = False

    logo = forms.FileField(
        label=gettext_lazy("Logo in vector form"),
        help_text=gettext_lazy(
            "SVG, PDF or EPS, 5 MB at most. Text turned into outlines, on a transparent ground."
        ),
        widget=forms.FileInput(
            attrs={"accept": files.ACCEPTED_VECTOR_LOGOS, "data-max": files.MAX_VECTOR_LOGO}
        ),
    )

    def clean_logo(self) -> Any:
        return files.clean_vector_logo(self.cleaned_data["logo"])


class _Columns(forms.Form):
    """Columns of the application, asked as in its form."""

    use_required_attribute = False
    columns: ClassVar[tuple[str, ...]] = ()
    optional: ClassVar[frozenset[str]] = frozenset()
    changed: Sequence[str] = ()

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        initial = {name: getattr(application, name) for name in self.columns}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for name in self.columns:
            self.fields[name] = MADE[name]()
            self.fields[name].required = name not in self.optional

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.columns}

    def show_both(self, application: Application, seen: Shown) -> None:
        """What changed meanwhile, beside what was typed; in the place of what was not touched."""
        data = dict(self.data.items())
        for name in self.changed:
            saved = getattr(application, name)
            raw = str(shown.columns({name: saved})[name])
            mine = str(shown.columns({name: self.cleaned_data.get(name)})[name])
            if typed.same(mine, seen[name]):
                data[name] = raw
                self.add_error(name, _("Changed meanwhile: this is the saved version."))
            else:
                self.add_error(name, saved_meanwhile(_in_words(saved)))
        self.data = data

    def typed_rows(self) -> list[tuple[str, str]]:
        """What was typed, to read."""
        rows = [(field.label, field.data) for field in self if field.name != "logo"]
        return [(str(label), _in_words(data)) for label, data in rows if data]


class PitchForm(_Columns):
    columns = PITCH_FIELDS
    optional = frozenset({"website", "logo"})

    def values(self) -> dict[str, Any]:
        """The logo only when a new one was sent."""
        values = super().values()
        if not isinstance(self.files.get("logo"), File):
            del values["logo"]
        return values

    def picture(self) -> Any:
        """A new logo that is as it has to be, whatever is wrong with the rest; None without."""
        is_new = isinstance(self.files.get("logo"), File) and "logo" not in self.errors
        return self.cleaned_data.get("logo") if is_new else None


class NeedsForm(_Columns):
    columns = NEEDS_FIELDS
    optional = frozenset(NEEDS_FIELDS)


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "" if value is None else str(value)


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
    data = None if data is None else _all_may_be_empty(data, "badge")
    made = forms.formset_factory(
        BadgeForm, formset=BadgeForms, extra=quota, max_num=quota, absolute_max=quota + MOST_PEOPLE
    )
    return cast(BadgeForms, made(data, prefix="badge", initial=known, form_kwargs={"days": days}))


class LaterForm(forms.Form):
    """A region's questions to exhibitors; each valid answer is kept, whatever the others are."""

    use_required_attribute = False
    changed: Sequence[str] = ()

    def __init__(
        self, *args: Any, questions: Sequence[Question], kept: Mapping[str, Any], **kwargs: Any
    ) -> None:
        initial = {
            answers.name_of(question): answers.to_raw(question, kept.get(question.key))
            for question in questions
        }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.kept = kept
        self.questions = {answers.name_of(question): question for question in questions}
        now = timezone.now()
        for name, question in self.questions.items():
            # What depends on an answer of this page may not apply: its lack shows in the list.
            is_required = question.is_required and question.depends_on_id is None
            self.fields[name] = answers.form_field(question, is_required=is_required)
            if question.is_frozen_at(now):
                self.fields[name].disabled = True

    def values(self, seen: Shown | None = None) -> dict[str, Any]:
        """What is valid, by question key. A file only when one was sent.

        With `seen`, what the page showed before, only what was touched.
        """
        given: dict[str, Any] = {}
        for name, question in self.questions.items():
            if name not in self.cleaned_data or self.fields[name].disabled:
                continue
            value = self.cleaned_data[name]
            if question.kind == Question.Kind.FILE:
                if isinstance(value, File):
                    given[question.key] = value
            elif not self._is_as_seen(name, (seen or {}).get(question.key)):
                given[question.key] = answers.to_json(value)
        return given

    def _is_as_seen(self, name: str, seen: typed.Raw | None) -> bool:
        raw = self[name].value()
        return seen is not None and typed.same("" if raw is None else raw, seen)

    def show_both(self, kept: Mapping[str, Any]) -> None:
        """What was answered meanwhile, beside what was typed."""
        for name, question in self.questions.items():
            if question.key in self.changed:
                words = answers.in_words(question, kept.get(question.key))
                self.add_error(name, saved_meanwhile(words))

    def rows(self) -> list[dict[str, Any]]:
        """Each question with what its page needs to show it."""
        return [
            {
                "field": self[name],
                "question": question,
                "file": self.kept.get(question.key) if question.kind == "file" else "",
                "blocks": self._blocks(name),
                "condition": self._condition(question),
                "is_frozen": self.fields[name].disabled,
                "words": answers.in_words(question, self.kept.get(question.key)),
            }
            for name, question in self.questions.items()
        ]

    def _condition(self, question: Question) -> Question | None:
        other = question.depends_on
        names = {each.pk for each in self.questions.values()}
        return other if other is not None and other.pk in names else None

    def _blocks(self, name: str) -> list[forms.Form]:
        """The blocks typed, and empty ones as far as the question allows: three at least."""
        field = self.fields[name]
        if not isinstance(field, BlocksField):
            return []
        typed = list(self[name].value() or [])
        wanted = min(max(len(typed) + 1, 3), field.max_items)
        typed += [{}] * (wanted - len(typed))
        return [_unchecked(field, f"{name}-{number}", block) for number, block in enumerate(typed)]


def _unchecked(field: BlocksField, prefix: str, block: Mapping[str, Any]) -> forms.Form:
    """A block to show: its errors stand with the question."""
    form = field.block(prefix)
    form.initial = dict(block)
    return form


def _all_may_be_empty(data: Any, prefix: str) -> Any:
    """What is cleared away is removed: no line is bound to stay because it was there before."""
    data = data.copy()
    data[f"{prefix}-INITIAL_FORMS"] = "0"
    return data


def _with_more(data: Any, prefix: str, count: int, most: int) -> Any:
    """The same with room for more lines; what was typed stays where it was."""
    data = data.copy()
    name = f"{prefix}-TOTAL_FORMS"
    total = data.get(name, "")
    data[name] = str(min((int(total) if total.isdigit() else 0) + count, most))
    return data
