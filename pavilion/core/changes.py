"""What every `create_…` and `change_…` operation shares: only what differs is written and noted."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet

from pavilion.core.errors import DomainError

M = TypeVar("M", bound=Model)


def clean(
    model: type[Model], fields: Mapping[str, Any], *, allowed: Collection[str]
) -> dict[str, Any]:
    """The fields as the database will give them back, so that a change is a change."""
    if unknown := fields.keys() - set(allowed):
        raise TypeError(f"{model.__name__} has no {', '.join(sorted(unknown))} to set")
    stored = {field.name: field for field in model._meta.concrete_fields}
    return {
        name: value if isinstance(value, Model) else stored[name].to_python(value)
        for name, value in fields.items()
    }


def assign(row: Model, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set what differs. Returns before and after as the log tells them, empty when nothing does."""
    before, after = {}, {}
    for name, value in values.items():
        was = getattr(row, name)
        if was != value:
            setattr(row, name, value)
            before[name], after[name] = _told(was), _told(value)
    return before, after


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values for the log: another row by its key."""
    return {name: _told(value) for name, value in values.items()}


def save(
    row: M,
    *,
    rivals: QuerySet[M],
    refusal: Callable[[M], DomainError],
    update_fields: Collection[str] | None = None,
) -> None:
    """Save, or refuse by naming the one among `rivals` that stands in the way."""
    try:
        with transaction.atomic():
            row.save(update_fields=update_fields)
    except IntegrityError as error:
        rival = rivals.exclude(pk=row.pk).first()
        if rival is None:
            raise
        raise refusal(rival) from error


def _told(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value
