"""Mails about what an exhibitor prepares: its signed charter, its people, its declaration."""

import re

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from pavilion.core.models import Language, OutboxMessage
from startups import aid
from startups.dates import day, moment
from startups.eligibility import euros
from startups.emails.letter import language_of, to_contact
from startups.models import Badge, CharterSignature, Exhibitor


def charter_signed(exhibitor: Exhibitor, signature: CharterSignature) -> OutboxMessage:
    """The contact keeps a copy: whoever signed may be somebody else."""
    application = exhibitor.application
    with language_of(application):
        return to_contact(
            application,
            kind="startups.charter_signed",
            subject=_("Charter signed: %(company)s at %(edition)s"),
            template="charter_signed",
            signature=signature,
            signed=moment(signature.signed_at),
        )


def badge_notice(exhibitor: Exhibitor, badge: Badge) -> OutboxMessage:
    """What is kept about somebody a colleague named, and why (GDPR, article 14)."""
    application = exhibitor.application
    with language_of(application):
        edition = application.call.edition
        words = {"company": application, "edition": edition}
        return OutboxMessage(
            kind="startups.badge_notice",
            region_code=application.region_code,
            recipient=badge.email,
            recipient_name=str(badge),
            language=application.language,
            subject=(_("Your badge for %(edition)s: what we keep about you") % words)[:250],
            body=_body(
                "badge_notice",
                **words,
                badge=badge,
                days=[str(each) for each in badge.days.order_by("date", "pk")],
                source=application.contact_name or str(application),
                region=application.call.participation.region,
                first_day=day(edition.starts_on),
                last_day=day(edition.ends_on),
                contact=application.call.contact_email,
                privacy_url=f"{settings.BASE_URL}{reverse('core:privacy')}",
            ),
        )


def aid_above(exhibitor: Exhibitor, standing: aid.Standing) -> OutboxMessage:
    """To the region: its decision whether the stand may still be granted as it is."""
    application = exhibitor.application
    with translation.override(Language.FRENCH):
        desk = reverse("admin:startups_exhibitor_change", args=[exhibitor.pk])
        subject = _("De minimis ceiling exceeded: %(company)s") % {"company": application}
        return OutboxMessage(
            kind="startups.aid_above",
            region_code=application.region_code,
            recipient=application.call.contact_email,
            recipient_name=str(application.call.participation.region),
            language=Language.FRENCH,
            subject=subject[:250],
            body=_body(
                "aid_above",
                company=application,
                since=day(standing.since),
                day=day(standing.day),
                declared=euros(standing.declared),
                advantage=euros(standing.advantage),
                total=euros(standing.total),
                excess=euros(standing.excess),
                ceiling=euros(aid.CEILING),
                url=f"{settings.BASE_URL}{desk}",
            ),
        )


def _body(template: str, **context: object) -> str:
    body = render_to_string(f"startups/emails/{template}.txt", context)
    return re.sub(r"\n{3,}", "\n\n", body).strip() + "\n"
