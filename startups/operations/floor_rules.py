"""How a region gives out its stands, and runs them during the fair."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from events.models import Participation
from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.changes import assign, clean
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups.models import FloorRules, GoalLevel
from startups.operations.announcing.calendars import refresh_stand_days_later

FIELDS = (
    *("levels", "handover_minutes", "handover_note_fr", "handover_note_en"),
    *("absent_after_minutes", "offer_minutes"),
)


class WrongLevels(DomainError):
    code = "wrong_levels"


class WrongMinutes(DomainError):
    code = "wrong_minutes"


def change_floor_rules(*, participation_id: int, by: User | None, **fields: Any) -> FloorRules:
    """Change what is named, for this region alone. The same again leaves no trace."""
    with transaction.atomic():
        # The region's row stands for rules that may not be there yet.
        participation = (
            Participation.objects.select_for_update(of=("self",), no_key=True)
            .select_related("region", "edition")
            .get(pk=participation_id)
        )
        ensure_manages(by, participation.region_id)
        rules = FloorRules.objects.filter(participation=participation).first()
        rules = rules or FloorRules(participation=participation)
        if "levels" in fields:
            _ensure_each_once(fields["levels"])
        before, after = assign(rules, clean(FloorRules, fields, allowed=FIELDS))
        if not after:
            return rules
        _ensure_within_limits(rules, after)
        rules.save()
        activity.record(
            by=by,
            verb="floorrules.changed",
            target=rules,
            region_code=participation.region_id,
            before=before,
            after=after,
        )
        if any(name.startswith("handover") for name in after):
            refresh_stand_days_later(Q(exhibitor__participation=participation))
    return rules


def move_level(levels: Sequence[str], name: str, by: int) -> list[str]:
    """The same levels with one further up (-1) or down (1); at an end it stays."""
    order = list(levels)
    if name in order:
        place = order.index(name)
        order.insert(max(0, place + by), order.pop(place))
    return order


def _ensure_each_once(levels: Any) -> None:
    if not isinstance(levels, list) or sorted(map(str, levels)) != sorted(GoalLevel.values):
        raise WrongLevels(
            _("Put each of the levels in the order once: %(levels)s.")
            % {"levels": ", ".join(GoalLevel.values)},
            field="levels",
        )


def _ensure_within_limits(rules: FloorRules, changed: dict[str, Any]) -> None:
    unchanged = {field.name for field in FloorRules._meta.fields} - changed.keys()
    try:
        rules.clean_fields(exclude=unchanged)
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        label = getattr(FloorRules._meta.get_field(name), "verbose_name", name)
        raise WrongMinutes(f"{label}: {sentences[0]}", field=name) from error
