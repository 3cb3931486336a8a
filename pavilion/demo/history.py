"""The activity log of the months before today, written as operations would have written it."""

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from pavilion.core.models import ActivityEntry, User


def entry(
    *,
    at: datetime,
    verb: str,
    target: models.Model,
    by: User | None = None,
    by_name: str = "",
    label: str = "",
    region_code: str = "",
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> ActivityEntry:
    return ActivityEntry(
        at=at,
        by=by,
        by_name=by_name[:150],
        verb=verb,
        target_type=ContentType.objects.get_for_model(target),
        target_id=target.pk,
        target_label=(label or str(target))[:250],
        region_code=region_code,
        reason=reason,
        before=before or {},
        after=after or {},
    )


def write(entries: list[ActivityEntry]) -> None:
    """In order of time, so that the log reads like one kept from day to day."""
    ActivityEntry.objects.bulk_create(sorted(entries, key=lambda row: row.at), batch_size=2000)
