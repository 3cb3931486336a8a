"""Writing a whole list at once: the rules of single writing, in few statements."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core import activity, changes, outbox
from pavilion.core.models import ActivityEntry, User
from startups import emails
from startups.imports.lines import CHANGED, NEW, Line
from startups.models import Application, Call, Decision
from startups.operations.drafts import mail_link
from startups.operations.preparing import prepare_decision

Status = Application.Status
BATCH = 500


def standing_of_call(call_id: int) -> list[tuple[Any, ...]]:
    """What a comparison rests on, to tell whether it still holds. Drafts count by SIREN only."""
    rows = Application.objects.filter(call=call_id).order_by("pk")
    told = rows.values_list("pk", "siren", "submitted_at", "updated_at", "decision__prepared_at")
    return [row if row[2] else row[:2] for row in told]


def lock_rows(lines: Sequence[Line]) -> None:
    """Nobody writes in these applications until the transaction ends."""
    keys = [line.application.pk for line in lines if line.outcome == CHANGED and line.application]
    rows = Application.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    list(rows.values_list("pk", flat=True))


def bring_in(call: Call, lines: Sequence[Line], *, by: User | None, file_name: str) -> None:
    """Create and change, in the caller's transaction and under its locks. Refused rows stay out.

    New applications count as submitted, by an organiser: whom they are about is told so by mail.
    Decisions are prepared, never taken.
    """
    why = _("From the list “%(file)s”.") % {"file": file_name}
    _create(call, [line for line in lines if line.outcome == NEW], by=by, why=why)
    changed = [line for line in lines if line.outcome == CHANGED and line.application]
    _change(call, changed, by=by, why=why)
    for line in changed:
        if line.standing and line.application:
            prepare_decision(
                application_id=line.application.pk,
                outcome=line.standing.outcome,
                rank=line.standing.rank,
                reason=line.reason,
                note=_note_of(line.application),
                by=by,
            )


def _create(call: Call, lines: Sequence[Line], *, by: User | None, why: str) -> None:
    now = timezone.now()
    for line in lines:
        line.application = Application(
            call=call, status=Status.SUBMITTED, submitted_at=now, **line.values
        )
        line.application.derive()
    created = [(line, line.application) for line in lines if line.application]
    Application.objects.bulk_create([each for _line, each in created], batch_size=BATCH)
    entries = [
        activity.entry(
            by=by,
            verb="application.imported",
            target=application,
            region_code=call.region_code,
            reason=why,
            after={"status": str(Status.SUBMITTED), **changes.told(line.values)},
        )
        for line, application in created
    ]
    decisions = _decisions(created, by=by)
    entries += [
        activity.entry(
            by=by,
            verb="decision.prepared",
            target=decision.application,
            region_code=call.region_code,
            reason=decision.reason,
            after={"outcome": decision.outcome, "rank": decision.rank},
        )
        for decision in decisions
    ]
    Decision.objects.bulk_create(decisions, batch_size=BATCH)
    ActivityEntry.objects.bulk_create(entries, batch_size=BATCH)
    outbox.enqueue_all(emails.entered(application) for _line, application in created)


def _decisions(created: Sequence[tuple[Line, Application]], *, by: User | None) -> list[Decision]:
    """`prepare_decision` for applications nobody has decided on yet."""
    return [
        Decision(
            application=application,
            outcome=line.standing.outcome,
            rank=line.standing.rank,
            reason=line.reason,
            prepared_by=by,
        )
        for line, application in created
        if line.standing
    ]


def _change(call: Call, lines: Sequence[Line], *, by: User | None, why: str) -> None:
    entries, letters = [], []
    for line in lines:
        application = line.application
        if application is None or not line.changes:
            continue
        application.call = call
        has_moved = _apply(application, line)
        entries.append(
            activity.entry(
                by=by,
                verb="application.changed",
                target=application,
                region_code=call.region_code,
                reason=why,
                before=changes.told({name: value for name, value, _after in line.changes}),
                after=changes.told({name: value for name, _before, value in line.changes}),
            )
        )
        if has_moved:
            mail_link(application)
        if application.status == Status.SUBMITTED:
            letters.append(emails.corrected(application, line.changes))
    ActivityEntry.objects.bulk_create(entries, batch_size=BATCH)
    outbox.enqueue_all(letters)


def _apply(application: Application, line: Line) -> bool:
    """Tells whether the contact has another mailbox now."""
    written = {name: value for name, _before, value in line.changes}
    for name, value in written.items():
        setattr(application, name, value)
    has_moved = "contact_email" in written
    if has_moved:
        # The links mailed to the former address open nothing more.
        application.link_version += 1
    # What was typed for these fields and never valid is over.
    application.typed = {
        name: raw for name, raw in application.typed.items() if name not in written
    }
    application.save(update_fields=[*written, "link_version", "typed", "updated_at"])
    return has_moved


def _note_of(application: Application) -> str:
    decision: Decision | None = getattr(application, "decision", None)
    return decision.note if decision and decision.released_at is None else ""
