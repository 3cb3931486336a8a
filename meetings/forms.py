from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.models import Feed, Participant, Person


class AnswerForm(forms.Form):
    """Three buttons, a word if one wishes, and who answers when it is somebody else."""

    answer = forms.ChoiceField(
        choices=[
            (Participant.Answer.ACCEPTED, _("Accept")),
            (Participant.Answer.TENTATIVE, _("Perhaps")),
            (Participant.Answer.DECLINED, _("Decline")),
        ],
        error_messages={
            "required": _("Choose one of the three answers."),
            "invalid_choice": _("Choose one of the three answers."),
        },
    )
    sequence = forms.IntegerField(required=False, widget=forms.HiddenInput)
    comment = forms.CharField(
        label=_("A word for the organisers"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    answered_by = forms.CharField(
        label=_("Your name, if you answer for somebody"), required=False, max_length=150
    )


class FeedForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a calendar address shows, and where it is used."""

    class Meta:
        model = Feed
        fields: ClassVar = ["label", "level", "language", "has_alarms", "without_invited"]
        help_texts: ClassVar = {
            "label": _("“My telephone”, “Driver”: to know one address from another."),
            "level": _("“Time and place only” for a driver or a security officer."),
            "has_alarms": _(
                "A quarter of an hour before, or in time to leave for a place outside."
            ),
            "without_invited": _(
                "For a calendar that already takes the invitations from your mail: nothing twice."
            ),
        }


class CalendarForm(forms.Form):
    """What to do with a calendar address: open one, change what it shows, replace it, close it."""

    action = forms.ChoiceField(
        choices=[(name, name) for name in ("open", "change", "renew", "replace", "revoke")]
    )
    feed = forms.ModelChoiceField(Feed.objects.none(), required=False)

    def __init__(self, *args: object, feeds: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["feed"].queryset = feeds  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("action") != "open" and not self.cleaned_data.get("feed"):
            raise forms.ValidationError(_("This calendar address is already closed."))


class WishesForm(forms.ModelForm):  # type: ignore[type-arg]
    """Which reminders and programmes somebody receives by mail."""

    class Meta:
        model = Person
        fields: ClassVar = [
            "remind_evening_before",
            "remind_morning_of",
            "remind_hour_before",
            "wants_programme",
            "wants_morning_news",
        ]
        labels: ClassVar = {
            "remind_evening_before": _("Reminder the evening before"),
            "remind_morning_of": _("Reminder in the morning"),
            "remind_hour_before": _("Reminder an hour before"),
            "wants_programme": _("My whole programme, a week before"),
            "wants_morning_news": _("What changed overnight, each morning of the fair"),
        }
        help_texts: ClassVar = {
            "remind_evening_before": _(
                "At six in the evening: the next day’s meetings in one mail."
            ),
            "remind_morning_of": _("At half past seven: the day’s meetings, in one mail."),
            "remind_hour_before": _("Each meeting, with its place and whom to call."),
            "wants_programme": _("At nine, seven days before the fair."),
            "wants_morning_news": _("At seven, only when something changed since the evening."),
        }
