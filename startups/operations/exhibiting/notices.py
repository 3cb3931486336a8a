"""That the notice on personal data was read: noted with whatever a company saves."""

from django.utils import timezone

from startups import notice
from startups.models import Application


def note_notice_read(application: Application) -> None:
    """Of a locked application whose page showed the present notice. Safe to repeat."""
    if application.privacy_notice_version == notice.VERSION:
        return
    application.privacy_notice_version = notice.VERSION
    application.privacy_notice_at = timezone.now()
    application.save(update_fields=["privacy_notice_version", "privacy_notice_at"])
