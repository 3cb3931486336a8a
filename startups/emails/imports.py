"""The mail to somebody whose application an organiser brought in from a list."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core.models import OutboxMessage
from startups.dates import moment
from startups.emails.letter import language_of, to_contact
from startups.models import Application


def entered(application: Application) -> OutboxMessage:
    """Who is named in a list learns of it: what is kept, why, and their rights."""
    call = application.call
    with language_of(application):
        return to_contact(
            application,
            kind="startups.entered",
            subject=_("Your application with %(region)s for %(edition)s was entered for you"),
            template="entered",
            closes=moment(call.closes_at) if call.accepts_submissions(timezone.now()) else "",
            notice=f"{settings.BASE_URL}{reverse('core:privacy')}",
        )
