"""Mails about the place of somebody absent, offered to a company for the rest of the day."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from events.models import HalfDay
from pavilion.core.models import OutboxMessage
from startups.dates import moment
from startups.emails.letter import language_of, to_contact
from startups.models import PlaceOffer

OFFERED = "startups.place_offered"
BESIDE = "startups.place_beside"


def place_offered(offer: PlaceOffer) -> OutboxMessage:
    """Of no use once the offer is over: it never leaves after that."""
    application = offer.application
    with language_of(application):
        page = reverse("startups:application_offer", args=[application.token, offer.pk])
        message = to_contact(
            application,
            kind=OFFERED,
            subject=_("A stand is free for you now at %(edition)s: answer by %(deadline)s"),
            template="place_offered",
            deadline=moment(offer.expires_at),
            stand=str(offer.absence.stand),
            half_days=[str(each) for each in offer.half_days.order_by("starts_at", "pk")],
            page=f"{settings.BASE_URL}{page}",
        )
    message.expires_at = offer.expires_at
    message.thread = _thread(offer)
    return message


def place_withdrawn(offer: PlaceOffer) -> OutboxMessage:
    application = offer.application
    with language_of(application):
        message = to_contact(
            application,
            kind="startups.place_withdrawn",
            subject=_("Stand %(stand)s at %(edition)s is no longer offered to you"),
            template="place_withdrawn",
            stand=str(offer.absence.stand),
        )
    message.thread = _thread(offer)
    return message


def place_beside(offer: PlaceOffer, half_days: Sequence[HalfDay]) -> OutboxMessage:
    """A neighbour keeps its own stand and may spread to this one."""
    application = offer.application
    with language_of(application):
        return to_contact(
            application,
            kind=BESIDE,
            subject=_("Stand %(stand)s beside yours is kept free for you at %(edition)s"),
            template="place_beside",
            stand=str(offer.absence.stand),
            half_days=[str(each) for each in half_days],
        )


def _thread(offer: PlaceOffer) -> str:
    """An offer that is taken back before its mail has left is never told."""
    return f"startups.place.{offer.pk}"
