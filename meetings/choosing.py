"""What is known already of a meeting whose time is being chosen: it moves, or was asked for."""

from dataclasses import replace

from events.operations.occupations import key
from meetings.availability import Question
from meetings.formats import shape_of
from meetings.models import Meeting, MeetingRequest, Participant


def about_meeting(question: Question, meeting: Meeting) -> Question:
    """Of a meeting that moves: whoever is expected, in its own format."""
    expected = Participant.objects.present().exclude(answer=Participant.Answer.DECLINED)
    rows = list(expected.filter(meeting=meeting).select_related("person", "office").order_by("pk"))
    return replace(
        question,
        edition=meeting.edition,
        besides=meeting,
        people=[row.person for row in rows if row.person],
        offices=[row.office for row in rows if row.office],
        optional=frozenset(
            key("person", row.person_id) if row.person_id else key("office", row.office_id)
            for row in rows
            if not row.is_required
        ),
        minutes=int((meeting.ends_at - meeting.starts_at).total_seconds() // 60),
        margin_minutes=max(meeting.buffer_minutes, meeting.travel_minutes),
        is_lunch=meeting.format == Meeting.Format.WORKING_LUNCH,
    )


def about_request(question: Question, request: MeetingRequest) -> Question:
    """Of a request: whom it asks for, its length, and the times it asks for."""
    windows = request.windows.order_by("starts_at", "pk")
    return replace(
        question,
        edition=request.edition,
        people=question.people or list(request.people.order_by("pk")),
        offices=question.offices or [request.office],
        minutes=request.minutes,
        margin_minutes=shape_of(request.format).buffer_minutes,
        is_lunch=request.format == Meeting.Format.WORKING_LUNCH,
        windows=[(window.starts_at, window.ends_at) for window in windows],
    )
