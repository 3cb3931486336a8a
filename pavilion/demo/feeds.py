"""Calendar feeds: each person's own, second devices, drivers' discreet ones, those of desks."""

from datetime import datetime
from random import Random
from typing import Any

from events.models import Room, Stand
from meetings.models import Feed, Person
from pavilion.demo.dates import Dates
from pavilion.demo.delegation import People
from pavilion.demo.facts import load
from pavilion.demo.setting import Setting


def create_feeds(
    setting: Setting, people: People, changes: dict[int, list[datetime]]
) -> list[Feed]:
    """As many as the size wants. `changes`: by person, when the meetings they show changed."""
    size, dates, random = setting.size, setting.dates, setting.random
    everybody = people.everybody()
    rows = [_feed(person, load("titles")["devices"][0], dates, random) for person in everybody]
    for number in range(size.feeds - len(rows)):
        person = everybody[number % len(everybody)]
        device = load("titles")["devices"][1 + (number + number // len(everybody)) % 4]
        rows.append(_feed(person, device, dates, random))
    for row in rows:
        since = [at for at in changes.get(row.person_id or 0, []) if at > row.created_at]
        row.changed_at = max([row.created_at, *since])
        row.revision += len(since)
    return Feed.objects.bulk_create(rows, batch_size=1000)


def create_shared_feeds(setting: Setting) -> list[Feed]:
    """What desks look at: a region or two, a meeting room, a stand that a visit stops at."""
    created = setting.dates.in_days(-10, 9)
    edition = setting.edition
    room = Room.objects.filter(edition=edition, meetings__isnull=False).order_by("pk").first()
    stand = Stand.objects.filter(edition=edition, stops__isnull=False).order_by("pk").first()
    of: list[dict[str, Any]] = [
        *({"participation": each} for each in list(setting.participations.values())[:2]),
        *([{"room": room, "level": Feed.Level.DISCREET}] if room else []),
        *([{"stand": stand}] if stand else []),
    ]
    return Feed.objects.bulk_create(
        Feed(**{"label": "Bureau", "created_at": created, "changed_at": created, **each})
        for each in of
    )


def _feed(person: Person, device: dict[str, Any], dates: Dates, random: Random) -> Feed:
    created = dates.in_days(-random.randint(12, 20), random.randint(8, 19))
    is_read = random.random() < 0.7
    return Feed(
        person=person,
        label=device["label"],
        level=device["level"],
        language=person.language,
        has_alarms=device.get("has_alarms", False),
        without_invited=device.get("without_invited", False),
        created_at=created,
        fetched_at=dates.in_days(-1, random.randint(0, 23), random.randint(0, 59))
        if is_read
        else None,
        fetched_with=device["client"] if is_read else "",
    )
