"""What an organiser does with a message beyond letting it leave or not: edit, hurry, send again."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from pavilion.core import activity, outbox
from pavilion.core.content_lines import one_line
from pavilion.core.errors import DomainError
from pavilion.core.logs import redact
from pavilion.core.models import OutboxMessage, User
from pavilion.core.outbox import AlreadyGone
from pavilion.core.veil import unveil

State = OutboxMessage.State

LONGEST_SUBJECT = 250
LONGEST_TEXT = 20_000
_STAMP = re.compile(r"^DTSTAMP:\d{8}T\d{6}Z", re.MULTILINE)


class Wordless(DomainError):
    """A message without subject or text."""

    code = "wordless"


class NotSent(DomainError):
    """What has not left cannot be sent again."""

    code = "not_sent"


class AwaitsApproval(DomainError):
    code = "awaits_approval"


def edit_message(*, message_id: int, subject: str, body: str, by: User | None) -> OutboxMessage:
    """Other words for a message that still waits; its calendar part stays, its HTML follows.

    `body` names the recipient's private links as `veil` shows them. Safe to call twice. Refuses a
    message that has left, is leaving, or may have.
    """
    with transaction.atomic():
        [message] = outbox.locked([message_id], by)
        _ensure_waits(message)
        outbox.ensure_of_use(message, outbox.newest([message]))
        words = {"subject": one_line(subject), "body": unveil(_text(body), message.body)}
        _ensure_words(words)
        before = {name: getattr(message, name) for name in words}
        changed = {name for name in words if words[name] != before[name]}
        if not changed:
            return message
        message.subject, message.body = words["subject"], words["body"]
        if message.html and "body" in changed:
            message.html = _html(message)
        message.edited_at = timezone.now()
        message.save(update_fields=["subject", "body", "html", "edited_at"])
        activity.record(
            by=by,
            verb="message.edited",
            target=message,
            region_code=message.region_code,
            before={name: redact(before[name]) for name in sorted(changed)},
            after={name: redact(words[name]) for name in sorted(changed)},
        )
    return message


def send_now(*, message_ids: Iterable[int], by: User | None) -> list[OutboxMessage]:
    """Let queued messages leave at once: other changes, the morning, the next try are not waited
    for. Safe to call twice; all or none.
    """
    with transaction.atomic():
        messages = outbox.locked(message_ids, by)
        newest = outbox.newest(messages)
        for message in messages:
            if message.state == State.HELD:
                raise AwaitsApproval(_("“%s” awaits approval first.") % message.subject)
            if message.state != State.QUEUED:
                raise AlreadyGone(_("“%s” does not wait any more.") % message.subject)
            outbox.ensure_of_use(message, newest)
            if message.send_after > timezone.now() and not message.claim:
                before = message.send_after
                outbox.hurry(message)
                activity.record(
                    by=by,
                    verb="message.hurried",
                    target=message,
                    region_code=message.region_code,
                    before={"send_after": before},
                    after={"send_after": message.send_after},
                )
        outbox.nudge()
    return messages


def send_again(*, message_ids: Iterable[int], by: User | None) -> list[OutboxMessage]:
    """Send what has left or came back once more, as a new message of the same thread.

    Calendars see the same sequence, made anew (RFC 5546 §2.1.5): who answered has answered. Safe
    to call twice: while the second one waits, there is no third. All or none.
    """
    made = []
    with transaction.atomic():
        for message in outbox.locked(message_ids, by):
            waiting = message.resent_as.filter(state__in=[State.HELD, State.QUEUED]).first()
            if waiting is not None:
                made.append(waiting)
                continue
            if message.state not in (State.SENT, State.BOUNCED):
                raise NotSent(_("“%s” has not left yet.") % message.subject)
            outbox.ensure_of_use(message, outbox.newest([message]))
            again = outbox.enqueue_decided(_copy(message, by))
            activity.record(
                by=by,
                verb="message.sent_again",
                target=message,
                region_code=message.region_code,
                after={"message_id": again.message_id},
            )
            made.append(again)
    return made


def may_edit(message: OutboxMessage) -> bool:
    """Whether it waits, and nothing of it can have reached a relay."""
    return message.state in (State.HELD, State.QUEUED) and not message.may_have_left


def _copy(message: OutboxMessage, by: User | None) -> OutboxMessage:
    now = datetime.now(UTC)
    return OutboxMessage(
        kind=message.kind,
        region_code=message.region_code,
        recipient=message.recipient,
        recipient_name=message.recipient_name,
        language=message.language,
        subject=message.subject,
        body=message.body,
        html=message.html,
        ics=_STAMP.sub(f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}", message.ics),
        ics_method=message.ics_method,
        in_reply_to=message.in_reply_to or message.message_id,
        thread=message.thread,
        told=message.told,
        headers=message.headers,
        expires_at=message.expires_at,
        is_urgent=True,
        by=by,
        resends=message,
    )


def _ensure_waits(message: OutboxMessage) -> None:
    if not may_edit(message):
        raise AlreadyGone(
            _("“%s” has left, or may have: its words can no longer be changed.") % message.subject
        )


def _ensure_words(words: dict[str, str]) -> None:
    if not words["subject"]:
        raise Wordless(_("Write a subject."), field="subject")
    if not words["body"].strip():
        raise Wordless(_("Write a text."), field="body")
    if len(words["subject"]) > LONGEST_SUBJECT:
        refusal = _("The subject is too long: at most %d characters.")
        raise Wordless(refusal % LONGEST_SUBJECT, field="subject")
    if len(words["body"]) > LONGEST_TEXT:
        refusal = _("The text is too long: at most %d characters.")
        raise Wordless(refusal % LONGEST_TEXT, field="body")


def _text(body: str) -> str:
    return body.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _html(message: OutboxMessage) -> str:
    with translation.override(message.language):
        return render_to_string("core/emails/edited.html", {"message": message})
