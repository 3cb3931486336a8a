"""Texts kept in French and English, read in the reader's language."""

from django.utils import translation


def localized(instance: object, field: str, language: str | None = None) -> str:
    """`field_fr` or `field_en` of `instance`; French when the wanted one is empty.

    `language` defaults to the active one.
    """
    code = (language or translation.get_language() or "fr")[:2]
    wanted = getattr(instance, f"{field}_{code}", "")
    return str(wanted or getattr(instance, f"{field}_fr"))
