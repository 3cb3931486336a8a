"""Offices by function, invented people of the regions and their delegations."""

from collections.abc import Iterator
from random import Random

from events.models import Participation, Region
from meetings.models import Delegate, Delegation, Office, Person
from pavilion.core.models import Language
from pavilion.demo.applications import phone
from pavilion.demo.facts import facts, load, shares
from pavilion.demo.names import plain
from pavilion.demo.setting import NATIONAL, Setting

Member = tuple[Person, str]  # with their role


class People:
    """By region code; the national delegation has none. The head of each comes first."""

    def __init__(self, members: dict[str, list[Member]]) -> None:
        self.members = members
        self._of = {code: [person for person, _ in rows] for code, rows in members.items()}
        self._elected = {
            code: [person for person, role in rows if role != Delegate.Role.STAFF]
            for code, rows in members.items()
        }
        self._staff = {
            code: [person for person, role in rows if role == Delegate.Role.STAFF]
            for code, rows in members.items()
        }

    def of(self, code: str) -> list[Person]:
        return self._of[code]

    def elected(self, code: str) -> list[Person]:
        return self._elected[code]

    def staff(self, code: str) -> list[Person]:
        return self._staff[code]

    def head(self, code: str) -> Person:
        return self._of[code][0]

    def everybody(self) -> list[Person]:
        return [person for people in self._of.values() for person in people]


def create_offices() -> dict[str, Office]:
    """Those the facts name, by code: a secretariat and no holder, so that nobody real is shown."""
    words = load("offices")["offices"]
    return {
        office.code: office
        for office in Office.objects.bulk_create(
            Office(**{key: row[key] for key in _OFFICE_FIELDS}, **words[row["code"]])
            for row in facts()["offices"]
        )
    }


_OFFICE_FIELDS = ("code", "kind", "title_fr", "title_en", "email", "precedence")


def create_region_offices(participations: dict[str, Participation]) -> dict[str, Office]:
    """The head of each region, by region code."""
    offices = Office.objects.bulk_create(
        Office(
            code=f"region-{row.region_id}",
            kind=Office.Kind.REGION,
            title_fr=_head_title_fr(row.region),
            title_en=_head_title_en(row.region),
            organisation_fr=str(row.region),
            organisation_en=str(row.region),
            region=row.region,
            **load("offices")["head"],
            email=f"cabinet@{row.region.sort_key}.example",
            precedence=35,
        )
        for row in participations.values()
    )
    return {office.region_id or "": office for office in offices}


def create_people(setting: Setting) -> People:
    """As many as the size wants: the larger a region's stand, the larger its delegation."""
    size, random, names = setting.size, setting.random, setting.names
    national = min(10, size.delegates // 15)
    by_region = {numbers.code: 3 for numbers in size.regions}
    rest = size.delegates - national - sum(by_region.values())
    more = shares(rest, {numbers.code: numbers.startups for numbers in size.regions})
    members = {NATIONAL: [_member(None, index, random, names) for index in range(national)]}
    for code, participation in setting.participations.items():
        members[code] = [
            _member(participation.region, index, random, names)
            for index in range(by_region[code] + more[code])
        ]
    people = People(members)
    Person.objects.bulk_create(people.everybody(), batch_size=1000)
    return people


def _member(
    region: Region | None, index: int, random: Random, names: Iterator[tuple[str, str]]
) -> Member:
    first_name, last_name = next(names)
    role, titles = _place(region, index, random)
    domain = f"{region.sort_key}.example" if region else "pavillon.example"
    return (
        Person(
            first_name=first_name,
            last_name=last_name,
            title_fr=titles["fr"],
            title_en=titles["en"],
            region=region,
            email=f"{plain(f'{first_name} {last_name}')}@{domain}",
            phone=phone(random),
            language=Language.ENGLISH if random.random() < 0.03 else Language.FRENCH,
            wants_invitations=role == Delegate.Role.HEAD or random.random() < 0.8,
        ),
        role,
    )


def _place(region: Region | None, index: int, random: Random) -> tuple[str, dict[str, str]]:
    """The head first, then about as many staff as elected members."""
    titles = load("titles")
    if region is None:
        role = Delegate.Role.HEAD if index == 0 else Delegate.Role.STAFF
        return role, titles["national"][min(index, len(titles["national"]) - 1)]
    if index == 0:
        return Delegate.Role.HEAD, {"fr": _head_title_fr(region), "en": _head_title_en(region)}
    if index % 2:
        return Delegate.Role.MEMBER, random.choice(titles["members"])
    return Delegate.Role.STAFF, random.choice(titles["staff"])


def create_delegations(setting: Setting, people: People) -> None:
    participations = setting.participations
    delegations = {
        code: Delegation(
            edition=setting.edition,
            participation=participations.get(code),
            name_fr=f"Délégation {participations[code].region}" if code else "Délégation nationale",
            name_en=f"{participations[code].region} delegation" if code else "National delegation",
        )
        for code, members in people.members.items()
        if members
    }
    Delegation.objects.bulk_create(delegations.values())
    Delegate.objects.bulk_create(
        (
            row
            for code, delegation in delegations.items()
            for row in _delegates(delegation, people.members[code])
        ),
        batch_size=1000,
    )


def _delegates(delegation: Delegation, members: list[Member]) -> Iterator[Delegate]:
    """The first elected member stands in for the head and keeps the rank, the next for anybody."""
    head = members[0][0]
    substitutes = [person for person, role in members if role == Delegate.Role.MEMBER][:2]
    for person, role in members:
        if person not in substitutes:
            yield Delegate(delegation=delegation, person=person, role=role)
            continue
        rank = substitutes.index(person) + 1
        yield Delegate(
            delegation=delegation,
            person=person,
            role=Delegate.Role.SUBSTITUTE,
            rank=rank,
            stands_in_for=head if rank == 1 else None,
            keeps_rank=rank == 1,
        )


def _head_title_fr(region: Region) -> str:
    title = region.executive_title
    names_region = region.name in title or title.endswith(("Martinique", "Guyane", "Mayotte"))
    return title if names_region else f"{title}, {region}"


def _head_title_en(region: Region) -> str:
    return f"President, {region}"
