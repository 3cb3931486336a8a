from typing import Any, ClassVar

from rest_framework import serializers

from meetings.models import Chase, ContactNote, IncomingMail, Participant
from meetings.receiving.reasons import why
from pavilion.core.resources import BIGGEST_KEY, MomentField

GIVEN = [
    (each.value, each.label)
    for each in Participant.Answer
    if each != Participant.Answer.NEEDS_ACTION
]


class IncomingMailSerializer(serializers.ModelSerializer[IncomingMail]):
    """A message without its text and its keys: what was understood of it, and what became of it."""

    why = serializers.SerializerMethodField(help_text="The reason in a sentence.")
    facts = serializers.DictField(
        read_only=True,
        help_text="Of the calendar part: method, partstat, sequence, stamp, comment, attendees, "
        "and the times proposed; `word` is what our mail server says of the sender.",
    )

    class Meta:
        model = IncomingMail
        fields: ClassVar = [
            "id",
            "received_at",
            "sender",
            "subject",
            "outcome",
            "reason",
            "why",
            "facts",
            "meeting",
            "participant",
            "bounced",
            "settled_at",
            "settled_by",
        ]
        read_only_fields = fields

    def get_why(self, mail: IncomingMail) -> str:
        return why(mail.reason, str(mail.facts.get("refusal", "")))


class AppliedSerializer(serializers.Serializer[Any]):
    participant = serializers.IntegerField(min_value=1, max_value=BIGGEST_KEY)
    answer = serializers.ChoiceField(choices=GIVEN)
    comment = serializers.CharField(max_length=1000, allow_blank=True, default="")


class AcceptedProposalSerializer(serializers.Serializer[Any]):
    outside_hours_reason = serializers.CharField(max_length=200, allow_blank=True, default="")


class DeclinedProposalSerializer(serializers.Serializer[Any]):
    word = serializers.CharField(
        max_length=1000, allow_blank=True, default="", help_text="Said in the mail."
    )


class ContactNoteSerializer(serializers.ModelSerializer[ContactNote]):
    class Meta:
        model = ContactNote
        fields: ClassVar = [
            *("id", "participant", "at", "by", "channel"),
            *("with_whom", "note", "next_step", "next_on"),
        ]
        read_only_fields = fields


class NewContactSerializer(serializers.Serializer[Any]):
    channel = serializers.ChoiceField(
        choices=ContactNote.Channel.choices, default=ContactNote.Channel.PHONE
    )
    with_whom = serializers.CharField(max_length=150, allow_blank=True, default="")
    note = serializers.CharField(max_length=500, allow_blank=True, default="")
    next_step = serializers.CharField(max_length=200, allow_blank=True, default="")
    next_on = serializers.DateField(allow_null=True, default=None)
    at = MomentField(allow_null=True, default=None, help_text="Without it: now.")
    answer = serializers.ChoiceField(
        choices=GIVEN, allow_blank=True, default="", help_text="What they answered, if they did."
    )


class SecretariatLinkSerializer(serializers.Serializer[Any]):
    secretariat = serializers.IntegerField(min_value=1, max_value=BIGGEST_KEY)
    renew = serializers.BooleanField(default=False, help_text="Close the links it has had.")


class ChaseSerializer(serializers.ModelSerializer[Chase]):
    """Somebody expected, and the last contact with them."""

    name = serializers.CharField(source="__str__", read_only=True)
    subject = serializers.CharField(source="meeting.subject", read_only=True)
    starts_at = serializers.DateTimeField(source="meeting.starts_at", read_only=True)
    contacted_at = serializers.DateTimeField(read_only=True, allow_null=True)
    contacted_who = serializers.CharField(read_only=True, allow_null=True)
    contact_note = serializers.CharField(read_only=True, allow_null=True)
    next_step = serializers.CharField(read_only=True, allow_null=True)
    next_on = serializers.DateField(read_only=True, allow_null=True)
    answered_earlier_time = serializers.BooleanField(read_only=True)
    is_due = serializers.SerializerMethodField(help_text="It was agreed to ask by today.")

    class Meta:
        model = Chase
        fields: ClassVar = [
            *("id", "meeting", "subject", "starts_at", "person", "office", "name"),
            *("is_required", "answer", "answered_at", "answered_earlier_time"),
            *("contacted_at", "contacted_who", "contact_note", "next_step", "next_on", "is_due"),
        ]
        read_only_fields = fields

    def get_is_due(self, row: Any) -> bool:
        return bool(row.urgency == 0 and row.answer == Participant.Answer.NEEDS_ACTION)
