"""To begin an application, and to come back to it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pavilion.core.models import Language


class BeginForm(forms.Form):
    use_required_attribute = False

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The private link of your application is sent to it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    language = forms.ChoiceField(
        label=_("Language of our mails"), choices=Language.choices, widget=forms.RadioSelect
    )


class LateBeginForm(BeginForm):
    """After the closing, for those the region gave a code."""

    late_code = forms.CharField(
        label=_("Late-entry code"),
        max_length=30,
        help_text=_("The region gave it to you. Capitals and small letters are the same."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    field_order = ("late_code", "email", "language")


class ResumeForm(forms.Form):
    use_required_attribute = False

    email = forms.EmailField(
        label=_("The e-mail address of your application"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class CodeForm(ResumeForm):
    code = forms.CharField(
        label=_("The code in the mail"),
        max_length=20,
        help_text=_("Six letters and figures. It works for 30 minutes, and once."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "short",
            }
        ),
    )
