from typing import Any

from django.db.models import Prefetch, Q
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from pavilion.core.access import access_of, ensure_manages
from pavilion.core.resources import (
    AnyKind,
    Filters,
    ReadResource,
    ReasonSerializer,
    operation,
    sends_file,
)
from startups import answers, operations
from startups.api.search import FOLDED_BACKENDS
from startups.models import Answer, Application, Exhibitor
from startups.models.application import read_as_company
from startups.serializers.answer import AnswerFileSerializer
from startups.serializers.application import (
    UNANNOUNCED,
    ApplicationChangesSerializer,
    ApplicationSerializer,
    CorrectionSerializer,
    MoreTimeSerializer,
    NewApplicationSerializer,
    RejectionSerializer,
    StartedApplicationSerializer,
    WaitingSerializer,
    WhySerializer,
)
from startups.serializers.decision import PlaceOnListSerializer
from startups.serializers.letter import LetterSentSerializer, LetterSerializer
from startups.uploads import files

Status = Application.Status


class ApplicationFilters(Filters):
    edition = filters.NumberFilter("call__participation__edition__year")
    region = filters.CharFilter("call__participation__region")
    call = filters.NumberFilter("call")
    status = filters.MultipleChoiceFilter(choices=Status.choices, method="in_status")
    theme = filters.CharFilter("theme")
    siren = filters.CharFilter(method="of_company")
    wanted_half_day = filters.NumberFilter("wanted_half_days")
    submitted_after = filters.IsoDateTimeFilter("submitted_at", "gte")
    submitted_before = filters.IsoDateTimeFilter("submitted_at", "lt")

    def in_status(self, applications: Any, name: str, wanted: list[str]) -> Any:
        """A company finds its application under the status it was told."""
        if not wanted:
            return applications
        told = [status for status in wanted if status not in UNANNOUNCED]
        if Status.SUBMITTED in told:
            told += UNANNOUNCED
        own = read_as_company(self.request.user)
        return applications.filter((own & Q(status__in=told)) | (~own & Q(status__in=wanted)))

    def of_company(self, applications: Any, name: str, siren: str) -> Any:
        """A number that the jury does not read finds it no file either."""
        return applications.read_whole_by(self.request.user).filter(siren=siren)


class ApplicationViewSet(ReadResource[Application]):
    """What companies sent in: a team reads those to its region's call, a company its own."""

    queryset = Application.objects.select_related(
        "call__participation__edition", "exhibitor"
    ).prefetch_related(
        "wanted_half_days",
        Prefetch("answers", Answer.objects.select_related("question__depends_on")),
    )
    serializer_class = ApplicationSerializer
    # A logo comes as multipart/form-data.
    parser_classes = (JSONParser, MultiPartParser)
    ordering = ("-submitted_at",)
    filter_backends = FOLDED_BACKENDS
    filterset_class = ApplicationFilters

    @property
    def search_fields(self) -> tuple[str, ...]:
        """What a reader does not see of a file must not find it either."""
        sees_all = access_of(self.actor).sees_desks_only
        return ("search_text", "team_text") if sees_all else ("search_text",)

    @property
    def ordering_fields(self) -> tuple[str, ...]:  # type: ignore[override]
        fields = ("submitted_at", "sort_name", "created_at")
        return (*fields, "waiting_rank") if access_of(self.actor).sees_desks_only else fields

    def author(self, region_code: str, contact_email: str) -> dict[str, Any]:
        """Organisers act by right; a company's contact acts as the holder of its link would."""
        is_contact = self.actor.email.lower() == contact_email.lower()
        if is_contact and not access_of(self.actor).manages(region_code):
            return {"by": None, "by_name": contact_email}
        return {"by": self.actor}

    @operation(
        "Begin a draft; its private link leaves by mail",
        StartedApplicationSerializer,
        body=NewApplicationSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        wanted = self.body(NewApplicationSerializer)
        call, email = wanted["call"], wanted["contact_email"]
        application = operations.start_application(
            call_id=call.pk,
            contact_email=email,
            language=wanted["language"],
            late_code=wanted["late_code"],
            guesser=f"user.{self.actor.pk}",
            by=self.author(call.region_code, email)["by"],
        )
        return Response(StartedApplicationSerializer(application).data, status=201)

    @operation(
        "Change what is sent, leave the rest",
        ApplicationSerializer,
        body=ApplicationChangesSerializer,
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        application = self.get_object()
        changes = ApplicationChangesSerializer(
            application,
            data=request.data,
            partial=True,
            context=self.get_serializer_context(),
        )
        changes.is_valid(raise_exception=True)
        values = dict(changes.validated_data)
        expected = values.pop("expected", None)
        given = values.pop("answers", None)
        author = self.author(application.region_code, application.contact_email)
        operations.save_application(
            application_id=application.pk,
            values=values,
            answers=given,
            expected=expected,
            **author,
        )
        return self.show(application.pk)

    @operation(
        "Answer a question of the call with a file",
        ApplicationSerializer,
        body=AnswerFileSerializer,
    )
    @action(detail=True, methods=["post"], url_path="answer-file")
    def answer_file(self, request: Request, pk: str) -> Response:
        sent = self.body(AnswerFileSerializer)
        return self._by_company(
            operations.save_application, values={}, answers={sent["question"]: sent["file"]}
        )

    def _by_company(self, act: Any, **options: Any) -> Response:
        application = self.get_object()
        author = self.author(application.region_code, application.contact_email)
        act(application_id=application.pk, **author, **options)
        return self.show(application.pk)

    def _by_team(self, act: Any, **options: Any) -> Response:
        application = self.get_object()
        act(application_id=application.pk, by=self.actor, **options)
        return self.show(application.pk)

    @operation("Mail its private link again", ApplicationSerializer)
    @action(detail=True, methods=["post"], url_path="send-link")
    def send_link(self, request: Request, pk: str) -> Response:
        application = self.get_object()
        author = self.author(application.region_code, application.contact_email)
        ensure_manages(author["by"], application.region_code)
        operations.send_link(call_id=application.call_id, contact_email=application.contact_email)
        return self.show(application.pk)

    @operation("Replace its private link and mail the new one", ApplicationSerializer)
    @action(detail=True, methods=["post"], url_path="renew-link")
    def renew_link(self, request: Request, pk: str) -> Response:
        return self._by_company(operations.renew_application_link)

    @operation("Hand in", ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        return self._by_company(operations.submit_application)

    @operation("Take back", ApplicationSerializer, body=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return self._by_company(operations.withdraw_application, **self.body(ReasonSerializer))

    @operation("Make a withdrawn application a draft again", ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        return self._by_company(operations.reopen_application)

    @operation("Take the place that was offered", ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        return self._by_company(operations.confirm_application)

    @operation("Leave the place to the next company", ApplicationSerializer, body=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        return self._by_company(operations.decline_application, **self.body(ReasonSerializer))

    @operation(
        "Send back with what is to be corrected", ApplicationSerializer, body=CorrectionSerializer
    )
    @action(detail=True, methods=["post"], url_path="request-correction")
    def request_correction(self, request: Request, pk: str) -> Response:
        return self._by_team(operations.request_correction, **self.body(CorrectionSerializer))

    @operation("Give more time for a correction", ApplicationSerializer, body=MoreTimeSerializer)
    @action(detail=True, methods=["post"], url_path="extend-correction")
    def extend_correction(self, request: Request, pk: str) -> Response:
        return self._by_team(operations.extend_correction, **self.body(MoreTimeSerializer))

    @operation("Note that it meets the criteria", ApplicationSerializer, body=ReasonSerializer)
    @action(detail=True, methods=["post"], url_path="mark-eligible")
    def mark_eligible(self, request: Request, pk: str) -> Response:
        return self._by_team(operations.mark_eligible, **self.body(ReasonSerializer))

    @operation(
        "Note that it does not meet the criteria", ApplicationSerializer, body=ReasonSerializer
    )
    @action(detail=True, methods=["post"], url_path="mark-ineligible")
    def mark_ineligible(self, request: Request, pk: str) -> Response:
        return self._by_team(operations.mark_ineligible, **self.body(ReasonSerializer))

    @operation("Offer a place", ApplicationSerializer, body=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def select(self, request: Request, pk: str) -> Response:
        return self._by_team(operations.select_application, **self.body(ReasonSerializer))

    @operation(
        "Put on the waiting list, or change the rank", ApplicationSerializer, body=WaitingSerializer
    )
    @action(detail=True, methods=["post"])
    def waitlist(self, request: Request, pk: str) -> Response:
        return self._by_team(operations.waitlist_application, **self.body(WaitingSerializer))

    @operation(
        "Move on the waiting list: the others make room",
        ApplicationSerializer,
        body=PlaceOnListSerializer,
    )
    @action(detail=True, methods=["post"], url_path="move-on-list")
    def move_on_list(self, request: Request, pk: str) -> Response:
        return self._by_team(operations.move_on_waiting_list, **self.body(PlaceOnListSerializer))

    @operation("Turn down, with the reason", ApplicationSerializer, body=RejectionSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        return self._by_team(operations.reject_application, **self.body(RejectionSerializer))

    @operation("Ask the companies register about it again", ApplicationSerializer)
    @action(detail=True, methods=["post"], url_path="check-company")
    def check_company(self, request: Request, pk: str) -> Response:
        return self._by_team(operations.check_company)

    @operation(
        "Erase whatever tells who it was, for good", ApplicationSerializer, body=WhySerializer
    )
    @action(detail=True, methods=["post"])
    def anonymise(self, request: Request, pk: str) -> Response:
        return self._by_team(operations.anonymise_application, **self.body(WhySerializer))

    @operation(
        "Write to a selection, each in its language: to all of them, or to none",
        LetterSentSerializer,
        body=LetterSerializer,
    )
    @action(detail=False, methods=["post"])
    def write(self, request: Request) -> Response:
        letter = self.body(LetterSerializer)
        chosen = letter.pop("applications")
        written = operations.write_letter(application_ids=chosen, by=self.actor, **letter)
        return Response({"written": len(written)})

    @sends_file("The file that answers a question of the call")
    @action(
        detail=True, url_path=r"files/(?P<key>[-\w]+)", url_name="file", renderer_classes=[AnyKind]
    )
    def file(self, request: Request, pk: str, key: str) -> FileResponse:
        rows = Answer.objects.visible_to(self.actor)
        answer = get_object_or_404(rows, application=self.get_object(), question__key=key)
        if not answers.stands(answer):
            raise Http404
        return files.sent(answer.file, answer.file_name)

    @sends_file("The logo in vector form of the exhibitor it became")
    @action(detail=True, url_path="vector-logo", renderer_classes=[AnyKind])
    def vector_logo(self, request: Request, pk: str) -> FileResponse:
        exhibitor = get_object_or_404(Exhibitor, application=self.get_object())
        return files.sent_vector_logo(exhibitor)
