"""The activity log: who did what, when, why, before → after."""

from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.encoding import force_str

from pavilion.core.models import ActivityEntry, User


def record(
    *,
    by: User | None,
    verb: str,
    target: models.Model,
    region_code: str = "",
    by_name: str = "",
    label: str = "",
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> ActivityEntry:
    """Note one change, in the transaction that makes it.

    `by=None` is the system, or somebody without an account named by `by_name`. `label` stands for
    the target where the log's readers may not know its own text.
    """
    made = entry(
        by=by,
        verb=verb,
        target=target,
        region_code=region_code,
        by_name=by_name,
        label=label,
        reason=reason,
        before=before,
        after=after,
    )
    made.save()
    return made


def entry(
    *,
    by: User | None,
    verb: str,
    target: models.Model,
    region_code: str = "",
    by_name: str = "",
    label: str = "",
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> ActivityEntry:
    """What `record` notes, not saved: for those who write many at once."""
    return ActivityEntry(
        by=by,
        by_name=by_name[:150],
        verb=verb,
        target_type=ContentType.objects.get_for_model(target),
        target_id=target.pk,
        target_label=(label or str(target))[:250],
        region_code=region_code or "",
        reason=reason,
        before=_plain(before),
        after=_plain(after),
    )


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """JSON-ready: dates in ISO 8601, lazy and other objects as text."""
    encoder = DjangoJSONEncoder()
    plain: dict[str, Any] = {}
    for key, value in (values or {}).items():
        if value is None or isinstance(value, str | int | float | bool | list | dict):
            plain[key] = value
        else:
            try:
                plain[key] = encoder.default(value)
            except TypeError:
                plain[key] = force_str(value)
    return plain
