"""A session takes its room; when it cannot, the refusal says by what it is held, and when."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from events.models import Occupation, Room, Session
from events.operations.occupations import Overlap, key, occupy
from pavilion.core.dates import written
from pavilion.core.errors import DomainError, paris_iso
from pavilion.core.models import User


class RoomTaken(DomainError):
    code = "room_taken"


def take_room(session: Session, *, by: User | None) -> None:
    """Make the session hold its room at its hours, and nothing else; RoomTaken when it cannot.

    The refusal names to `by` only a session they may see: another region's drafts are not theirs.
    """
    try:
        occupy(
            holder=key("session", session.pk),
            resources=[key("room", session.room_id)],
            starts_at=session.starts_at,
            ends_at=session.ends_at,
        )
    except Overlap as error:
        raise _room_taken(session.room, error.clashes, by) from error


def _room_taken(room: Room, clashes: Sequence[Occupation], by: User | None) -> RoomTaken:
    """Name the room, and by what it is taken from when to when."""
    described = [
        {
            "resource": clash.resource,
            "name": room.name,
            "by": _holder_name(clash.holder, by),
            "from": paris_iso(clash.starts_at),
            "to": paris_iso(clash.ends_at),
        }
        for clash in clashes
    ]
    sentences = [
        _("%(room)s is taken on %(day)s from %(start)s to %(end)s by %(holder)s.")
        % {
            "room": room.name,
            "day": spoken_day(timezone.localtime(clash.starts_at)),
            "start": spoken_time(clash.starts_at),
            "end": spoken_time(clash.ends_at),
            "holder": entry["by"],
        }
        for clash, entry in zip(clashes, described, strict=True)
    ] or [_("%(room)s has just been taken for this time.") % {"room": room.name}]
    return RoomTaken(" ".join(sentences), field="room", details={"clashes": described})


def _holder_name(holder: str, by: User | None) -> str:
    """The session's title. A meeting stays unnamed: who meets whom is not everybody's business."""
    kind, _separator, number = holder.partition(":")
    if kind != "session":
        return _("a meeting")
    seen = Session.objects.all() if by is None else Session.objects.visible_to(by)
    session = seen.filter(pk=number).first()
    return _("“%(title)s”") % {"title": session} if session else _("a session in preparation")


def spoken_day(moment: date) -> str:
    return written(moment, "l j F")


def spoken_time(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), pgettext("time in a sentence", "H:i"))
