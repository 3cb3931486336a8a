"""When a queued message leaves, and what it waits for."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from pavilion.core.models import OutboxMessage
from pavilion.core.policies import quiet_until


class Why(TextChoices):
    LEAVING = "leaving", _("leaves now")
    RETRY = "retry", _("next try")
    RELAY = "relay", _("the mail server did not answer")
    QUIET = "quiet", _("waits for the morning")
    SETTLES = "settles", _("waits for further changes")
    PLANNED = "planned", _("planned for then")


def why(message: OutboxMessage, now: datetime) -> Why | None:
    """None for a message that waits for no time at all."""
    if message.state != OutboxMessage.State.QUEUED:
        return None
    if message.send_after <= now:
        return Why.LEAVING
    if message.attempts:
        return Why.RETRY
    if message.last_error:
        return Why.RELAY
    # The last quiet moment before it leaves ends when it leaves.
    if quiet_until(message.send_after - timedelta(seconds=1)) == message.send_after:
        return Why.QUIET
    if message.send_after - message.created_at <= timedelta(seconds=5 * settings.MAIL_SETTLES):
        return Why.SETTLES
    return Why.PLANNED
