"""The panel of a meeting's page that leads to its briefing; what it says stays on its own page."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.models import Briefing, Meeting
from meetings.operations.briefings import may_write
from pavilion.core.access import access_of
from pavilion.core.desk import KEYS, VERBS, Panel

VERBS |= {
    "briefing.written": _("Briefing written"),
    "briefing.changed": _("Briefing changed"),
    "briefing.erased": _("Briefing erased"),
}
KEYS |= {"readers": (_("readers"), {})}


def briefing_panel(request: HttpRequest, meeting: Meeting) -> Panel | None:
    """For whoever may read or write it; nothing for the rest."""
    user = request.user
    found = Briefing.objects.filter(meeting=meeting).select_related("author").first()
    may_read = found is not None and Briefing.objects.visible_to(user).filter(pk=found.pk).exists()
    writes = user.is_authenticated and may_write(meeting, user)
    manages_all = access_of(user).manages("")
    if not (may_read or writes):
        return None
    context = {
        "briefing": found,
        "may_read": may_read,
        "may_write": writes and (found is None or found.author_id == user.pk),
        "may_erase": found is not None and (found.author_id == user.pk or manages_all),
        "erase_url": reverse("meetings:briefing_erase", args=[meeting.pk]),
        "url": reverse("meetings:briefing", args=[meeting.pk]),
        "write_url": reverse("meetings:briefing_write", args=[meeting.pk]),
    }
    return Panel(gettext("Briefing"), "admin/meetings/_briefing.html", context)
