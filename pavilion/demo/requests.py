"""Meetings that regions asked for: some wait, some are pencilled, refused or withdrawn."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from meetings.models import Meeting, MeetingRequest, Office, RequestWindow
from pavilion.core.models import ActivityEntry
from pavilion.demo import history
from pavilion.demo.delegation import People
from pavilion.demo.facts import load
from pavilion.demo.setting import Setting
from pavilion.demo.stories import Status, Story
from pavilion.demo.wishes import own_random

State = MeetingRequest.Status
# Of ten requests without a meeting; those with one come besides.
STATES = (State.OPEN,) * 6 + (State.REFUSED,) * 3 + (State.WITHDRAWN,)


def create_requests(
    setting: Setting, stories: list[Story], offices: dict[str, Office], people: People
) -> None:
    """Before the meetings are written: those that answer a request are given it here."""
    random = own_random(setting, "requests")
    planned = [_of_story(story, random) for story in _answering(stories)]
    loose = [
        _loose(setting, state, offices, random)
        for _round in range(max(1, setting.size.meetings // 50))
        for state in STATES
    ]
    requests = planned + loose
    MeetingRequest.objects.bulk_create(requests, batch_size=500)
    MeetingRequest.people.through.objects.bulk_create(
        (
            MeetingRequest.people.through(meetingrequest=request, person=people.head(code))
            for request in requests
            if (code := request.region_code)
        ),
        batch_size=1000,
    )
    RequestWindow.objects.bulk_create(
        (window for request in requests for window in _windows(setting, request, random)),
        batch_size=1000,
    )
    setting.log.extend(entry for request in requests for entry in _history(request))


def _answering(stories: list[Story]) -> Iterator[Story]:
    """Every third meeting of a region with an office was asked for."""
    wanted = [
        story
        for story in stories
        if story.meeting.participation
        and story.meeting.status in (Status.OPTION, Status.CONFIRMED)
        and story.participants[0].office_id
    ]
    yield from wanted[::3]


def _of_story(story: Story, random: Random) -> MeetingRequest:
    meeting = story.meeting
    request = MeetingRequest(
        edition=meeting.edition,
        participation=meeting.participation,
        office=story.participants[0].office,
        subject_fr=meeting.subject_fr,
        subject_en=meeting.subject_en,
        why=random.choice(load("offices")["requests"]["why"]),
        format=meeting.format,
        minutes=int((meeting.ends_at - meeting.starts_at).total_seconds() // 60),
        priority=random.choice((1, 2, 2, 3)),
        status=State.PLANNED,
        created_at=story.created_at - timedelta(days=random.randint(1, 5)),
        created_by=meeting.created_by,
    )
    meeting.request = request
    return request


def _loose(
    setting: Setting, state: str, offices: dict[str, Office], random: Random
) -> MeetingRequest:
    words = load("offices")["requests"]
    code = random.choice(list(setting.participations))
    participation = setting.participations[code]
    text = random.choice([each for each in load("meetings")["meetings"] if each["offices"]])
    reasons = words.get(str(state), [])
    return MeetingRequest(
        edition=setting.edition,
        participation=participation,
        office=offices[text["offices"][0]],
        subject_fr=f"{text['fr']} · {participation.region}",
        subject_en=f"{text['en']} · {participation.region}",
        why=random.choice(words["why"]),
        format=Meeting.Format.BILATERAL,
        minutes=random.choice((20, 30, 30, 45)),
        priority=random.choice((1, 2, 2, 3)),
        status=state,
        reason=random.choice(reasons) if reasons else "",
        created_at=setting.dates.in_days(-random.randint(3, 25), random.randint(8, 18)),
        created_by=setting.actors[code],
    )


def _windows(setting: Setting, request: MeetingRequest, random: Random) -> list[RequestWindow]:
    """One or two half-days of the fair; some come at any time."""
    days = random.sample(setting.days[:3], random.choice((0, 1, 1, 2)))
    windows = []
    for day in days:
        first = random.choice((9, 10, 14, 15))
        start, end = day.at(time(first)), day.at(time(first + 3))
        windows.append(RequestWindow(request=request, starts_at=start, ends_at=end))
    return windows


def _history(request: MeetingRequest) -> Iterator[ActivityEntry]:
    common: dict[str, Any] = {
        "target": request,
        "by": request.created_by,
        "region_code": request.region_code,
    }
    yield history.entry(
        at=request.created_at,
        verb="request.asked",
        after={"office": str(request.office), "minutes": request.minutes},
        **common,
    )
    if request.status != State.OPEN:
        yield history.entry(
            at=_settled(request),
            verb=f"request.{request.status}",
            reason=request.reason,
            before={"status": str(State.OPEN)},
            after={"status": str(request.status)},
            **common,
        )


def _settled(request: MeetingRequest) -> datetime:
    return request.created_at + timedelta(days=1, hours=1)
