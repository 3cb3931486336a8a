"""The last mails to applicants: what they handed in, what to correct, what was decided."""

from datetime import timedelta

from pavilion.core import outbox
from pavilion.core.models import OutboxMessage
from startups import emails
from startups.models import Application

Status = Application.Status
SENT_AFTER = timedelta(seconds=40)
WRITERS = {
    Status.SUBMITTED: emails.submitted,
    Status.INCOMPLETE: emails.correction_requested,
    Status.SELECTED: emails.selected,
}


def write_application_mails(applications: list[Application]) -> None:
    """Sent already, one for each application that the present weeks are about."""
    messages = []
    for row in applications:
        writer = WRITERS.get(Status(row.status))
        if writer is None:
            continue
        message = writer(row)
        written = row.decided_at or row.submitted_at or row.created_at
        message.message_id = outbox.new_message_id()
        message.state = OutboxMessage.State.SENT
        message.created_at = message.send_after = written
        message.sent_at = written + SENT_AFTER
        message.attempts = 1
        messages.append(message)
    OutboxMessage.objects.bulk_create(messages, batch_size=500)
