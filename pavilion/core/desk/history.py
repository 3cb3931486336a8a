"""The activity log in words: one line for each thing that happened to a row."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin import site
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import FieldDoesNotExist
from django.db.models import IntegerField, Model
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from pavilion.core.dates import written
from pavilion.core.models import ActivityEntry, User

# What each verb says to its readers; every app adds its own.
VERBS: dict[str, Any] = {
    "demo.loaded": gettext_lazy("Demonstration loaded"),
    "message.approved": gettext_lazy("Message approved"),
    "message.bounced": gettext_lazy("Message came back"),
    "message.dropped": gettext_lazy("Message not sent"),
    "message.edited": gettext_lazy("Message edited"),
    "message.expired": gettext_lazy("Message not sent: what it was about is over"),
    "message.hurried": gettext_lazy("Message sent without waiting"),
    "message.refused": gettext_lazy("Message refused for good"),
    "message.retried": gettext_lazy("Another try for the message"),
    "message.sent_again": gettext_lazy("Message sent again"),
    "message.superseded": gettext_lazy("Message not sent: a newer one replaces it"),
}
# What each kind of mail is called; every app adds its own.
KINDS: dict[str, Any] = {"core.returned": gettext_lazy("Mail that did not arrive")}
# What a value is called when it is no field of the row itself; every app adds its own.
KEYS: dict[str, tuple[Any, Mapping[str, Any]]] = {}
# What keys of rows are called where they are no field of the row itself, and of which rows.
ROWS: dict[str, tuple[Any, type[Model]]] = {}
# The names of rows by kind and key.
Names = Mapping[type[Model], Mapping[Any, str]]
_ENDINGS = {
    "created": gettext_lazy("Created"),
    "changed": gettext_lazy("Changed"),
    "deleted": gettext_lazy("Deleted"),
}


@dataclass(frozen=True)
class Line:
    entry: ActivityEntry
    what: str
    about: str
    who: str
    changes: list[tuple[str, str, str]]


def lines_about(row: Model, user: User | AnonymousUser, limit: int = 50) -> list[Line]:
    entries = ActivityEntry.objects.about(row).visible_to(user).select_related("by")
    told = list(entries.order_by("-at", "-pk")[:limit])
    names = names_in(told, type(row))
    return [line(entry, type(row), names) for entry in told]


def line(
    entry: ActivityEntry, model: type[Model] | None = None, names: Names | None = None
) -> Line:
    """Several entries share the `names_in` them: one query for each kind of row they name."""
    model = model or entry.target_type.model_class()
    names = names_in([entry], model) if names is None else names
    # An entry about somebody within the row ("name" took part in a meeting) says whom.
    about = str(entry.after.get("name") or entry.before.get("name") or "")
    told = [change for change in changes(entry, model, names) if not about or change[0] != "name"]
    return Line(entry, what(entry.verb), about, who(entry), told)


def what(verb: str) -> str:
    ending = _ENDINGS.get(verb.rsplit(".", 1)[-1])
    return str(VERBS.get(verb) or ending or verb)


def who(entry: ActivityEntry) -> str:
    """Whoever did it: an account, somebody named without one, or the system."""
    return str(entry.by or entry.by_name or _("automatically"))


def changes(
    entry: ActivityEntry, model: type[Model] | None, names: Names
) -> Iterator[tuple[str, str, str]]:
    """Label, before, after of each value that differs."""
    fields = [field.name for field in model._meta.get_fields()] if model else []
    # In the order of the row's own fields: PostgreSQL keeps none for the keys of a document.
    for name in sorted(
        {*entry.before, *entry.after},
        key=lambda name: (fields.index(name) if name in fields else len(fields), name),
    ):
        before, after = entry.before.get(name), entry.after.get(name)
        if before != after:
            label, texts = _described(model, name, (before, after), names)
            if any(texts):
                yield label, *texts


def _described(
    model: type[Model] | None, name: str, values: tuple[Any, Any], names: Names
) -> tuple[str, tuple[str, str]]:
    label = name.replace("_", " ")
    choices: Mapping[Any, Any] = {}
    if name in KEYS:
        known, choices = KEYS[name]
        label = str(known)
    elif model is not None:
        field = _field(model, name)
        if field is None and name in ROWS:
            label, choices = str(ROWS[name][0]), names.get(ROWS[name][1], {})
        elif field is not None:
            label = str(getattr(field, "verbose_name", label))
            if _leads_to_rows(field):
                choices = names.get(field.related_model, {})
            else:
                choices = dict(getattr(field, "flatchoices", None) or [])
    before, after = (_text(value, choices) for value in values)
    return label, (before, after)


def _text(value: Any, choices: Mapping[Any, Any]) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_text(each, choices) for each in value)
    if isinstance(value, str) and (moment := _moment(value)):
        return written(moment, pgettext("short moment", "j M Y, H:i"))
    return str(choices.get(value, value)) if not isinstance(value, dict) else str(value)


def names_in(entries: Iterable[ActivityEntry], model: type[Model] | None) -> Names:
    """What the rows that these entries name by key are called, as far as they still exist."""
    if model is None:
        return {}
    wanted: dict[type[Model], set[Any]] = {}
    for entry in entries:
        for name, value in (*entry.before.items(), *entry.after.items()):
            field = _field(model, name)
            keys = value if isinstance(value, list) else [value]
            if field is None and name in ROWS:
                wanted.setdefault(ROWS[name][1], set()).update(
                    key for key in keys if type(key) is int
                )
            elif field is not None and _leads_to_rows(field):
                # Forms tell a row by its name, operations by its key.
                kind = int if isinstance(field.target_field, IntegerField) else str
                wanted.setdefault(field.related_model, set()).update(
                    key for key in keys if type(key) is kind
                )
    return {related: _names_of(related, keys) for related, keys in wanted.items() if keys}


def _names_of(model: type[Model], keys: Iterable[Any]) -> dict[Any, str]:
    # What the rows' own list follows, their texts need here too.
    select = getattr(site._registry.get(model), "select", ())
    rows = model._base_manager.filter(pk__in=keys)
    return {row.pk: str(row) for row in (rows.select_related(*select) if select else rows)}


def _field(model: type[Model], name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _leads_to_rows(field: Any) -> bool:
    return bool(field.is_relation and field.concrete and (field.many_to_one or field.many_to_many))


def _moment(text: str) -> datetime | None:
    if len(text) < 16 or text[4:5] != "-":
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return localtime(moment) if moment and is_aware(moment) else moment
