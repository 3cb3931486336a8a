"""What the page on personal data says of periods and versions, from where they are decided."""

from typing import Any

from django import template

from startups import notice, retention

register = template.Library()


@register.simple_tag
def kept_kinds() -> tuple[Any, ...]:
    """Everything that goes by itself: of applications and exhibitors, then the copies."""
    return (*retention.KINDS, *retention.COPIES)


@register.simple_tag
def notice_days() -> int:
    return retention.NOTICE_DAYS


@register.simple_tag
def notice_version() -> notice.Version:
    return notice.current()


@register.simple_tag
def notice_history() -> tuple[notice.Version, ...]:
    return notice.HISTORY
