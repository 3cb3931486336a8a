from copy import deepcopy
from types import SimpleNamespace

from django.utils import translation

from pavilion.core.languages import localized
from pavilion.core.templatetags.languages import lang_of


def test_localized_tells_the_language_it_found():
    row = SimpleNamespace(title_fr="La mer", title_en="The sea", note_fr="Seul", note_en="")
    texts = [
        localized(row, "title", "en"),
        localized(row, "title"),
        localized(row, "note", "en"),
        deepcopy(localized(row, "note", "en")),
    ]

    assert [(text, text.language) for text in texts] == [
        ("The sea", "en"),
        ("La mer", "fr"),
        ("Seul", "fr"),
        ("Seul", "fr"),
    ]


def test_lang_of_speaks_of_other_languages_than_the_pages_only():
    row = SimpleNamespace(title_fr="La mer", title_en="", empty_fr="", empty_en="")
    with translation.override("en"):
        assert [
            lang_of(localized(row, "title")),
            lang_of(localized(row, "empty")),
            lang_of("La mer"),
        ] == [' lang="fr"', "", ""]
    with translation.override("fr"):
        assert lang_of(localized(row, "title")) == ""
