from typing import Any

from rest_framework import serializers

from pavilion.core.resources import VisibleListField
from startups.models import Application
from startups.operations.deciding.letters import LONGEST_SUBJECT, PLACEHOLDERS


def applications_seen_by(user: Any) -> Any:
    return Application.objects.visible_to(user)


class LetterSerializer(serializers.Serializer[Any]):
    """One letter in French, in English or in both; refused with 409 where a text is missing."""

    applications = VisibleListField(applications_seen_by, min_length=1)
    key = serializers.CharField(
        max_length=100, help_text="Names the letter: the same one again reaches nobody twice."
    )
    subject_fr = serializers.CharField(max_length=LONGEST_SUBJECT, allow_blank=True, default="")
    body_fr = serializers.CharField(
        max_length=10_000,
        allow_blank=True,
        default="",
        help_text=f"Filled in for each: {', '.join(f'{{{name}}}' for name in PLACEHOLDERS)}.",
    )
    subject_en = serializers.CharField(max_length=LONGEST_SUBJECT, allow_blank=True, default="")
    body_en = serializers.CharField(max_length=10_000, allow_blank=True, default="")
    french_will_do = serializers.BooleanField(
        default=False, help_text="Whether companies that chose English may get the French text."
    )


class LetterSentSerializer(serializers.Serializer[Any]):
    written = serializers.IntegerField(help_text="How many get it.")
