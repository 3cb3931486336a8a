"""An edit in one sentence: what history and the undo button call it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Values = Mapping[str, Any] | None
LONGEST = 250
_NAMED = 3


def label_of(before: Mapping[str, Values], after: Mapping[str, Values], names: Any) -> str:
    """For stands: added, removed, moved, turned … each with how many, or which where few."""
    groups: dict[str, list[str]] = {}
    for key, was in before.items():
        groups.setdefault(_kind(was, after[key]), []).append(names[key])
    return " · ".join(_sentence(kind, sorted(named)) for kind, named in groups.items())


def zone_label_of(before: Mapping[str, Values], after: Mapping[str, Values], names: Any) -> str:
    sentences = []
    for key, was in before.items():
        name = {"zone": names[key]}
        if was is None:
            sentences.append(_("Area %(zone)s added") % name)
        elif after[key] is None:
            sentences.append(_("Area %(zone)s removed") % name)
        elif was.keys() == {"outline"}:
            sentences.append(_("Area %(zone)s redrawn") % name)
        else:
            sentences.append(_("Area %(zone)s changed") % name)
    return " · ".join(sentences)


def shortened(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…"


def _kind(was: Values, now: Values) -> str:
    if was is None or now is None:
        return "added" if was is None else "removed"
    keys = set(now)
    for kind, telling, allowed in (
        ("moved", set(), {"x", "y"}),
        ("turned", {"rotation"}, {"x", "y", "rotation"}),
        ("resized", set(), {"x", "y", "width", "depth"}),
        ("numbered", {"number"}, {"number"}),
    ):
        if keys <= allowed and telling <= keys:
            return kind
    return "changed"


def _sentence(kind: str, names: Sequence[str]) -> str:
    count = len(names)
    if count <= _NAMED:
        which = ", ".join(names)
        match kind:
            case "added":
                return _("Added: %(stands)s") % {"stands": which}
            case "removed":
                return _("Removed: %(stands)s") % {"stands": which}
            case "moved":
                return _("Moved: %(stands)s") % {"stands": which}
            case "turned":
                return _("Turned: %(stands)s") % {"stands": which}
            case "resized":
                return _("Resized: %(stands)s") % {"stands": which}
            case "numbered":
                return _("Renumbered: %(stands)s") % {"stands": which}
        return _("Changed: %(stands)s") % {"stands": which}
    told = {"count": count}
    match kind:
        case "added":
            return ngettext("%(count)s stand added", "%(count)s stands added", count) % told
        case "removed":
            return ngettext("%(count)s stand removed", "%(count)s stands removed", count) % told
        case "moved":
            return ngettext("%(count)s stand moved", "%(count)s stands moved", count) % told
        case "turned":
            return ngettext("%(count)s stand turned", "%(count)s stands turned", count) % told
        case "resized":
            return ngettext("%(count)s stand resized", "%(count)s stands resized", count) % told
        case "numbered":
            return (
                ngettext("%(count)s stand renumbered", "%(count)s stands renumbered", count) % told
            )
    return ngettext("%(count)s stand changed", "%(count)s stands changed", count) % told
