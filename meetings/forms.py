from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.models import Feed, Participant


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


class CalendarForm(forms.Form):
    """What to do with a calendar address: open one, replace it, close it."""

    action = forms.ChoiceField(choices=[(name, name) for name in ("open", "renew", "revoke")])
    feed = forms.ModelChoiceField(Feed.objects.none(), required=False)

    def __init__(self, *args: object, feeds: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["feed"].queryset = feeds  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("action") != "open" and not self.cleaned_data.get("feed"):
            raise forms.ValidationError(_("This calendar address is already closed."))
