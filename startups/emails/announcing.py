"""The mail that tells an exhibitor its stand: what changes for it, in its language."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from events.models import HalfDay
from pavilion.core.models import OutboxMessage
from startups.emails.letter import language_of, to_contact
from startups.floor import presence
from startups.floor.differences import Cells, Difference, Names, difference
from startups.floor.spoken import days_told
from startups.models import Exhibitor

PLAN = "startups.plan_announced"


def plan_announced(
    exhibitor: Exhibitor, *, before: Cells, after: Cells, names: Names, note: str
) -> OutboxMessage:
    """Of no use once the last half-day it speaks of is over."""
    application = exhibitor.application
    with language_of(application):
        told = difference(exhibitor.pk, before, after, names)
        own_page = settings.BASE_URL + reverse(
            "startups:application_stand", args=[application.token]
        )
        message = to_contact(
            application,
            kind=PLAN,
            subject=_subject(told, str(application.call.edition), after, names).replace("%", "%%"),
            template="plan_announced",
            difference=told,
            stands=[(number, days_told(days)) for number, days in names.by_stand(after)],
            note=note,
            own_page=own_page,
        )
    ends = [half_day.ends_at for half_day in _spoken_of(before, after, names)]
    message.expires_at = max(ends, default=None)
    return message


def _subject(told: Difference, edition: str, after: Cells, names: Names) -> str:
    """What, when and where, when it can be said in one sentence."""
    held = names.by_stand(after)
    days = presence.spoken_days(half_day for _number, days in held for half_day in days)
    words = {
        "edition": edition,
        "stands": ", ".join(number for number, _days in held),
        "days": days,
    }
    if told.is_last:
        return _("%(edition)s: no stand is announced for you any more") % words
    if told.is_first:
        return _("Your stand at %(edition)s: %(stands)s, %(days)s") % words
    if len(told.moves) == 1:
        sentence = told.told[0]
        words["sentence"] = sentence[:1].lower() + sentence[1:].rstrip(".")
        return _("%(edition)s: %(sentence)s") % words
    return _("Your stand at %(edition)s changes: %(stands)s, %(days)s") % words


def _spoken_of(before: Cells, after: Cells, names: Names) -> list[HalfDay]:
    return [names.half_days[key] for key in {*before, *after} if key in names.half_days]
