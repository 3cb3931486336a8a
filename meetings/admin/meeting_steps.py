"""The steps of a meeting: each one an operation, each refusal a sentence that names the clash."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from events.models import Edition
from meetings import operations
from meetings.admin.meeting_forms import (
    AddParticipantForm,
    AnswerForm,
    MoveForm,
    NewMeetingForm,
    RemoveForm,
)
from meetings.models import Meeting
from pavilion.core.desk import OptionalReasonForm, Step

Run = Callable[[HttpRequest, Any, Mapping[str, Any]], object]


def _calling(operation: Callable[..., object]) -> Run:
    """Run an operation with everything its form asked."""

    def run(request: HttpRequest, row: Meeting, data: Mapping[str, Any]) -> object:
        return operation(meeting_id=row.pk, by=request.user, **data)

    return run


def _create(request: HttpRequest, row: None, data: Mapping[str, Any]) -> Meeting:
    fields = {name: data[name] for name in data if name not in ("day", "starts", "ends")}
    people, offices = fields.pop("people"), fields.pop("offices")
    edition: Any = Edition.objects.current()  # the one whose days and rooms the form offered
    by: Any = request.user
    return operations.create_meeting(
        edition=edition,
        by=by,
        person_ids=[person.pk for person in people],
        office_ids=[office.pk for office in offices],
        **fields,
    )


def _move(request: HttpRequest, row: Meeting, data: Mapping[str, Any]) -> None:
    fields = {name: data[name] for name in data if name not in ("day", "starts", "ends")}
    by: Any = request.user
    operations.reschedule_meeting(meeting_id=row.pk, by=by, **fields)


def _add(request: HttpRequest, row: Meeting, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.add_participant(
        meeting_id=row.pk,
        by=by,
        person_id=data["person"] and data["person"].pk,
        office_id=data["office"] and data["office"].pk,
        is_required=data["is_required"],
    )


def _remove(request: HttpRequest, row: Meeting, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.remove_participant(
        participant_id=data["participant"].pk, by=by, reason=data["reason"]
    )


def _answer(request: HttpRequest, row: Meeting, data: Mapping[str, Any]) -> None:
    said = {name: data[name] for name in ("answer", "via", "answered_by", "comment")}
    by: Any = request.user
    operations.record_answer(participant_id=data["participant"].pk, by=by, **said)


def _is_live(meeting: Meeting) -> bool:
    return meeting.is_live


def _is_over(meeting: Meeting) -> bool:
    is_confirmed = meeting.status == Meeting.Status.CONFIRMED
    return is_confirmed and meeting.starts_at <= timezone.now()


PENCIL = Step(
    name="add",
    label=_("Pencil a meeting"),
    run=_create,
    form=NewMeetingForm,
    done=_("The meeting is pencilled; everybody’s time is held."),
    explain=_(
        "An option: the time of everybody chosen is held at once, and nobody gets a mail before "
        "you confirm it."
    ),
)
STEPS = (
    Step(
        name="confirm",
        label=_("Confirm the meeting"),
        run=_calling(operations.confirm_meeting),
        done=ngettext_lazy(
            "%(count)d meeting confirmed.", "%(count)d meetings confirmed.", "count"
        ),
        bulk=ngettext_lazy("Confirm %(count)d meeting", "Confirm %(count)d meetings", "count"),
        explain=_("Everybody expected gets an invitation; mail to offices waits for approval."),
        when=lambda meeting: meeting.status == Meeting.Status.OPTION,
        style="primary",
    ),
    Step(
        name="held",
        label=_("It took place"),
        run=_calling(operations.mark_held),
        done=ngettext_lazy(
            "%(count)d meeting took place.", "%(count)d meetings took place.", "count"
        ),
        bulk=ngettext_lazy(
            "Note that %(count)d meeting took place",
            "Note that %(count)d meetings took place",
            "count",
        ),
        when=_is_over,
        style="primary",
    ),
    Step(
        name="not_held",
        label=_("It did not take place"),
        run=_calling(operations.mark_not_held),
        form=OptionalReasonForm,
        done=_("Noted: it did not take place."),
        when=_is_over,
    ),
    Step(
        name="reschedule",
        label=_("Move the meeting"),
        run=_move,
        form=MoveForm,
        done=_("The meeting is moved."),
        explain=_(
            "If it is confirmed, everybody gets an update; a new time asks everybody to answer "
            "again."
        ),
        when=_is_live,
    ),
    Step(
        name="answer",
        label=_("Note an answer"),
        run=_answer,
        form=AnswerForm,
        done=_("The answer is noted."),
        when=_is_live,
    ),
    Step(
        name="add_participant",
        label=_("Add a participant"),
        run=_add,
        form=AddParticipantForm,
        done=_("They are expected now."),
        explain=_("Their time is held; if the meeting is confirmed, they are invited."),
        when=_is_live,
    ),
    Step(
        name="remove_participant",
        label=_("Remove a participant"),
        run=_remove,
        form=RemoveForm,
        done=_("They are no longer expected."),
        explain=_("Whoever was invited gets a cancellation; nobody else gets a mail."),
        when=_is_live,
    ),
    Step(
        name="cancel",
        label=_("Cancel the meeting"),
        run=_calling(operations.cancel_meeting),
        form=OptionalReasonForm,
        done=ngettext_lazy(
            "%(count)d meeting cancelled.", "%(count)d meetings cancelled.", "count"
        ),
        bulk=ngettext_lazy("Cancel %(count)d meeting", "Cancel %(count)d meetings", "count"),
        explain=_("Everybody invited gets a cancellation; the reason stays in the log."),
        when=_is_live,
        style="danger",
    ),
)
