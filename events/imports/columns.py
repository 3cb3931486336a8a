"""What a plan's columns and properties are called, in French and English, and what they hold."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import Stand

# Field → what it is called in files; the first is how the template calls it, per language.
NAMES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "number": (("numéro", "n°", "stand", "pod"), ("number", "no", "id", "stand number")),
    "zone": (("espace", "zone"), ("zone", "area")),
    "kind": (("type", "genre"), ("kind", "type")),
    "x": (("x (m)", "x"), ("x (m)", "x", "left")),
    "y": (("y (m)", "y"), ("y (m)", "y", "top")),
    "width": (("largeur (m)", "largeur"), ("width (m)", "width")),
    "depth": (("profondeur (m)", "profondeur"), ("depth (m)", "depth", "height")),
    "rotation": (("rotation (°)", "rotation", "angle"), ("rotation (°)", "rotation", "angle")),
    "power_watts": (
        ("puissance (w)", "puissance", "électricité (w)"),
        ("power (w)", "power", "power_watts", "watts"),
    ),
    "has_screen": (("écran",), ("screen", "has_screen")),
    "has_wired_network": (
        ("réseau filaire", "réseau"),
        ("wired network", "network", "has_wired_network"),
    ),
    "has_storage": (("rangement", "réserve"), ("storage", "has_storage")),
    "has_water": (("eau",), ("water", "has_water")),
    "max_load": (("charge (kg/m²)", "charge"), ("load (kg/m²)", "load", "max_load")),
    "is_accessible": (("accessible", "accessible pmr"), ("accessible", "is_accessible")),
    "is_open": (("en service", "ouvert"), ("in use", "open", "is_open")),
}
LABELS = {
    name: Stand._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    for name in NAMES
}
_YES = frozenset({"oui", "o", "yes", "y", "true", "vrai", "1", "x"})
_NO = frozenset({"non", "n", "no", "false", "faux", "0", ""})
_KINDS = {
    "pod": "pod",
    "comptoir": "desk",
    "counter": "desk",
    "desk": "desk",
    "table haute": "table",
    "high table": "table",
    "table": "table",
    "corner": "corner",
    "espace demo": "demo",
    "demo area": "demo",
    "demo": "demo",
}
NOT_A_NUMBER = gettext_lazy("“%(value)s” is not a number: write 2.5 or 2,5.")


def plain(text: str) -> str:
    """Small letters without accents, signs or units: how headings are compared."""
    letters: str = unicodedata.normalize("NFKD", text.casefold())
    bare = letters.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"\(.*?\)", "", bare)).strip()


FIELDS: Mapping[str, str] = {
    plain(name): field
    for field, languages in NAMES.items()
    for names in languages
    for name in (*names, field)
}


def field_of(heading: str) -> str | None:
    bare = plain(heading)
    if not bare and heading.strip().casefold().startswith(("n°", "nº", "#")):
        return "number"
    return FIELDS.get(bare) or ("number" if bare == "n" else None)


class Refused(ValueError):
    """A cell that its column cannot take; the text says why and how to mend it."""


def value_of(field: str, value: Any) -> Any:
    """A cell or property as a stand's value; None for an empty one."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    read: Callable[[Any], Any] = _READ.get(field, _whole)
    return read(value)


def _text(value: Any) -> str:
    text = str(value).strip()
    # The apostrophe that keeps spreadsheets from calculating, see pavilion.core.tables.
    return text[1:] if re.match(r"'\s*[=+\-@]", text) else text


def _number(value: Any) -> float:
    text = str(value).strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    text = re.sub(r"(?i)(m|°|w|kg/m²|kg)$", "", text).replace(",", ".")
    if isinstance(value, bool) or not re.fullmatch(r"[-+]?\d{1,9}(\.\d+)?", text):
        raise Refused(NOT_A_NUMBER % {"value": str(value)[:30]})
    return float(text)


def _whole(value: Any) -> int:
    number = _number(value)
    if number < 0:
        raise Refused(_("“%(value)s” is less than nothing.") % {"value": str(value)[:30]})
    return round(number)


def _angle(value: Any) -> int:
    return round(_number(value)) % 360


def _answer(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    bare = plain(str(value))
    if bare in _YES:
        return True
    if bare in _NO:
        return False
    raise Refused(_("“%(value)s” is neither yes nor no.") % {"value": str(value)[:30]})


def _kind(value: Any) -> str:
    found = _KINDS.get(plain(str(value)))
    if found is None:
        kinds = ", ".join(str(label) for label in Stand.Kind.labels)
        raise Refused(
            _("“%(value)s” is not a kind of stand: write one of %(kinds)s.")
            % {"value": str(value)[:30], "kinds": kinds}
        )
    return found


_READ: dict[str, Callable[[Any], Any]] = {
    "number": _text,
    "zone": _text,
    "kind": _kind,
    **dict.fromkeys(("x", "y", "width", "depth"), _number),
    "rotation": _angle,
    **{name: _answer for name in NAMES if name.startswith(("has_", "is_"))},
}
