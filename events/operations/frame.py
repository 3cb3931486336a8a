"""The frame's verbs: an edition, and who takes part. Its days are in `days`."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from events.models import Edition, Participation, Region
from events.signals import place_changed
from pavilion.core import activity, changes
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User

EDITION_FIELDS = frozenset(
    {"year", "name", "starts_on", "ends_on", "venue_name", "venue_address", "is_published"}
)


class EditionExists(DomainError):
    code = "edition_exists"


class EndsBeforeItBegins(DomainError):
    code = "ends_before_it_starts"


class AlreadyTakesPart(DomainError):
    code = "already_takes_part"


def create_edition(
    *,
    year: int,
    name: str,
    starts_on: date,
    ends_on: date,
    venue_name: str,
    by: User | None,
    venue_address: str = "",
    is_published: bool = False,
) -> Edition:
    """Add a year of the fair; not published unless said so."""
    ensure_manages(by, "")
    values = {
        "year": year,
        "name": name,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "venue_name": venue_name,
        "venue_address": venue_address,
        "is_published": is_published,
    }
    edition = Edition(**values)
    with transaction.atomic():
        _save_edition(edition)
        activity.record(by=by, verb="edition.created", target=edition, after=values)
    return edition


def change_edition(*, edition_id: int, by: User | None, **fields: Any) -> Edition:
    """Change what is given and leave the rest. What already is so leaves no trace."""
    ensure_manages(by, "")
    with transaction.atomic():
        edition = Edition.objects.select_for_update().get(pk=edition_id)
        values = changes.clean(Edition, fields, allowed=EDITION_FIELDS)
        before, after = changes.assign(edition, values)
        if after:
            _save_edition(edition, list(after))
            activity.record(
                by=by, verb="edition.changed", target=edition, before=before, after=after
            )
            place_changed.send(sender=Edition, place=edition)
    return edition


def add_participation(
    *,
    edition: Edition,
    region: Region,
    contact_email: str,
    by: User | None,
    floor_area: int | None = None,
) -> Participation:
    """Let a region take part in an edition."""
    ensure_manages(by, "")
    participation = Participation(
        edition=edition, region=region, contact_email=contact_email, floor_area=floor_area
    )
    with transaction.atomic():
        changes.save(
            participation,
            rivals=Participation.objects.filter(edition=edition, region=region),
            refusal=lambda rival: AlreadyTakesPart(
                _("%(region)s already takes part in %(edition)s.")
                % {"region": region, "edition": edition},
                field="region",
                details={"participation": rival.pk},
            ),
        )
        activity.record(
            by=by,
            verb="participation.created",
            target=participation,
            region_code=region.code,
            after={"contact_email": contact_email, "floor_area": floor_area},
        )
    return participation


def _save_edition(edition: Edition, update_fields: list[str] | None = None) -> None:
    if edition.ends_on < edition.starts_on:
        raise EndsBeforeItBegins(_("The edition ends before it starts."), field="ends_on")
    changes.save(
        edition,
        rivals=Edition.objects.filter(year=edition.year),
        refusal=lambda rival: EditionExists(
            _("The year %(year)s already has its edition: %(edition)s.")
            % {"year": edition.year, "edition": rival},
            field="year",
            details={"year": rival.year, "name": rival.name},
        ),
        update_fields=update_fields,
    )
