"""Writing a whole list at once: the rules of single writing, in few statements."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core import activity, changes, outbox
from pavilion.core.models import ActivityEntry, OutboxMessage, User
from startups import emails, typed
from startups.imports.lines import CHANGED, NEW, Line
from startups.models import Application, Call, Decision
from startups.operations.applying.drafts import mail_links
from startups.operations.deciding.preparing import Intended, prepare_decisions

Status = Application.Status
BATCH = 500
# What may move in an application without its `updated_at`: read again under the lock.
BESIDE = ("typed", "company_check", "company_checked_at", "company_record")


def standing_of_call(call_id: int) -> list[tuple[Any, ...]]:
    """What a comparison rests on, to tell whether it still holds. Drafts count by SIREN only."""
    rows = Application.objects.filter(call=call_id).order_by("pk")
    told = rows.values_list(
        *("pk", "siren", "submitted_at"),
        *("updated_at", "link_version", "decision__prepared_at"),
    )
    return [row if row[2] else row[:2] for row in told]


def take_over(call: Call, lines: Sequence[Line]) -> dict[int, OutboxMessage]:
    """Set what the list says in the applications, unsaved; the letters to those still examined.

    Done before the transaction, which is the shorter for it.
    """
    letters = {}
    for line in _changed(lines):
        application = line.application
        if application is None or not line.changes:
            continue
        application.call = call
        for name, _before, value in line.changes:
            setattr(application, name, value)
        if _has_moved(line):
            # The links mailed to the former address open nothing more.
            application.link_version += 1
        if application.status == Status.SUBMITTED:
            letters[application.pk] = emails.corrected(application, line.changes)
    return letters


def lock_rows(lines: Sequence[Line]) -> None:
    """Nobody writes in these applications until the transaction ends."""
    known = {line.application.pk: line.application for line in _changed(lines) if line.application}
    rows = Application.objects.select_for_update().filter(pk__in=known).order_by("pk")
    for pk, *values in rows.values_list("pk", *BESIDE):
        for name, value in zip(BESIDE, values, strict=True):
            setattr(known[pk], name, value)


def bring_in(
    call: Call,
    lines: Sequence[Line],
    letters: dict[int, OutboxMessage],
    *,
    by: User | None,
    file_name: str,
    advance: Callable[[int], None],
) -> None:
    """Create and change, in the caller's transaction and under its locks. Refused rows stay out.

    New applications count as submitted, by an organiser: whom they are about is told so by mail.
    Decisions are prepared, never taken.
    """
    why = _("From the list “%(file)s”.") % {"file": file_name}
    new, changed = [line for line in lines if line.outcome == NEW], _changed(lines)
    done = len(lines) - len(new) - len(changed)
    for batch in _batches(new):
        _create(call, batch, by=by, why=why)
        _prepare(batch, by=by)
        advance(done := done + len(batch))
    fields = _fields([line for line in changed if line.changes])
    for batch in _batches(changed):
        _change(call, [line for line in batch if line.changes], fields, by=by, why=why)
        outbox.enqueue_all(_letters(batch, letters))
        _prepare(batch, by=by)
        advance(done := done + len(batch))


def _create(call: Call, lines: Sequence[Line], *, by: User | None, why: str) -> None:
    now = timezone.now()
    for line in lines:
        line.application = Application(
            call=call, status=Status.SUBMITTED, submitted_at=now, **line.values
        )
        line.application.derive()
    created = [(line, line.application) for line in lines if line.application]
    Application.objects.bulk_create([each for _line, each in created])
    ActivityEntry.objects.bulk_create(
        activity.entry(
            by=by,
            verb="application.imported",
            target=application,
            region_code=call.region_code,
            reason=why,
            after={"status": str(Status.SUBMITTED), **changes.told(line.values)},
        )
        for line, application in created
    )
    outbox.enqueue_all(emails.entered(application) for _line, application in created)


def _fields(lines: Sequence[Line]) -> list[str]:
    """What is written of applications that change: of all of them the same columns, in one go."""
    names = {name for line in lines for name, _before, _after in line.changes}
    for line in lines:
        application = line.application
        if application is None:
            continue
        # What the company had typed in these fields is kept beside, for it to choose.
        written = {name for name, _before, _after in line.changes}
        left = typed.overwritten(application.typed, written)
        if left != application.typed:
            application.typed = left
            names.add("typed")
        if _has_moved(line):
            names.add("link_version")
        if written & Application.DERIVED_FROM:
            was = {name: getattr(application, name) for name in Application.DERIVED}
            application.derive()
            names |= {name for name, value in was.items() if getattr(application, name) != value}
    return sorted(names)


def _change(
    call: Call, lines: Sequence[Line], fields: Sequence[str], *, by: User | None, why: str
) -> None:
    changed = [(line, line.application) for line in lines if line.application]
    now = timezone.now()
    for _line, application in changed:
        application.updated_at = now
    Application.objects.bulk_update([each for _line, each in changed], [*fields, "updated_at"])
    ActivityEntry.objects.bulk_create(
        activity.entry(
            by=by,
            verb="application.changed",
            target=application,
            region_code=call.region_code,
            reason=why,
            before=changes.told({name: value for name, value, _after in line.changes}),
            after=changes.told({name: value for name, _before, value in line.changes}),
        )
        for line, application in changed
    )
    if moved := [application for line, application in changed if _has_moved(line)]:
        mail_links(moved)


def _prepare(lines: Sequence[Line], *, by: User | None) -> None:
    intended = [
        Intended(
            application_id=line.application.pk,
            outcome=line.standing.outcome,
            rank=line.standing.rank,
            reason=line.reason,
            note=_note_of(line.application) if line.outcome == CHANGED else "",
        )
        for line in lines
        if line.standing and line.application
    ]
    if intended:
        prepare_decisions(intended=intended, by=by)


def _letters(lines: Sequence[Line], letters: dict[int, OutboxMessage]) -> Iterator[OutboxMessage]:
    for line in lines:
        if line.application and line.application.pk in letters:
            yield letters[line.application.pk]


def _batches(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    for start in range(0, len(lines), BATCH):
        yield lines[start : start + BATCH]


def _changed(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.outcome == CHANGED and line.application]


def _has_moved(line: Line) -> bool:
    """Whether the contact has another mailbox now."""
    return any(name == "contact_email" for name, _before, _after in line.changes)


def _note_of(application: Application) -> str:
    decision: Decision | None = getattr(application, "decision", None)
    return decision.note if decision and decision.released_at is None else ""
