"""Send promised e-mails: claim rows with a lease, send over one connection, record what happened.

A message leaves at least once, under a stable Message-ID: only the one that was in flight when its
worker died may leave twice.
"""

import logging
import random
import re
import sys
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
from pavilion.core.sending import NotTried, Offer, Sender

State = OutboxMessage.State
logger = logging.getLogger(__name__)

# How many messages a worker holds at once: what it sends in about a second. Those in its hands can
# be neither changed nor dropped.
FEWEST, MOST = 10, 200
# How many it hands to its sender together, when they leave fast; when slowly, one by one.
LOT = 8
# Messages that have left are marked together, so many seconds after the last time.
MARKED_WITHIN = 0.05
# How long (seconds) the sender, once its relay has answered, waits for us to let it go on: a tenth
# of what Python thinks fit, or a relay nearby would wait for us more often than we for it.
PATIENCE = 0.0005
FIRST_RETRY = timedelta(seconds=30)
LAST_RETRY = timedelta(hours=1)
# A message that its relay keeps putting off is given up after about a day and a half.
MAX_ATTEMPTS = 40
_ORGANIZER = re.compile(r"\r\nORGANIZER\b(?:[^\r]|\r\n[ \t])*", re.IGNORECASE)


def deliver_beside_others() -> int:
    """Send everything that is due, unless as many as may on one machine do so already.

    Its other processes see to reminders, replies and calendars, however much mail waits.
    """
    with journal.a_place(settings.OUTBOX_COURIERS) as is_free:
        return deliver_due() if is_free else 0


def deliver_due() -> int:
    """Send everything that is due; returns how many left. Any number of workers may call it."""
    _mind_the_dead()
    claims.drop_stale(timezone.now())
    courier = Courier()
    patience = sys.getswitchinterval()
    sys.setswitchinterval(PATIENCE)
    try:
        return courier.deliver()
    finally:
        courier.close()
        sys.setswitchinterval(patience)


class Courier:
    """One worker on its way: what it has claimed, handed over and not yet marked."""

    def __init__(self) -> None:
        self.sender = Sender()
        # Of each claim, how many of its messages are with the sender.
        self.under_way: dict[Claim, int] = {}
        self.unmarked: dict[Claim, list[int]] = {}
        self.marked_at = time.monotonic()
        self.count = 0
        self.lot = 1

    def deliver(self) -> int:
        size = FEWEST
        try:
            while claim := self._take(size):
                began, before = time.monotonic(), self.count
                self._offer(claim)
                per_second = (self.count - before) / max(time.monotonic() - began, 0.001)
                size = min(max(int(per_second), FEWEST), MOST)
                self.lot = min(max(int(per_second / 100), 1), LOT)
        except RelayDown as error:
            logger.warning("The mail relay does not answer: %s", error)
        return self.count

    def carry(self, claim: Claim) -> None:
        """Send what is still ours of it, and mark what left."""
        self._offer(claim)
        self._settle(wait=True)

    def close(self) -> None:
        self.sender.stop()
        self.sender.journal.close()

    def _take(self, size: int) -> Claim:
        # Each time: another worker may have been killed since, and its lease runs out.
        _mind_the_dead()
        policies.keep_quiet(timezone.now())
        claim = claims.take(size)
        if not claim and self.under_way:
            self._settle(wait=True)
            # What waited for one of these to leave may go now.
            claim = claims.take(size)
        return claim

    def _offer(self, claim: Claim) -> None:
        self.under_way[claim] = 0
        lot: list[Offer] = []
        for number, parcel in enumerate(claim.messages):
            if not claim.holds(number):
                continue  # the lease ran out, and another worker took over
            try:
                lot.append(Offer(claim, parcel, _rendered(parcel)))
            except Exception as error:  # the row must remember whatever went wrong
                _record_failure(claim, parcel, error)
            if len(lot) >= self.lot:
                self._hand(claim, lot)
                lot = []
        self._hand(claim, lot)

    def _hand(self, claim: Claim, lot: list[Offer]) -> None:
        if lot:
            self.under_way[claim] += len(lot)
            self.sender.offer(lot)
            self._settle(wait=False)

    def _settle(self, *, wait: bool) -> None:
        """Note what has become of the messages handed over; with `wait`, of all of them."""
        down: RelayDown | None = None
        culprit = 0
        while outcome := self.sender.outcome(wait=wait or down is not None):
            claim, parcel, error = outcome.claim, outcome.parcel, outcome.error
            self.under_way[claim] -= 1
            if error is None:
                self.count += 1
                self.unmarked.setdefault(claim, []).append(parcel.pk)
                self._mark(at_once=False)
            elif isinstance(error, RelayDown):
                down, culprit = error, parcel.pk
            elif not isinstance(error, NotTried):
                _record_failure(claim, parcel, error)
        self._mark(at_once=wait or down is not None)
        if down is not None:
            self._give_back(down, culprit)
            raise down
        *older, latest = self.under_way
        for claim in older:
            if not self.under_way[claim]:
                del self.under_way[claim]
        if wait and not self.under_way[latest]:
            del self.under_way[latest]

    def _give_back(self, error: RelayDown, culprit: int) -> None:
        """A dead relay costs no attempt: what we hold waits a moment, the sweep tries again.

        With the culprit last: if it is all that the relay hangs up on, it keeps nobody back.
        """
        send_after = timezone.now() + FIRST_RETRY
        for claim in self.under_way:
            claim.give_back(error=str(error)[:1000], send_after=send_after, last=culprit)
        self.under_way.clear()

    def _mark(self, *, at_once: bool) -> None:
        number = sum(map(len, self.unmarked.values()))
        is_time = time.monotonic() - self.marked_at > MARKED_WITHIN
        if number and (at_once or is_time or number >= journal.TOGETHER):
            for claim, keys in self.unmarked.items():
                claim.mark_sent(keys)
            self.unmarked.clear()
            self.sender.journal.forget(number)
            self.marked_at = time.monotonic()


def _mind_the_dead() -> None:
    for keys in journal.left_behind():
        claims.mark_sent_by_the_dead(keys)


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
    # Ours stands in capitals, and a plain search for it is many times faster.
    start = max(message.ics.find("\r\nORGANIZER"), 0)
    found = _ORGANIZER.search(message.ics, start)
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
