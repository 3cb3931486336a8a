"""To a secretariat: where it answers for all for whom it does."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.models import Secretariat
from pavilion.core.models import OutboxMessage


def secretariat_link(secretariat: Secretariat, *, waiting: int) -> OutboxMessage:
    """`waiting` is how many meetings await an answer."""
    whose = secretariat.person or secretariat.office
    language = whose.language if whose else settings.LANGUAGE_CODE
    region_code = (whose.region_id if whose else "") or ""
    office = secretariat.office
    is_held = office is not None and office.needs_approval
    with translation.override(language):
        context = {
            "url": settings.BASE_URL + secretariat.get_absolute_url(),
            "waiting": waiting,
            "organizer": settings.ORGANIZER_NAME,
            "LANGUAGE_CODE": language,
        }
        subject = ngettext(
            "%(count)d meeting awaits your answer", "%(count)d meetings await your answer", waiting
        )
        return OutboxMessage(
            kind="meetings.secretariat.link",
            state=OutboxMessage.State.HELD if is_held else OutboxMessage.State.QUEUED,
            region_code=region_code,
            recipient=secretariat.email,
            recipient_name=secretariat.name[:150],
            language=language,
            subject=subject % {"count": waiting} if waiting else _("Your answers"),
            body=render_to_string("meetings/emails/secretariat.txt", context),
            html=render_to_string("meetings/emails/secretariat.html", context),
            thread=f"secretariat:{secretariat.public_id}",
        )
