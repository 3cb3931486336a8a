"""What a stand or zone is, as plain values: as typed and sent, and as an edit remembers it."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from math import isfinite
from typing import Any
from unicodedata import category

from django.core.exceptions import ValidationError
from django.db.models import CharField, DecimalField, Model
from django.utils.translation import gettext as _

from events.geometry import is_simple
from events.models import Stand, Zone
from events.operations.venue import CHANGEABLE
from pavilion.core.errors import DomainError

STAND_VALUES = CHANGEABLE | {"zone"}
ZONE_VALUES = frozenset({"participation", "name_fr", "name_en", "outline"})
MOST_CORNERS = 500
FARTHEST = 10_000
CENTIMETRE = Decimal("0.01")


class ValueRefused(DomainError):
    """A value that this field cannot hold; the sentence names the thing, the field and why."""

    code = "value_refused"


def packed(row: Stand | Zone) -> dict[str, Any]:
    """Everything an edit needs to make the row again."""
    names = STAND_VALUES if isinstance(row, Stand) else ZONE_VALUES
    return {name: plain(row, name) for name in sorted(names)}


def plain(row: Stand | Zone, name: str) -> Any:
    """A value as an edit remembers it: lengths with their centimetres, other rows by key."""
    field: Any = row._meta.get_field(name)
    value = getattr(row, field.attname if field.is_relation else name)
    return str(Decimal(value).quantize(CENTIMETRE)) if isinstance(field, DecimalField) else value


def cleaned(model: type[Model], values: Mapping[str, Any], *, name: str) -> dict[str, Any]:
    """The values as the database will hold them; references to other rows are not looked at."""
    allowed = STAND_VALUES if model is Stand else ZONE_VALUES
    if unknown := values.keys() - allowed:
        raise ValueRefused(
            _("%(name)s: the plan knows no “%(field)s”.")
            % {"name": name, "field": min(map(str, unknown))}
        )
    return {key: _cleaned(model, key, value, name) for key, value in values.items()}


def _cleaned(model: type[Model], key: str, value: Any, name: str) -> Any:
    field: Any = model._meta.get_field(key)
    if field.is_relation:
        return value
    try:
        if key == "outline":
            return _outline(value)
        if key == "rotation":
            return round(float(value)) % 360
        if isinstance(field, DecimalField):
            value = Decimal(str(value).replace(",", ".")).quantize(CENTIMETRE, ROUND_HALF_UP)
            if not value.is_finite():
                raise ValueError(value)
        elif isinstance(field, CharField):
            value = _text(value)
        elif isinstance(value, str):
            value = value.strip()
        value = field.clean(value, None)
        if key in ("width", "depth") and value <= 0:
            raise ValidationError(_("A stand has a size: more than zero."))
    except (InvalidOperation, OverflowError, TypeError, ValueError) as error:
        raise _refused(field, name, _("This is not a number.")) from error
    except ValidationError as error:
        raise _refused(field, name, " ".join(error.messages)) from error
    return value


def _text(value: Any) -> Any:
    """A number counts as the text it is written as; a list or an object does not."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is not None and not isinstance(value, str):
        raise ValidationError(_("This is not a text."))
    if value is not None and any(category(sign) in ("Cc", "Cs") for sign in value):
        raise ValidationError(_("It holds a sign that cannot be written."))
    return value.strip() if isinstance(value, str) else value


def _refused(field: Any, name: str, why: str) -> ValueRefused:
    label = str(field.verbose_name)
    return ValueRefused(
        _("%(name)s, %(field)s: %(why)s") % {"name": name, "field": label, "why": why},
        field=field.name,
    )


def _outline(value: Any) -> list[list[float]]:
    try:
        corners = [[round(float(x), 2), round(float(y), 2)] for x, y in value]
    except (TypeError, ValueError) as error:
        raise ValidationError(
            _("Corners are pairs of numbers: metres from the left and from the top.")
        ) from error
    # A ring that ends where it began says its first corner twice.
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    if not all(isfinite(number) and abs(number) <= FARTHEST for pair in corners for number in pair):
        raise ValidationError(_("A corner is too far away: 10,000 m at most."))
    if len(corners) > MOST_CORNERS:
        raise ValidationError(
            _("%(count)s corners: %(most)s at most are kept.")
            % {"count": len(corners), "most": MOST_CORNERS}
        )
    if 0 < len(corners) < 3:
        raise ValidationError(_("An area has three corners at least."))
    if not is_simple(corners):
        raise ValidationError(_("Two of its sides cross each other: move a corner."))
    return corners
