"""Mail that did not reach somebody of the delegation: said on their file until it is mended."""

from datetime import datetime

from django.db.models import Q

from meetings.models import Office, Person, Secretariat
from pavilion.core.models import OutboxMessage


def note_mail_failure(message: OutboxMessage, reason: str, at: datetime) -> None:
    """Mark whoever has the address, or is written to through it. Safe to repeat."""
    address = message.recipient
    people = Person.objects.filter(
        Q(email__iexact=address) | Q(secretariats__email__iexact=address)
    )
    failure = {
        "mail_failed_at": at,
        "mail_failure": " ".join(f"{address}: {reason}".split())[:300],
    }
    Person.objects.filter(pk__in=people.order_by("pk").values("pk")).update(**failure)
    Office.objects.filter(email__iexact=address).update(**failure)
    Secretariat.objects.filter(email__iexact=address).update(**failure)
