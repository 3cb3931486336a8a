"""To sign the charter."""

from django import forms
from django.utils.translation import gettext_lazy


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
