"""What of the answers needs somebody: doubtful mail, and those to be asked again today."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.chase_list import due, to_chase
from meetings.models import IncomingMail
from meetings.receiving import trouble
from pavilion.core.access import Access, access_of
from pavilion.core.desk.items import Item
from pavilion.core.desk.moments import short_moment
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
        *_unread(access),
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


def _unread(access: Access) -> list[Item]:
    """That replies do not come in: the national team's mailbox to mend."""
    met = trouble.current() if access.is_national else None
    if met is None:
        return []
    sentence = _("mailbox cannot be read since %(moment)s. %(why)s")
    words = {"moment": short_moment(met.since), "why": met}
    return [Item(1, sentence % words, reverse("admin:meetings_incomingmail_changelist"))]
