"""Send promised e-mails: claim rows with a lease, send over one connection, record what happened.

A message leaves at least once, under a stable Message-ID: only the one that was in flight when its
worker died may leave twice.
"""

import logging
import random
import re
import time
from datetime import timedelta
from email.utils import parseaddr
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pavilion.core import claims, journal, mime, policies, relay, returned
from pavilion.core.claims import Claim, Parcel
from pavilion.core.models import OutboxMessage
from pavilion.core.relay import RelayDown

State = OutboxMessage.State
logger = logging.getLogger(__name__)

# How many messages a worker holds at once: what it sends in about a second. Those in its hands can
# be neither changed nor dropped.
FEWEST, MOST = 10, 200
# Those that leave fast are marked together, within so many seconds; after one that took longer than
# SLOW to leave, at once.
MARKED_WITHIN, SLOW = 0.05, 0.005
FIRST_RETRY = timedelta(seconds=30)
LAST_RETRY = timedelta(hours=1)
# A message that its relay keeps putting off is given up after about a day and a half.
MAX_ATTEMPTS = 40
_ORGANIZER = re.compile(r"\r\nORGANIZER\b(?:[^\r]|\r\n[ \t])*", re.IGNORECASE)


def deliver_due() -> int:
    """Send everything that is due; returns how many left. Any number of workers may call it."""
    for keys in journal.left_behind():
        claims.mark_sent_by_the_dead(keys)
    now = timezone.now()
    claims.drop_stale(now)
    courier = Courier()
    try:
        return courier.deliver()
    finally:
        courier.close()


class Courier:
    """One worker on its way: its connection, and what it has sent and not yet marked."""

    def __init__(self) -> None:
        self.relay = relay.Relay()
        self.journal = journal.Journal()
        self.unmarked: list[int] = []
        self.marked_at = time.monotonic()
        self.count = 0

    def deliver(self) -> int:
        size = FEWEST
        while True:
            policies.keep_quiet(timezone.now())
            claim = claims.take(size)
            if not claim:
                return self.count
            began, before = time.monotonic(), self.count
            try:
                self.carry(claim)
            except RelayDown as error:
                self._mark(claim)
                claim.give_back(error=str(error)[:1000], send_after=timezone.now() + FIRST_RETRY)
                logger.warning("The mail relay does not answer: %s", error)
                return self.count
            per_second = (self.count - before) / max(time.monotonic() - began, 0.001)
            size = min(max(int(per_second), FEWEST), MOST)

    def close(self) -> None:
        self.relay.close()
        self.journal.close(is_told=not self.unmarked)

    def carry(self, claim: Claim) -> None:
        """Send what is still ours of it, and mark what left."""
        drafts = _Drafts(claim.messages)
        for number in range(len(claim.messages)):
            if not claim.holds(number):
                continue  # the lease ran out, and another worker took over
            began = time.monotonic()
            if self._send(claim, number, drafts):
                self.count += 1
            ended = time.monotonic()
            if (
                ended - began > SLOW
                or ended - self.marked_at > MARKED_WITHIN
                or len(self.unmarked) >= journal.TOGETHER
            ):
                self._mark(claim)
        self._mark(claim)

    def _send(self, claim: Claim, number: int, drafts: "_Drafts") -> bool:
        message = claim.messages[number]
        try:
            self.relay.send(drafts.take(number), lambda: drafts.prepare(number + 1))
        except RelayDown:
            raise
        except Exception as error:  # the row must remember whatever went wrong
            _record_failure(claim, message, error)
            return False
        self.journal.note(message.pk)
        self.unmarked.append(message.pk)
        return True

    def _mark(self, claim: Claim) -> None:
        if self.unmarked:
            claim.mark_sent(self.unmarked)
            self.unmarked.clear()
            self.journal.forget()
        self.marked_at = time.monotonic()


class _Drafts:
    """The messages of a claim as octets, each put together while the one before is on its way."""

    def __init__(self, messages: list[Parcel]) -> None:
        self.messages = messages
        self.ready: dict[int, mime.Rendered | Exception] = {}

    def prepare(self, number: int) -> None:
        if number < len(self.messages) and number not in self.ready:
            try:
                self.ready[number] = _rendered(self.messages[number])
            except Exception as error:  # it is this message's, and told when its turn comes
                self.ready[number] = error

    def take(self, number: int) -> mime.Rendered:
        self.prepare(number)
        draft = self.ready.pop(number)
        if isinstance(draft, Exception):
            raise draft
        return draft


def _rendered(message: Parcel) -> mime.Rendered:
    return mime.build_message(
        sender=_sender(message),
        recipient=(message.recipient_name, message.recipient),
        subject=message.subject,
        text=message.body,
        html=message.html,
        ics=message.ics,
        ics_method=message.ics_method,
        message_id=message.message_id,
        in_reply_to=message.in_reply_to,
        headers={"Content-Language": message.language, **message.headers},
    )


def _sender(message: Parcel) -> mime.Mailbox:
    """An invitation comes from the organiser it names (RFC 6047 §2.3), everything else from us."""
    if not message.ics_method:
        return _ourselves(settings.DEFAULT_FROM_EMAIL)
    found = _ORGANIZER.search(message.ics)
    line = found.group().replace("\r\n ", "").replace("\r\n\t", "") if found else ""
    address = re.split("mailto:", line, flags=re.IGNORECASE)[-1].strip()
    return settings.ORGANIZER_NAME, address or settings.ORGANIZER_EMAIL


@lru_cache(maxsize=4)
def _ourselves(mailbox: str) -> mime.Mailbox:
    return parseaddr(mailbox)


def _record_failure(claim: Claim, message: Parcel, error: Exception) -> None:
    attempts = message.attempts + 1
    # What cannot be written as a mail (no address at all) will not be tomorrow, either.
    is_final = relay.is_permanent(error) or isinstance(error, ValueError)
    said = relay.said(error)[:1000]
    logger.warning("Message %s did not leave: %s", message.message_id, type(error).__name__)
    now = timezone.now()
    if not is_final and attempts < MAX_ATTEMPTS:
        claim.end(message, attempts=attempts, last_error=said, send_after=now + _delay(attempts))
        return
    with transaction.atomic():
        failed = claim.end(message, attempts=attempts, last_error=said, state=State.FAILED)
        if failed is not None:
            returned.note_refusal(failed, at=now)


def _delay(attempts: int) -> timedelta:
    """Doubling from FIRST_RETRY to LAST_RETRY, spread by a fifth so that retries do not bunch."""
    delay = min(FIRST_RETRY * 2 ** min(attempts - 1, 12), LAST_RETRY)
    spread = random.uniform(0.8, 1.2)  # noqa: S311  # spreading load, not a secret
    return timedelta(seconds=delay.total_seconds() * spread)
