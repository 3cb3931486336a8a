"""What the jury scores and how much each counts."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pavilion.core import activity, changes
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups.models import Call, Criterion, Review
from startups.operations.calls.locks import locked_call
from startups.operations.judging import reviewing

CRITERION_FIELDS = frozenset(
    {"name_fr", "name_en", "help_fr", "help_en", "weight", "max_score", "position"}
)


class CriterionExists(DomainError):
    code = "criterion_exists"


class CriterionWithoutName(DomainError):
    code = "criterion_without_name"


class CriterionScored(DomainError):
    code = "criterion_scored"


def add_criterion(*, call_id: int, name_fr: str, by: User | None, **fields: Any) -> Criterion:
    """Ask the jury for one more score. Reviews handed in before are to be completed."""
    values = changes.clean(Criterion, {"name_fr": name_fr, **fields}, allowed=CRITERION_FIELDS)
    with transaction.atomic():
        call = locked_call(call_id, by)
        reviewing.ensure_not_released(call)
        values.setdefault("position", _last(call) + 1)
        criterion = Criterion(call=call, **values)
        _save(criterion)
        _record(criterion, "call.criterion_added", by, after=values)
        _recompute(call, by)
    return criterion


def change_criterion(*, criterion_id: int, by: User | None, **fields: Any) -> Criterion:
    """Change what is given and leave the rest. Another weight changes every mean at once."""
    values = changes.clean(Criterion, fields, allowed=CRITERION_FIELDS)
    with transaction.atomic():
        criterion = _locked(criterion_id, by)
        before, after = changes.assign(criterion, values)
        if "max_score" in after:
            _ensure_not_scored(criterion, field="max_score")
        if after:
            if "weight" in after:
                reviewing.ensure_not_released(criterion.call)
            _save(criterion, list(after))
            _record(criterion, "call.criterion_changed", by, before=before, after=after)
        if "weight" in after:
            _recompute(criterion.call, by)
    return criterion


def remove_criterion(*, criterion_id: int, by: User | None) -> None:
    """Take a criterion away that nobody has scored yet."""
    with transaction.atomic():
        criterion = _locked(criterion_id, by)
        _ensure_not_scored(criterion)
        before = {name: getattr(criterion, name) for name in sorted(CRITERION_FIELDS)}
        _record(criterion, "call.criterion_removed", by, before=before)
        criterion.delete()
        _recompute(criterion.call, by)


def shares(call: Call) -> list[tuple[Criterion, int]]:
    """Each criterion with what it counts for, in percent: 100 in all, as near as whole ones get."""
    criteria = list(call.criteria.order_by("position", "pk"))
    total = sum(criterion.weight for criterion in criteria)
    return [(each, (200 * each.weight + total) // (2 * total)) for each in criteria]


def _locked(criterion_id: int, by: User | None) -> Criterion:
    call_id = Criterion.objects.values_list("call_id", flat=True).get(pk=criterion_id)
    call = locked_call(call_id, by)
    criterion = Criterion.objects.get(pk=criterion_id)
    criterion.call = call
    return criterion


def _ensure_not_scored(criterion: Criterion, *, field: str = "") -> None:
    number = Review.objects.filter(scores__criterion=criterion).count()
    if not number:
        return
    sentence = ngettext(
        "%(count)d review already scores “%(criterion)s”: it stays, and so does its highest score.",
        "%(count)d reviews already score “%(criterion)s”: it stays, and so does its highest score.",
        number,
    )
    raise CriterionScored(
        sentence % {"count": number, "criterion": criterion},
        field=field,
        details={"criterion": criterion.pk, "reviews": number},
    )


def _recompute(call: Call, by: User | None) -> None:
    if Review.objects.done().filter(application__call=call).exists():
        reviewing.recompute_means(call_id=call.pk, by=by)


def _last(call: Call) -> int:
    return max(call.criteria.values_list("position", flat=True), default=0)


def _save(criterion: Criterion, update_fields: list[str] | None = None) -> None:
    if not criterion.name_fr.strip():
        sentence = _("Write what the criterion is called in French.")
        raise CriterionWithoutName(sentence, field="name_fr")
    changes.save(
        criterion,
        rivals=Criterion.objects.filter(call=criterion.call, name_fr=criterion.name_fr),
        refusal=lambda rival: CriterionExists(
            _("This call already has the criterion “%(criterion)s”.") % {"criterion": rival},
            field="name_fr",
            details={"criterion": rival.pk},
        ),
        update_fields=update_fields,
    )


def _record(
    criterion: Criterion,
    verb: str,
    by: User | None,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """In the call's own history, under the criterion's name."""
    name = {"name": criterion.name_fr}
    activity.record(
        by=by,
        verb=verb,
        target=criterion.call,
        region_code=criterion.call.region_code,
        before=name | {f"criterion_{key}": value for key, value in (before or {}).items()},
        after=name | {f"criterion_{key}": value for key, value in (after or {}).items()},
    )
