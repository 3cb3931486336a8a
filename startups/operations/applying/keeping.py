"""Keep what a company types, as it types it: nothing is lost, whatever it is worth.

The form sends the fields that were touched, each with what its writer had seen of it. What is valid
is written; what is not stays as typed. What changed meanwhile in another window is not overwritten,
and what was typed over it is kept beside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from startups import steps, typed
from startups.models import Application
from startups.operations.applying.drafts import PRIVACY_NOTICE_VERSION, mail_led_back
from startups.operations.applying.states import Status, ensure_acts_for, locked
from startups.operations.applying.writing import (
    ensure_editable,
    led_back,
    same_company,
    write,
)
from startups.typed import ASIDE, Raw

Seen = Sequence[Raw]


@dataclass(frozen=True)
class Typed:
    """One field as typed. Valid: `value` is what to write. `seen`: what its writer may have had
    before their eyes, or None when they do not say and their word replaces whatever is there.
    """

    raw: Raw
    is_valid: bool
    value: Any = None
    seen: Seen | None = None


@dataclass(frozen=True)
class Kept:
    application: Application
    # Fields that changed meanwhile: kept beside, not written.
    aside: Sequence[str] = ()
    refusals: Mapping[str, str] = field(default_factory=dict)


def keep_typed(
    *,
    application_id: int,
    fields: Mapping[str, Typed],
    is_on_the_way: bool = False,
    by_name: str = "",
) -> Kept:
    """Keep what the company typed. Twice the same changes nothing.

    Of a submitted application nothing is written before `send_changes`: it is kept as typed. The
    address of the contact gets the private link, so it is not written on the way, while it is
    being typed. A SIRET of a company that has applied is kept as typed, with the refusal, and the
    link of that other application goes to its own contact.
    """
    with transaction.atomic():
        application = locked(application_id)
        ensure_acts_for(None, application)
        ensure_editable(application, by=None, now=timezone.now())
        fields, refusals = _without_rivals(application, fields)
        shown = _shown(application)
        accepted, set_aside = _sort(fields, shown)
        _write_valid(application, accepted, shown, is_on_the_way=is_on_the_way, by_name=by_name)
        _keep_rest(application, accepted, set_aside, shown, is_on_the_way=is_on_the_way)
    return Kept(application=application, aside=list(set_aside), refusals=refusals)


def leave_aside(*, application_id: int, name: str) -> Application:
    """Drop what was typed in another window for a field: the saved one stays. Safe to repeat."""
    with transaction.atomic():
        application = locked(application_id)
        ensure_acts_for(None, application)
        left = dict(application.typed)
        if left.pop(f"{ASIDE}{name}", None) is not None:
            application.typed = left
            application.save(update_fields=["typed", "updated_at"])
    return application


def discard_changes(*, application_id: int) -> Application:
    """Leave a submitted application as it was sent in. Safe to repeat."""
    with transaction.atomic():
        application = locked(application_id)
        ensure_acts_for(None, application)
        if application.status == Status.SUBMITTED and application.typed:
            application.typed = {}
            application.save(update_fields=["typed", "updated_at"])
    return application


def send_changes(
    *,
    application_id: int,
    values: Mapping[str, Any],
    answers: Mapping[str, Any],
    by_name: str = "",
) -> Application:
    """Write at once everything that was typed in a submitted application, complete as it was.

    The contact gets the whole application again by mail. Nothing to write: nothing happens.
    """
    with transaction.atomic():
        application = locked(application_id)
        ensure_acts_for(None, application)
        ensure_editable(application, by=None, now=timezone.now())
        siret = str(values.get("siret", application.siret))
        if (other := same_company(application, siret)) is not None:
            raise led_back(other)
        write(application, values, answers, by=None, by_name=by_name)
    return application


def _shown(application: Application) -> dict[str, Raw]:
    return typed.current(steps.State.of(application))


def _without_rivals(
    application: Application, fields: Mapping[str, Typed]
) -> tuple[Mapping[str, Typed], dict[str, str]]:
    """A SIRET that another application to this call has is nothing to write."""
    siret = fields.get("siret")
    if siret is None or not siret.is_valid or siret.value == application.siret:
        return fields, {}
    other = same_company(application, siret.value)
    if other is None:
        return fields, {}
    mail_led_back(other, typed_in=application)
    kept = Typed(raw=siret.raw, is_valid=False, seen=siret.seen)
    return {**fields, "siret": kept}, {"siret": str(led_back(other))}


def _sort(
    fields: Mapping[str, Typed], shown: Mapping[str, Raw]
) -> tuple[dict[str, Typed], dict[str, Typed]]:
    """What may be written or kept in place, and what changed meanwhile."""
    accepted, set_aside = {}, {}
    for name, each in fields.items():
        now = shown.get(name, "")
        is_file = isinstance(each.value, File)
        unseen = each.seen is not None and not any(typed.same(now, seen) for seen in each.seen)
        if unseen and not is_file and not typed.same(now, each.raw):
            set_aside[name] = each
        else:
            accepted[name] = each
    return accepted, set_aside


def _write_valid(
    application: Application,
    accepted: Mapping[str, Typed],
    shown: Mapping[str, Raw],
    *,
    is_on_the_way: bool,
    by_name: str,
) -> None:
    is_staged = application.status == Status.SUBMITTED
    ready = {
        name: each.value
        for name, each in accepted.items()
        if each.is_valid
        and name not in steps.PROMISES
        and (isinstance(each.value, File) or not is_staged)
        and not _waits(application, name, each.value, is_on_the_way=is_on_the_way)
    }
    given = {name[2:]: value for name, value in ready.items() if name.startswith("q:")}
    values = {name: value for name, value in ready.items() if not name.startswith("q:")}
    if not is_staged and any(name in accepted for name in steps.PROMISES):
        values["commitments"] = all(_made(accepted, shown))
    if not is_staged and application.privacy_notice_version != PRIVACY_NOTICE_VERSION:
        # Every step shows the notice.
        values["privacy_notice_version"] = PRIVACY_NOTICE_VERSION
    if values or given:
        write(application, values, given, by=None, by_name=by_name)


def _waits(application: Application, name: str, value: Any, *, is_on_the_way: bool) -> bool:
    if name != "contact_email" or not is_on_the_way:
        return False
    return str(value).lower() != application.contact_email.lower()


def _made(accepted: Mapping[str, Typed], shown: Mapping[str, Raw]) -> list[bool]:
    return [
        bool(accepted[name].raw if name in accepted else shown[name]) for name in steps.PROMISES
    ]


def _keep_rest(
    application: Application,
    accepted: Mapping[str, Typed],
    set_aside: Mapping[str, Typed],
    shown: Mapping[str, Raw],
    *,
    is_on_the_way: bool,
) -> None:
    """As typed: what is not valid, what waits for a button, the commitments made one by one."""
    before = dict(application.typed)
    left = dict(before)
    written = typed.saved(steps.State.of(application))
    is_staged = application.status == Status.SUBMITTED
    for name, each in accepted.items():
        left.pop(f"{ASIDE}{name}", None)
        is_to_come = is_staged or not each.is_valid
        if _waits(application, name, each.value, is_on_the_way=is_on_the_way):
            is_to_come = True
        is_written = isinstance(each.value, File) or typed.same(each.raw, written[name])
        if is_to_come and not is_written:
            left[name] = each.raw
        else:
            left.pop(name, None)
    if not is_staged and any(name in accepted for name in steps.PROMISES):
        left = {name: raw for name, raw in left.items() if name not in steps.PROMISES}
        if not application.commitments_at:
            made = zip(steps.PROMISES, _made(accepted, shown), strict=True)
            left |= {name: "on" for name, is_made in made if is_made}
    left |= {f"{ASIDE}{name}": each.raw for name, each in set_aside.items()}
    if left != before:
        application.typed = left
        application.save(update_fields=["typed", "updated_at"])
