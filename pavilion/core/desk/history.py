"""The activity log in words: one line for each thing that happened to a row."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pavilion.core.models import ActivityEntry, User

# What each verb says to its readers; every app adds its own.
VERBS: dict[str, Any] = {
    "message.approved": gettext_lazy("Message approved"),
    "message.dropped": gettext_lazy("Message not sent"),
    "message.retried": gettext_lazy("Message sent again"),
}
_ENDINGS = {
    "created": gettext_lazy("Created"),
    "changed": gettext_lazy("Changed"),
    "deleted": gettext_lazy("Deleted"),
}


@dataclass(frozen=True)
class Line:
    entry: ActivityEntry
    what: str
    who: str
    changes: list[tuple[str, str, str]]


def lines_about(row: Model, user: User | AnonymousUser, limit: int = 50) -> list[Line]:
    entries = ActivityEntry.objects.about(row).visible_to(user).select_related("by")
    return [line(entry, type(row)) for entry in entries.order_by("-at", "-pk")[:limit]]


def line(entry: ActivityEntry, model: type[Model] | None = None) -> Line:
    model = model or entry.target_type.model_class()
    return Line(entry, what(entry.verb), who(entry), list(changes(entry, model)))


def what(verb: str) -> str:
    ending = _ENDINGS.get(verb.rsplit(".", 1)[-1])
    return str(VERBS.get(verb) or ending or verb)


def who(entry: ActivityEntry) -> str:
    """Whoever did it: an account, somebody named without one, or the system."""
    return str(entry.by or entry.by_name or _("automatically"))


def changes(entry: ActivityEntry, model: type[Model] | None) -> Iterator[tuple[str, str, str]]:
    """Label, before, after of each value that differs."""
    for name in dict.fromkeys([*entry.before, *entry.after]):
        before, after = entry.before.get(name), entry.after.get(name)
        if before != after:
            label, texts = _described(model, name, (before, after))
            yield label, *texts


def _described(
    model: type[Model] | None, name: str, values: tuple[Any, Any]
) -> tuple[str, tuple[str, str]]:
    label, choices = name.replace("_", " "), {}
    if model is not None:
        try:
            field: Any = model._meta.get_field(name)
        except FieldDoesNotExist:
            field = None
        if field is not None:
            label = str(getattr(field, "verbose_name", label))
            choices = dict(getattr(field, "flatchoices", None) or [])
    before, after = (_text(value, choices) for value in values)
    return label, (before, after)


def _text(value: Any, choices: dict[Any, Any]) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_text(each, choices) for each in value)
    if isinstance(value, str) and (moment := _moment(value)):
        return date_format(moment, _("j F Y, H:i"))
    return str(choices.get(value, value)) if not isinstance(value, dict) else str(value)


def _moment(text: str) -> datetime | None:
    if len(text) < 16 or text[4:5] != "-":
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return localtime(moment) if moment and is_aware(moment) else moment
