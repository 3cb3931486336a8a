"""Lines made by hand, for what needs no database."""

from datetime import timedelta

from meetings.run_sheets.lines import Line, StopLine, Who
from tests.meetings.conftest import HALF_PAST_TEN, TEN

__all__ = ["line", "stop", "who"]


def text(words):
    return {"fr": words, "en": words}


def who(called, key=None, **fields):
    values = {"key": key or f"person:{called}", "name": text(called), "title": {}, "instead_of": {}}
    return Who(**values | fields)


def stop(stand, minutes=0):
    at = TEN + timedelta(minutes=minutes)
    return StopLine(at=at, minutes=5, stand=stand, company="", note="")


def line(meeting=1, **fields):
    values = {
        "meeting": meeting,
        "status": "confirmed",
        "format": "bilateral",
        "region": "53",
        "subject": text("Talk"),
        "starts_at": TEN,
        "ends_at": HALF_PAST_TEN,
        "place": text("North Room"),
        "way": text("Hall 7, level 1"),
        "travel_minutes": 0,
        "meeting_point": "",
        "meeting_point_minutes": 10,
        "people": (who("Maïwenn"), who("Nolwenn")),
        "speakers": (),
        "contact_name": "",
        "contact_phone": "",
        "press": "closed",
        "photographer": "",
        "languages": "",
        "stops": (),
    }
    return Line(**values | fields)
