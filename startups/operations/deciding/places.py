"""The places of a call: who holds one, who gets one, who moves up when one comes free.

Everything here is done with the call locked, so that no place is given twice.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pavilion.core import outbox
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups import emails
from startups.dates import end_of
from startups.models import Application, Call, Decision
from startups.operations.applying.states import Status, move

# Who holds a place: whoever was offered one keeps it until they say no or their time is over.
HOLDING = frozenset({Status.SELECTED, Status.CONFIRMED})
# What a region has still to decide: once a call is closed and none is left, its list is final.
TO_DECIDE = frozenset({Status.SUBMITTED, Status.INCOMPLETE, Status.ELIGIBLE})


class NoPlaceLeft(DomainError):
    code = "no_place_left"


def places_held(call: Call) -> int:
    """How many places of the call are confirmed or offered."""
    return Application.objects.filter(call=call, status__in=HOLDING).count()


def ensure_place_left(call: Call) -> None:
    held = places_held(call)
    if held < call.places:
        return
    raise NoPlaceLeft(
        _(
            "All %(places)s places of this call are confirmed or offered: put the company on the "
            "waiting list, or raise the number of places."
        )
        % {"places": call.places},
        details={"places": call.places, "held": held},
    )


def has_begun(call: Call, now: datetime) -> bool:
    """From the first day of the fair on, no place is offered by itself."""
    return timezone.localdate(now) >= call.edition.starts_on


def confirm_by(call: Call, days: int, now: datetime) -> datetime:
    """The end of a day in Paris, so many days ahead; before the fair begins, if that is to come."""
    today = timezone.localdate(now)
    eve = call.edition.starts_on - timedelta(days=1)
    last = today + timedelta(days=days)
    return end_of(min(last, eve) if today <= eve else last)


def give_place(
    application: Application,
    *,
    by: User | None,
    reason: str = "",
    words: str = "",
    tells: bool = True,
) -> None:
    """Offer a locked application a place that is free; from the waiting list, with its own mail.

    `reason` is for the log, `words` stand in the mail. Who has said yes already is not asked:
    without `tells`, no mail.
    """
    is_promotion = application.status == Status.WAITLISTED
    call = application.call
    days = call.offer_within_days if is_promotion else call.confirm_within_days
    now = timezone.now()
    move(
        application,
        Status.SELECTED,
        verb="application.promoted" if is_promotion else "application.selected",
        by=by,
        reason=reason,
        decided_at=now,
        decision_reason=words,
        confirm_by=confirm_by(call, days, now),
        promoted_at=now if is_promotion else None,
        lapsed_at=None,
    )
    if tells:
        write = emails.promoted if is_promotion else emails.selected
        outbox.enqueue(write(application))


def fills_every_place(call: Call, now: datetime) -> bool:
    """Whether every free place is filled from the list, or only one that somebody gives up.

    Where decisions are made file by file, places may be kept free on purpose as long as something
    is left to decide. Whom a late-entry code still lets in does not matter.
    """
    if call.released_at is not None:
        return True
    is_closed = now >= call.closes_at + timedelta(minutes=call.grace_minutes)
    return is_closed and not _is_left_to_decide(call)


def _is_left_to_decide(call: Call) -> bool:
    if Application.objects.filter(call=call, status__in=TO_DECIDE).exists():
        return True
    return Decision.objects.pending().filter(application__call=call).exists()


def promote_next(call: Call, *, why: str) -> Application | None:
    """Offer one free place of the locked call to the first of its list, if it moves up by itself.

    None when no place is free, nobody waits, the region does it by hand or the fair has begun.
    """
    if not call.fills_by_itself or has_begun(call, timezone.now()):
        return None
    if places_held(call) >= call.places:
        return None
    application = (
        Application.objects.select_for_update(of=("self",))
        .filter(call=call, status=Status.WAITLISTED)
        .order_by("waiting_rank", "pk")
        .first()
    )
    if application is not None:
        application.call = call
        give_place(application, by=None, reason=why)
    return application


def fill(call: Call, *, why: str = "") -> list[Application]:
    """Offer every free place of the locked call, to the first of its list first."""
    why = why or in_house_words(gettext_lazy("A place was free."))
    promoted: list[Application] = []
    while (application := promote_next(call, why=why)) is not None:
        promoted.append(application)
    return promoted


def pass_on(application: Application) -> list[Application]:
    """The place a locked application held has come free: offer it, with its call locked.

    Others that are free are filled with it where `fills_every_place` says so.
    """
    why = in_house_words(gettext_lazy("The place of %(company)s came free."), company=application)
    if fills_every_place(application.call, timezone.now()):
        return fill(application.call, why=why)
    promoted = promote_next(application.call, why=why)
    return [promoted] if promoted else []


def in_house_words(sentence: Any, **words: object) -> str:
    """What the system notes in the log, in the team's language whoever's click it followed."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(sentence) % words
