"""What a program may do with a meeting: each verb with what it takes, done or only tried."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from meetings import operations
from meetings.models import Meeting, Participant
from meetings.operations.previewing import preview
from meetings.serializers.meeting import (
    ChangedMeetingSerializer,
    MovedMeetingSerializer,
    NewParticipantSerializer,
    ReinstatedMeetingSerializer,
    RemovedParticipantSerializer,
    RepeatedMeetingSerializer,
    ReplacedParticipantSerializer,
    SeatSerializer,
    SomeParticipantSerializer,
)
from meetings.serializers.preview import PreviewSerializer
from pavilion.core.models import User
from pavilion.core.resources import ReasonSerializer

Said = dict[str, Any]
Done = Meeting | Participant | Iterable[Meeting]


@dataclass(frozen=True)
class Verb:
    run: Callable[[Meeting, User, Said], Done]
    body: type[serializers.Serializer[Any]] | None = None


def _on_meeting(operation: Callable[..., Done]) -> Callable[[Meeting, User, Said], Done]:
    return lambda meeting, by, said: operation(meeting_id=meeting.pk, by=by, **said)


def _on_participant(operation: Callable[..., Done]) -> Callable[[Meeting, User, Said], Done]:
    def run(meeting: Meeting, by: User, said: Said) -> Done:
        rows = Participant.objects.filter(meeting=meeting)
        participant = get_object_or_404(rows, pk=said.pop("participant"))
        return operation(participant_id=participant.pk, by=by, **said)

    return run


VERBS = {
    "confirm": Verb(_on_meeting(operations.confirm_meeting)),
    "reschedule": Verb(_on_meeting(operations.reschedule_meeting), MovedMeetingSerializer),
    "change": Verb(_on_meeting(operations.change_meeting), ChangedMeetingSerializer),
    "cancel": Verb(_on_meeting(operations.cancel_meeting), ReasonSerializer),
    "reinstate": Verb(_on_meeting(operations.reinstate_meeting), ReinstatedMeetingSerializer),
    "repeat": Verb(_on_meeting(operations.repeat_meeting), RepeatedMeetingSerializer),
    "add-participant": Verb(_on_meeting(operations.add_participant), NewParticipantSerializer),
    "remove-participant": Verb(
        _on_participant(operations.remove_participant), RemovedParticipantSerializer
    ),
    "replace-participant": Verb(
        _on_participant(operations.replace_participant), ReplacedParticipantSerializer
    ),
    "change-participant": Verb(_on_participant(operations.change_participant), SeatSerializer),
    "resend-invitation": Verb(
        _on_participant(operations.resend_invitation), SomeParticipantSerializer
    ),
}


def with_previews(view: type[Any]) -> type[Any]:
    """Adds `…/preview/` to each verb: what it would do, with nothing done."""
    for slug, verb in VERBS.items():
        name = f"{slug.replace('-', '_')}_preview"
        method = _preview(slug, verb)
        method.__name__ = name
        documented = extend_schema(
            summary="What it would do: who is told what, whose time is freed, or the refusal",
            request=verb.body,
            responses={200: PreviewSerializer},
        )
        path = f"{slug}/preview"
        setattr(
            view,
            name,
            action(detail=True, methods=["post"], url_path=path, url_name=f"{slug}-preview")(
                documented(method)
            ),
        )
    return view


def _preview(slug: str, verb: Verb) -> Callable[..., Response]:
    def tried(self: Any, request: Request, pk: str) -> Response:
        meeting = self.get_object()
        said = self.body(verb.body) if verb.body else {}
        shown = preview(lambda: verb.run(meeting, self.actor, said), meeting_id=meeting.pk)
        return Response(PreviewSerializer(shown).data)

    return tried
