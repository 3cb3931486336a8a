"""Texts kept in French and English, read in the reader's language."""

from django.utils import translation


class Localized(str):
    """A text that knows which of its languages was found."""

    language: str

    def __new__(cls, text: str = "", language: str = "") -> "Localized":
        self = super().__new__(cls, text)
        self.language = language
        return self


def localized(instance: object, field: str, language: str | None = None) -> Localized:
    """`field_fr` or `field_en` of `instance`; French when the wanted one is empty.

    `language` defaults to the active one.
    """
    code = (language or translation.get_language() or "fr")[:2]
    wanted = getattr(instance, f"{field}_{code}", "")
    return Localized(wanted, code) if wanted else Localized(getattr(instance, f"{field}_fr"), "fr")
