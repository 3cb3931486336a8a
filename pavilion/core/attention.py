"""What in the outbox needs somebody."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import ngettext

from pavilion.core.access import access_of
from pavilion.core.desk.items import Item, present
from pavilion.core.models import OutboxMessage, User


def attention(user: User) -> list[Item]:
    """One query."""
    access = access_of(user)
    mine = OutboxMessage.objects.visible_to(user)
    if not access.manages(""):
        mine = mine.filter(region_code__in=access.managed_codes)
    counts = mine.aggregate(
        held=Count("pk", filter=Q(state="held")), failed=Count("pk", filter=Q(state="failed"))
    )
    url = reverse("admin:core_outboxmessage_changelist")
    held, failed = counts["held"], counts["failed"]
    return present(
        Item(
            failed,
            ngettext("message could not leave", "messages could not leave", failed),
            f"{url}?state__exact=failed",
        ),
        Item(
            held,
            ngettext("message awaits your approval", "messages await your approval", held),
            f"{url}?state__exact=held",
        ),
    )
