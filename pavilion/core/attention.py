"""What in the outbox needs somebody."""

from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from pavilion.core.access import access_of
from pavilion.core.desk.items import Item, present
from pavilion.core.models import OutboxMessage, User, is_late

# How long a message that came back is called attention to.
LATELY = timedelta(days=7)


def attention(user: User) -> list[Item]:
    """One query."""
    access = access_of(user)
    mine = OutboxMessage.objects.visible_to(user)
    if not access.manages(""):
        mine = mine.filter(region_code__in=access.managed_codes)
    now = timezone.now()
    counts = mine.aggregate(
        late=Count("pk", filter=is_late(now)),
        held=Count("pk", filter=Q(state="held")),
        failed=Count("pk", filter=Q(state="failed")),
        bounced=Count("pk", filter=_lately_bounced(now)),
    )
    url = reverse("admin:core_outboxmessage_changelist")
    held, failed, bounced = counts["held"], counts["failed"], counts["bounced"]
    late = counts["late"]
    return present(
        Item(
            late,
            ngettext(
                "message should have left more than ten minutes ago",
                "messages should have left more than ten minutes ago",
                late,
            ),
            f"{url}?waits=late",
        ),
        Item(
            failed,
            ngettext("message could not leave", "messages could not leave", failed),
            f"{url}?state__exact=failed",
        ),
        Item(
            bounced,
            ngettext("message came back this week", "messages came back this week", bounced),
            f"{url}?state__exact=bounced",
        ),
        Item(
            held,
            ngettext("message awaits your approval", "messages await your approval", held),
            f"{url}?state__exact=held",
        ),
    )


def _lately_bounced(now: datetime) -> Q:
    """Those that nobody has sent again."""
    again = OutboxMessage.objects.filter(resends=OuterRef("pk"))
    return Q(~Exists(again), state="bounced", bounced_at__gt=now - LATELY)
