"""What on the programme needs somebody."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from events.models import Session
from pavilion.core.access import access_of
from pavilion.core.desk.items import Item, present
from pavilion.core.models import User


def attention(user: User) -> list[Item]:
    """One query."""
    access = access_of(user)
    mine = Session.objects.visible_to(user).filter(ends_at__gte=timezone.now())
    if not access.manages(""):
        mine = mine.filter(participation__region__in=access.managed_codes)
    drafts = mine.aggregate(drafts=Count("pk", filter=Q(state=Session.State.DRAFT)))["drafts"]
    return present(
        Item(
            drafts,
            ngettext(
                "session is written but not published",
                "sessions are written but not published",
                drafts,
            ),
            reverse("admin:events_session_changelist") + "?state__exact=draft",
        )
    )
