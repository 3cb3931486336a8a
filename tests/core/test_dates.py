from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from pavilion.core.dates import written
from pavilion.core.templatetags import languages


@pytest.mark.parametrize(
    ("language", "pattern", "day", "text"),
    [
        ("fr", "l j F Y", 1, "samedi 1er juin 2030"),
        ("fr", "D. j", 1, "sam. 1er"),
        ("fr", "j F", 21, "21 juin"),
        ("fr", r"\j\o\u\r j", 1, "jour 1er"),
        ("en", "l j F Y", 1, "Saturday 1 June 2030"),
    ],
)
def test_first_of_a_month_is_written_as_french_says_it(language, pattern, day, text):
    with translation.override(language):
        assert written(date(2030, 6, day), pattern) == text


def test_filter_writes_moments_in_paris_and_nothing_for_nothing():
    late = datetime(2030, 5, 31, 22, 30, tzinfo=UTC)
    with translation.override("fr"):
        assert (
            languages.written(late, gettext_lazy("l j F, H:i"))
            == "samedi 1er juin à 0\u00a0h\u00a030"
        )
        assert languages.written(late.date(), "j F") == "31 mai"
        assert languages.written(None, "j F") == ""
