"""Write in an application: what a company typed, or what an organiser corrects for it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import HalfDay
from pavilion.core import activity, outbox
from pavilion.core.errors import DomainError, paris_iso
from pavilion.core.models import User
from startups import emails, steps, typed
from startups.columns import TOLD_BY_THE_COMPANY
from startups.dates import moment
from startups.models import Application, Question
from startups.operations.applying.drafts import accepts, closed, mail_led_back, mail_link
from startups.operations.applying.own_answers import write_answers
from startups.operations.applying.states import (
    Status,
    WrongStatus,
    ensure_acts_for,
    is_its_company,
    locked,
)
from startups.operations.refusals import ChangedMeanwhile
from startups.uploads import files

# What an applicant writes. `commitments` and `wanted_half_days` are not plain columns.
COLUMNS = (*TOLD_BY_THE_COMPANY, "logo", "privacy_notice_version")
WRITABLE = frozenset({*COLUMNS, "commitments", "wanted_half_days"})


class AlreadyApplied(DomainError):
    code = "already_applied"


class Incomplete(DomainError):
    code = "incomplete"


class NotSettled(DomainError):
    code = "not_settled"


class CorrectionClosed(DomainError):
    code = "correction_closed"


class MoreWomenThanFounders(DomainError):
    code = "more_women_than_founders"


def save_application(
    *,
    application_id: int,
    values: Mapping[str, Any],
    answers: Mapping[str, Any] | None = None,
    by: User | None = None,
    by_name: str = "",
    expected: datetime | None = None,
) -> Application:
    """Write what is valid. A draft may lack anything; what was submitted stays complete.

    `values` holds field names, plus `commitments` (all made or not) and `wanted_half_days`;
    `answers` those to the region's own questions, by key, see `write_answers`.
    `expected` is the `updated_at` the writer saw: an application changed since is not overwritten.
    Writing the same again changes nothing. Another contact's address gets a new private link, and
    the former link opens nothing more. A company with another application to this call is
    refused, and its link goes to the contact given there.
    """
    unknown = set(values) - WRITABLE
    if unknown:
        raise ValueError(f"Not for applicants to write: {', '.join(sorted(unknown))}")
    try:
        with transaction.atomic():
            application = locked(application_id)
            ensure_acts_for(by, application)
            ensure_editable(application, by=by, now=timezone.now())
            _ensure_unchanged(application, expected)
            _ensure_only_one(application, str(values.get("siret", application.siret)))
            write(application, values, answers or {}, by=by, by_name=by_name)
        return application
    except (_SameCompany, IntegrityError) as error:
        # Outside the transaction that was rolled back: the mail to the other contact must stay.
        other = same_company(application, str(values.get("siret", application.siret)))
        if other is None:
            raise
        with transaction.atomic():
            # Locked: of two clicks, one writes.
            mail_led_back(other, typed_in=locked(application_id))
        raise led_back(other) from error


def is_editable(application: Application, now: datetime) -> bool:
    """Whether its company may still write in it: until the closing (or as long as its late code
    is valid), or to correct it when asked, until the day given for it.
    """
    if application.status == Status.INCOMPLETE:
        return application.correction_due_at is None or now <= application.correction_due_at
    is_pending = application.status in {Status.DRAFT, Status.SUBMITTED}
    return is_pending and accepts(application, now)


def ensure_editable(application: Application, *, by: User | None, now: datetime) -> None:
    """Companies write until the closing; organisers correct what was submitted at any time."""
    if is_editable(application, now):
        return
    is_company = is_its_company(by, application)
    if is_company and application.status in {Status.DRAFT, Status.SUBMITTED}:
        raise closed(application.call, now)
    if is_company and application.status == Status.INCOMPLETE and application.correction_due_at:
        raise CorrectionClosed(
            _("It was to be corrected before %(deadline)s. Questions: %(contact)s.")
            % {
                "deadline": moment(application.correction_due_at),
                "contact": application.call.contact_email,
            },
            details={"correction_due_at": paris_iso(application.correction_due_at)},
        )
    if is_company or application.status == Status.WITHDRAWN:
        raise WrongStatus(
            _(
                "The application of %(application)s is in the state “%(status)s”: what it says can "
                "no longer be changed."
            )
            % {"application": application, "status": application.get_status_display()},
            details={"status": str(application.status), "possible": []},
        )


def ensure_settled(application: Application) -> None:
    """Refuse while something typed could not be written: it would be left out without a word."""
    if unsettled := steps.State.of(application).unsettled():
        raise NotSettled(
            _("Still to mend: %(fields)s.") % {"fields": _labels(application, unsettled)},
            details={"unsettled": unsettled},
        )


def missing_from(application: Application) -> list[str]:
    """Names of everything a submission still lacks, in the order of the form."""
    return steps.missing(application, timezone.now())


def incomplete(application: Application, missing: Iterable[str]) -> Incomplete:
    names = list(missing)
    return Incomplete(
        _("Still missing: %(fields)s.") % {"fields": _labels(application, names)},
        details={"missing": names},
    )


def _labels(application: Application, names: Iterable[str]) -> str:
    own = Question.objects.filter(call=application.call_id)
    questions = {f"q:{question.key}": str(question) for question in own}
    return ", ".join(
        questions.get(name) or str(Application._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        for name in names
    )


class _SameCompany(Exception):
    """Internal: leave the transaction before telling the other contact."""


def same_company(application: Application, siret: str) -> Application | None:
    if not siret:
        return None
    return (
        Application.objects.filter(call=application.call_id, siren=siret[:9])
        .exclude(pk=application.pk)
        .select_related("call__participation__region", "call__participation__edition")
        .first()
    )


def _ensure_only_one(application: Application, siret: str) -> None:
    if same_company(application, siret) is not None:
        raise _SameCompany


def led_back(other: Application) -> AlreadyApplied:
    return AlreadyApplied(
        _(
            "This company already has an application to this call. Its private link has been "
            "mailed to the contact it names. Nobody at your company knows about it? Write to "
            "%(contact)s."
        )
        % {"contact": other.call.contact_email},
        field="siret",
        details={"siren": other.siren},
    )


def _ensure_unchanged(application: Application, expected: datetime | None) -> None:
    if expected is not None and expected != application.updated_at:
        raise ChangedMeanwhile(
            _(
                "This application was changed in the meantime, in another window or by a "
                "colleague. Nothing was overwritten: compare what you typed with the saved version."
            ),
            details={"updated_at": paris_iso(application.updated_at)},
        )


def write(
    application: Application,
    values: Mapping[str, Any],
    answers: Mapping[str, Any],
    *,
    by: User | None,
    by_name: str,
) -> None:
    """The columns and answers of a locked application; what was typed for them is over."""
    must_stay_complete = application.status not in {Status.DRAFT, Status.INCOMPLETE}
    lacked = missing_from(application) if must_stay_complete else []
    before, after = _apply_columns(application, values)
    _apply_commitments(application, values, after)
    _ensure_women_are_founders(application)
    has_moved = _is_another_address(before, after)
    if has_moved:
        # The links mailed to the former address open nothing more.
        application.link_version += 1
    if after:
        application.save(update_fields=[*after, "link_version", "updated_at"])
    if "wanted_half_days" in values:
        _set_half_days(application, values["wanted_half_days"], before, after)
    is_company = is_its_company(by, application)
    answered_before, answered = write_answers(application, answers, is_company=is_company)
    before |= answered_before
    after |= answered
    given = [*values, *(f"q:{key}" for key in answers)]
    if "commitments" in values:
        given += steps.PROMISES
    if is_company:
        left = {name: raw for name, raw in application.typed.items() if name not in given}
    else:
        left = _beside(application, [name for name in given if name in after])
    if left != application.typed or answered:
        application.typed = left
        application.save(update_fields=["typed", "updated_at"])
    if must_stay_complete and (emptied := set(missing_from(application)) - set(lacked)):
        raise incomplete(application, sorted(emptied))
    # What a draft says is its author's own: not for a log that teams read.
    if after and application.status != Status.DRAFT:
        activity.record(
            by=by,
            by_name=by_name,
            verb="application.changed",
            target=application,
            region_code=application.region_code,
            before=before,
            after=after,
        )
    if has_moved:
        mail_link(application)
    if after and application.status == Status.SUBMITTED:
        outbox.enqueue(emails.changed(application))


def _beside(application: Application, changed: Iterable[str]) -> dict[str, Any]:
    """What the company had typed in fields that an organiser has changed: for it to choose."""
    if not application.typed:
        return {}
    saved = typed.saved(steps.State.of(application))
    waiting = {
        name: raw
        for name, raw in application.typed.items()
        if name not in changed or name not in saved or not typed.same(raw, saved[name])
    }
    return typed.overwritten(waiting, changed)


def _ensure_women_are_founders(application: Application) -> None:
    if (application.women_founders or 0) > (
        application.founders or application.women_founders or 0
    ):
        raise MoreWomenThanFounders(
            _("There cannot be more women among the founders than founders."),
            field="women_founders",
        )


def _is_another_address(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Another mailbox, and not the same one in capitals."""
    name = "contact_email"
    return name in after and str(before[name]).lower() != str(after[name]).lower()


def _apply_commitments(
    application: Application, values: Mapping[str, Any], after: dict[str, Any]
) -> None:
    """The moment counts, not the tick: made once, they keep their date until taken back."""
    if "commitments" in values and bool(values["commitments"]) != bool(application.commitments_at):
        application.commitments_at = timezone.now() if values["commitments"] else None
        after["commitments_at"] = application.commitments_at
    if "privacy_notice_version" in after:
        application.privacy_notice_at = timezone.now()
        after["privacy_notice_at"] = application.privacy_notice_at


def _apply_columns(
    application: Application, values: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name in COLUMNS:
        if name in values and values[name] != getattr(application, name):
            before[name], after[name] = getattr(application, name), values[name]
            if name == "logo":
                files.replace(application, name, values[name])
            else:
                setattr(application, name, values[name])
            if name == "siret":
                application.siren = values[name][:9]  # not the former number’s
    return before, after


def _set_half_days(
    application: Application,
    wanted: Iterable[HalfDay],
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    old = set(application.wanted_half_days.values_list("pk", flat=True))
    new = {half_day.pk for half_day in wanted}
    if old != new:
        application.wanted_half_days.set(new)
        application.save(update_fields=["updated_at"])
        before["wanted_half_days"], after["wanted_half_days"] = sorted(old), sorted(new)
