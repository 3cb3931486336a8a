"""The verbs of the frame: what takes a place, what is on the programme, where the stands are."""

from events.operations.occupations import Overlap, key, occupy, release
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
    StandNumberTaken,
    ZoneOfAnotherEdition,
    change_stand,
    create_stand,
)

__all__ = [
    "EndsBeforeItStarts",
    "OutsideEdition",
    "Overlap",
    "RoomTaken",
    "SessionIsCancelled",
    "StandNumberTaken",
    "ZoneOfAnotherEdition",
    "cancel_session",
    "change_stand",
    "create_session",
    "create_stand",
    "key",
    "occupy",
    "publish_session",
    "release",
    "reschedule_session",
]
