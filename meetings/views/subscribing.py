"""What a person does with their calendar addresses, on their page."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings import operations
from meetings.forms import CalendarForm, FeedForm
from meetings.models import Feed, Person
from pavilion.core.errors import DomainError
from pavilion.core.models import User


def change_calendar(request: HttpRequest, person: Person, by: User | None) -> None:
    """Do what was asked and say so; an address closed meanwhile is told."""
    feeds = Feed.objects.active().filter(person=person)
    form = CalendarForm(request.POST, feeds=feeds)
    # A button alone chooses nothing: the first address tells all, in the language of its person.
    wanted = FeedForm(request.POST) if "level" in request.POST else None
    if not form.is_valid():
        messages.warning(request, _("This calendar address is already closed."))
        return
    if wanted and not wanted.is_valid():
        messages.warning(request, next(str(each[0]) for each in wanted.errors.values()))
        return
    feed: Feed | None = form.cleaned_data["feed"]
    action = form.cleaned_data["action"]
    if action == "open" and wanted is None and feeds.exists():
        return  # the button that opens the first one, touched twice
    chosen = wanted.cleaned_data if wanted else {}
    try:
        sentence = _act(action, feed, person, chosen, by)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, sentence)


def _act(
    action: str, feed: Feed | None, person: Person, wanted: dict[str, object], by: User | None
) -> str:
    if feed is None or action == "open":
        operations.open_feed(person_id=person.pk, by=by, **wanted)  # type: ignore[arg-type]
        return _("Your calendar address is ready.")
    if action == "change":
        operations.change_feed(feed_id=feed.pk, by=by, **wanted)
        return _("Your calendar shows it the next time it reads the address.")
    if action == "revoke":
        operations.revoke_feed(feed_id=feed.pk, by=by)
        return _("This calendar address no longer opens.")
    operations.renew_feed(feed_id=feed.pk, by=by, at_once=action == "replace")
    days = settings.FEED_GRACE
    if action == "replace" or not days:
        return _("Here is your new calendar address. The former one no longer opens.")
    return ngettext(
        "Here is your new calendar address. The former one opens for %(days)d day more.",
        "Here is your new calendar address. The former one opens for %(days)d days more.",
        days,
    ) % {"days": days}
