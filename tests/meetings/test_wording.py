from datetime import UTC, datetime

import pytest
from django.utils import translation

from meetings import wording

FIRST_OF_JUNE = datetime(2030, 5, 31, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "days"),
    [
        ("fr", ["samedi 1er juin 2030", "samedi 1er juin"]),
        ("en", ["Saturday 1 June 2030", "Sat 1 June"]),
    ],
)
def test_days_are_said_as_in_paris_and_the_first_as_french_says_it(language, days):
    with translation.override(language):
        assert [wording.day(FIRST_OF_JUNE), wording.short_day(FIRST_OF_JUNE)] == days
