"""Note who is absent on the day, and offer the place to others."""

from startups.operations.replacing.absences import NotOnAStand, PlaceTaken, mark_absent, mark_came
from startups.operations.replacing.offers import (
    accept_offer,
    decline_offer,
    expire_offers,
    offer_place,
    withdraw_offer,
)
from startups.operations.replacing.refusals import (
    CameAfterAll,
    HalfDayOver,
    NotAvailable,
    OfferOpen,
    OfferOver,
)

__all__ = [
    "CameAfterAll",
    "HalfDayOver",
    "NotAvailable",
    "NotOnAStand",
    "OfferOpen",
    "OfferOver",
    "PlaceTaken",
    "accept_offer",
    "decline_offer",
    "expire_offers",
    "mark_absent",
    "mark_came",
    "offer_place",
    "withdraw_offer",
]
