from typing import Any

from rest_framework import serializers

from meetings.operations.previewing import Preview


class ToldSerializer(serializers.Serializer[Any]):
    """One mail that would be promised."""

    participant = serializers.CharField()
    recipient_name = serializers.CharField()
    recipient = serializers.CharField()
    is_copy = serializers.BooleanField(help_text="To a secretariat that receives their mail.")
    kind = serializers.CharField()
    language = serializers.CharField()
    is_held = serializers.BooleanField(help_text="Waits for somebody's approval.")
    send_after = serializers.DateTimeField()
    subject = serializers.CharField()


class RefusedSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField(source="__str__")
    details = serializers.DictField()


class PreviewSerializer(serializers.Serializer[Preview]):
    """What would come of it. With a refusal, nothing else."""

    refusal = RefusedSerializer(allow_null=True)
    told = ToldSerializer(many=True)
    taken_back = serializers.ListField(
        child=serializers.CharField(), help_text="Whose waiting message would never leave."
    )
    untold = serializers.ListField(
        child=serializers.CharField(), help_text="Who is expected and would get no mail."
    )
    joins = serializers.ListField(child=serializers.CharField())
    leaves = serializers.ListField(child=serializers.CharField())
    takes = serializers.ListField(
        child=serializers.CharField(), help_text="Whose time, or which place, it would hold."
    )
    frees = serializers.ListField(child=serializers.CharField())
