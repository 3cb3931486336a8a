"""The verbs of the exhibitors: apply, decide, confirm, give a stand."""

from startups.operations.allocations import (
    ExhibitorLeft,
    HalfDaysTaken,
    NotInEdition,
    NotInRegion,
    StandNotInUse,
    allocate,
    release_allocations,
)
from startups.operations.calls import (
    AlreadyBegun,
    CallExists,
    ClosesBeforeItOpens,
    change_call,
    create_call,
    hide_call,
    publish_call,
)
from startups.operations.decisions import (
    RankTaken,
    ReasonMissing,
    mark_eligible,
    mark_ineligible,
    reject_application,
    request_correction,
    select_application,
    waitlist_application,
)
from startups.operations.drafts import (
    PRIVACY_NOTICE_VERSION,
    NotOpen,
    find_or_start_application,
    send_link,
    start_application,
)
from startups.operations.exhibitors import (
    TooEarly,
    TooLate,
    confirm_application,
    decline_application,
    mark_no_show,
)
from startups.operations.links import renew_application_link
from startups.operations.states import WrongStatus
from startups.operations.submission import (
    applications_elsewhere,
    reopen_application,
    submit_application,
    withdraw_application,
)
from startups.operations.writing import (
    AlreadyApplied,
    ChangedMeanwhile,
    Incomplete,
    is_editable,
    save_application,
)

__all__ = [
    "PRIVACY_NOTICE_VERSION",
    "AlreadyApplied",
    "AlreadyBegun",
    "CallExists",
    "ChangedMeanwhile",
    "ClosesBeforeItOpens",
    "ExhibitorLeft",
    "HalfDaysTaken",
    "Incomplete",
    "NotInEdition",
    "NotInRegion",
    "NotOpen",
    "RankTaken",
    "ReasonMissing",
    "StandNotInUse",
    "TooEarly",
    "TooLate",
    "WrongStatus",
    "allocate",
    "applications_elsewhere",
    "change_call",
    "confirm_application",
    "create_call",
    "decline_application",
    "find_or_start_application",
    "hide_call",
    "is_editable",
    "mark_eligible",
    "mark_ineligible",
    "mark_no_show",
    "publish_call",
    "reject_application",
    "release_allocations",
    "renew_application_link",
    "reopen_application",
    "request_correction",
    "save_application",
    "select_application",
    "send_link",
    "start_application",
    "submit_application",
    "waitlist_application",
    "withdraw_application",
]
