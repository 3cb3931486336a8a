"""What of the answers needs somebody: doubtful mail, and those to be asked again today."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from meetings.chase_list import due, to_chase
from meetings.models import IncomingMail
from pavilion.core.access import access_of
from pavilion.core.desk.items import Item
from pavilion.core.models import User


def items(user: User) -> list[Item]:
    """Two queries."""
    access = access_of(user)
    if not (access.is_national or access.desk_codes):
        return []
    doubtful = IncomingMail.objects.to_review().visible_to(user).count()
    to_ask = due(to_chase(user, now=timezone.now())).count()
    mails = reverse("admin:meetings_incomingmail_changelist")
    chases = reverse("admin:meetings_chase_changelist")
    return [
        Item(
            doubtful,
            ngettext(
                "incoming message is to be looked at",
                "incoming messages are to be looked at",
                doubtful,
            ),
            f"{mails}?outcome__exact=review",
        ),
        Item(
            to_ask,
            ngettext(
                "person or office is to be asked again today",
                "people or offices are to be asked again today",
                to_ask,
            ),
            f"{chases}?answered=due",
        ),
    ]
