"""How an edit of the drawing is written: in one order per level, all of it or nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import CharField, Model, ProtectedError, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from events.models import Level, Participation, PlanEdit, Stand, Zone
from events.operations.places import save_zone
from events.operations.plan_labels import label_of, shortened, zone_label_of
from events.operations.plan_numbers import next_free
from events.operations.plan_refusals import (
    NotOnThisLevel,
    changed_meanwhile,
    held_by_others,
)
from events.operations.plan_values import cleaned, packed, plain
from events.operations.venue import StandNumberTaken
from events.signals import floor_changing, place_changed
from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.models import ActivityEntry, User

Values = Mapping[str, Any]
Change = Values | None
Seen = Mapping[str, Mapping[int, int]]


@dataclass(frozen=True)
class Draft:
    """What is wanted: values of what exists (None: gone), and what is new, with its key if it had
    one before. A new stand names its zone by key, or by the word its new zone goes by."""

    stands: Mapping[int, Change] = field(default_factory=dict)
    zones: Mapping[int, Change] = field(default_factory=dict)
    new_stands: Sequence[tuple[int | None, Values]] = ()
    new_zones: Sequence[tuple[int | str, Values]] = ()

    @property
    def touches_zones(self) -> bool:
        return bool(self.zones or self.new_zones)


def write(
    draft: Draft,
    *,
    level: Level,
    by: User | None,
    seen: Seen | None = None,
    label: str = "",
    undoes: PlanEdit | None = None,
) -> PlanEdit | None:
    """Inside a transaction that holds the level. None when nothing differs."""
    writer = _Writer(level, by)
    writer.load(draft, seen or {})
    writer.write_zones(draft)
    writer.write_stands(draft)
    writer.remove_zones(draft)
    return writer.close(label, undoes)


def locked_level(level_id: int) -> Level:
    """Whoever edits a level's drawing holds its row: edits stand in one order."""
    levels = Level.objects.select_for_update(of=("self",)).select_related("hall__edition")
    return levels.get(pk=level_id)


class _Writer:
    def __init__(self, level: Level, by: User | None) -> None:
        self.level, self.by = level, by
        self.zones: dict[int, Zone] = {}
        self.new_zones: dict[int | str, Zone] = {}
        self.stands: dict[int, Stand] = {}
        self.before: dict[str, dict[str, Change]] = {"stands": {}, "zones": {}}
        self.after: dict[str, dict[str, Change]] = {"stands": {}, "zones": {}}
        self.names: dict[str, dict[str, str]] = {"stands": {}, "zones": {}}
        self.entries: list[ActivityEntry] = []
        self.renamed: list[Stand | Zone] = []

    # --- What is there ---

    def load(self, draft: Draft, seen: Seen) -> None:
        if draft.touches_zones:
            ensure_manages(self.by, "")
        zones = Zone.objects.filter(level=self.level).order_by("pk")
        if draft.touches_zones:
            zones = zones.select_for_update(of=("self",))
        self.zones = {zone.pk: zone for zone in zones.select_related("participation")}
        for zone in self.zones.values():
            zone.level = self.level
        stands = Stand.objects.select_for_update(of=("self",)).filter(
            pk__in=list(draft.stands), zone__level=self.level
        )
        self.stands = {stand.pk: stand for stand in stands.order_by("pk")}
        for stand in self.stands.values():
            stand.zone, stand.edition = self.zones[stand.zone_id], self.level.hall.edition
            self._ensure_may(stand.zone)
        pairs: tuple[tuple[type[Model], Mapping[int, Any], Iterable[int], str], ...] = (
            (Zone, self.zones, draft.zones, "zones"),
            (Stand, self.stands, draft.stands, "stands"),
        )
        for model, rows, wanted, kind in pairs:
            revisions = seen.get(kind, {})
            stale = [
                pk
                for pk in wanted
                if pk not in rows or revisions.get(pk, rows[pk].revision) != rows[pk].revision
            ]
            if stale:
                raise changed_meanwhile(model, stale, rows)

    def _ensure_may(self, zone: Zone) -> None:
        ensure_manages(self.by, zone.participation.region_id if zone.participation else "")

    # --- Zones ---

    def write_zones(self, draft: Draft) -> None:
        for key, values in draft.new_zones:
            name = str(values.get("name_fr") or _("New area"))
            zone = Zone(level=self.level, pk=key if isinstance(key, int) else None)
            self._assign(zone, cleaned(Zone, values, name=name))
            # With its name missing, the field says so.
            cleaned(Zone, {"name_fr": zone.name_fr}, name=name)
            zone._state.adding = True
            save_zone(zone)
            self.zones[zone.pk] = self.new_zones[key] = zone
            self._note(zone, "zones", None, packed(zone))
        for pk, change in draft.zones.items():
            if change is not None:
                zone = self.zones[pk]
                before, after = self._assign(zone, cleaned(Zone, change, name=str(zone)))
                if after:
                    if "participation" in after:
                        floor_changing.send(sender=Zone, zones=[zone])
                    zone.revision += 1
                    save_zone(zone, [*after, "revision"])
                    self._note(zone, "zones", before, after)

    def remove_zones(self, draft: Draft) -> None:
        for pk, change in draft.zones.items():
            if change is None:
                zone = self.zones.pop(pk)
                self._note(zone, "zones", packed(zone), None)
                self._delete([zone])

    # --- Stands ---

    def write_stands(self, draft: Draft) -> None:
        gone = [self.stands[pk] for pk, change in draft.stands.items() if change is None]
        changed = [
            (self.stands[pk], self._stand_values(change, self.stands[pk].number))
            for pk, change in draft.stands.items()
            if change is not None
        ]
        new = [
            (key, self._stand_values(values, str(values.get("number") or _("New stand"))))
            for key, values in self._numbered(draft.new_stands)
        ]
        for stand in gone:
            self._note(stand, "stands", packed(stand), None)
        self._delete(gone)
        self._ensure_numbers(
            [(stand.pk, values.get("number", stand.number)) for stand, values in changed]
            + [(key, values.get("number", "")) for key, values in new]
        )
        try:
            with transaction.atomic():
                self._change_stands(changed)
                self._create_stands(new)
        except IntegrityError as error:
            # Between the look and the write somebody else took a number.
            self._ensure_numbers(
                [(stand.pk, stand.number) for stand, _values in changed]
                + [(None, str(values.get("number", ""))) for _key, values in new]
            )
            raise error

    def _change_stands(self, changed: Sequence[tuple[Stand, dict[str, Any]]]) -> None:
        touched: list[Stand] = []
        leaving: list[Stand] = []
        columns: set[str] = {"revision"}
        is_passing = False
        old = {stand.number for stand, _values in changed}
        for stand, values in changed:
            region_code = _region_code(stand.zone)
            before, after = self._assign(stand, values)
            if after:
                if after.get("is_open") is False or _region_code(stand.zone) != region_code:
                    leaving.append(stand)
                stand.revision += 1
                touched.append(stand)
                columns |= after.keys()
                self._note(stand, "stands", before, after, region_code)
                is_passing |= "number" in after and stand.number in old
        if leaving:
            floor_changing.send(sender=Stand, stands=leaving)
        if is_passing:
            # Two that exchange numbers would meet on the way.
            away = Concat(Value("~"), Cast("pk", CharField()))
            Stand.objects.filter(pk__in=[stand.pk for stand in touched]).update(number=away)
        Stand.objects.bulk_update(touched, sorted(columns), batch_size=200)

    def _create_stands(self, new: Sequence[tuple[int | None, dict[str, Any]]]) -> None:
        rows = []
        for key, values in new:
            stand = Stand(pk=key, edition=self.level.hall.edition)
            for name, value in values.items():
                setattr(stand, name, value)
            rows.append(stand)
        for stand in Stand.objects.bulk_create(rows, batch_size=200):
            self._note(stand, "stands", None, packed(stand))

    def _stand_values(self, values: Values, name: str) -> dict[str, Any]:
        ready = cleaned(Stand, values, name=name)
        if "zone" in ready:
            zone = self._zone(ready["zone"])
            if zone is None:
                raise NotOnThisLevel(
                    _("%(name)s: its area is not on this level.") % {"name": name}, field="zone"
                )
            self._ensure_may(zone)
            ready["zone"] = zone
        return ready

    def _numbered(
        self, new: Sequence[tuple[int | None, Values]]
    ) -> list[tuple[int | None, Values]]:
        """A new stand without a number takes the next free one of its zone."""
        if all(values.get("number") for _key, values in new):
            return list(new)
        edition = self.level.hall.edition_id
        taken = set(Stand.objects.filter(edition=edition).values_list("number", flat=True))
        taken |= {str(values["number"]) for _key, values in new if values.get("number")}
        numbered: list[tuple[int | None, Values]] = []
        for key, values in new:
            number = values.get("number")
            if not number:
                inside = Stand.objects.filter(zone=self._zone(values.get("zone")))
                last = inside.order_by("-number").values_list("number", flat=True).first()
                taken.add(number := next_free(last or "S-00", taken))
            numbered.append((key, {**values, "number": number}))
        return numbered

    def _zone(self, key: Any) -> Zone | None:
        """By key, or by the word its new zone goes by; what is neither names none."""
        if not isinstance(key, int | str) or isinstance(key, bool):
            return None
        return self.new_zones.get(key) or (self.zones.get(key) if isinstance(key, int) else None)

    def _ensure_numbers(self, wanted: Sequence[tuple[int | None, str]]) -> None:
        counts = Counter(number for _key, number in wanted)
        taken = next((number for number, count in counts.items() if count > 1), None)
        if taken is None:
            rivals = Stand.objects.filter(
                edition=self.level.hall.edition_id,
                number__in=list(counts),
            ).exclude(pk__in=[key for key, _number in wanted if key is not None])
            taken = rivals.order_by("number").values_list("number", flat=True).first()
        if taken is not None:
            raise StandNumberTaken(
                _("Another stand of this edition already has the number %(number)s.")
                % {"number": taken},
                field="number",
                details={"number": taken},
            )

    # --- What both have in common ---

    def _assign(
        self, row: Stand | Zone, values: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        before, after = {}, {}
        for name, value in values.items():
            was = plain(row, name)
            if name == "participation":
                value = self._participation(value)
            setattr(row, name, value)
            now = plain(row, name)
            if was != now:
                before[name], after[name] = was, now
        return before, after

    def _participation(self, key: Any) -> Participation | None:
        if key is None or isinstance(key, Participation):
            return key
        found = None
        if isinstance(key, int) and not isinstance(key, bool):
            found = Participation.objects.filter(pk=key).select_related("region").first()
        if found is None:
            raise NotOnThisLevel(_("This region does not take part in the edition."))
        return found

    def _note(
        self,
        row: Stand | Zone,
        kind: str,
        before: dict[str, Any] | None,
        after: dict[str, Any] | None,
        region_code: str = "",
    ) -> None:
        key = str(row.pk)
        self.before[kind][key], self.after[kind][key] = before, after
        self.names[kind][key] = str(row)
        verb = "created" if before is None else "deleted" if after is None else "changed"
        zone = row.zone if isinstance(row, Stand) else row
        self.entries.append(
            activity.entry(
                by=self.by,
                verb=f"{row._meta.model_name}.{verb}",
                target=row,
                region_code=region_code or _region_code(zone),
                before=before,
                after=after,
            )
        )
        if before and after and after.keys() & {"number", "zone", "name_fr", "name_en"}:
            self.renamed.append(row)

    def _delete(self, rows: Sequence[Stand | Zone]) -> None:
        if not rows:
            return
        model: Any = type(rows[0])
        try:
            with transaction.atomic():
                model.objects.filter(pk__in=[row.pk for row in rows]).delete()
        except ProtectedError as error:
            raise held_by_others(rows, error, self.by) from error

    def close(self, label: str, undoes: PlanEdit | None) -> PlanEdit | None:
        if not self.entries:
            return None
        ActivityEntry.objects.bulk_create(self.entries, batch_size=500)
        for place in self.renamed:
            place_changed.send(sender=type(place), place=place)
        told = [
            zone_label_of(self.before["zones"], self.after["zones"], self.names["zones"]),
            label_of(self.before["stands"], self.after["stands"], self.names["stands"]),
        ]
        return PlanEdit.objects.create(
            level=self.level,
            by=self.by,
            label=shortened(label or " · ".join(filter(None, told))),
            before=self.before,
            after=self.after,
            undoes=undoes,
        )


def _region_code(zone: Zone) -> str:
    return zone.participation.region_id if zone.participation else ""
