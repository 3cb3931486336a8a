"""What is written down of people and offices besides: who answers for them, when they are free."""

from datetime import time, timedelta
from random import Random

from meetings.models import Availability, Office, OfficeHolder, Person, Secretariat
from pavilion.demo import history
from pavilion.demo.delegation import People
from pavilion.demo.facts import load
from pavilion.demo.setting import NATIONAL, Setting

# How long ago one region chose another head.
RESHUFFLED = timedelta(days=20)
LONG_AGO = timedelta(days=900)


def own_random(setting: Setting, name: str) -> Random:
    """Of its own, so that what is added here leaves the rest of the story as it is told."""
    return Random(f"pavilion {setting.size.name} {name}")  # noqa: S311 - a story, not a secret


def write_wishes(setting: Setting, offices: dict[str, Office], people: People) -> None:
    """Secretariats, availabilities, working hours and special needs."""
    words = load("offices")
    Secretariat.objects.bulk_create(
        [
            *(
                Secretariat(office=offices[row["office"]], **_without_office(row))
                for row in words["secretariats"]
            ),
            *(
                Secretariat(
                    person=people.head(code),
                    name="Cabinet",
                    email=f"cabinet@{people.head(code).email.partition('@')[2]}",
                )
                for code in [NATIONAL, *setting.participations]
            ),
        ]
    )
    Availability.objects.bulk_create(
        Availability(
            office=offices[row["office"]],
            kind=row["kind"],
            starts_at=setting.days[row["day"]].at(time(row["from"])),
            ends_at=setting.days[row["day"]].at(time(row["until"])),
            source=row["source"],
            note=row["note"],
        )
        for row in words["availabilities"]
    )
    _write_days(setting, people, words)


def _without_office(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "office"}


def _write_days(setting: Setting, people: People, words: dict[str, str]) -> None:
    """A plenary that keeps a region's elected away; some who come late, some with a need."""
    random = own_random(setting, "wishes")
    codes = list(setting.participations)
    last = setting.days[-1]
    Availability.objects.bulk_create(
        Availability(
            person=person,
            starts_at=last.at(time(14)),
            ends_at=last.at(time(18)),
            source=Availability.Source.MAIL,
            note=words["plenary"],
        )
        for code in codes[::3]
        for person in people.elected(code)
    )
    everybody = people.everybody()
    chosen = random.sample(everybody, max(2, len(everybody) // 12))
    for number, person in enumerate(chosen):
        person.works_from, person.works_until = time(10), time(18)
        if number < max(1, len(chosen) // 4):
            person.needs_note = words["needs"][number % len(words["needs"])]
            person.needs_note_until = setting.edition.ends_on + timedelta(days=7)
    Person.objects.bulk_update(
        chosen, ["works_from", "works_until", "needs_note", "needs_note_until"], batch_size=500
    )


def write_terms(setting: Setting, people: People, region_offices: dict[str, Office]) -> None:
    """Each region's head holds its office; in the last region only since a few weeks."""
    today, last = setting.dates.today, list(setting.participations)[-1]
    since = today - RESHUFFLED
    terms = [
        OfficeHolder(
            office=office,
            person=people.head(code),
            starts_on=since if code == last else today - LONG_AGO,
        )
        for code, office in region_offices.items()
    ]
    office, former = region_offices[last], people.elected(last)[-1]
    terms.append(
        OfficeHolder(
            office=office,
            person=former,
            starts_on=today - LONG_AGO,
            ends_on=since - timedelta(days=1),
        )
    )
    OfficeHolder.objects.bulk_create(terms)
    setting.log.append(
        history.entry(
            at=setting.dates.in_days(-RESHUFFLED.days, 11),
            verb="office.holder_appointed",
            target=office,
            by=setting.actors[last],
            region_code=last,
            before={
                "holder": str(former),
                "until": (since - timedelta(days=1)).isoformat(),
            },
            after={"holder": str(people.head(last)), "since": since.isoformat()},
        )
    )
