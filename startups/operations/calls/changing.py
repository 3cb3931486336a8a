"""A region's call for applications: written in private, published, changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import Participation
from pavilion.core import activity, changes
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError, paris_iso
from pavilion.core.models import User
from startups import charter, dates
from startups.models import Application, Call, Headcount, Theme
from startups.operations.calls import deadlines
from startups.operations.calls.locks import locked_call

# Columns of the call itself; its themes come beside them, under "themes".
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
        "only_head_office",
        "max_age_years",
        "max_headcount",
        "max_revenue",
        "only_first_participation",
        "reviews_each",
        "hides_other_scores",
        "release_at",
        "fills_by_itself",
        "offer_within_days",
        "charter_fr",
        "charter_en",
        "advantage",
        "badge_quota",
    }
)
_CHARTER = ("charter_fr", "charter_en")
# Who holds a place: chosen, or chosen and confirmed.
_HOLDING = (Application.Status.SELECTED, Application.Status.CONFIRMED)


class CallExists(DomainError):
    code = "call_exists"


class ClosesBeforeItOpens(DomainError):
    code = "closes_before_it_opens"


class AlreadyBegun(DomainError):
    code = "already_begun"


class ResultsBeforeClosing(DomainError):
    code = "results_before_closing"


class ReleasedInThePast(DomainError):
    code = "released_in_the_past"


class AlreadyReleased(DomainError):
    code = "already_released"


class PlacesHeld(DomainError):
    code = "places_held"


class NotALimit(DomainError):
    code = "not_a_limit"


class CharterWithoutFrench(DomainError):
    code = "charter_without_french"


def create_call(
    *,
    participation: Participation,
    opens_at: datetime,
    closes_at: datetime,
    places: int,
    contact_email: str,
    by: User | None,
    themes: Iterable[Theme] = (),
    **fields: Any,
) -> Call:
    """Write a region's call, with the usual deadlines of an exhibitor's checklist.

    Nobody outside its team sees it before it is published.
    """
    ensure_manages(by, participation.region_id)
    values = _clean(
        {
            "opens_at": opens_at,
            "closes_at": closes_at,
            "places": places,
            "contact_email": contact_email,
            **fields,
        }
    )
    call = Call(participation=participation, **values)
    with transaction.atomic():
        _ensure_holds_together(call, values)
        _save(call)
        _before, chosen = _give_themes(call, themes)
        deadlines.write_usual(call)
        activity.record(
            by=by,
            verb="call.created",
            target=call,
            region_code=call.region_code,
            after={**values, **chosen},
        )
    return call


def change_call(
    *, call_id: int, by: User | None, themes: Iterable[Theme] | None = None, **fields: Any
) -> Call:
    """Change what is given and leave the rest. What already is so leaves no trace.

    A new text of the charter is a new version of it.
    """
    with transaction.atomic():
        call = locked_call(call_id, by)
        before, after = changes.assign(call, _clean(fields))
        if after:
            _ensure_holds_together(call, after)
            if after.keys() & set(_CHARTER):
                before["charter_version"] = call.charter_version
                call.charter_version += 1
                after["charter_version"] = call.charter_version
            _save(call, list(after))
        if themes is not None:
            had, has = _give_themes(call, themes)
            before, after = before | had, after | has
        if after:
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
    """Show the call to everybody; it opens at its own hour. Safe to call twice.

    A call without any checklist deadline gets the usual ones.
    """
    with transaction.atomic():
        call = locked_call(call_id, by)
        if not call.is_published:
            if not call.deadlines.exists():
                deadlines.write_usual(call)
            _show(call, True, by=by, verb="call.published")
    return call


def hide_call(*, call_id: int, by: User | None) -> Call:
    """Take a call back into preparation, as long as nobody has begun to apply. Safe to repeat."""
    with transaction.atomic():
        call = locked_call(call_id, by)
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


def _clean(fields: Mapping[str, Any]) -> dict[str, Any]:
    values = changes.clean(Call, fields, allowed=CALL_FIELDS)
    # Browsers send other line ends than programs: the same charter is no new version of it.
    return values | {name: charter.tidy(values[name]) for name in _CHARTER if name in values}


def _ensure_holds_together(call: Call, given: Mapping[str, Any]) -> None:
    """Refuse what contradicts itself, as far as it is being written now."""
    if given.keys() & {"opens_at", "closes_at"} and call.closes_at <= call.opens_at:
        raise ClosesBeforeItOpens(_("The call closes before it opens."), field="closes_at")
    for name in ("results_at", "release_at"):
        if given.keys() & {"closes_at", name}:
            _ensure_after_closing(call, name)
    if "release_at" in given and call.release_at is not None:
        _ensure_to_come(call)
    if "places" in given and call.pk:
        _ensure_enough_places(call)
    if "max_headcount" in given and call.max_headcount == Headcount.UNKNOWN:
        sentence = _("Choose the largest headcount that may apply: “unknown” is not a limit.")
        raise NotALimit(sentence, field="max_headcount")
    if given.keys() & set(_CHARTER) and call.charter_en and not call.charter_fr:
        sentence = _("Write the charter in French too: it is the one that counts.")
        raise CharterWithoutFrench(sentence, field="charter_fr")


def _ensure_after_closing(call: Call, name: str) -> None:
    at: datetime | None = getattr(call, name)
    if at is not None and at < call.closes_at:
        sentence = {
            "results_at": _("The call closes on %(closes)s: its results come after."),
            "release_at": _("The call closes on %(closes)s: decisions are released after."),
        }[name]
        raise ResultsBeforeClosing(
            sentence % {"closes": dates.moment(call.closes_at)},
            field=name,
            details={name: paris_iso(at), "closes_at": paris_iso(call.closes_at)},
        )


def _ensure_to_come(call: Call) -> None:
    if call.released_at is not None:
        raise AlreadyReleased(
            _("The decisions were released on %(at)s: no other date can be set.")
            % {"at": dates.moment(call.released_at)},
            field="release_at",
            details={"released_at": paris_iso(call.released_at)},
        )
    if call.release_at is not None and call.release_at <= timezone.now():
        raise ReleasedInThePast(
            _("This moment is past: the decisions would leave at once. Release them yourself."),
            field="release_at",
            details={"release_at": paris_iso(call.release_at)},
        )


def _ensure_enough_places(call: Call) -> None:
    held = call.applications.filter(status__in=_HOLDING).count()
    if call.places < held:
        sentence = ngettext(
            "%(held)d place is already held by a company that was selected.",
            "%(held)d places are already held by companies that were selected.",
            held,
        )
        raise PlacesHeld(sentence % {"held": held}, field="places", details={"held": held})


def _give_themes(call: Call, themes: Iterable[Theme]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Limit the call to these. Returns before and after by code, empty when nothing differs."""
    wanted = list(themes)
    had = sorted(call.themes.values_list("pk", flat=True))
    has = sorted({theme.pk for theme in wanted})
    if had == has:
        return {}, {}
    call.themes.set(wanted)
    return {"themes": had}, {"themes": has}


def _save(call: Call, update_fields: list[str] | None = None) -> None:
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
