"""Exchange half-days between two exhibitors, asked for, agreed to and approved."""

from startups.operations.swapping.ending import settle_swaps
from startups.operations.swapping.refusals import (
    OPEN_AT_ONCE,
    AlreadyProposed,
    NotAccepted,
    NotSwappable,
    SwapOver,
    SwapOvertaken,
    TooManySwaps,
)
from startups.operations.swapping.swaps import (
    accept_swap,
    approve_swap,
    decline_swap,
    propose_swap,
    refuse_swap,
    withdraw_swap,
)

__all__ = [
    "OPEN_AT_ONCE",
    "AlreadyProposed",
    "NotAccepted",
    "NotSwappable",
    "SwapOver",
    "SwapOvertaken",
    "TooManySwaps",
    "accept_swap",
    "approve_swap",
    "decline_swap",
    "propose_swap",
    "refuse_swap",
    "settle_swaps",
    "withdraw_swap",
]
