"""When a calendar last asked, and what to expect of its kind."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import translation

from pavilion.core.subscribing import told

NOW = datetime(2030, 6, 12, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("agent", "sentence"),
    [
        (
            "Google-Calendar-Importer",
            "Google Agenda last asked 9\xa0hours ago. Google asks only every 8 to 24 hours.",
        ),
        (
            "Microsoft Exchange/15.20",
            "Outlook last asked 9\xa0hours ago. Outlook asks about every 3 hours, on some days "
            "only once.",
        ),
        (
            "iOS/19.2 (23C55) dataaccessd/1.0",
            "iPhone last asked 9\xa0hours ago. It asks as often as its settings say: from every 5 "
            "minutes to every week.",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Thunderbird/153.0",
            "Thunderbird last asked 9\xa0hours ago. Thunderbird asks every 30 minutes while it is "
            "open.",
        ),
        ("curl/8.5.0", "curl last asked 9\xa0hours ago."),
        ("", "A calendar last asked 9\xa0hours ago."),
    ],
)
def test_what_a_calendar_is_known_to_do(agent, sentence):
    with time_machine.travel(NOW, tick=False), translation.override("en"):
        assert told(NOW - timedelta(hours=9), agent) == sentence


def test_a_calendar_that_never_asked():
    with translation.override("en"):
        assert told(None, "") == "No calendar has asked for it yet."


def test_a_calendar_that_has_just_asked():
    with time_machine.travel(NOW, tick=False), translation.override("en"):
        assert told(NOW, "Evolution/3.60") == (
            "Evolution has just asked. It asks as often as its settings say."
        )
