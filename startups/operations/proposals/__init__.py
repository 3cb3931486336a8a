"""Have the stands given out by the solver, and use what it proposes: whole, by parts, or not."""

from startups.operations.proposals.applying import (
    BoardChanged,
    NoProposal,
    NotApplied,
    NotInProposal,
    PartsMissing,
    apply_run,
    preview_run,
    roll_back_run,
)
from startups.operations.proposals.asking import (
    FORGOTTEN,
    JOB,
    ProposalUnderWay,
    begin_here,
    cancel_run,
    propose_allocation,
    scope_of,
)
from startups.operations.proposals.runs import (
    ANSWERED,
    UNDER_WAY,
    NothingToAllocate,
    begin_run,
    fail_run,
    finish_run,
    is_cancel_asked,
    note_progress,
)

__all__ = [
    "ANSWERED",
    "FORGOTTEN",
    "JOB",
    "UNDER_WAY",
    "BoardChanged",
    "NoProposal",
    "NotApplied",
    "NotInProposal",
    "NothingToAllocate",
    "PartsMissing",
    "ProposalUnderWay",
    "apply_run",
    "begin_here",
    "begin_run",
    "cancel_run",
    "fail_run",
    "finish_run",
    "is_cancel_asked",
    "note_progress",
    "preview_run",
    "propose_allocation",
    "roll_back_run",
    "scope_of",
]
