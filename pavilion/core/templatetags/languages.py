"""Texts and days in the language of the page, or said to be in another one."""

from datetime import date, datetime

from django import template
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pavilion.core import dates
from pavilion.core.languages import Localized

register = template.Library()


@register.filter
def lang_of(text: object) -> SafeString | str:
    """` lang="fr"` for the element holding a text that is not in the page's language.

    Screen readers would pronounce it as English (WCAG 2.2, 3.1.2). Only texts from `localized`
    can tell.
    """
    if not isinstance(text, Localized) or not text:
        return ""
    if text.language == (translation.get_language() or "")[:2]:
        return ""
    return format_html(' lang="{}"', text.language)


@register.filter
def written(value: date | None, pattern: str) -> str:
    """Like Django's `date`, with "1er" where French says so."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    # A pattern marked for translation in the template comes lazily.
    return dates.written(value, str(pattern))
