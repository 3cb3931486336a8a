"""Hand messages to the relay in a thread of its own.

While its socket waits for an answer, the worker puts the next messages together, claims more and
marks those that have left. The thread knows the relay and the journal, never the database.
"""

import logging
import time
from collections.abc import Sequence
from queue import Empty, Queue, SimpleQueue
from threading import Thread
from typing import NamedTuple

from pavilion.core.claims import Claim, Parcel
from pavilion.core.journal import Journal
from pavilion.core.mime import Rendered
from pavilion.core.relay import Relay, RelayDown

logger = logging.getLogger(__name__)

# How many lots of messages wait ready for the thread, at most.
AHEAD = 4

_END: "Sequence[Offer]" = ()


class NotTried(Exception):
    """Its turn did not come: the relay is down, the lease has run out, or the worker stops."""


class Offer(NamedTuple):
    claim: Claim
    parcel: Parcel
    rendered: Rendered


class Outcome(NamedTuple):
    """What became of an offer: it has left, or why not."""

    claim: Claim
    parcel: Parcel
    error: Exception | None = None


class Sender:
    def __init__(self) -> None:
        self.relay = Relay()
        self.journal = Journal()
        self.under_way = 0
        self._offers: Queue[Sequence[Offer]] = Queue(AHEAD)
        self._outcomes: SimpleQueue[Outcome] = SimpleQueue()
        self._is_over = False
        self._thread: Thread | None = None

    def offer(self, lot: Sequence[Offer]) -> None:
        """Waits while too many are ready. In lots: the two threads meet less often."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="sender", daemon=True)
            self._thread.start()
        self.under_way += len(lot)
        self._offers.put(lot)

    def outcome(self, *, wait: bool) -> Outcome | None:
        """The next one; None when there is none yet, or nothing is under way."""
        if not self.under_way:
            return None
        try:
            outcome = self._outcomes.get(block=wait)
        except Empty:
            return None
        self.under_way -= 1
        return outcome

    def stop(self) -> None:
        """Finish what is in flight and nothing else."""
        self._is_over = True
        if self._thread is not None:
            # The thread empties the queue, so that there is room for the end.
            self._offers.put(_END)
            self._thread.join()
        self.relay.close()

    def _run(self) -> None:
        while (lot := self._offers.get()) is not _END:
            for offer in lot:
                self._outcomes.put(Outcome(offer.claim, offer.parcel, self._error(offer)))

    def _error(self, offer: Offer) -> Exception | None:
        if self._is_over or time.monotonic() >= offer.claim.ends:
            return NotTried()
        try:
            self.relay.send(offer.rendered)
        except RelayDown as error:
            self._is_over = True
            return error
        except Exception as error:  # the row must remember whatever went wrong
            return error
        try:
            self.journal.note(offer.parcel.pk)
        except OSError as error:
            # It has left all the same, and would leave again if we said otherwise.
            logger.warning("The journal of what has left cannot be written: %s", error)
        return None
