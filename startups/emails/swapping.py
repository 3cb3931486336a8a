"""Mails about a swap of half-days. Of each other, companies learn names and stands alone."""

import re
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pavilion.core.models import Language, OutboxMessage
from startups.emails.letter import language_of, to_contact
from startups.floor.exchanges import RegionFloor, exchange_of
from startups.models import Exhibitor, Swap

PROPOSED = "startups.swap_proposed"


def swap_proposed(swap: Swap, floor: RegionFloor) -> OutboxMessage:
    """To the other exhibitor, with the page of the two buttons."""
    return _to(
        swap,
        floor,
        swap.other,
        kind=PROPOSED,
        subject=gettext_lazy("%(other)s proposes an exchange of stands at %(edition)s"),
        template="swap_proposed",
    )


def swap_accepted(swap: Swap, floor: RegionFloor) -> OutboxMessage:
    """To the proposer: the region has still to approve."""
    return _to(
        swap,
        floor,
        swap.proposer,
        kind="startups.swap_accepted",
        subject=gettext_lazy("%(other)s accepts your exchange; the region still has to approve it"),
        template="swap_accepted",
    )


def swap_over(swap: Swap, floor: RegionFloor, *, to: Exhibitor) -> OutboxMessage:
    """It comes to nothing: declined, taken back, refused, overtaken or too late."""
    return _to(
        swap,
        floor,
        to,
        kind=f"startups.swap_{swap.status}",
        subject=gettext_lazy("The exchange with %(other)s does not take place"),
        template="swap_over",
    )


def swap_to_approve(swap: Swap, floor: RegionFloor) -> OutboxMessage:
    """To the region's desk: both agree, it decides."""
    application = swap.proposer.application
    exchange = exchange_of(swap)
    with translation.override(Language.FRENCH):
        page = reverse("admin:startups_swap_change", args=[swap.pk])
        subject = _("To approve: %(first)s and %(second)s want to exchange half-days") % {
            "first": swap.proposer,
            "second": swap.other,
        }
        body = render_to_string(
            "startups/emails/swap_to_approve.txt",
            {
                "first": swap.proposer,
                "second": swap.other,
                "message": swap.message,
                "gives": floor.spoken(exchange.gives),
                "takes": floor.spoken(exchange.takes),
                "url": f"{settings.BASE_URL}{page}",
            },
        )
        return OutboxMessage(
            kind="startups.swap_to_approve",
            region_code=swap.region_code,
            recipient=application.call.contact_email,
            recipient_name=str(application.call.participation.region),
            language=Language.FRENCH,
            subject=subject[:250],
            body=re.sub(r"\n{3,}", "\n\n", body).strip() + "\n",
        )


def _to(
    swap: Swap, floor: RegionFloor, to: Exhibitor, *, kind: str, subject: Any, template: str
) -> OutboxMessage:
    """To one of the two, told from its side."""
    exchange = exchange_of(swap)
    is_proposer = to.pk == swap.proposer_id
    leaves, gets = (
        (exchange.gives, exchange.takes) if is_proposer else (exchange.takes, exchange.gives)
    )
    application = to.application
    with language_of(application):
        page = reverse("startups:application_swap", args=[application.token, swap.pk])
        return to_contact(
            application,
            kind=kind,
            subject=str(subject),
            template=template,
            swap=swap,
            is_proposer=is_proposer,
            other=str(swap.other if is_proposer else swap.proposer),
            leaves=floor.spoken(leaves),
            gets=floor.spoken(gets),
            page=f"{settings.BASE_URL}{page}",
        )
