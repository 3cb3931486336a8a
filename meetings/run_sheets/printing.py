"""A run sheet on paper: plain values in the active language, for `run_sheet.typ`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetings import wording
from meetings.run_sheets.sheet import Row, Sheet
from pavilion.core.dates import written

PATH = Path(__file__).parent / "run_sheet.typ"


def values_of(sheets: Sequence[Sheet]) -> dict[str, Any]:
    """One after the other, each beginning on a page of its own."""
    first = sheets[0]
    return {
        "title": first.subject.title,
        "author": str(first.subject.edition),
        "language": (translation.get_language() or "fr")[:2],
        "stamp": stamp(first),
        "sheets": [_sheet(sheet) for sheet in sheets],
        "words": {
            "with": _("With, in order of precedence"),
            "meeting_point": _("Meeting point:"),
            "leave": _("Leave at"),
            "press": _("Press"),
            "photographer": _("Photographer"),
            "languages": _("Languages"),
            "speeches": _("Speeches"),
            "route": _("Route of the visit"),
            "contact": _("Welcome"),
            "option": _("Option, to be confirmed"),
            "for": pgettext("stands in", "for"),
            "empty": _("Nothing is planned."),
        },
    }


def file_name(sheet: Sheet) -> str:
    number = f"-v{sheet.number}" if sheet.version else ""
    return f"{slugify(sheet.subject.title)}{number}.pdf"


def stamp(sheet: Sheet) -> str:
    """Which version this is, honestly, and when it was printed."""
    words = {
        "number": sheet.number,
        "given": _moment(sheet.version.made_at) if sheet.version else "",
        "at": _moment(sheet.at),
    }
    if sheet.version is None:
        return _("Working state, never given out · printed %(at)s") % words
    if sheet.is_newer:
        return _("Working state, newer than version %(number)d · printed %(at)s") % words
    return _("Version %(number)d, given out %(given)s · printed %(at)s") % words


def _moment(value: Any) -> str:
    return written(wording.local(value), pgettext("short moment", "j M Y, H:i"))


def _sheet(sheet: Sheet) -> dict[str, Any]:
    subject = sheet.subject
    return {
        "name": subject.name,
        "over": subject.over or str(subject.edition),
        "region_code": subject.region_code,
        "version": f"V{sheet.number}" if sheet.version and not sheet.is_newer else "",
        "working": _("Working state") if sheet.is_newer else "",
        "stamp": stamp(sheet),
        "days": [{"name": day.name, "rows": [_row(row) for row in day.rows]} for day in sheet.days],
        "since": _("Marked in the margin: what changed since version %(number)d.")
        % {"number": sheet.since}
        if sheet.since and sheet.news
        else "",
        "gone": [
            f"{news.word} · {news.when} · {news.subject}"
            for news in sheet.news
            if news.kind in ("cancelled", "gone")
        ],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "starts": row.starts,
        "ends": row.ends,
        "subject": row.subject,
        "format": row.format,
        "place": row.place,
        "way": row.way,
        "leaves": row.leaves,
        "is_option": row.is_option,
        "meeting_point": row.line.meeting_point,
        "gathers": row.gathers,
        "people": row.people,
        "speeches": row.speeches,
        "contact": row.line.contact_name,
        "phone": row.phone,
        "press": row.press,
        "photographer": row.line.photographer,
        "languages": row.line.languages,
        "stops": row.stops,
        "region_code": row.line.region,
        "change": row.change_word,
        "change_text": row.change_text,
    }
