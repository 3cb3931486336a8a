"""The verbs of the frame: when, who, where; what takes a place; what is on the programme."""

from events.operations.days import (
    DayExists,
    DayOutsideEdition,
    HoursOutOfOrder,
    change_day,
    change_half_day,
    create_day,
    half_days_of,
)
from events.operations.frame import (
    AlreadyTakesPart,
    EditionExists,
    EndsBeforeItBegins,
    add_participation,
    change_edition,
    create_edition,
)
from events.operations.halls import HallExists, LevelExists, create_hall, create_level
from events.operations.occupations import Overlap, key, occupy, release
from events.operations.places import (
    NotOfThisEdition,
    RoomExists,
    ZoneExists,
    change_room,
    change_zone,
    create_room,
    create_zone,
)
from events.operations.plan import change_plan
from events.operations.plan_refusals import ChangedMeanwhile, NotOnThisLevel, StillUsed
from events.operations.plan_rows import duplicate_row, number_row
from events.operations.plan_undo import (
    AlreadyUndone,
    NothingToUndo,
    redo_last,
    standing,
    undo_edit,
    undo_last,
)
from events.operations.plan_values import ValueRefused
from events.operations.programme import (
    EndsBeforeItStarts,
    OutsideEdition,
    SessionIsCancelled,
    cancel_session,
    create_session,
    publish_session,
    reschedule_session,
)
from events.operations.rooms import RoomTaken
from events.operations.venue import (
    StandNumberRefused,
    StandNumberTaken,
    ZoneOfAnotherEdition,
    change_stand,
    create_stand,
)

__all__ = [
    "AlreadyTakesPart",
    "AlreadyUndone",
    "ChangedMeanwhile",
    "DayExists",
    "DayOutsideEdition",
    "EditionExists",
    "EndsBeforeItBegins",
    "EndsBeforeItStarts",
    "HallExists",
    "HoursOutOfOrder",
    "LevelExists",
    "NotOfThisEdition",
    "NotOnThisLevel",
    "NothingToUndo",
    "OutsideEdition",
    "Overlap",
    "RoomExists",
    "RoomTaken",
    "SessionIsCancelled",
    "StandNumberRefused",
    "StandNumberTaken",
    "StillUsed",
    "ValueRefused",
    "ZoneExists",
    "ZoneOfAnotherEdition",
    "add_participation",
    "cancel_session",
    "change_day",
    "change_edition",
    "change_half_day",
    "change_plan",
    "change_room",
    "change_stand",
    "change_zone",
    "create_day",
    "create_edition",
    "create_hall",
    "create_level",
    "create_room",
    "create_session",
    "create_stand",
    "create_zone",
    "duplicate_row",
    "half_days_of",
    "key",
    "number_row",
    "occupy",
    "publish_session",
    "redo_last",
    "release",
    "reschedule_session",
    "standing",
    "undo_edit",
    "undo_last",
]
