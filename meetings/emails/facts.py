"""What a message has told of a meeting, kept with it, so that the next says what has changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from meetings import wording
from meetings.models import Meeting, Participant

# "starts_at" and "ends_at" in ISO 8601, the rest in words of a "language", and the "sequence".
# Empty: that one is not expected. Calendars hold the same, so nothing else of a meeting is news.
Told = dict[str, Any]

_TIME = ("starts_at", "ends_at")
_WORDS = ("subject", "place", "meeting_point", "press", "languages", "contact")


@dataclass(frozen=True)
class Change:
    """One thing that is not as it was told, with both in words; `now` may be nothing."""

    label: str
    before: str
    now: str


def told(meeting: Meeting) -> Told:
    """What a message tells, in the active language."""
    return {
        "language": translation.get_language(),
        "sequence": meeting.sequence,
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat(),
        "subject": meeting.subject,
        "place": wording.place(meeting),
        "meeting_point": wording.meeting_point(meeting),
        "press": wording.press(meeting),
        "languages": meeting.languages,
        "contact": wording.contact(meeting),
    }


def told_at(meeting: Meeting, language: str) -> Told:
    with translation.override(language):
        return told(meeting)


def is_news(participant: Participant, was: Told) -> bool:
    """Whether they know another time, place or anything else that their calendar holds."""
    now = told_at(participant.meeting, was.get("language") or participant.language)
    return moments(was) != moments(now) or any(
        was[name] != now[name] for name in _WORDS if name in was
    )


def moments(told: Told) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(told["starts_at"]), datetime.fromisoformat(told["ends_at"])


def changes(meeting: Meeting, was: Told) -> dict[str, Any]:
    """What a mail shows of the change, in the active language."""
    now = told(meeting)
    # Whoever reads another language since is told in it, and not that every word has changed.
    same = told_at(meeting, was.get("language") or now["language"])
    is_new_time = moments(was) != moments(now)
    labels = {
        "subject": _("Subject before:"),
        "place": _("Place before:"),
        "meeting_point": _("Meeting point before:"),
        "press": _("Press before:"),
        "languages": _("Languages before:"),
        "contact": _("On site before:"),
    }
    other = [
        Change(labels[name], was[name] or _("nothing"), now[name])
        for name in _WORDS
        if name in was and was[name] != same[name]
    ]
    return {
        "is_new_time": is_new_time,
        "is_new_place": "place" in was and was["place"] != same["place"],
        "old_when": wording.when_between(*moments(was)) if is_new_time else "",
        "changed": other,
    }
