from typing import Any

from django.db.models import Exists, OuterRef, Prefetch
from django_filters import rest_framework as filters
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from meetings import operations
from meetings.api.meeting_verbs import VERBS, with_previews
from meetings.models import Meeting, Participant, Stop, Visit
from meetings.operations.previewing import preview
from meetings.serializers.meeting import (
    AnswerSerializer,
    ChangedMeetingSerializer,
    MeetingSerializer,
    MovedMeetingSerializer,
    NewMeetingSerializer,
    NewParticipantSerializer,
    ParticipantSerializer,
    ReinstatedMeetingSerializer,
    RemovedParticipantSerializer,
    RepeatedMeetingSerializer,
    ReplacedParticipantSerializer,
    SeatSerializer,
    SomeParticipantSerializer,
)
from meetings.serializers.preview import PreviewSerializer
from meetings.serializers.visit import PlannedVisitSerializer, VisitSerializer
from pavilion.core.resources import Filters, ReadResource, ReasonSerializer, operation

EXPECTED = Participant.objects.present().select_related("person", "office")


class MeetingFilters(Filters):
    edition = filters.NumberFilter("edition__year")
    region = filters.CharFilter("participation__region")
    status = filters.MultipleChoiceFilter(choices=Meeting.Status.choices)
    format = filters.MultipleChoiceFilter(choices=Meeting.Format.choices)
    person = filters.NumberFilter(method="with_participant")
    office = filters.NumberFilter(method="with_participant")
    answer = filters.ChoiceFilter(
        choices=Participant.Answer.choices,
        method="with_participant",
        help_text="Of at least one participant.",
    )
    room = filters.NumberFilter("room")
    stand = filters.NumberFilter("stand")
    date = filters.DateFilter("starts_at__date", help_text="In Paris.")
    starts_after = filters.IsoDateTimeFilter("starts_at", "gte")
    starts_before = filters.IsoDateTimeFilter("starts_at", "lt")

    def with_participant(self, meetings: Any, name: str, value: object) -> Any:
        expected = EXPECTED.filter(meeting=OuterRef("pk"), **{name: value})
        return meetings.filter(Exists(expected))


@with_previews
class MeetingViewSet(ReadResource[Meeting]):
    """A team sees its region's meetings and those its people take part in, a delegate their own."""

    queryset = Meeting.objects.select_related(
        "edition", "participation", "room", "stand"
    ).prefetch_related(
        Prefetch("participants", EXPECTED.order_by("position", "pk"), to_attr="expected")
    )
    serializer_class = MeetingSerializer
    ordering = ("starts_at",)
    ordering_fields = ("starts_at", "status", "updated_at")
    search_fields = ("subject_fr", "subject_en", "place")
    filterset_class = MeetingFilters

    @operation(
        "Pencil a meeting; it holds everybody's time at once",
        MeetingSerializer,
        body=NewMeetingSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        meeting = operations.create_meeting(by=self.actor, **self.body(NewMeetingSerializer))
        return self.show(meeting.pk, status=201)

    @operation(
        "What pencilling it would do, or what refuses it",
        PreviewSerializer,
        body=NewMeetingSerializer,
    )
    @action(detail=False, methods=["post"], url_path="preview")
    def create_preview(self, request: Request) -> Response:
        wanted = self.body(NewMeetingSerializer)
        shown = preview(lambda: operations.create_meeting(by=self.actor, **wanted))
        return Response(PreviewSerializer(shown).data)

    @operation(
        "Change what is sent, leave the rest", MeetingSerializer, body=ChangedMeetingSerializer
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        return self._take("change")

    def _take(self, slug: str) -> Response:
        meeting, verb = self.get_object(), VERBS[slug]
        verb.run(meeting, self.actor, self.body(verb.body) if verb.body else {})
        return self.show(meeting.pk)

    def _act(self, act: Any, **options: Any) -> Response:
        meeting = self.get_object()
        act(meeting_id=meeting.pk, by=self.actor, **options)
        return self.show(meeting.pk)

    @operation("Make an option firm and invite everybody", MeetingSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        return self._take("confirm")

    @operation(
        "Move in time or place and tell everybody",
        MeetingSerializer,
        body=MovedMeetingSerializer,
    )
    @action(detail=True, methods=["post"])
    def reschedule(self, request: Request, pk: str) -> Response:
        return self._take("reschedule")

    @operation(
        "Change what is sent, leave the rest", MeetingSerializer, body=ChangedMeetingSerializer
    )
    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str) -> Response:
        return self._take("change")

    @operation("Call off and tell everybody", MeetingSerializer, body=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        return self._take("cancel")

    @operation(
        "Make a cancelled meeting what it was, its time held again",
        MeetingSerializer,
        body=ReinstatedMeetingSerializer,
    )
    @action(detail=True, methods=["post"])
    def reinstate(self, request: Request, pk: str) -> Response:
        return self._take("reinstate")

    @operation(
        "Pencil it at other times: each a meeting of its own, all of them or none",
        MeetingSerializer(many=True),
        body=RepeatedMeetingSerializer,
        status=201,
    )
    @action(detail=True, methods=["post"])
    def repeat(self, request: Request, pk: str) -> Response:
        meeting = self.get_object()
        made = operations.repeat_meeting(
            meeting_id=meeting.pk, by=self.actor, **self.body(RepeatedMeetingSerializer)
        )
        rows = type(self).queryset.filter(pk__in=[each.pk for each in made])
        data = self.get_serializer(rows.order_by("starts_at", "pk"), many=True).data
        return Response(data, status=201)

    @operation("Note that it took place", MeetingSerializer, body=ReasonSerializer)
    @action(detail=True, methods=["post"], url_path="mark-held")
    def mark_held(self, request: Request, pk: str) -> Response:
        return self._act(operations.mark_held, **self.body(ReasonSerializer))

    @operation("Note that it did not take place", MeetingSerializer, body=ReasonSerializer)
    @action(detail=True, methods=["post"], url_path="mark-not-held")
    def mark_not_held(self, request: Request, pk: str) -> Response:
        return self._act(operations.mark_not_held, **self.body(ReasonSerializer))

    @operation("Expect one more person or office", MeetingSerializer, body=NewParticipantSerializer)
    @action(detail=True, methods=["post"], url_path="add-participant")
    def add_participant(self, request: Request, pk: str) -> Response:
        return self._take("add-participant")

    @operation("Take somebody off", MeetingSerializer, body=RemovedParticipantSerializer)
    @action(detail=True, methods=["post"], url_path="remove-participant")
    def remove_participant(self, request: Request, pk: str) -> Response:
        return self._take("remove-participant")

    @operation(
        "Let somebody else come instead", MeetingSerializer, body=ReplacedParticipantSerializer
    )
    @action(detail=True, methods=["post"], url_path="replace-participant")
    def replace_participant(self, request: Request, pk: str) -> Response:
        return self._take("replace-participant")

    @operation(
        "Whether somebody is needed, and their place in the order of names",
        MeetingSerializer,
        body=SeatSerializer,
    )
    @action(detail=True, methods=["post"], url_path="change-participant")
    def change_participant(self, request: Request, pk: str) -> Response:
        return self._take("change-participant")

    @operation("Send the invitation again", MeetingSerializer, body=SomeParticipantSerializer)
    @action(detail=True, methods=["post"], url_path="resend-invitation")
    def resend_invitation(self, request: Request, pk: str) -> Response:
        return self._take("resend-invitation")

    @operation(
        "Lay the route of an official visit; again replaces it",
        VisitSerializer,
        body=PlannedVisitSerializer,
    )
    @action(detail=True, methods=["post"], url_path="plan-visit")
    def plan_visit(self, request: Request, pk: str) -> Response:
        meeting = self.get_object()
        plan = self.body(PlannedVisitSerializer)
        visit = operations.create_visit(meeting_id=meeting.pk, by=self.actor, **plan)
        return Response(VisitSerializer(VISITS.get(pk=visit.pk)).data)


class ParticipantFilters(Filters):
    edition = filters.NumberFilter("meeting__edition__year")
    meeting = filters.NumberFilter("meeting")
    person = filters.NumberFilter("person")
    office = filters.NumberFilter("office")
    answer = filters.MultipleChoiceFilter(choices=Participant.Answer.choices)
    meeting_status = filters.MultipleChoiceFilter("meeting__status", choices=Meeting.Status.choices)


class ParticipantViewSet(ReadResource[Participant]):
    """Who is expected at the meetings one sees, and what they answered."""

    queryset = EXPECTED
    serializer_class = ParticipantSerializer
    ordering = ("meeting__starts_at", "position")
    ordering_fields = ("meeting__starts_at", "answered_at")
    search_fields = ("person__first_name", "person__last_name", "office__title_fr")
    filterset_class = ParticipantFilters

    @operation("Note what they answered", ParticipantSerializer, body=AnswerSerializer)
    @action(detail=True, methods=["post"], url_path="record-answer")
    def record_answer(self, request: Request, pk: str) -> Response:
        participant = self.get_object()
        self._note(participant, self.body(AnswerSerializer))
        return self.show(participant.pk)

    @operation(
        "What noting it would do: a decline may ask a substitute",
        PreviewSerializer,
        body=AnswerSerializer,
    )
    @action(detail=True, methods=["post"], url_path="record-answer/preview")
    def record_answer_preview(self, request: Request, pk: str) -> Response:
        participant, said = self.get_object(), self.body(AnswerSerializer)
        shown = preview(lambda: self._note(participant, said), meeting_id=participant.meeting_id)
        return Response(PreviewSerializer(shown).data)

    def _note(self, participant: Participant, said: dict[str, Any]) -> Participant:
        said = said | {"answered_by": said["answered_by"] or str(self.actor)}
        return operations.record_answer(participant_id=participant.pk, by=self.actor, **said)


VISITS = Visit.objects.prefetch_related(
    Prefetch("stops", Stop.objects.select_related("stand").order_by("position"))
)


class VisitFilters(Filters):
    edition = filters.NumberFilter("meeting__edition__year")
    meeting = filters.NumberFilter("meeting")


class VisitViewSet(ReadResource[Visit]):
    """The routes of official visits, stop by stop."""

    queryset = VISITS
    serializer_class = VisitSerializer
    ordering = ("meeting__starts_at",)
    filterset_class = VisitFilters
