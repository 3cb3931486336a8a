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
    offices = Office.objects.filter(
        Q(email__iexact=address) | Q(secretariats__email__iexact=address)
    )
    Office.objects.filter(pk__in=offices.order_by("pk").values("pk")).update(**failure)
    Secretariat.objects.filter(email__iexact=address).update(**failure)


def forget_mail_failure(whose: Person | Office, address: str) -> None:
    """Nothing is written to them at this address any more: what came back from it is mended."""
    type(whose)._default_manager.filter(
        pk=whose.pk, mail_failure__istartswith=f"{address}: "
    ).update(mail_failed_at=None, mail_failure="")
