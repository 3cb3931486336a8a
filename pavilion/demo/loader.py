"""Loads the demo edition, once, in one transaction."""

from random import Random

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from events.models import Edition
from pavilion.core.errors import DomainError
from pavilion.core.models import ActivityEntry
from pavilion.demo import frame, history, teams
from pavilion.demo.dates import Dates
from pavilion.demo.delegation_loader import load_delegation
from pavilion.demo.facts import Size, SizeName, size_named
from pavilion.demo.names import full_names
from pavilion.demo.setting import Setting
from pavilion.demo.startups_loader import load_startups
from pavilion.demo.venue import create_venue

LOADED = "demo.loaded"
DEFAULT: SizeName = "M"


class AnotherSizeIsLoaded(DomainError):
    code = "another_size_is_loaded"


class SomethingIsThere(DomainError):
    code = "something_is_there"


def load_once(name: SizeName | None) -> tuple[Edition, SizeName]:
    """The demo edition and its size, loaded now if nothing is there yet. Safe to call twice.

    Without a size, the one that is there; else M.
    """
    with transaction.atomic():
        loaded = ActivityEntry.objects.filter(verb=LOADED).order_by("pk").first()
        if loaded is None:
            if Edition.objects.exists():
                raise SomethingIsThere(
                    _("This database already holds an edition. The demo needs one without any.")
                )
            return _load(size_named(name or DEFAULT)), name or DEFAULT
        if name not in (None, loaded.after["size"]):
            raise AnotherSizeIsLoaded(
                _(
                    "The demo is already loaded in size %(loaded)s. For size %(wanted)s, begin "
                    "with an empty database."
                )
                % {"loaded": loaded.after["size"], "wanted": name}
            )
        return Edition.objects.get(pk=loaded.target_id), loaded.after["size"]


def _load(size: Size) -> Edition:
    # The log names things in the site's own language, whoever loads it.
    with translation.override(settings.LANGUAGE_CODE):
        setting = _set_the_scene(size)
        load_startups(setting)
        load_delegation(setting)
        setting.log.append(
            history.entry(
                at=timezone.now(), verb=LOADED, target=setting.edition, after={"size": size.name}
            )
        )
        history.write(setting.log)
    return setting.edition


def _set_the_scene(size: Size) -> Setting:
    # Each size is a story of its own, the same every time it is told on the same day.
    random = Random(f"pavilion {size.name}")  # noqa: S311 - a story, not a secret
    dates = Dates.seen_from(timezone.localdate())
    names = full_names(random)
    edition = frame.create_edition(dates)
    days = frame.create_days(edition, dates)
    participations = frame.create_participations(edition, size)
    regions = [participation.region for participation in participations.values()]
    users = teams.create_accounts(teams.team_accounts(regions, names))
    teams.create_api_token(users[teams.SERVICE])
    return Setting(
        size=size,
        random=random,
        names=names,
        dates=dates,
        edition=edition,
        days=days,
        half_days=frame.create_half_days(edition, days),
        participations=participations,
        venue=create_venue(edition, participations, size, random),
        actors=teams.actors(users, regions),
        juries=teams.juries(users, regions),
    )
