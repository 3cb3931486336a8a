"""While a time is being chosen: everybody's day drawn beside the form, and the three best times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from unfold.admin import ModelAdmin

from events.models import Edition, Room, Stand
from events.operations.occupations import key
from meetings import wording
from meetings.admin.meeting_forms import people_to_bring
from meetings.availability import Line, Question, Sight, Told, look
from meetings.choosing import about_meeting, about_request
from meetings.formats import shape_of
from meetings.models import Meeting, MeetingRequest, Office, Person
from meetings.planner import Span
from pavilion.core.desk.rights import access
from pavilion.core.ical import MissingLocalTime, localise

LONGEST = 12 * 60


class ChoiceForm(forms.Form):
    """What the form beside it says so far: anything may be missing, nothing is refused."""

    day = forms.DateField(required=False)
    starts = forms.TimeField(required=False)
    ends = forms.TimeField(required=False)
    format = forms.ChoiceField(choices=Meeting.Format.choices, required=False)
    buffer_minutes = forms.IntegerField(min_value=0, max_value=240, required=False)
    travel_minutes = forms.IntegerField(min_value=0, max_value=240, required=False)
    people = forms.ModelMultipleChoiceField(Person.objects.none(), required=False)
    one_of = forms.ModelMultipleChoiceField(Person.objects.none(), required=False)
    optional_people = forms.ModelMultipleChoiceField(Person.objects.none(), required=False)
    offices = forms.ModelMultipleChoiceField(Office.objects.none(), required=False)
    optional_offices = forms.ModelMultipleChoiceField(Office.objects.none(), required=False)
    room = forms.ModelChoiceField(Room.objects.none(), required=False)
    stand = forms.ModelChoiceField(Stand.objects.none(), required=False)
    place = forms.CharField(required=False)
    meeting = forms.ModelChoiceField(Meeting.objects.none(), required=False)
    request = forms.ModelChoiceField(MeetingRequest.objects.none(), required=False)

    def __init__(self, data: Any, *, request: HttpRequest, edition: Edition | None) -> None:
        super().__init__(data)
        people, offices = people_to_bring(request), Office.objects.visible_to(request.user)
        offered: dict[str, Any] = {
            **dict.fromkeys(("people", "one_of", "optional_people"), people),
            **dict.fromkeys(("offices", "optional_offices"), offices),
            "room": Room.objects.filter(edition=edition),
            "stand": Stand.objects.filter(edition=edition),
            "meeting": Meeting.objects.visible_to(request.user),
            "request": MeetingRequest.objects.visible_to(request.user),
        }
        for name, queryset in offered.items():
            field: Any = self.fields[name]
            field.queryset = queryset


@dataclass(frozen=True)
class Drawn:
    """A bar as the page draws it: minutes from the beginning of the day."""

    kind: str
    x: int
    width: int
    y: int
    height: int
    words: str


@dataclass(frozen=True)
class Row:
    line: Line
    bars: list[Drawn]
    says: str


@dataclass(frozen=True)
class Best:
    """A time that a button takes over into the form."""

    told: Told
    on: str
    at: str
    day: str
    starts: str
    ends: str


class Choosing(ModelAdmin):
    """The admin of meetings, with the view that its forms ask while somebody chooses a time."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.availability_view)
        own = path("availability/", view, name="meetings_meeting_availability")
        return [own, *super().get_urls()]

    def availability_view(self, request: HttpRequest) -> HttpResponse:
        """A part of a page. Changes nothing."""
        if not access(request).manages_anything:
            raise PermissionDenied
        return render(request, "admin/meetings/_availability.html", shown(request))


def shown(request: HttpRequest) -> dict[str, Any]:
    edition = Edition.objects.current()
    form = ChoiceForm(request.GET, request=request, edition=edition)
    form.is_valid()
    asked = form.cleaned_data
    meeting: Meeting | None = asked.get("meeting")
    if meeting:
        edition = meeting.edition
    if edition is None:
        return {}
    question = _question(request, edition, asked, meeting)
    if not (question.people or question.offices or question.stand or asked.get("room")):
        return {"is_empty": True}
    sight = look(question)
    day = _shown_day(sight, question)
    return {
        "day": day.starts_at,
        "rows": [
            _row(line, day)
            for line in sight.lines
            if not line.is_place or asked.get("room") or question.stand
        ],
        "hours": list(_hours(day)),
        "view_box": _view_box(day),
        "height": _height(day),
        "font": _height(day) * 3 // 5,
        "base": _height(day) * 3 // 4,
        "wanted": _wanted(sight, day, question),
        "told": sight.wanted,
        "best": [_best(each) for each in sight.best],
    }


def _question(
    request: HttpRequest, edition: Edition, asked: dict[str, Any], meeting: Meeting | None
) -> Question:
    """What the form says goes before what the meeting or the request says."""
    reader: Any = request.user
    format = asked.get("format") or Meeting.Format.BILATERAL
    shape = shape_of(format)
    near = _moment(asked.get("day"), asked.get("starts"))
    until = _moment(asked.get("day"), asked.get("ends"))
    question = Question(
        edition=edition,
        reader=reader,
        people=_chosen(asked, "people", "one_of", "optional_people"),
        offices=_chosen(asked, "offices", "optional_offices"),
        optional=_optional(asked),
        rooms=_rooms(asked, edition),
        stand=asked.get("stand"),
        needs_place=bool(asked.get("room") or asked.get("stand")),
        minutes=shape.minutes,
        margin_minutes=shape.buffer_minutes,
        is_lunch=format == Meeting.Format.WORKING_LUNCH,
        near=near,
    )
    if meeting:
        question = about_meeting(question, meeting)
    if asked.get("request"):
        question = about_request(question, asked["request"])
    if near and until and until > near:
        length = int((until - near).total_seconds() // 60)
        question = replace(question, minutes=min(length, LONGEST))
    margin = asked.get("buffer_minutes")
    margin = question.margin_minutes if margin is None else margin
    return replace(question, margin_minutes=max(margin, asked.get("travel_minutes") or 0))


def _chosen(asked: dict[str, Any], *names: str) -> list[Any]:
    """Each once, in the order of the fields."""
    return list(dict.fromkeys(row for name in names for row in asked.get(name) or ()))


def _optional(asked: dict[str, Any]) -> frozenset[str]:
    """Whoever is chosen as required too is required, as the operation takes it."""
    required = {*_chosen(asked, "people"), *_chosen(asked, "offices")}
    keys = {
        "person": _chosen(asked, "optional_people"),
        "office": _chosen(asked, "optional_offices"),
    }
    return frozenset(
        key(kind, row.pk) for kind, rows in keys.items() for row in rows if row not in required
    )


def _moment(day: Any, at: Any) -> datetime | None:
    if not day or not at:
        return None
    try:
        return localise(datetime.combine(day, at))
    except MissingLocalTime:
        return None


def _rooms(asked: dict[str, Any], edition: Edition) -> Sequence[Room]:
    """The room chosen; any meeting room where no place is."""
    if asked.get("room"):
        return [asked["room"]]
    if asked.get("stand") or asked.get("place"):
        return []
    rooms = Room.objects.filter(edition=edition, kind=Room.Kind.MEETING)
    return list(rooms.order_by("name_fr", "pk"))


def _shown_day(sight: Sight, question: Question) -> Span:
    """The day of the time in the form, or of the best time."""
    if question.near:
        on = wording.local(question.near).date()
    elif sight.best:
        on = wording.local(sight.best[0].proposal.span.starts_at).date()
    else:
        on = wording.local(sight.days[0].starts_at).date()
    return next(day for day in sight.days if wording.local(day.starts_at).date() == on)


def _row(line: Line, day: Span) -> Row:
    bars = line.on(day)
    return Row(
        line,
        [_drawn(bar.kind, bar.span, day, bar.words) for bar in bars],
        "; ".join(bar.words for bar in bars),
    )


def _drawn(kind: str, span: Span, day: Span, words: str) -> Drawn:
    start, end = max(span.starts_at, day.starts_at), min(span.ends_at, day.ends_at)
    x = int((start - day.starts_at).total_seconds() // 60)
    width = max(2, int((end - start).total_seconds() // 60))
    height = _height(day)
    # Their hours are the ground on which the rest stands.
    y = 0 if kind in ("off", "wanted") else height // 5
    return Drawn(kind, x, width, y, height - 2 * y, words)


def _wanted(sight: Sight, day: Span, question: Question) -> Drawn | None:
    if question.near is None:
        return None
    span = Span(question.near, question.near + timedelta(minutes=question.minutes))
    return _drawn("wanted", span, day, "") if span.overlaps(day) else None


def _hours(day: Span) -> Iterable[tuple[int, str]]:
    """Where the full hours stand."""
    at = timezone.localtime(day.starts_at, timezone.get_default_timezone())
    first = at.replace(minute=0) + timedelta(hours=1 if at.minute else 0)
    while first <= day.ends_at:
        yield int((first - day.starts_at).total_seconds() // 60), date_format(first, "G")
        first += timedelta(hours=1)


def _minutes(day: Span) -> int:
    return int((day.ends_at - day.starts_at).total_seconds() // 60)


def _view_box(day: Span) -> str:
    """With room for half an hour's figure at either end."""
    height = _height(day)
    return f"{-height // 2} 0 {_minutes(day) + height} {height}"


def _height(day: Span) -> int:
    """Of a line, in the same unit: long days are drawn as large as short ones."""
    return _minutes(day) // 25


def _best(told: Told) -> Best:
    span = told.proposal.span
    start, end = wording.local(span.starts_at), wording.local(span.ends_at)
    return Best(
        told=told,
        on=wording.short_day(start),
        at=f"{wording.clock(start)} – {wording.clock(end)}",
        day=f"{start:%Y-%m-%d}",
        starts=f"{start:%H:%M}",
        ends=f"{end:%H:%M}",
    )
