"""The minister's walk: a stop at the stands of as many regions as the hour holds."""

from datetime import timedelta

from events.models import Stand
from meetings.models import Stop, Visit
from pavilion.demo.facts import facts, load
from pavilion.demo.setting import Setting
from pavilion.demo.stories import Story


def lay_route(setting: Setting, story: Story) -> None:
    """Give the meeting its route, not saved."""
    rules, words = facts()["official_visit"], load("meetings")
    meeting, notes = story.meeting, words["walk_notes"]
    stop = timedelta(minutes=rules["minutes_per_stop"])
    walk = timedelta(minutes=rules["minutes_walking"])
    number = (meeting.ends_at - meeting.starts_at + walk) // (stop + walk)
    meeting.place = words["walk_point"]
    story.visit = Visit(
        meeting=meeting,
        headcount=rules["headcount_at_most"],
        meeting_point=words["walk_point"],
    )
    story.stops = [
        Stop(
            visit=story.visit,
            position=index + 1,
            stand=stand,
            starts_at=meeting.starts_at + index * (stop + walk),
            minutes=rules["minutes_per_stop"],
            note=notes[index % len(notes)],
        )
        for index, stand in enumerate(_along_the_way(setting, number))
    ]


def _along_the_way(setting: Setting, number: int) -> list[Stand]:
    """The first pods of each region in turn, from the largest down; somebody stands at each."""
    by_size = sorted(setting.size.regions, key=lambda region: -region.startups)
    taken = Stand.objects.filter(allocations__half_day=setting.half_days[0]).in_bulk()
    rows = [
        [stand for stand in setting.venue.stands[region.code] if stand.pk in taken]
        for region in by_size
    ]
    depth = max(len(row) for row in rows)
    in_turn = [row[index] for index in range(depth) for row in rows if index < len(row)]
    return in_turn[:number]
