"""A region's call for applications: written in private, published, changed."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from events.models import Participation
from pavilion.core import activity, changes
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups.models import Call

CALL_FIELDS = frozenset(
    {
        "text_fr",
        "text_en",
        "opens_at",
        "closes_at",
        "grace_minutes",
        "results_at",
        "confirm_within_days",
        "places",
        "contact_email",
    }
)


class CallExists(DomainError):
    code = "call_exists"


class ClosesBeforeItOpens(DomainError):
    code = "closes_before_it_opens"


class AlreadyBegun(DomainError):
    code = "already_begun"


def create_call(
    *,
    participation: Participation,
    opens_at: datetime,
    closes_at: datetime,
    places: int,
    contact_email: str,
    by: User | None,
    **fields: Any,
) -> Call:
    """Write a region's call. Nobody outside its team sees it before it is published."""
    ensure_manages(by, participation.region_id)
    values = changes.clean(
        Call,
        {
            "opens_at": opens_at,
            "closes_at": closes_at,
            "places": places,
            "contact_email": contact_email,
            **fields,
        },
        allowed=CALL_FIELDS,
    )
    call = Call(participation=participation, **values)
    with transaction.atomic():
        _save(call)
        activity.record(
            by=by, verb="call.created", target=call, region_code=call.region_code, after=values
        )
    return call


def change_call(*, call_id: int, by: User | None, **fields: Any) -> Call:
    """Change what is given and leave the rest. What already is so leaves no trace."""
    with transaction.atomic():
        call = _locked(call_id, by)
        before, after = changes.assign(call, changes.clean(Call, fields, allowed=CALL_FIELDS))
        if after:
            _save(call, list(after))
            activity.record(
                by=by,
                verb="call.changed",
                target=call,
                region_code=call.region_code,
                before=before,
                after=after,
            )
    return call


def publish_call(*, call_id: int, by: User | None) -> Call:
    """Show the call to everybody; it opens at its own hour. Safe to call twice."""
    with transaction.atomic():
        call = _locked(call_id, by)
        if not call.is_published:
            _show(call, True, by=by, verb="call.published")
    return call


def hide_call(*, call_id: int, by: User | None) -> Call:
    """Take a call back into preparation, as long as nobody has begun to apply. Safe to repeat."""
    with transaction.atomic():
        call = _locked(call_id, by)
        if not call.is_published:
            return call
        if number := call.applications.count():
            raise AlreadyBegun(
                _("%(region)s’s call already has applications: it stays published.")
                % {"region": call.participation.region},
                field="is_published",
                details={"applications": number},
            )
        _show(call, False, by=by, verb="call.hidden")
    return call


def _locked(call_id: int, by: User | None) -> Call:
    """The call, locked, for somebody who may act on it."""
    call = (
        Call.objects.select_for_update(of=("self",))
        .select_related("participation__region", "participation__edition")
        .get(pk=call_id)
    )
    ensure_manages(by, call.region_code)
    return call


def _show(call: Call, is_published: bool, *, by: User | None, verb: str) -> None:
    call.is_published = is_published
    call.save(update_fields=["is_published"])
    activity.record(
        by=by,
        verb=verb,
        target=call,
        region_code=call.region_code,
        before={"is_published": not is_published},
        after={"is_published": is_published},
    )


def _save(call: Call, update_fields: list[str] | None = None) -> None:
    if call.closes_at <= call.opens_at:
        raise ClosesBeforeItOpens(_("The call closes before it opens."), field="closes_at")
    changes.save(
        call,
        rivals=Call.objects.filter(participation=call.participation),
        refusal=lambda rival: CallExists(
            _("%(region)s already has its call for %(edition)s.")
            % {"region": call.participation.region, "edition": call.edition},
            field="participation",
            details={"call": rival.pk},
        ),
        update_fields=update_fields,
    )
