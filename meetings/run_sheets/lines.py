"""One line of a run sheet, as a version keeps it: plain data, in both languages, and no secrets.

Neither briefing nor internal note nor anybody's special needs are here: what is not in a line
cannot be printed, mailed or compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.utils import translation

# What is said in each language, by its code.
Text = Mapping[str, str]
ON = ("option", "confirmed", "held")


def said(text: Text) -> str:
    """In the active language, or in French."""
    return text.get((translation.get_language() or "fr")[:2]) or text.get("fr", "")


@dataclass(frozen=True, kw_only=True)
class Who:
    """Somebody expected. Of an office somebody holds, the holder; the key stays the office's."""

    key: str
    name: Text
    title: Text
    # Whom they stand in for.
    instead_of: Text


@dataclass(frozen=True, kw_only=True)
class StopLine:
    at: datetime
    minutes: int
    stand: str
    company: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Line:
    meeting: int
    status: str
    format: str
    region: str
    subject: Text
    starts_at: datetime
    ends_at: datetime
    # Room, stand or place outside; then how to find it: area, hall, level.
    place: Text
    way: Text
    travel_minutes: int
    meeting_point: str
    meeting_point_minutes: int
    people: tuple[Who, ...]
    # Who speaks, in this order, by key; empty where nobody gives a speech.
    speakers: tuple[str, ...]
    contact_name: str
    contact_phone: str
    press: str
    photographer: str
    languages: str
    stops: tuple[StopLine, ...]

    @property
    def is_on(self) -> bool:
        return self.status in ON

    @property
    def meeting_point_at(self) -> datetime:
        return self.starts_at - timedelta(minutes=self.meeting_point_minutes)

    @property
    def leaves_at(self) -> datetime:
        """When one sets out for a place outside."""
        return self.starts_at - timedelta(minutes=self.travel_minutes)


def as_data(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Ready for JSON: moments in ISO 8601."""
    return [_plain(asdict(line)) for line in lines]


def from_data(data: Sequence[Mapping[str, Any]]) -> list[Line]:
    return [_line(each) for each in data]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def _line(data: Mapping[str, Any]) -> Line:
    values = {field.name: data[field.name] for field in fields(Line)}
    for name in ("starts_at", "ends_at"):
        values[name] = datetime.fromisoformat(values[name])
    values["people"] = tuple(Who(**each) for each in values["people"])
    values["speakers"] = tuple(values["speakers"])
    values["stops"] = tuple(
        StopLine(**{**each, "at": datetime.fromisoformat(each["at"])}) for each in values["stops"]
    )
    return Line(**values)
