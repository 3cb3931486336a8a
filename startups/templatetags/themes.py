"""`{{ themes|word_of:code }}`: a theme's name, where a row knows but its code."""

from collections.abc import Mapping

from django import template

from startups.floor.plan.marks import Mark
from startups.models import Theme

register = template.Library()


@register.filter
def word_of(themes: Mapping[str, tuple[Theme, Mark]], code: str) -> str:
    return themes[code][0].name if code in themes else ""
