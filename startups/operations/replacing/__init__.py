"""Note who is absent on the day, and offer the place to others."""

from startups.operations.replacing.absences import NotOnAStand, PlaceTaken, mark_absent, mark_came
from startups.operations.replacing.offers import (
    CameAfterAll,
    HalfDayOver,
    NotAvailable,
    OfferOpen,
    OfferOver,
    accept_offer,
    decline_offer,
    expire_offers,
    offer_place,
    withdraw_offer,
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
