"""The programme's verbs. A session holds its room until it is cancelled, drafts too."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Edition, Participation, Room, Session
from events.operations.occupations import key, release
from events.operations.rooms import spoken_day, take_room
from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User


class OutsideEdition(DomainError):
    code = "outside_edition"


class EndsBeforeItStarts(DomainError):
    code = "ends_before_it_starts"


class SessionIsCancelled(DomainError):
    code = "wrong_status"


def create_session(
    *,
    edition: Edition,
    room: Room,
    kind: str,
    title_fr: str,
    starts_at: datetime,
    ends_at: datetime,
    by: User | None,
    participation: Participation | None = None,
    title_en: str = "",
    summary_fr: str = "",
    summary_en: str = "",
) -> Session:
    """Write a draft session and take its room; nothing is written when the room is taken."""
    region_code = participation.region_id if participation else ""
    ensure_manages(by, region_code)
    _ensure_belongs(edition, room, participation)
    _ensure_hours(edition, starts_at, ends_at)
    with transaction.atomic():
        session = Session.objects.create(
            edition=edition,
            participation=participation,
            room=room,
            kind=kind,
            title_fr=title_fr,
            title_en=title_en,
            summary_fr=summary_fr,
            summary_en=summary_en,
            starts_at=starts_at,
            ends_at=ends_at,
        )
        take_room(session, by=by)
        activity.record(
            by=by,
            verb="session.created",
            target=session,
            region_code=region_code,
            after=_placement(session),
        )
    return session


def publish_session(*, session_id: int, by: User | None) -> Session:
    """Put a draft on the public programme. Safe to call twice."""
    with transaction.atomic():
        session = _locked(session_id, by)
        if session.state == Session.State.PUBLISHED:
            return session
        _ensure_live(session)
        _change_state(session, Session.State.PUBLISHED, by=by, verb="session.published")
    return session


def reschedule_session(
    *,
    session_id: int,
    starts_at: datetime,
    ends_at: datetime,
    by: User | None,
    room: Room | None = None,
) -> Session:
    """Move a session, to another room if one is given. Where it already is, nothing happens."""
    with transaction.atomic():
        session = _locked(session_id, by)
        _ensure_live(session)
        before = _placement(session)
        session.room = room or session.room
        session.starts_at, session.ends_at = starts_at, ends_at
        after = _placement(session)
        if after == before:
            return session
        _ensure_belongs(session.edition, session.room, session.participation)
        _ensure_hours(session.edition, starts_at, ends_at)
        session.save(update_fields=["room", "starts_at", "ends_at"])
        take_room(session, by=by)
        activity.record(
            by=by,
            verb="session.rescheduled",
            target=session,
            region_code=_region_code(session),
            before=before,
            after=after,
        )
    return session


def cancel_session(*, session_id: int, by: User | None, reason: str = "") -> Session:
    """Free the room. What was published stays on the programme, struck through. Safe to repeat."""
    with transaction.atomic():
        session = _locked(session_id, by)
        if session.state == Session.State.CANCELLED:
            return session
        release(holder=key("session", session.pk))
        _change_state(
            session, Session.State.CANCELLED, by=by, verb="session.cancelled", reason=reason
        )
    return session


def _locked(session_id: int, by: User | None) -> Session:
    """The session, locked, for somebody who may act on it."""
    session = (
        Session.objects.select_for_update(of=("self",))
        .select_related("edition", "room", "participation")
        .get(pk=session_id)
    )
    ensure_manages(by, _region_code(session))
    return session


def _region_code(session: Session) -> str:
    return session.participation.region_id if session.participation else ""


def _change_state(
    session: Session, state: str, *, by: User | None, verb: str, reason: str = ""
) -> None:
    before, session.state = session.state, state
    session.save(update_fields=["state"])
    activity.record(
        by=by,
        verb=verb,
        target=session,
        region_code=_region_code(session),
        reason=reason,
        before={"state": before},
        after={"state": state},
    )


def _placement(session: Session) -> dict[str, object]:
    return {
        "room": session.room_id,
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
    }


def _ensure_live(session: Session) -> None:
    if session.state == Session.State.CANCELLED:
        raise SessionIsCancelled(
            _("“%(title)s” is cancelled. Write a new session instead.") % {"title": session}
        )


def _ensure_belongs(edition: Edition, room: Room, participation: Participation | None) -> None:
    if room.edition_id != edition.pk:
        raise OutsideEdition(
            _("The room %(room)s is not a room of %(edition)s.")
            % {"room": room, "edition": edition},
            field="room",
        )
    if participation and participation.edition_id != edition.pk:
        raise OutsideEdition(
            _("%(region)s does not take part in %(edition)s.")
            % {"region": participation.region, "edition": edition},
            field="participation",
        )


def _ensure_hours(edition: Edition, starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise EndsBeforeItStarts(_("The session ends before it starts."), field="ends_at")
    first, last = timezone.localdate(starts_at), timezone.localdate(ends_at)
    if first < edition.starts_on or last > edition.ends_on:
        raise OutsideEdition(
            _("The session is outside the fair, which runs from %(first)s to %(last)s.")
            % {"first": spoken_day(edition.starts_on), "last": spoken_day(edition.ends_on)},
            field="starts_at",
        )
