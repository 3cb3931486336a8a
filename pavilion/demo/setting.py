"""What every part of the demo is told against: size, dates, places, regions, who acts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from events.models import Day, Edition, HalfDay, Participation
from pavilion.core.models import ActivityEntry, User
from pavilion.demo.agenda import Agenda
from pavilion.demo.dates import Dates
from pavilion.demo.facts import Size
from pavilion.demo.venue import Venue

NATIONAL = ""  # among region codes, the national team


@dataclass(frozen=True)
class Setting:
    size: Size
    random: Random
    names: Iterator[tuple[str, str]]
    dates: Dates
    edition: Edition
    days: list[Day]
    half_days: list[HalfDay]
    participations: dict[str, Participation]  # by region code, in the regions' order
    venue: Venue
    actors: dict[str, User]  # the manager of each region, and of the nation
    juries: dict[str, list[User]]  # the reviewers of each region
    agenda: Agenda = field(default_factory=Agenda)
    log: list[ActivityEntry] = field(default_factory=list)
