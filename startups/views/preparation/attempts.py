"""An attempt to save, and what the page showed before it."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from pavilion.core.errors import DomainError
from startups import operations, typed
from startups.models import Exhibitor
from startups.shown import Shown
from startups.views.preparation.pages import person_of


def attempt(
    operation: Callable[..., object], form: Any, exhibitor: Exhibitor, **arguments: Any
) -> bool:
    """Run it in the company's name; a refusal is said in the form."""
    try:
        operation(exhibitor_id=exhibitor.pk, by_name=person_of(exhibitor)["name"], **arguments)
    except operations.ChangedMeanwhile as error:
        form.changed = error.details["changed"]
        form.add_error(None, str(error))
        return False
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    return True


def what_was_shown(request: HttpRequest) -> Shown | None:
    """What this page showed when it was opened, as it sends it back."""
    try:
        sent = json.loads(request.POST.get("seen", ""))
    except ValueError:
        return None
    if not isinstance(sent, dict):
        return None
    return {name: typed.tidy(raw) for name, raw in sent.items()}


def to_send_back(request: HttpRequest, form: Any, now: Shown) -> str:
    """Kept from attempt to attempt, until both versions were shown."""
    seen = None if form.changed else what_was_shown(request)
    return json.dumps(now if seen is None else seen)
