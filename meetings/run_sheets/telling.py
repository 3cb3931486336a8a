"""Lines and what changed of them in words, in the active language."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from meetings import wording
from meetings.models import Meeting
from meetings.run_sheets.comparing import Change, Kind
from meetings.run_sheets.lines import Line, Who, said
from pavilion.core.dates import written

# More are not named twice on one line.
MOST_SPEAKERS = 6
_WORDS = {
    Kind.ADDED: pgettext_lazy("run sheet", "New"),
    Kind.MOVED: pgettext_lazy("run sheet", "Moved"),
    Kind.CANCELLED: pgettext_lazy("run sheet", "Cancelled"),
    Kind.GONE: pgettext_lazy("run sheet", "Taken off"),
    Kind.CHANGED: pgettext_lazy("run sheet", "Changed"),
}


def word(change: Change) -> str:
    """The change in one word."""
    return str(_WORDS[change.kind])


def when(line: Line) -> str:
    """ "Wed 12 June, 10:00": enough to find it."""
    return f"{wording.short_day(line.starts_at)}, {minute(line.starts_at)}"


def minute(moment: datetime) -> str:
    """As it stands in columns: "09:30"."""
    return date_format(wording.local(moment), "H:i")


def day(moment: datetime) -> str:
    return written(wording.local(moment), pgettext("day in a sentence", "l j F Y"))


def place(line: Line) -> str:
    return ", ".join(filter(None, [said(line.place), said(line.way)]))


def person(who: Who) -> str:
    """With their title, and for whom they come."""
    text = ", ".join(filter(None, [said(who.name), said(who.title)]))
    if instead_of := said(who.instead_of):
        return _("%(name)s (for %(principal)s)") % {"name": text, "principal": instead_of}
    return text


def press(line: Line) -> str:
    return str(dict(Meeting.Press.choices).get(line.press, line.press))


def format_name(line: Line) -> str:
    return str(dict(Meeting.Format.choices).get(line.format, line.format))


def speeches(line: Line) -> str:
    """Those who speak, in order; of many, that the order is the other way round."""
    if not line.speakers:
        return ""
    if len(line.speakers) > MOST_SPEAKERS:
        return _("in the reverse order of names")
    names = {who.key: said(who.name) for who in line.people}
    return ", ".join(names[key] for key in line.speakers if key in names)


def sentences(change: Change) -> list[str]:
    """What changed, each in a sentence of its own; the change's word and hour go before them."""
    old, new = change.old, change.new
    if change.kind == Kind.ADDED and new:
        return [f"{_where_and_who(new)}."] if _where_and_who(new) else []
    if change.kind == Kind.CANCELLED:
        return [_("It will not take place.")]
    if change.kind == Kind.GONE:
        return [_("It no longer concerns this run sheet.")]
    if old is None or new is None:
        return []
    told = [_TOLD[name](old, new) for name in change.aspects if name in _TOLD]
    told += _about_people(change)
    return [sentence for sentence in told if sentence] or [_("Titles or details were corrected.")]


def summary(changes: Sequence[Change]) -> str:
    """ "1 new, 2 moved": one line over the list."""
    counts = {kind: sum(change.kind == kind for change in changes) for kind in Kind}
    words = {
        Kind.ADDED: ngettext("%(n)d new", "%(n)d new", counts[Kind.ADDED]),
        Kind.MOVED: ngettext("%(n)d moved", "%(n)d moved", counts[Kind.MOVED]),
        Kind.CANCELLED: ngettext("%(n)d cancelled", "%(n)d cancelled", counts[Kind.CANCELLED]),
        Kind.GONE: ngettext("%(n)d taken off", "%(n)d taken off", counts[Kind.GONE]),
        Kind.CHANGED: ngettext("%(n)d changed", "%(n)d changed", counts[Kind.CHANGED]),
    }
    return ", ".join(text % {"n": counts[kind]} for kind, text in words.items() if counts[kind])


def _where_and_who(line: Line) -> str:
    with_whom = ", ".join(said(who.name) for who in line.people[: wording.NAMED])
    return " · ".join(filter(None, [place(line), with_whom]))


def _time(old: Line, new: Line) -> str:
    words = {
        "from": _span(old),
        "to": _span(new),
        "day": wording.short_day(new.starts_at),
        "old_day": wording.short_day(old.starts_at),
    }
    if wording.local(old.starts_at).date() != wording.local(new.starts_at).date():
        return _("From %(old_day)s, %(from)s, to %(day)s, %(to)s.") % words
    return _("From %(from)s to %(to)s.") % words


def _span(line: Line) -> str:
    return f"{minute(line.starts_at)}–{minute(line.ends_at)}"


def _firm(old: Line, new: Line) -> str:
    return _("It is confirmed now.") if new.status != "option" else _("It is an option again.")


def _place(old: Line, new: Line) -> str:
    words = {"to": place(new), "from": place(old)}
    if not words["from"]:
        return _("Place: %(to)s.") % words
    if not words["to"]:
        return _("No place any more (it was %(from)s).") % words
    return _("Place: %(to)s, instead of %(from)s.") % words


def _travel(old: Line, new: Line) -> str:
    if not new.travel_minutes:
        return ""
    words = {"minutes": new.travel_minutes, "time": minute(new.leaves_at)}
    return _("Travel: %(minutes)d minutes, leave at %(time)s.") % words


def _meeting_point(old: Line, new: Line) -> str:
    if not new.meeting_point:
        return _("There is no meeting point any more.")
    words = {"place": new.meeting_point, "time": minute(new.meeting_point_at)}
    return _("Meeting point: %(place)s, at %(time)s.") % words


def _subject(old: Line, new: Line) -> str:
    if old.subject == new.subject:
        return _("Format: %(format)s.") % {"format": format_name(new)}
    return _("It was called “%(subject)s”.") % {"subject": said(old.subject)}


def _contact(old: Line, new: Line) -> str:
    phone = new.contact_phone.replace(" ", "\u00a0")
    contact = ", ".join(filter(None, [new.contact_name, phone]))
    if not contact:
        return _("There is no contact on site any more.")
    return _("Contact on site: %(contact)s.") % {"contact": contact}


def _press(old: Line, new: Line) -> str:
    return _("Press: %(press)s.") % {"press": press(new)}


def _photographer(old: Line, new: Line) -> str:
    if not new.photographer:
        return _("No photographer any more.")
    return _("Photographer: %(name)s.") % {"name": new.photographer}


def _languages(old: Line, new: Line) -> str:
    return _("Languages: %(languages)s.") % {"languages": new.languages} if new.languages else ""


def _route(old: Line, new: Line) -> str:
    stops = [stop.stand for stop in new.stops]
    if not stops:
        return _("The visit has no route any more.")
    return _("Route: %(stops)s.") % {"stops": ", ".join(stops)}


_TOLD: Mapping[str, Callable[[Line, Line], str]] = {
    "time": _time,
    "firm": _firm,
    "place": _place,
    "travel": _travel,
    "meeting_point": _meeting_point,
    "subject": _subject,
    "contact": _contact,
    "press": _press,
    "photographer": _photographer,
    "languages": _languages,
    "route": _route,
}


def _about_people(change: Change) -> list[str]:
    told = []
    if change.joined:
        names = ", ".join(map(person, change.joined))
        told.append(_("Also comes: %(names)s.") % {"names": names})
    if change.left:
        names = ", ".join(said(who.name) for who in change.left)
        told.append(_("No longer comes: %(names)s.") % {"names": names})
    if "order" in change.aspects and not (change.joined or change.left) and change.new:
        names = ", ".join(said(who.name) for who in change.new.people)
        told.append(_("Order of names: %(names)s.") % {"names": names})
    return told
