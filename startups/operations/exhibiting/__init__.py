"""From the place won to the fair: confirm, prepare, send badges and papers."""

from startups.operations.exhibiting.answering import answer_questions
from startups.operations.exhibiting.badges import (
    Holder,
    NamedTwice,
    NobodyNamed,
    QuotaExceeded,
    save_badges,
)
from startups.operations.exhibiting.chasing import chase_deadlines
from startups.operations.exhibiting.exhibitors import (
    confirm_application,
    decline_application,
    mark_no_show,
)
from startups.operations.exhibiting.preparation import (
    AidLine,
    AidUnclear,
    CharterChanged,
    Frozen,
    NotDone,
    NotExhibiting,
    check_pitch,
    confirm_needs,
    declare_aid,
    keep_picture,
    reopen_item,
    send_vector_logo,
    sign_charter,
)
from startups.operations.refusals import TooEarly, TooLate

__all__ = [
    "AidLine",
    "AidUnclear",
    "CharterChanged",
    "Frozen",
    "Holder",
    "NamedTwice",
    "NobodyNamed",
    "NotDone",
    "NotExhibiting",
    "QuotaExceeded",
    "TooEarly",
    "TooLate",
    "answer_questions",
    "chase_deadlines",
    "check_pitch",
    "confirm_application",
    "confirm_needs",
    "declare_aid",
    "decline_application",
    "keep_picture",
    "mark_no_show",
    "reopen_item",
    "save_badges",
    "send_vector_logo",
    "sign_charter",
]
