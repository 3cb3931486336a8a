"""Why an edit of the drawing is refused, in words that name who or what stands in the way."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, ProtectedError
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from events.models import Stand, Zone
from pavilion.core.dates import written
from pavilion.core.errors import DomainError
from pavilion.core.models import ActivityEntry, User

_NAMED = 3


class ChangedMeanwhile(DomainError):
    code = "changed_meanwhile"


class StillUsed(DomainError):
    code = "still_used"


class NotOnThisLevel(DomainError):
    code = "not_on_this_level"


def changed_meanwhile(
    model: type[Model], stale: Sequence[int], rows: Mapping[int, Any]
) -> ChangedMeanwhile:
    """Who changed them last, and when; one that is gone or elsewhere now is named from the log."""
    kind = ContentType.objects.get_for_model(model)
    last: dict[int, ActivityEntry] = {}
    entries = ActivityEntry.objects.filter(target_type=kind, target_id__in=list(stale)[:50])
    for entry in entries.select_related("by").order_by("at", "pk"):
        last[int(entry.target_id)] = entry
    lines = [_line(pk, last.get(pk), rows.get(pk)) for pk in list(stale)[:_NAMED]]
    if len(stale) > _NAMED:
        rest = len(stale) - _NAMED
        lines.append(ngettext("And %(count)s more.", "And %(count)s more.", rest) % {"count": rest})
    return ChangedMeanwhile(
        " ".join([*lines, _("Nothing was written: look at the drawing as it is now.")]),
        details={"changed": list(stale)},
    )


def _line(pk: int, entry: ActivityEntry | None, row: Any) -> str:
    told = {
        "name": str(row) if row else (entry.target_label if entry else f"#{pk}"),
        "who": str((entry and (entry.by or entry.by_name)) or _("somebody")),
        "when": written(localtime(entry.at), pgettext("short moment", "j M Y, H:i"))
        if entry
        else "",
    }
    if row is None:
        if entry is None:
            return _("%(name)s is not on this level.") % told
        return _("%(name)s is no longer there (%(who)s, %(when)s).") % told
    if entry is None:
        return _("%(name)s was changed meanwhile.") % told
    return _("%(name)s was changed meanwhile by %(who)s (%(when)s).") % told


def held_by_others(
    rows: Sequence[Stand | Zone], error: ProtectedError, by: User | None
) -> StillUsed:
    """What holds them: by name as far as `by` may see it, by kind and number otherwise."""
    holders: dict[type[Model], list[Any]] = defaultdict(list)
    held: set[int] = set()
    keys = {row.pk for row in rows}
    for holder in error.protected_objects:
        holders[type(holder)].append(holder)
        for name in ("stand_id", "zone_id"):
            if getattr(holder, name, None) in keys:
                held.add(getattr(holder, name))
    names = sorted(str(row) for row in rows if row.pk in held) or [str(row) for row in rows]
    told = "; ".join(_told(model, found, by) for model, found in holders.items())
    which = _listed(names)
    return StillUsed(
        _(
            "%(names)s cannot be removed: %(holders)s. Free what stands there first, or take the "
            "stand out of use."
        )
        % {"names": which, "holders": told}
        if isinstance(rows[0], Stand)
        else _("%(names)s cannot be removed: %(holders)s. Move or remove that first.")
        % {"names": which, "holders": told},
        details={"held": sorted(held)},
    )


def _told(model: type[Model], found: Sequence[Any], by: User | None) -> str:
    count = len(found)
    kind = str(model._meta.verbose_name_plural if count > 1 else model._meta.verbose_name)
    seen: Any = model._default_manager.filter(pk__in=[row.pk for row in found])
    rule = getattr(seen, "visible_to", None)
    if by is not None and rule is not None:
        seen = rule(by)
    elif by is not None and rule is None:
        return f"{count} {kind}"
    names = [str(row) for row in seen.order_by("pk")[: _NAMED + 1]]
    return f"{count} {kind}" + (f" ({_listed(names)})" if names else "")


def _listed(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:_NAMED]) + (" …" if len(listed) > _NAMED else "")
