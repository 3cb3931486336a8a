"""Edits of the drawing taken back and made again: both are edits themselves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from events.models import Level, PlanEdit, Stand, Zone
from events.operations.plan_refusals import changed_meanwhile
from events.operations.plan_values import plain
from events.operations.plan_writing import Draft, locked_level, write
from pavilion.core.access import access_of
from pavilion.core.errors import DomainError
from pavilion.core.models import User

# As far back as one steps.
DEPTH = 200


class AlreadyUndone(DomainError):
    code = "already_undone"


class NothingToUndo(DomainError):
    code = "nothing_to_undo"


@dataclass(frozen=True)
class Standing:
    """What the next undo takes back and the next redo makes again."""

    undo: PlanEdit | None = None
    redo: PlanEdit | None = None


def standing(level: Level, by: User) -> Standing:
    """From the author's own edits of this level, as in any drawing program."""
    latest = PlanEdit.objects.filter(level=level, by=by).defer("before", "after")
    return _standing(reversed(list(latest.order_by("-pk")[:DEPTH])))


def _standing(edits: Iterable[PlanEdit]) -> Standing:
    done: list[PlanEdit] = []
    undone: list[PlanEdit] = []
    is_undo: dict[int, bool] = {}
    for edit in edits:
        # An edit that takes back an undo makes again.
        is_undo[edit.pk] = edit.undoes_id is not None and not is_undo.get(edit.undoes_id, False)
        if edit.undoes_id is None:
            done.append(edit)
            undone.clear()
        elif is_undo[edit.pk]:
            done = [each for each in done if each.pk != edit.undoes_id]
            undone.append(edit)
        else:
            undone = [each for each in undone if each.pk != edit.undoes_id]
            done.append(edit)
    return Standing(done[-1] if done else None, undone[-1] if undone else None)


def undo_edit(*, edit_id: int, by: User | None) -> PlanEdit:
    """Take an edit back. Refused when what it touched is not as it left it, naming who changed it.

    An undo is taken back in the same way: that makes the edit again.
    """
    with transaction.atomic():
        level = locked_level(PlanEdit.objects.values_list("level", flat=True).get(pk=edit_id))
        edit = PlanEdit.objects.select_for_update(of=("self",)).get(pk=edit_id)
        if by is not None and edit.by_id != by.pk and not access_of(by).manages(""):
            raise PermissionDenied(_("Only its author or the national team takes an edit back."))
        if PlanEdit.objects.filter(undoes=edit).exists():
            raise AlreadyUndone(_("“%(edit)s” was already taken back.") % {"edit": edit.label})
        _ensure_as_left(edit)
        label = (
            _("Redone: %(edit)s") % {"edit": _bare(edit)}
            if _takes_back(edit)
            else _("Undone: %(edit)s") % {"edit": _bare(edit)}
        )
        written = write(_back(edit), level=level, by=by, label=label, undoes=edit)
        if written is None:  # e.g. an edit that only made what was removed by its undo
            raise NothingToUndo(_("There is nothing left to take back."))
        return written


def undo_last(*, level_id: int, by: User) -> PlanEdit:
    """Take back the author's last edit of this level that still stands."""
    with transaction.atomic():
        last = standing(locked_level(level_id), by).undo
        if last is None:
            raise NothingToUndo(_("You have no edit of this level to take back."))
        return undo_edit(edit_id=last.pk, by=by)


def redo_last(*, level_id: int, by: User) -> PlanEdit:
    """Make again what the author took back last, unless they edited something since."""
    with transaction.atomic():
        last = standing(locked_level(level_id), by).redo
        if last is None:
            raise NothingToUndo(_("You have taken no edit back that could be made again."))
        return undo_edit(edit_id=last.pk, by=by)


def _takes_back(edit: PlanEdit) -> bool:
    depth = 0
    while edit.undoes is not None:
        depth, edit = depth + 1, edit.undoes
    return depth % 2 == 1


def _bare(edit: PlanEdit) -> str:
    """The first edit of the chain: “Undone: Redone: Undone: …” tells nobody anything."""
    while edit.undoes is not None:
        edit = edit.undoes
    return edit.label


def _ensure_as_left(edit: PlanEdit) -> None:
    for model, kind in ((Zone, "zones"), (Stand, "stands")):
        after: Mapping[str, Any] = edit.after.get(kind, {})
        rows: dict[int, Any] = model._default_manager.in_bulk([int(key) for key in after])
        other = [int(key) for key, left in after.items() if not _is(rows.get(int(key)), left)]
        if other:
            raise changed_meanwhile(model, other, rows)


def _is(row: Stand | Zone | None, left: Mapping[str, Any] | None) -> bool:
    if row is None or left is None:
        return row is None and left is None
    return all(plain(row, name) == value for name, value in left.items())


def _back(edit: PlanEdit) -> Draft:
    changed: dict[str, dict[int, Any]] = {"stands": {}, "zones": {}}
    again: dict[str, list[tuple[int, Any]]] = {"stands": [], "zones": []}
    for kind in changed:
        for key, was in edit.before.get(kind, {}).items():
            if edit.after[kind][key] is None:
                again[kind].append((int(key), was))
            else:
                changed[kind][int(key)] = was
    return Draft(
        stands=changed["stands"],
        zones=changed["zones"],
        new_stands=again["stands"],
        new_zones=again["zones"],
    )
