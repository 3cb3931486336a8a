"""Loads the demo edition, once, in one transaction."""

from collections.abc import Iterator
from random import Random

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Edition, HalfDay, Participation
from pavilion.core.errors import DomainError
from pavilion.core.models import ActivityEntry
from pavilion.demo import calls, delegation, frame, history, names, rotation, stays, teams, venue
from pavilion.demo.applications import Applicants, create_applications, create_wishes
from pavilion.demo.dates import Dates
from pavilion.demo.facts import Size, SizeName, size_named
from startups.models import Allocation, Application, Exhibitor

LOADED = "demo.loaded"


class AnotherSizeIsLoaded(DomainError):
    code = "another_size_is_loaded"


class SomethingIsThere(DomainError):
    code = "something_is_there"


def load_once(name: SizeName) -> Edition:
    """The demo edition of this size, loaded now if nothing is there yet. Safe to call twice."""
    with transaction.atomic():
        loaded = ActivityEntry.objects.filter(verb=LOADED).order_by("pk").first()
        if loaded is not None:
            if loaded.after["size"] != name:
                raise AnotherSizeIsLoaded(
                    _(
                        "The demo is already loaded in size %(loaded)s. For size %(wanted)s, start "
                        "from an empty database."
                    )
                    % {"loaded": loaded.after["size"], "wanted": name}
                )
            return Edition.objects.get(pk=loaded.target_id)
        if Edition.objects.exists():
            raise SomethingIsThere(
                _("This database is already in use. The demo loads into an empty one only.")
            )
        return _load(size_named(name))


def _load(size: Size) -> Edition:
    # Each size is its own story, the same every time it is told from the same day.
    random = Random(f"pavilion {size.name}")  # noqa: S311 - a story, not a secret
    dates = Dates.seen_from(timezone.localdate())
    people_names = names.full_names(random)

    edition = frame.create_edition(dates)
    days = frame.create_days(edition, dates)
    half_days = frame.create_half_days(edition, days)
    participations = frame.create_participations(edition, size)
    regions = [participation.region for participation in participations.values()]
    team = [" ".join(next(people_names)) for _ in range(2 + 3 * len(regions))]
    users = teams.create_accounts(teams.team_accounts(regions, team))
    teams.create_api_token(users[teams.SERVICE])
    place = venue.create_venue(edition, participations, size, random)

    exhibitors = _load_startups(size, dates, random, people_names, participations, half_days, place)

    offices = delegation.create_offices()
    region_offices = delegation.create_region_offices(participations)
    people = delegation.create_people(participations, size, random, people_names)
    delegation.create_delegations(edition, participations, people, region_offices, dates)
    delegation.create_feeds(people, size, dates, random)

    history.write(
        [history.entry(at=timezone.now(), verb=LOADED, target=edition, after={"size": size.name})]
    )
    return edition


def _load_startups(
    size: Size,
    dates: Dates,
    random: Random,
    people_names: Iterator[tuple[str, str]],
    participations: dict[str, Participation],
    half_days: list[HalfDay],
    place: venue.Venue,
) -> dict[str, list[Exhibitor]]:
    """Calls, applications, exhibitors and their pods; the present exhibitors by region code."""
    by_code = calls.create_calls(participations, size, dates)
    applicants = Applicants(random=random, dates=dates, names=people_names)
    applications = create_applications(by_code, size, applicants)
    plan = rotation.Rotation(half_days, dates, random)
    allocations: list[Allocation] = []
    present: dict[str, list[Exhibitor]] = {}
    everything = [row for rows in applications.values() for row in rows]
    exhibitors = rotation.create_exhibitors(everything, dates, random)
    chosen: dict[int, stays.Stay] = {}
    for code, rows in applications.items():
        # Exhibitors' stays fill the pods exactly; the others only wish.
        confirmed = [row for row in rows if row.status == Application.Status.CONFIRMED]
        others = [row for row in rows if row.status != Application.Status.CONFIRMED and row.siret]
        for group in (confirmed, others):
            pairs = zip(group, stays.stays(len(group), random), strict=True)
            chosen |= {row.pk: stay for row, stay in pairs}
        present[code] = [
            exhibitor
            for exhibitor in exhibitors
            if exhibitor.left_at is None and exhibitor.region_code == code
        ]
        allocations += plan.of_region(place.stands[code], present[code], chosen)
    create_wishes(chosen, everything, half_days)
    Allocation.objects.bulk_create(allocations, batch_size=5000)
    return present
