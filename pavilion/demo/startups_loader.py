"""Calls, applications, exhibitors and their pods."""

from random import Random

from pavilion.demo import calls, rotation, stays
from pavilion.demo.answers import create_answers
from pavilion.demo.application_history import ApplicationHistory
from pavilion.demo.application_mails import write_application_mails
from pavilion.demo.applications import Applicants, create_applications, create_wishes
from pavilion.demo.floor_story import FloorStory
from pavilion.demo.juries import Jury
from pavilion.demo.preparations import Preparations
from pavilion.demo.reminders import remind_beforehand
from pavilion.demo.setting import Setting
from pavilion.demo.stays import Stay
from startups.models import Allocation, Application, Exhibitor

Status = Application.Status


def load_startups(setting: Setting) -> None:
    by_code = calls.create_calls(setting.participations, setting.size, setting.dates)
    applicants = Applicants(random=setting.random, dates=setting.dates, names=setting.names)
    applications = create_applications(by_code, setting.size, applicants)
    everything = [row for rows in applications.values() for row in rows]
    _read_and_decide(setting, applications)
    exhibitors = rotation.create_exhibitors(everything, setting.dates, setting.random)
    preparations = Preparations(random=_random(setting), dates=setting.dates, days=setting.days)
    preparations.of(exhibitors)
    chosen = _stays(setting, applications)
    create_wishes(chosen, everything, setting.half_days)
    floor = FloorStory(setting, _random(setting, "floor"))
    floor.set_terms(exhibitors, chosen)
    allocations = _allocations(setting, exhibitors, chosen)
    Allocation.objects.bulk_create(allocations, batch_size=5000)
    write_application_mails(everything)
    remind_beforehand()
    history = ApplicationHistory(setting.actors, setting.dates, setting.random)
    setting.log.extend(history.of(everything, exhibitors))
    setting.log.extend(history.allocations(allocations))
    floor.settle(allocations)


def _random(setting: Setting, part: str = "preparation") -> Random:
    """Chances of their own: what one part of the story adds leaves the others as they were."""
    return Random(f"{part} {setting.size.name}")  # noqa: S311 - a story, not a secret


def _read_and_decide(setting: Setting, applications: dict[str, list[Application]]) -> None:
    random = _random(setting)
    create_answers([row for rows in applications.values() for row in rows], random)
    jury = Jury(random=random, dates=setting.dates, reviewers=setting.juries)
    jury.read(applications)
    jury.decide(applications, setting.actors)


def _stays(setting: Setting, applications: dict[str, list[Application]]) -> dict[int, Stay]:
    """By application: exhibitors' stays fill their region's pods exactly, the others only wish."""
    chosen: dict[int, Stay] = {}
    for rows in applications.values():
        exhibiting = [row for row in rows if row.status == Status.CONFIRMED]
        others = [row for row in rows if row.status != Status.CONFIRMED and row.siret]
        for group in (exhibiting, others):
            pairs = zip(group, stays.stays(len(group), setting.random), strict=True)
            chosen |= {row.pk: stay for row, stay in pairs}
    return chosen


def _allocations(
    setting: Setting, exhibitors: list[Exhibitor], chosen: dict[int, Stay]
) -> list[Allocation]:
    plan = rotation.Rotation(setting.half_days, setting.dates, setting.random)
    allocations: list[Allocation] = []
    for code in setting.participations:
        present = [row for row in exhibitors if row.left_at is None and row.region_code == code]
        allocations += plan.of_region(setting.venue.stands[code], present, chosen)
    return allocations
