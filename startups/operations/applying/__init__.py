"""Start, fill in, correct, hand in and take back an application."""

from startups.operations.applying.company_checks import (
    LookUp,
    RegisterOff,
    SiretMissing,
    check_companies,
    check_company,
    look_up_company,
)
from startups.operations.applying.correcting import (
    DeadlinePassed,
    extend_correction,
    request_correction,
)
from startups.operations.applying.drafts import (
    PRIVACY_NOTICE_VERSION,
    NotOpen,
    find_or_start_application,
    send_link,
    start_application,
)
from startups.operations.applying.keeping import (
    Kept,
    Typed,
    discard_changes,
    keep_typed,
    leave_aside,
    send_changes,
)
from startups.operations.applying.late_entry import LateCodeExpired, LateCodeUnknown, LateCodeUsedUp
from startups.operations.applying.links import renew_application_link
from startups.operations.applying.own_answers import AnswerFrozen, UnknownQuestion
from startups.operations.applying.resuming import CodeRefused, resume_application, send_resume_code
from startups.operations.applying.states import WrongStatus
from startups.operations.applying.submission import (
    applications_elsewhere,
    reopen_application,
    submit_application,
    withdraw_application,
)
from startups.operations.applying.writing import (
    AlreadyApplied,
    CorrectionClosed,
    Incomplete,
    MoreWomenThanFounders,
    NotSettled,
    is_editable,
    save_application,
)
from startups.operations.refusals import ChangedMeanwhile

__all__ = [
    "PRIVACY_NOTICE_VERSION",
    "AlreadyApplied",
    "AnswerFrozen",
    "ChangedMeanwhile",
    "CodeRefused",
    "CorrectionClosed",
    "DeadlinePassed",
    "Incomplete",
    "Kept",
    "LateCodeExpired",
    "LateCodeUnknown",
    "LateCodeUsedUp",
    "LookUp",
    "MoreWomenThanFounders",
    "NotOpen",
    "NotSettled",
    "RegisterOff",
    "SiretMissing",
    "Typed",
    "UnknownQuestion",
    "WrongStatus",
    "applications_elsewhere",
    "check_companies",
    "check_company",
    "discard_changes",
    "extend_correction",
    "find_or_start_application",
    "is_editable",
    "keep_typed",
    "leave_aside",
    "look_up_company",
    "renew_application_link",
    "reopen_application",
    "request_correction",
    "resume_application",
    "save_application",
    "send_changes",
    "send_link",
    "send_resume_code",
    "start_application",
    "submit_application",
    "withdraw_application",
]
