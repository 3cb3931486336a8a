"""The language of a text inside a page of another one (WCAG 2.2, 3.1.2)."""

from django import template
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pavilion.core.languages import Localized

register = template.Library()


@register.filter
def lang_of(text: object) -> SafeString | str:
    """` lang="fr"` for the element holding a text that is not in the page's language.

    Screen readers would pronounce it as English. Only texts from `localized` can tell.
    """
    if not isinstance(text, Localized) or not text:
        return ""
    if text.language == (translation.get_language() or "")[:2]:
        return ""
    return format_html(' lang="{}"', text.language)
