"""Which meetings there are: preparation, the great moments of the first day, and the rest."""

from collections.abc import Iterator
from datetime import timedelta

from meetings.models import Meeting
from pavilion.demo.delegation import People
from pavilion.demo.drafts import Cast, Drafts
from pavilion.demo.facts import load, shares
from pavilion.demo.incidents import befall
from pavilion.demo.setting import NATIONAL, Setting
from pavilion.demo.stories import Status, Story, tell
from pavilion.demo.walk import lay_route

# Of a hundred meetings.
STATUSES = {
    Status.OPTION: 30,
    Status.CONFIRMED: 52,
    Status.CANCELLED: 9,
    Status.HELD: 6,
    Status.NOT_HELD: 3,
}
# Preparation still to come, in days from today.
COMING = {Status.CONFIRMED: (1, 2, 6, 9), Status.OPTION: (3, 8)}
# As many people walk with a minister, at most, as stand for their regions.
WALKING_HEADS = 8
# Then another subject: in size L, the offices asked for most are full.
TRIES = 12


def plan(setting: Setting, cast: Cast) -> list[Story]:
    """As many meetings as the size wants, in every state, none in the way of another."""
    left = shares(setting.size.meetings, {str(status): n for status, n in STATUSES.items()})
    drafts = Drafts(setting, cast)
    stories = list(great_moments(setting, cast.people, drafts))
    for story in stories:
        left[story.meeting.status] -= 1
    for status in (Status.HELD, Status.NOT_HELD):
        days = [-2 - number % 10 for number in range(left.pop(status))]
        stories += [preparation(setting, drafts, status, day) for day in days]
    for status, coming in COMING.items():
        left[status] -= len(coming)
        stories += [preparation(setting, drafts, status, day) for day in coming]
    for name, number in left.items():
        stories += [on_site(setting, drafts, Status(name)) for _ in range(number)]
    for story in stories:
        tell(setting, story)
    befall(setting, cast.people, stories)
    return stories


def great_moments(setting: Setting, people: People, drafts: Drafts) -> Iterator[Story]:
    """The first day: the opening, the minister's walk, and the head of State pencilled in."""
    day, special = setting.days[0], load("meetings")["special"]
    heads = [people.head(code) for code in setting.participations]
    team = people.of(NATIONAL)[:1]
    stage = setting.venue.stages[0]
    yield drafts.story(
        special["inauguration"],
        Status.CONFIRMED,
        day.opens + timedelta(hours=1),
        [*team, *heads],
        NATIONAL,
        stage,
    )
    walk = drafts.story(
        special["walk"],
        Status.CONFIRMED,
        day.opens + timedelta(hours=2),
        [*team, *heads[:WALKING_HEADS]],
        NATIONAL,
        None,
    )
    lay_route(setting, walk)
    yield walk
    yield drafts.story(
        special["head_of_state"],
        Status.OPTION,
        day.opens + timedelta(hours=6),
        [*team, *heads],
        NATIONAL,
        stage,
    )


def preparation(setting: Setting, drafts: Drafts, status: Meeting.Status, days: int) -> Story:
    """A video call before the fair, with the reason for being outside its opening hours."""
    words, random = load("meetings"), setting.random
    while True:
        text = random.choice(words["preparation"])
        code = random.choice([NATIONAL, *setting.participations])
        people = drafts.company(code)
        hours = random.choice((9, 10, 11, 14, 15, 16)), random.choice((0, 30))
        starts_at = setting.dates.in_days(setting.dates.working_day(days), *hours)
        if drafts.is_free(text, starts_at, people, None):
            story = drafts.story(text, status, starts_at, people, code, None)
            story.meeting.place = words["remote_place"]
            story.meeting.outside_hours_reason = words["remote_reason"]
            # Asked for long enough before, whenever it was.
            ahead = random.randint(12, 16) - min(days, 0)
            story.created_at = setting.dates.in_days(-ahead, random.randint(8, 18))
            return story


def on_site(setting: Setting, drafts: Drafts, status: Meeting.Status) -> Story:
    """At the fair: a subject and a region, then the first time at which all are free."""
    random = setting.random
    startups = {numbers.code: numbers.startups for numbers in setting.size.regions}
    codes = list(setting.participations)
    weights = [startups[code] for code in codes]
    while True:
        text = random.choice(load("meetings")["meetings"])
        code = NATIONAL if random.random() < 0.08 else random.choices(codes, weights)[0]
        if "min-om" in text["offices"] and not _is_overseas(setting, code):
            continue
        for _ in range(TRIES):
            people = drafts.company(code)
            place = drafts.place(text, code)
            starts_at = drafts.moment(text)
            if drafts.is_free(text, starts_at, people, place):
                return drafts.story(text, status, starts_at, people, code, place)


def _is_overseas(setting: Setting, code: str) -> bool:
    return code != NATIONAL and setting.participations[code].region.is_overseas
