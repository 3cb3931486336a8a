"""The verbs of the rotation board, and why it refuses."""

from startups.operations.board.allocations import allocate, release_allocations
from startups.operations.board.confirming import confirm_stays, unconfirm_stays
from startups.operations.board.holding import drop_hold, hold_stand
from startups.operations.board.keeping_stands import StandInUse, ensure_nobody_loses
from startups.operations.board.previewing import Preview, preview
from startups.operations.board.refusals import (
    AlreadyUndone,
    CellConfirmed,
    ExhibitorLeft,
    HalfDaysTaken,
    NothingToExchange,
    NotInEdition,
    NotInRegion,
    StandHeld,
    StandNotInUse,
)
from startups.operations.board.stays import exchange, free, move_stay, place
from startups.operations.board.undoing import undo_step
from startups.operations.board.writing import change_board, locked_board

__all__ = [
    "AlreadyUndone",
    "CellConfirmed",
    "ExhibitorLeft",
    "HalfDaysTaken",
    "NotInEdition",
    "NotInRegion",
    "NothingToExchange",
    "Preview",
    "StandHeld",
    "StandInUse",
    "StandNotInUse",
    "allocate",
    "change_board",
    "confirm_stays",
    "drop_hold",
    "ensure_nobody_loses",
    "exchange",
    "free",
    "hold_stand",
    "locked_board",
    "move_stay",
    "place",
    "preview",
    "release_allocations",
    "unconfirm_stays",
    "undo_step",
]
