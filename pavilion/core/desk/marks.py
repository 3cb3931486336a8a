"""Small pieces of a list: a state, a region, a few facts."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def state_mark(shape: str, label: object) -> SafeString:
    """A state by shape and word: option, waiting, confirmed, held, cancelled, conflict."""
    return format_html('<span class="state state-{}">{}</span>', shape, label)


def region_mark(code: str, name: object) -> SafeString:
    """A region's name after its colour."""
    return format_html('<span class="region region-{}">{}</span>', code, name)


def facts(values: Iterable[object]) -> SafeString:
    """What is known of several facts, one after the other."""
    return format_html_join(" · ", "{}", ((value,) for value in values if value))
