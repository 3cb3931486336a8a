"""What there is a run sheet of, and who may see it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import Day, Edition, Participation, Room
from meetings.models import Delegation, Person
from pavilion.core.access import access_of
from pavilion.core.models import User

Reader = User | AnonymousUser
KINDS: Mapping[str, Any] = {
    "person": gettext_lazy("People"),
    "delegation": gettext_lazy("Delegations"),
    "region": gettext_lazy("Regions"),
    "room": gettext_lazy("Rooms"),
    "day": gettext_lazy("Days"),
}
ONE: Mapping[str, Any] = {
    "person": gettext_lazy("Person"),
    "delegation": gettext_lazy("Delegation"),
    "region": gettext_lazy("Region"),
    "room": gettext_lazy("Room"),
    "day": gettext_lazy("Day"),
}


@dataclass(frozen=True)
class Subject:
    """One delegate, delegation, region, room or day of an edition."""

    kind: str
    row: Any
    edition: Edition

    @property
    def pk(self) -> str:
        return str(self.row.region_id if self.kind == "region" else self.row.pk)

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.pk}"

    @property
    def name(self) -> str:
        if self.kind == "region":
            return str(self.row.region)
        return capfirst(str(self.row))

    @property
    def over(self) -> str:
        """The line above the name: the title of a person, the level of a room."""
        if self.kind == "person":
            return str(self.row.title)
        if self.kind == "room":
            return str(self.row.zone.level)
        return ""

    @property
    def title(self) -> str:
        words = {"name": self.name}
        if self.kind == "day":
            return _("Run sheet of %(name)s") % {"name": str(self.row)}
        return _("Run sheet · %(name)s") % words

    @property
    def region_code(self) -> str:
        """Whose desk gives it out; empty for the national team."""
        if self.kind in ("person", "region"):
            return self.row.region_id or ""
        if self.kind == "delegation":
            return self.row.participation.region_id if self.row.participation else ""
        if self.kind == "room":
            shared = self.row.zone.participation
            return shared.region_id if shared else ""
        return ""

    @property
    def concerns(self) -> str:
        """ "person" or "delegation" where there are people to tell of a new version."""
        return self.kind if self.kind in ("person", "delegation") else ""


def listed(kind: str, edition: Edition, reader: Reader) -> QuerySet[Any]:
    """What of this kind the reader may see, in the order one looks for it."""
    return _LISTED[kind](edition, reader)


def found(kind: str, pk: str, edition: Edition, reader: Reader) -> Subject | None:
    """The one named in an address, if the reader may see it."""
    if kind not in _LISTED:
        return None
    rows = _LISTED[kind](edition, reader)
    if kind == "region":
        row = rows.filter(region=pk).first()
    else:
        row = rows.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) <= 18 else None
    return Subject(kind, row, edition) if row is not None else None


def of_key(key: str, edition: Edition, reader: Reader) -> Subject | None:
    kind, _separator, pk = key.partition(":")
    return found(kind, pk, edition, reader)


def of_person(person: Person, edition: Edition) -> Subject:
    return Subject("person", person, edition)


def as_subjects(kind: str, rows: Iterable[Any], edition: Edition) -> list[Subject]:
    return [Subject(kind, row, edition) for row in rows]


def _people(edition: Edition, reader: Reader) -> QuerySet[Person]:
    people = Person.objects.visible_to(reader).select_related("region")
    return people.order_by("last_name", "first_name", "pk")


def _delegations(edition: Edition, reader: Reader) -> QuerySet[Delegation]:
    rows = Delegation.objects.visible_to(reader).filter(edition=edition)
    rows = rows.select_related("participation__region")
    return rows.order_by("participation__region__sort_key", "name_fr", "pk")


def _regions(edition: Edition, reader: Reader) -> QuerySet[Participation]:
    rows = Participation.objects.filter(edition=edition).in_order()
    access = access_of(reader)
    return rows if access.is_national else rows.filter(region__in=access.desk_codes)


def _rooms(edition: Edition, reader: Reader) -> QuerySet[Room]:
    """A region's rooms are its desk's; a shared one holds everybody's meetings."""
    rows = Room.objects.filter(edition=edition)
    rows = rows.select_related("zone__level__hall", "zone__participation")
    access = access_of(reader)
    if not access.is_national:
        rows = rows.filter(zone__participation__region__in=access.desk_codes)
    return rows.order_by("name_fr", "pk")


def _days(edition: Edition, reader: Reader) -> QuerySet[Day]:
    """A day holds every region's meetings: the national team's."""
    rows = Day.objects.filter(edition=edition).order_by("date", "pk")
    return rows if access_of(reader).is_national else rows.filter(Q(pk__in=[]))


_LISTED: Mapping[str, Callable[[Edition, Reader], QuerySet[Any]]] = {
    "person": _people,
    "delegation": _delegations,
    "region": _regions,
    "room": _rooms,
    "day": _days,
}
