"""The API's doors to the outbox: what waits, what left, what did not arrive, and the policies."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from pavilion.core import calendar_lines, outbox, outbox_changes, policies, waiting
from pavilion.core.access import access_of
from pavilion.core.desk import KINDS
from pavilion.core.logs import redact
from pavilion.core.models import MailPolicy, OutboxMessage, User
from pavilion.core.resources import (
    Filters,
    ReadResource,
    ReasonSerializer,
    Resource,
    VisibleListField,
    operation,
)
from pavilion.core.veil import veil


class CalendarLineSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    value = serializers.CharField()


class MessageSerializer(serializers.ModelSerializer[OutboxMessage]):
    """A message without the keys it carries: its links open doors for the recipient only."""

    body = serializers.SerializerMethodField(help_text="The text, private links blacked out.")
    by = serializers.SerializerMethodField(
        help_text="Whose doing the message announces; empty for the service itself."
    )
    waits_for = serializers.SerializerMethodField(
        help_text="Why a queued message has not left yet; empty for any other."
    )

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
            "by",
            "created_at",
            "edited_at",
            "send_after",
            "waits_for",
            "is_urgent",
            "expires_at",
            "sent_at",
            "bounced_at",
            "attempts",
            "last_error",
            "resends",
        ]

    def get_body(self, message: OutboxMessage) -> str:
        return redact(message.body)

    def get_by(self, message: OutboxMessage) -> str:
        return str(message.by or "")

    def get_waits_for(self, message: OutboxMessage) -> str:
        return waiting.why(message, timezone.now()) or ""


class MessageDetailSerializer(MessageSerializer):
    editable_body = serializers.SerializerMethodField(
        help_text="The text as `edit` takes it: private links are [link 1], [link 2] …"
    )
    calendar = serializers.SerializerMethodField(
        help_text="What the calendar part says, in words: name and value."
    )

    class Meta(MessageSerializer.Meta):
        fields: ClassVar = [*MessageSerializer.Meta.fields, "editable_body", "calendar"]

    def get_editable_body(self, message: OutboxMessage) -> str:
        return veil(message.body)

    @extend_schema(responses=CalendarLineSerializer(many=True))
    def get_calendar(self, message: OutboxMessage) -> list[dict[str, str]]:
        return [
            {"name": name, "value": value} for name, value in calendar_lines.readable(message.ics)
        ]


class EditSerializer(serializers.Serializer[Any]):
    subject = serializers.CharField(max_length=outbox_changes.LONGEST_SUBJECT)
    body = serializers.CharField(
        max_length=outbox_changes.LONGEST_TEXT, trim_whitespace=False, help_text="`editable_body`."
    )


def messages_seen_by(user: Any) -> Any:
    return OutboxMessage.objects.visible_to(user)


class ManySerializer(serializers.Serializer[Any]):
    """Messages by their keys, at most 200 at a time."""

    messages = VisibleListField(messages_seen_by, allow_empty=False)


class ManyReasonSerializer(ManySerializer, ReasonSerializer):
    pass


class CountSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()


class MessageFilters(Filters):
    region = filters.CharFilter("region_code")
    state = filters.MultipleChoiceFilter(choices=OutboxMessage.State.choices)
    kind = filters.CharFilter()
    kind_begins = filters.CharFilter("kind", "startswith", help_text="As in “startups.”.")
    recipient = filters.CharFilter("recipient", "iexact")
    created_after = filters.IsoDateTimeFilter("created_at", "gte")
    created_before = filters.IsoDateTimeFilter("created_at", "lt")
    leaves_after = filters.IsoDateTimeFilter("send_after", "gte")
    leaves_before = filters.IsoDateTimeFilter("send_after", "lt")


class MessageViewSet(ReadResource[OutboxMessage]):
    """The mails a team promised, waits to approve, or sent."""

    queryset = OutboxMessage.objects.select_related("by")
    serializer_class = MessageDetailSerializer
    ordering = ("-created_at",)
    ordering_fields = ("created_at", "send_after", "sent_at", "state", "kind")
    search_fields = ("recipient", "recipient_name", "subject")
    filterset_class = MessageFilters

    def get_serializer_class(self) -> type[serializers.BaseSerializer[OutboxMessage]]:
        return MessageSerializer if self.action == "list" else MessageDetailSerializer

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.defer("html", "ics", "told") if self.action == "list" else rows

    @operation("Let a waiting message leave", MessageDetailSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        return self._do(outbox.approve_messages)

    @operation(
        "Change the words of a message that waits", MessageDetailSerializer, body=EditSerializer
    )
    @action(detail=True, methods=["post"])
    def edit(self, request: Request, pk: str) -> Response:
        message = self.get_object()
        words = self.body(EditSerializer)
        outbox_changes.edit_message(message_id=message.pk, by=self.actor, **words)
        return self.show(message.pk)

    @operation("Let a queued message leave without waiting", MessageDetailSerializer)
    @action(detail=True, methods=["post"], url_path="send-now")
    def send_now(self, request: Request, pk: str) -> Response:
        return self._do(outbox_changes.send_now)

    @operation("Send what has left once more, as a new message", MessageDetailSerializer)
    @action(detail=True, methods=["post"], url_path="send-again")
    def send_again(self, request: Request, pk: str) -> Response:
        message = self.get_object()
        [again] = outbox_changes.send_again(message_ids=[message.pk], by=self.actor)
        return self.show(again.pk)

    @operation("Let a message that failed try again", MessageDetailSerializer)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        return self._do(outbox.retry_messages)

    @operation("Never send a waiting message", MessageDetailSerializer, body=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> Response:
        message = self.get_object()
        why = self.body(ReasonSerializer)
        outbox.drop_messages(message_ids=[message.pk], by=self.actor, **why)
        return self.show(message.pk)

    @operation("Let several leave: all or none", CountSerializer, body=ManySerializer)
    @action(detail=False, methods=["post"], url_path="approve-many")
    def approve_many(self, request: Request) -> Response:
        return self._do_many(outbox.approve_messages, ManySerializer)

    @operation("Never send several: all or none", CountSerializer, body=ManyReasonSerializer)
    @action(detail=False, methods=["post"], url_path="drop-many")
    def drop_many(self, request: Request) -> Response:
        return self._do_many(outbox.drop_messages, ManyReasonSerializer)

    def _do(self, what: Callable[..., Sequence[OutboxMessage]]) -> Response:
        message = self.get_object()
        what(message_ids=[message.pk], by=self.actor)
        return self.show(message.pk)

    def _do_many(
        self,
        what: Callable[..., Sequence[OutboxMessage]],
        body: type[serializers.Serializer[Any]],
    ) -> Response:
        asked = self.body(body)
        done = what(message_ids=asked.pop("messages"), by=self.actor, **asked)
        return Response({"count": len(done)})


class MailPolicySerializer(serializers.ModelSerializer[MailPolicy]):
    name = serializers.SerializerMethodField()

    class Meta:
        model = MailPolicy
        fields: ClassVar = ["kind", "name", "approval", "keeps_quiet"]

    def get_name(self, policy: MailPolicy) -> str:
        return str(KINDS.get(policy.kind, policy.kind))


class DecisionOnMailSerializer(serializers.ModelSerializer[MailPolicy]):
    class Meta:
        model = MailPolicy
        fields: ClassVar = ["approval", "keeps_quiet"]
        extra_kwargs: ClassVar = {name: {"required": True} for name in fields}


class MailPolicyViewSet(Resource[MailPolicy]):
    """What each kind of mail waits for. Every kind has one, decided or not."""

    queryset = MailPolicy.objects.all()
    serializer_class = MailPolicySerializer
    lookup_field = "kind"
    lookup_value_regex = r"[a-z_]+\.[a-z_.]+"
    filter_backends = ()

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self._all())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, kind: str) -> Response:
        return Response(self.get_serializer(self._one(kind)).data)

    @operation("Decide for one kind of mail", MailPolicySerializer, body=DecisionOnMailSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, kind: str) -> Response:
        self._one(kind)
        decision = self.body(DecisionOnMailSerializer)
        policy = policies.set_policy(kind=kind, by=self.actor, **decision)
        return Response(self.get_serializer(policy).data)

    def _all(self) -> Sequence[MailPolicy]:
        user = self.request.user
        if not (isinstance(user, User) and access_of(user).is_national):
            return []
        decided = {policy.kind: policy for policy in self.get_queryset()}
        kinds = sorted(kind for kind in KINDS if not policies.is_asked_for(kind))
        return [decided.get(kind) or MailPolicy(kind=kind) for kind in kinds]

    def _one(self, kind: str) -> MailPolicy:
        for policy in self._all():
            if policy.kind == kind:
                return policy
        raise Http404
