"""The API's doors to the outbox and the activity log: what left, what waits, who did what."""

from typing import Any, ClassVar

from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from pavilion.core import outbox
from pavilion.core.logs import redact
from pavilion.core.models import ActivityEntry, OutboxMessage
from pavilion.core.resources import Filters, ReadResource, ReasonSerializer, operation


class MessageSerializer(serializers.ModelSerializer[OutboxMessage]):
    """A message without the keys it carries: its links open doors for the recipient only."""

    body = serializers.SerializerMethodField(help_text="The text, private links blacked out.")

    class Meta:
        model = OutboxMessage
        fields: ClassVar = [
            "id",
            "kind",
            "state",
            "region_code",
            "recipient",
            "recipient_name",
            "language",
            "subject",
            "body",
            "ics_method",
            "created_at",
            "send_after",
            "expires_at",
            "sent_at",
            "attempts",
            "last_error",
        ]

    def get_body(self, message: OutboxMessage) -> str:
        return redact(message.body)


class MessageFilters(Filters):
    region = filters.CharFilter("region_code")
    state = filters.MultipleChoiceFilter(choices=OutboxMessage.State.choices)
    kind = filters.CharFilter()
    recipient = filters.CharFilter("recipient", "iexact")
    created_after = filters.IsoDateTimeFilter("created_at", "gte")
    created_before = filters.IsoDateTimeFilter("created_at", "lt")


class MessageViewSet(ReadResource[OutboxMessage]):
    """The mails a team promised, waits to approve, or sent."""

    queryset = OutboxMessage.objects.all()
    serializer_class = MessageSerializer
    ordering = ("-created_at",)
    ordering_fields = ("created_at", "sent_at", "state", "kind")
    search_fields = ("recipient", "recipient_name", "subject")
    filterset_class = MessageFilters

    @operation("Let a waiting message leave", MessageSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        message = self.get_object()
        outbox.approve_messages(message_ids=[message.pk], by=self.actor)
        return self.show(message.pk)

    @operation("Let a message that failed try again", MessageSerializer)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        message = self.get_object()
        outbox.retry_messages(message_ids=[message.pk], by=self.actor)
        return self.show(message.pk)

    @operation("Never send a waiting message", MessageSerializer, body=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> Response:
        message = self.get_object()
        why = self.body(ReasonSerializer)
        outbox.drop_messages(message_ids=[message.pk], by=self.actor, **why)
        return self.show(message.pk)


class ActivitySerializer(serializers.ModelSerializer[ActivityEntry]):
    by = serializers.SerializerMethodField(
        help_text="The account's name, or in whose name; empty for the system itself."
    )
    target_type = serializers.SerializerMethodField(help_text="As in “meetings.meeting”.")
    before = serializers.DictField(read_only=True)
    after = serializers.DictField(read_only=True)

    class Meta:
        model = ActivityEntry
        fields: ClassVar = [
            "id",
            "at",
            "by",
            "verb",
            "target_type",
            "target_id",
            "target_label",
            "region_code",
            "reason",
            "before",
            "after",
        ]

    def get_by(self, entry: ActivityEntry) -> str:
        return str(entry.by or entry.by_name)

    def get_target_type(self, entry: ActivityEntry) -> str:
        return f"{entry.target_type.app_label}.{entry.target_type.model}"


class ActivityFilters(Filters):
    region = filters.CharFilter("region_code")
    verb = filters.CharFilter()
    target_type = filters.CharFilter(method="of_type", help_text="As in “meetings.meeting”.")
    target_id = filters.CharFilter()
    at_after = filters.IsoDateTimeFilter("at", "gte")
    at_before = filters.IsoDateTimeFilter("at", "lt")

    def of_type(self, entries: Any, name: str, value: str) -> Any:
        app_label, _separator, model = value.partition(".")
        return entries.filter(target_type__app_label=app_label, target_type__model=model)


class ActivityViewSet(ReadResource[ActivityEntry]):
    """Who did what, when and why. Written by operations, never changed."""

    queryset = ActivityEntry.objects.select_related("by", "target_type")
    serializer_class = ActivitySerializer
    ordering = ("-at",)
    ordering_fields = ("at", "verb")
    search_fields = ("target_label", "reason", "verb")
    filterset_class = ActivityFilters
