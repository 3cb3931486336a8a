"""The API's doors to incoming mail, to whom is asked again, and to what was said."""

from io import BytesIO
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django_filters import rest_framework as filters
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from meetings import operations
from meetings.chase_list import to_chase
from meetings.models import Chase, ContactNote, IncomingMail, Participant, Secretariat
from meetings.operations.previewing import preview
from meetings.serializers.incoming import (
    AcceptedProposalSerializer,
    AppliedSerializer,
    ChaseSerializer,
    ContactNoteSerializer,
    DeclinedProposalSerializer,
    IncomingMailSerializer,
    NewContactSerializer,
    SecretariatLinkSerializer,
)
from meetings.serializers.preview import PreviewSerializer
from pavilion.core.access import access_of
from pavilion.core.downloads import attachment
from pavilion.core.models import User
from pavilion.core.resources import (
    AnyKind,
    Filters,
    ReadResource,
    ReasonSerializer,
    operation,
    sends_file,
)


class IncomingMailFilters(Filters):
    outcome = filters.MultipleChoiceFilter(choices=IncomingMail.Outcome.choices)
    reason = filters.CharFilter()
    meeting = filters.NumberFilter("meeting")
    participant = filters.NumberFilter("participant")
    received_after = filters.IsoDateTimeFilter("received_at", "gte")
    received_before = filters.IsoDateTimeFilter("received_at", "lt")


class IncomingMailViewSet(ReadResource[IncomingMail]):
    """What came by mail: applied, ignored, returned, or for somebody to look at."""

    queryset = IncomingMail.objects.defer("raw")
    serializer_class = IncomingMailSerializer
    ordering = ("-received_at",)
    ordering_fields = ("received_at", "outcome")
    search_fields = ("subject", "sender")
    filterset_class = IncomingMailFilters

    def _act(self, act: Any, **options: Any) -> Response:
        mail = self.get_object()
        act(mail_id=mail.pk, by=self.actor, **options)
        return self.show(mail.pk)

    def _try(self, act: Any, meeting_id: int | None, **options: Any) -> Response:
        mail = self.get_object()
        tried = preview(
            lambda: act(mail_id=mail.pk, by=self.actor, **options),
            meeting_id=meeting_id or mail.meeting_id,
        )
        return Response(PreviewSerializer(tried).data)

    def _answer(self) -> tuple[Participant, dict[str, Any]]:
        """Whose answer it is, and what they say."""
        said = self.body(AppliedSerializer)
        expected = Participant.objects.present().visible_to(self.actor)
        participant = get_object_or_404(expected, pk=said.pop("participant"))
        return participant, {"participant_id": participant.pk, **said}

    @operation("Note it as somebody's answer", IncomingMailSerializer, body=AppliedSerializer)
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str) -> Response:
        _participant, said = self._answer()
        return self._act(operations.apply_incoming, **said)

    @operation(
        "What noting it would do: a decline may ask a substitute",
        PreviewSerializer,
        body=AppliedSerializer,
    )
    @action(detail=True, methods=["post"], url_path="apply/preview")
    def apply_preview(self, request: Request, pk: str) -> Response:
        participant, said = self._answer()
        return self._try(operations.apply_incoming, participant.meeting_id, **said)

    @operation(
        "Move the meeting to the time it proposes",
        IncomingMailSerializer,
        body=AcceptedProposalSerializer,
    )
    @action(detail=True, methods=["post"], url_path="accept-proposal")
    def accept_proposal(self, request: Request, pk: str) -> Response:
        return self._act(operations.accept_proposal, **self.body(AcceptedProposalSerializer))

    @operation(
        "What moving it would do, or what refuses it",
        PreviewSerializer,
        body=AcceptedProposalSerializer,
    )
    @action(detail=True, methods=["post"], url_path="accept-proposal/preview")
    def accept_proposal_preview(self, request: Request, pk: str) -> Response:
        wanted = self.body(AcceptedProposalSerializer)
        return self._try(operations.accept_proposal, None, **wanted)

    @operation(
        "Leave the meeting, and tell who proposed another time",
        IncomingMailSerializer,
        body=DeclinedProposalSerializer,
    )
    @action(detail=True, methods=["post"], url_path="decline-proposal")
    def decline_proposal(self, request: Request, pk: str) -> Response:
        return self._act(operations.decline_proposal, **self.body(DeclinedProposalSerializer))

    @operation("Nothing to do", IncomingMailSerializer, body=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def ignore(self, request: Request, pk: str) -> Response:
        return self._act(operations.ignore_incoming, **self.body(ReasonSerializer))

    @operation("It was dealt with otherwise", IncomingMailSerializer, body=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, pk: str) -> Response:
        return self._act(operations.settle_incoming, **self.body(ReasonSerializer))

    @sends_file("The message as it came, with every key it holds; the national team's")
    @action(detail=True, methods=["get"], renderer_classes=[AnyKind])
    def raw(self, request: Request, pk: str) -> HttpResponseBase:
        mail = self.get_object()
        if not access_of(self.actor).manages(""):
            raise PermissionDenied
        return attachment(BytesIO(bytes(mail.raw)), f"message-{mail.pk}.eml", "message/rfc822")


class ChaseFilters(Filters):
    edition = filters.NumberFilter("meeting__edition__year")
    region = filters.CharFilter("meeting__participation__region")
    meeting = filters.NumberFilter("meeting")
    person = filters.NumberFilter("person")
    office = filters.NumberFilter("office")
    answer = filters.MultipleChoiceFilter(choices=Participant.Answer.choices)
    is_due = filters.BooleanFilter(method="due", help_text="Agreed to be asked by today.")

    def due(self, rows: Any, name: str, value: bool) -> Any:
        return rows.filter(urgency=0) if value else rows.exclude(urgency=0)


class ChaseViewSet(ReadResource[Chase]):
    """Who is expected at confirmed meetings to come, what is due first. For teams.

    `answer=needs-action` are those who have not answered.
    """

    queryset: Any = Chase.objects.select_related("person", "office", "meeting")
    serializer_class = ChaseSerializer
    ordering = ("urgency", "meeting__starts_at")
    ordering_fields = ("meeting__starts_at", "contacted_at", "next_on")
    search_fields = ("person__last_name", "office__title_fr", "meeting__subject_fr")
    filterset_class = ChaseFilters

    def get_queryset(self) -> "QuerySet[Chase]":
        rows = to_chase(cast(User, self.request.user), now=timezone.now())
        return cast("QuerySet[Chase]", rows.select_related("person", "office", "meeting"))

    def show(self, pk: object, *, status: int = 200) -> Response:
        row = get_object_or_404(self.get_queryset(), pk=pk)
        return Response(self.get_serializer(row).data, status=status)

    @operation(
        "Note a contact, and the answer if they gave one",
        ContactNoteSerializer,
        body=NewContactSerializer,
        status=201,
    )
    @action(detail=True, methods=["post"], url_path="note-contact")
    def note_contact(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        said = self.body(NewContactSerializer)
        note = operations.note_contact(participant_id=row.pk, by=self.actor, **said)
        return Response(ContactNoteSerializer(note).data, status=201)

    @operation("Close the link by which they answer", ChaseSerializer)
    @action(detail=True, methods=["post"], url_path="renew-link")
    def renew_link(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        operations.renew_answer_link(participant_id=row.pk, by=self.actor)
        return self.show(row.pk)

    @operation(
        "Mail a secretariat of theirs the link to all that awaits its answer",
        ChaseSerializer,
        body=SecretariatLinkSerializer,
    )
    @action(detail=True, methods=["post"], url_path="send-secretariat-link")
    def send_secretariat_link(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        wanted = self.body(SecretariatLinkSerializer)
        theirs = Secretariat.objects.filter(person=row.person_id, office=row.office_id)
        secretariat = get_object_or_404(theirs, pk=wanted["secretariat"])
        operations.send_secretariat_link(
            secretariat_id=secretariat.pk, renew=wanted["renew"], by=self.actor
        )
        return self.show(row.pk)


class ContactNoteFilters(Filters):
    participant = filters.NumberFilter("participant")
    meeting = filters.NumberFilter("participant__meeting")
    office = filters.NumberFilter("participant__office")
    person = filters.NumberFilter("participant__person")


class ContactNoteViewSet(ReadResource[ContactNote]):
    """How the participants of the meetings one sees were reached. For teams."""

    queryset = ContactNote.objects.all()
    serializer_class = ContactNoteSerializer
    ordering = ("-at",)
    ordering_fields = ("at", "next_on")
    search_fields = ("with_whom", "note", "next_step")
    filterset_class = ContactNoteFilters
