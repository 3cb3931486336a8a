"""Reminders of a deadline: each kind and each lead has its own subject, with the date in it."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from pavilion.core.models import OutboxMessage
from startups.dates import localday, moment
from startups.emails.letter import language_of, to_contact, waiting_thread
from startups.models import Application, ChecklistItem

# A draft is its author's own: like a link asked for, its reminder is shown to no team.
UNSUBMITTED = "startups.unsubmitted.link"
CORRECTION_DUE = "startups.correction_due"
CONFIRM_DUE = "startups.confirm_due"
TO_DO = "startups.to_do"
OVERDUE = "startups.overdue"

# `chasers.AGAIN`: said where a deadline is not what it is about.
_AGAIN = 99

ToDo = Sequence[tuple[str, datetime]]


def chaser(application: Application, to_do: ToDo, days_before: int) -> OutboxMessage:
    """`to_do` holds kinds and their deadlines: one of them, or items of the checklist."""
    kind, deadline = to_do[0]
    with language_of(application):
        write = {"draft": _draft, "correction": _correction, "confirm": _confirm}.get(kind)
        if days_before == _AGAIN:
            return _again(application, to_do)
        if write is None:
            return _checklist(application, to_do, days_before)
        message = write(application, deadline, days_before)
    message.thread = waiting_thread(application)
    message.expires_at = deadline
    return message


def _draft(application: Application, deadline: datetime, days_before: int) -> OutboxMessage:
    return to_contact(
        application,
        kind=UNSUBMITTED,
        subject=_("Last hours to submit, until %(deadline)s: %(edition)s with %(region)s")
        if days_before == 1
        else _("Still to be submitted by %(deadline)s: %(edition)s with %(region)s"),
        template="unsubmitted",
        deadline=moment(deadline),
    )


def _correction(application: Application, deadline: datetime, days_before: int) -> OutboxMessage:
    return to_contact(
        application,
        kind=CORRECTION_DUE,
        subject=_("Correction awaited by %(deadline)s: your application with %(region)s"),
        template="correction_due",
        deadline=moment(deadline),
    )


def _confirm(application: Application, deadline: datetime, days_before: int) -> OutboxMessage:
    return to_contact(
        application,
        kind=CONFIRM_DUE,
        subject=_("Last day to confirm: %(deadline)s, for your place at %(edition)s")
        if days_before == 1
        else _("Reminder: your place at %(edition)s is to be confirmed by %(deadline)s"),
        template="confirm_due",
        deadline=localday(deadline),
        confirm_by=moment(deadline),
        is_last=days_before == 1,
    )


def _checklist(application: Application, to_do: ToDo, days_before: int) -> OutboxMessage:
    first, deadline = to_do[0]
    is_overdue = days_before == 0
    label = str(ChecklistItem(first).label)
    one = {
        7: _("To do by %(deadline)s for %(edition)s: %(item)s"),
        2: _("Last days, until %(deadline)s, for %(edition)s: %(item)s"),
        0: _("Overdue since %(deadline)s for %(edition)s: %(item)s"),
    }
    # Two at least: their number, and the list in the mail.
    several = {
        7: _("To do by %(deadline)s for %(edition)s: %(count)d things"),
        2: _("Last days, until %(deadline)s, for %(edition)s: %(count)d things to do"),
        0: _("Overdue since %(deadline)s for %(edition)s: %(count)d things"),
    }
    message = to_contact(
        application,
        kind=OVERDUE if is_overdue else TO_DO,
        subject=(one if len(to_do) == 1 else several)[days_before],
        template="to_do",
        deadline=localday(deadline),
        item=label[:1].lower() + label[1:],
        count=len(to_do),
        is_overdue=is_overdue,
        items=[(ChecklistItem(item).label, moment(due_at)) for item, due_at in to_do],
    )
    if not is_overdue:
        message.expires_at = max(due_at for _item, due_at in to_do)
    return message


def _again(application: Application, to_do: ToDo) -> OutboxMessage:
    """What was done in time and is to be done once more, because the region changed it."""
    first = to_do[0][0]
    label = str(ChecklistItem(first).label)
    subject = _("To do again for %(edition)s: %(item)s")
    if len(to_do) > 1:
        subject = _("To do again for %(edition)s: %(count)d things")
    elif first == ChecklistItem.CHARTER:
        subject = _("New version to sign for %(edition)s: the charter of %(region)s")
    return to_contact(
        application,
        kind=TO_DO,
        subject=subject,
        template="to_do_again",
        item=label[:1].lower() + label[1:],
        count=len(to_do),
        items=[
            (ChecklistItem(item).label, item == ChecklistItem.CHARTER, localday(changed_at))
            for item, changed_at in to_do
        ],
    )
