"""What the floor says of a company: swaps, absences, the board, announced plans, neighbours."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q

from events.models import Stand
from pavilion.core.models import ActivityEntry
from startups.models import (
    Absence,
    Application,
    BoardStep,
    Exhibitor,
    PlaceOffer,
    PlanVersion,
    PublishedAllocation,
    StandHold,
    Swap,
)
from startups.operations.announcing.calendars import refresh_stand_days
from startups.operations.board.writing import locked_board

NOTHING = "–"
# A shorter name would be found in texts about others.
SHORTEST_NAME = 4
# Mails of these kinds tell one exhibitor of another.
MAILS = Q(kind="startups.plan_announced") | Q(kind__startswith="startups.swap_")
MAILS |= Q(kind__startswith="startups.place_")
# A version made for one swap or one replacement: its note is about these two.
PAIR = 2
COMPANY = ("display_name", "legal_name")


@dataclass
class Names:
    """By what texts of others may tell of it: its own names, and of whoever acted for it."""

    company: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, application: Application, entries: Iterable[ActivityEntry]) -> "Names":
        """As it is called, and as `entries` about it knew it."""
        names = cls({str(application)}, {application.contact_name})
        names.company |= {application.display_name, application.legal_name}
        for entry in entries:
            for values in (entry.before, entry.after):
                names.people.add(str(values.get("contact_name") or ""))
                names.company |= {str(values.get(name) or "") for name in COMPANY}
        names.company = {name for name in names.company if len(name) >= SHORTEST_NAME}
        names.people = {name for name in names.people if len(name) >= SHORTEST_NAME}
        return names

    def __iter__(self) -> Any:
        return iter(sorted(self.company | self.people))

    def found_in(self, *fields: str) -> Q:
        """Rows whose texts name it. None where it has no name long enough."""
        found = Q(pk__in=[])
        for name in self:
            for each in fields:
                found |= Q(**{f"{each}__contains": name})
        return found

    def are_in(self, text: str | None) -> bool:
        return any(name in (text or "") for name in self)


def forget_on_the_floor(application: Application, names: Names) -> None:
    """Of a locked application; the plan, its steps and its versions stay, by numbers alone."""
    exhibitor = Exhibitor.objects.filter(application=application).first()
    if exhibitor is None and not PlaceOffer.objects.filter(application=application).exists():
        return
    edition_id = application.call.participation.edition_id
    # After the application and before anything of the plan, as whoever changes it.
    locked_board(edition_id)
    own = [exhibitor.pk] if exhibitor else []
    swaps = Swap.objects.filter(Q(proposer__in=own) | Q(other__in=own))
    absences = Absence.objects.filter(exhibitor__in=own)
    _empty_log_of(Swap, swaps.values_list("pk", flat=True))
    _empty_log_of(Absence, absences.values_list("pk", flat=True))
    _empty_log_of_others(application, names)
    swaps.update(message="", reason="")
    _empty_board(edition_id, own, names)
    _empty_versions(application, own, names)


def forget_beside(application: Application) -> None:
    """Once it has no name any more: calendars of those it shared a stand with say so too."""
    edition = application.call.edition
    cells = PublishedAllocation.objects.filter(half_day__edition=edition)
    stands = cells.filter(exhibitor__application=application).values_list("stand")
    beside = set(cells.filter(stand__in=stands).values_list("exhibitor", flat=True))
    if beside:
        refresh_stand_days(edition=edition, exhibitor_ids=beside)


def _empty_log_of(model: type[Model], keys: Collection[int]) -> None:
    """Swaps and absences of its own: when, and how they ended."""
    kind = ContentType.objects.get_for_model(model)
    about = ActivityEntry.objects.filter(target_type=kind, target_id__in=[str(key) for key in keys])
    for entry in about:
        entry.by_name, entry.target_label, entry.reason = "", NOTHING, ""
        entry.before = {name: entry.before[name] for name in {"status"} & set(entry.before)}
        entry.after = {name: entry.after[name] for name in {"status"} & set(entry.after)}
        entry.save(update_fields=["by_name", "target_label", "reason", "before", "after"])


def _empty_log_of_others(application: Application, names: Names) -> None:
    """Of what is told about others, only the words that name it."""
    kinds = ContentType.objects.get_for_models(Absence, Exhibitor, Stand, Swap, PlanVersion)
    entries = ActivityEntry.objects.filter(
        names.found_in("reason", "target_label")
        | Q(by_name__in=names.people)
        | Q(after__name__in=sorted(names.company)),
        region_code=application.region_code,
        target_type__in=kinds.values(),
        at__gte=application.created_at,
    )
    for entry in entries:
        is_asked = entry.after.get("name") in names.company
        if is_asked:
            entry.after = {name: told for name, told in entry.after.items() if name != "name"}
        if is_asked or entry.by_name in names.people:
            entry.by_name = ""
        if names.are_in(entry.reason):
            entry.reason = ""
        if names.are_in(entry.target_label):
            entry.target_label = NOTHING
        entry.save(update_fields=["by_name", "target_label", "reason", "after"])


def _empty_board(edition_id: int, own: Collection[int], names: Names) -> None:
    """Who moved it, why, and what was kept free for it; the steps stay, by its number."""
    steps = BoardStep.objects.filter(board__edition=edition_id)
    for key in own:
        steps.filter(after__stays__has_key=str(key)).update(by_name="", reason="")
    steps.filter(by_name__in=names.people).update(by_name="")
    steps.filter(names.found_in("reason")).update(reason="")
    holds = StandHold.objects.filter(half_day__edition=edition_id)
    holds.filter(names.found_in("note")).update(note="")
    for step in steps.exclude(before__holds={}, after__holds={}):
        sides = [_without_names(side, names) for side in (step.before, step.after)]
        if sides != [step.before, step.after]:
            step.before, step.after = sides
            step.save(update_fields=["before", "after"])


def _without_names(told: dict[str, Any], names: Names) -> dict[str, Any]:
    holds = {
        cell: "" if names.are_in(note) else note for cell, note in told.get("holds", {}).items()
    }
    return {**told, "holds": holds}


def _empty_versions(application: Application, own: Collection[int], names: Names) -> None:
    versions = PlanVersion.objects.filter(participation=application.call.participation)
    for key in own:
        for version in versions.filter(changes__has_key=str(key)):
            version.by_name = ""
            if len(version.changes) <= PAIR:
                version.note = ""
            version.save(update_fields=["by_name", "note"])
    versions.filter(by_name__in=names.people).update(by_name="")
    versions.filter(names.found_in("note")).update(note="")
