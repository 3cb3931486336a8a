"""What changed on the board since its reader last looked: those rows, and nothing else."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, pgettext

from events.models import Edition
from pavilion.core.access import access_of
from startups.floor.board.drawing import Drawing
from startups.floor.board.html import Rows
from startups.floor.board.reading import read_board
from startups.floor.board.steps import named, told, touched, undoing
from startups.floor.board.sums import sums_of
from startups.models import Board, BoardStep

# More than these at once (a proposal applied): the page is read anew.
MOST = 400


def changes(
    request: HttpRequest, board: Board | None, edition: Edition, region: str, since: int
) -> dict[str, Any]:
    """One query where nothing changed: every open board asks this every other second."""
    if board is None or board.serial <= since:
        return {"serial": board.serial if board else 0}
    steps = list(
        BoardStep.objects.filter(board=board, serial__gt=since)
        .select_related("by", "undone_by")
        .order_by("serial")[: MOST + 1]
    )
    stands, exhibitors = touched(steps)
    if len(steps) > MOST or len(stands) > MOST:
        return {"serial": board.serial, "reload": True}
    # A page may hold rows newer than the serial it was read at: they come again, and that is all.
    reading = read_board(edition, region, only=(stands, exhibitors))
    user: Any = request.user
    access = access_of(user)
    drawing = Drawing(reading, access)
    waiting = {entry.who.pk: entry for entry in drawing.waiting()}
    areas = drawing.areas()
    rows = Rows(row_words())
    return {
        "serial": board.serial,
        "rows": {row.pk: rows.row(row) for area in areas for row in area.rows},
        "sums": {area.pk: area.sums for area in areas},
        "people": drawing.facts(),
        "waiting": {
            pk: render_to_string("admin/startups/_board_waiting.html", {"each": waiting[pk]})
            if pk in waiting
            else ""
            for pk in exhibitors
        },
        "summary": sums_of(edition, region),
        "back": named(undoing(board, user)),
        "steps": [
            {"who": each.who, "what": each.what, "mine": each.step.by_id == user.pk}
            for each in told(steps, reading.half_days, access)
        ],
    }


def row_words() -> dict[str, str]:
    """What every row of the grid says beside names."""
    return {
        "stay_url": reverse("admin:startups_exhibitor_changelist"),
        "held": gettext("kept free"),
        "free": pgettext("board", "free"),
    }
