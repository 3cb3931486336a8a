"""The place changes hands: one step of the board, whoever takes it."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy

from events.models import HalfDay
from pavilion.core.models import User
from startups.floor.candidates import Candidate, Kind
from startups.models import Absence, Allocation, Application, BoardStep, Exhibitor
from startups.operations.applying.states import (
    Status,
    is_its_company,
)
from startups.operations.board.planning import plan
from startups.operations.board.writing import locked_board, write
from startups.operations.deciding.places import give_place, in_house_words, places_held
from startups.operations.exhibiting.exhibitors import confirm_application
from startups.operations.replacing.refusals import no_place


def become_exhibitor(
    application: Application, absence: Absence, *, by: User | None, by_name: str
) -> Exhibitor:
    """From the waiting list, offered a place and confirmed in one: their yes is the answer."""
    if application.status == Status.WAITLISTED:
        if places_held(application.call) >= application.call.places:
            is_company = is_its_company(by, application)
            raise no_place(application, absence, is_company=is_company)
        why = gettext_lazy("To replace %(absent)s, absent.")
        reason = in_house_words(why, absent=absence.exhibitor)
        give_place(application, by=by, reason=reason, tells=False)
    return confirm_application(application_id=application.pk, by=by, by_name=by_name)


def change_plan(
    candidate: Candidate,
    exhibitor: Exhibitor,
    absence: Absence,
    half_days: Collection[HalfDay],
    *,
    by: User | None,
    by_name: str,
) -> None:
    """The absent company's half-days go and the taker's come: one step of the board.

    A neighbour keeps its own stand; the other is kept free for it, in the same checked step: who
    may accept was checked, wherever the stand is.
    """
    days = {each.pk for each in half_days}
    absent = _stay(absence.exhibitor_id)
    left = {
        day: stand
        for day, stand in absent.items()
        if not (day in days and stand == absence.stand_id)
    }
    stays = {} if left == absent else {absence.exhibitor_id: left}
    holds: dict[tuple[int, int], str | None] = {}
    if candidate.kind == Kind.NEIGHBOUR:
        holds = dict.fromkeys(((absence.stand_id, day) for day in days), str(exhibitor)[:100])
    else:
        stays[exhibitor.pk] = {**_stay(exhibitor.pk), **dict.fromkeys(days, absence.stand_id)}
    board = locked_board(absence.half_day.edition_id)
    change = plan(
        edition=board.edition,
        stays=stays,
        holds=holds,
        by=None,
        over_confirmed=True,
        locks=True,
    )
    write(
        board,
        change,
        kind=BoardStep.Kind.ABSENCE,
        by=organiser(by, candidate.application),
        by_name=by_name,
        reason=in_house_words(
            gettext_lazy("%(company)s takes the place of %(absent)s, absent."),
            company=exhibitor,
            absent=absence.exhibitor,
        ),
    )


def organiser(by: User | None, application: Application) -> User | None:
    """Who may act was checked: a company has no rights on the board, and acts on its own place."""
    return None if is_its_company(by, application) else by


def _stay(exhibitor_id: int) -> dict[int, int]:
    held = Allocation.objects.filter(exhibitor=exhibitor_id)
    return dict(held.values_list("half_day_id", "stand_id"))
