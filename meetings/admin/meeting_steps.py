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
    ChangeForm,
    MoveForm,
    NewMeetingForm,
    ReinstateForm,
    RepeatForm,
)
from meetings.admin.meeting_preview import Run, previewing
from meetings.admin.participant_forms import (
    AddParticipantForm,
    AnswerForm,
    ParticipantForm,
    RemoveForm,
    ReplaceForm,
    SeatForm,
)
from meetings.models import Meeting
from meetings.operations import Seat
from pavilion.core.desk import OptionalReasonForm, Step

# What a form asks to make `starts_at` and `ends_at` of.
_CLOCK = ("day", "starts", "ends")


def _calling(operation: Callable[..., object]) -> Run:
    """Run an operation with everything its form asked."""

    def run(request: HttpRequest, row: Meeting, data: Mapping[str, Any]) -> object:
        return operation(meeting_id=row.pk, by=request.user, **data)

    return run


def _on_participant(operation: Callable[..., object]) -> Run:
    """The same for one of those expected."""

    def run(request: HttpRequest, row: Meeting, data: Mapping[str, Any]) -> object:
        said = dict(data)
        person = said.pop("person", None)
        if person is not None:
            said["person_id"] = person.pk
        return operation(participant_id=said.pop("participant").pk, by=request.user, **said)

    return run


def _timed(operation: Callable[..., object]) -> Run:
    """The same where the form asks for a day and two times of day."""

    def run(request: HttpRequest, row: Meeting, data: Mapping[str, Any]) -> object:
        fields = {name: data[name] for name in data if name not in _CLOCK}
        return operation(meeting_id=row.pk, by=request.user, **fields)

    return run


def _create(request: HttpRequest, row: None, data: Mapping[str, Any]) -> Meeting:
    fields = {name: data[name] for name in data if name not in _CLOCK}
    people, offices = fields.pop("people"), fields.pop("offices")
    seats = [
        *(Seat(person_id=each.pk, either_of="1") for each in fields.pop("one_of")),
        *(Seat(office_id=each.pk, is_required=False) for each in fields.pop("optional_offices")),
        *(Seat(person_id=each.pk, is_required=False) for each in fields.pop("optional_people")),
    ]
    edition: Any = Edition.objects.current()  # the one whose days and rooms the form offered
    by: Any = request.user
    return operations.create_meeting(
        edition=edition,
        by=by,
        person_ids=[person.pk for person in people],
        office_ids=[office.pk for office in offices],
        seats=seats,
        **fields,
    )


def _add(request: HttpRequest, row: Meeting, data: Mapping[str, Any]) -> object:
    by: Any = request.user
    return operations.add_participant(
        meeting_id=row.pk,
        by=by,
        person_id=data["person"] and data["person"].pk,
        office_id=data["office"] and data["office"].pk,
        is_required=data["is_required"],
        either_of=data["either_of"],
    )


def _is_live(meeting: Meeting) -> bool:
    return meeting.is_live


def _is_over(meeting: Meeting) -> bool:
    is_confirmed = meeting.status == Meeting.Status.CONFIRMED
    return is_confirmed and meeting.starts_at <= timezone.now()


def _is_to_come(meeting: Meeting) -> bool:
    return meeting.status == Meeting.Status.CONFIRMED and meeting.ends_at > timezone.now()


def _told(run: Run, **told: Any) -> Step:
    """A step whose page shows first who would be told what."""
    return Step(run=run, preview=previewing(run), **told)


PENCIL = _told(
    _create,
    name="add",
    label=_("Pencil a meeting"),
    form=NewMeetingForm,
    done=_("The meeting is pencilled; everybody’s time is held."),
    explain=_(
        "An option: the time of everybody chosen is held at once, and nobody gets a mail before "
        "you confirm it."
    ),
)
STEPS = (
    _told(
        _calling(operations.confirm_meeting),
        name="confirm",
        label=_("Confirm the meeting"),
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
    _told(
        _timed(operations.reschedule_meeting),
        name="reschedule",
        label=_("Move the meeting"),
        form=MoveForm,
        done=_("The meeting is moved."),
        explain=_(
            "If it is confirmed, everybody gets an update; a new time asks everybody to answer "
            "again."
        ),
        when=_is_live,
    ),
    _told(
        _calling(operations.change_meeting),
        name="edit",
        label=_("Change the meeting"),
        form=ChangeForm,
        done=_("The meeting is changed."),
        explain=_("Participants are told what changes in their calendar; their answers stand."),
        when=_is_live,
    ),
    _told(
        _on_participant(operations.record_answer),
        name="answer",
        of_line=True,
        label=_("Note an answer"),
        form=AnswerForm,
        done=_("The answer is noted."),
        explain=_(
            "When somebody required declines, the next substitute of the delegation is invited."
        ),
        when=_is_live,
    ),
    _told(
        _add,
        name="add_participant",
        label=_("Add a participant"),
        form=AddParticipantForm,
        done=_("They are expected now."),
        explain=_("Their time is held; if the meeting is confirmed, they are invited."),
        when=_is_live,
    ),
    _told(
        _on_participant(operations.replace_participant),
        name="replace_participant",
        of_line=True,
        label=_("Replace a participant"),
        form=ReplaceForm,
        done=_("Somebody else comes in their place."),
        explain=_(
            "Whoever is replaced gets a cancellation, whoever comes instead an invitation; nobody "
            "else gets a mail."
        ),
        when=_is_live,
    ),
    Step(
        name="seat",
        of_line=True,
        label=_("Change a participant’s part"),
        run=_on_participant(operations.change_participant),
        form=SeatForm,
        done=_("Their part is changed."),
        explain=_("Who is needed, and the order of names. Nobody gets a mail."),
        when=_is_live,
    ),
    _told(
        _on_participant(operations.resend_invitation),
        name="resend",
        of_line=True,
        label=_("Send an invitation again"),
        form=ParticipantForm,
        done=_("The invitation leaves again."),
        explain=_("The same invitation once more, for whoever has lost or never received it."),
        when=_is_to_come,
    ),
    _told(
        _on_participant(operations.remove_participant),
        name="remove_participant",
        of_line=True,
        label=_("Remove a participant"),
        form=RemoveForm,
        done=_("They are no longer expected."),
        explain=_("Whoever was invited gets a cancellation; nobody else gets a mail."),
        when=_is_live,
    ),
    _told(
        _calling(operations.repeat_meeting),
        name="repeat",
        label=_("Repeat the meeting"),
        form=RepeatForm,
        done=_("The meeting is pencilled at the other times, too."),
        explain=_(
            "Each time is an option of its own, with the same people and place: confirm, move or "
            "cancel one, and the others stay."
        ),
    ),
    _told(
        _timed(operations.reinstate_meeting),
        name="reinstate",
        label=_("Reinstate the meeting"),
        form=ReinstateForm,
        done=_("The meeting takes place after all."),
        explain=_(
            "It is what it was before it was cancelled. Whoever heard of the cancellation is "
            "invited and asked anew."
        ),
        when=lambda meeting: meeting.status == Meeting.Status.CANCELLED,
        style="primary",
    ),
    _told(
        _calling(operations.cancel_meeting),
        name="cancel",
        label=_("Cancel the meeting"),
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
