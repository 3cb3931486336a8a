"""Values as pages, mails and the command show them."""

from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from startups.imports.cells import shortened
from startups.models import Application


def shown_value(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if label := _choices(name).get(value) if isinstance(value, str) else None:
        return str(label)
    return shortened(value, 400)


@cache
def _choices(name: str) -> dict[Any, Any]:
    """The words of a column that holds codes."""
    for column in Application._meta.concrete_fields:
        if column.name == name:
            return dict(column.flatchoices)
    return {}
