"""The programme: the regions' pitches and talks on the stage, from drafts to a cancelled one."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from events.models import Occupation, Participation, Room, Session
from events.operations.occupations import key
from pavilion.core.models import ActivityEntry
from pavilion.demo import history
from pavilion.demo.facts import load
from pavilion.demo.setting import Setting

MINUTES = {
    Session.Kind.PITCH: 45,
    Session.Kind.TALK: 30,
    Session.Kind.DEMO: 30,
    Session.Kind.ROUND_TABLE: 60,
    Session.Kind.RECEPTION: 60,
}
REASON = "L’intervenante principale est souffrante."


def create_sessions(setting: Setting) -> list[Session]:
    """Published, save a draft in ten, and one cancelled that stays on the programme."""
    sessions = []
    for number, (text, participation) in enumerate(_texts(setting)):
        duration = timedelta(minutes=MINUTES[Session.Kind(text["kind"])])
        stage, starts_at = _free_stage(setting, duration)
        region = str(participation.region) if participation else ""
        session = Session(
            edition=setting.edition,
            participation=participation,
            room=stage,
            kind=text["kind"],
            state=Session.State.DRAFT if number % 10 == 9 else Session.State.PUBLISHED,
            title_fr=text["fr"].format(region=region),
            title_en=text["en"].format(region=region),
            summary_fr=text["summary_fr"],
            summary_en=text["summary_en"],
            starts_at=starts_at,
            ends_at=starts_at + duration,
        )
        if number == 2:
            session.state = Session.State.CANCELLED
        else:
            setting.agenda.take([key("room", stage.pk)], starts_at, session.ends_at)
        sessions.append(session)
    Session.objects.bulk_create(sessions)
    Occupation.objects.bulk_create(
        Occupation(
            resource=key("room", session.room_id),
            holder=key("session", session.pk),
            starts_at=session.starts_at,
            ends_at=session.ends_at,
        )
        for session in sessions
        if session.state != Session.State.CANCELLED
    )
    return sessions


def _texts(setting: Setting) -> Iterator[tuple[dict[str, Any], Participation | None]]:
    """A region's session, then one common to all, in turn; each region in turn."""
    words, regions = load("programme"), list(setting.participations.values())
    for number in range(setting.size.sessions):
        if number % 4 == 3:
            yield words["common"][number // 4 % len(words["common"])], None
        else:
            rank = number - number // 4
            kind = rank // len(regions) % len(words["regional"])
            yield words["regional"][kind], regions[rank % len(regions)]


def _free_stage(setting: Setting, duration: timedelta) -> tuple[Room, datetime]:
    random, agenda = setting.random, setting.agenda
    while True:
        stage, day = random.choice(setting.venue.stages), random.choice(setting.days)
        starts_at = day.opens + timedelta(minutes=15 * random.randint(2, 32))
        fits = starts_at + duration <= day.closes
        if fits and agenda.is_free([key("room", stage.pk)], starts_at, starts_at + duration):
            return stage, starts_at


def session_history(setting: Setting, sessions: list[Session]) -> Iterator[ActivityEntry]:
    by, dates = setting.actors, setting.dates
    for number, session in enumerate(sessions):
        region_code = session.participation.region_id if session.participation else ""
        days = -12 + number % 9
        common: dict[str, Any] = {
            "target": session,
            "by": by[region_code],
            "region_code": region_code,
        }
        yield history.entry(at=dates.in_days(days, 9), verb="session.created", **common)
        if session.state != Session.State.DRAFT:
            yield history.entry(
                at=dates.in_days(days, 17),
                verb="session.published",
                before={"state": Session.State.DRAFT},
                after={"state": Session.State.PUBLISHED},
                **common,
            )
        if session.state == Session.State.CANCELLED:
            yield history.entry(
                at=dates.in_days(-1, 10),
                verb="session.cancelled",
                reason=REASON,
                before={"state": Session.State.PUBLISHED},
                after={"state": Session.State.CANCELLED},
                **common,
            )
