"""One question to the public companies register: two seconds, five a second, no more.

The interface is *Recherche d'entreprises* (DINUM): open, without key, at most 7 requests a second
for one address. It may be down, slow or wrong at any time: whoever asks goes on without it.
"""

import json
import logging
import math
import time
from dataclasses import asdict
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from startups.register import answer as company_answer
from startups.register import one_request
from startups.register.answer import Company

logger = logging.getLogger(__name__)

SECONDS = 2.0
MAX_BYTES = 1_000_000
# One request in each slot of a fifth of a second, for all processes that share a cache: at most six
# within any one second, below the seven that are allowed. Without Redis each process counts alone.
SLOTS_PER_SECOND = 5
# How many slots to wait for before the caller is told to come back.
SLOTS_TO_TRY = 4
DAY, HOUR = 86_400, 3_600
# After a failure nobody else waits two seconds for the same silence.
PAUSE_AFTER_A_FAILURE = 20
LONGEST_PAUSE = HOUR
PAUSED = "registry.paused"


class Unavailable(Exception):
    """No answer now: ask again after so many seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"the companies register does not answer; again in {retry_after:.0f} s")
        self.retry_after = retry_after


class Nonsense(Unavailable):
    """It answered about this company, and what it said cannot be true."""


class NotKnown(Exception):
    """No such company, or one that asked not to be shown."""


def is_on() -> bool:
    return bool(settings.COMPANY_REGISTER_URL)


def find(siret: str) -> Company:
    """What the register says of an establishment, today's answer kept for a day.

    Raises NotKnown, or Unavailable when it is off, down, slow, busy, or talks nonsense. Comes back
    within two seconds whatever the other side does.
    """
    if not is_on():
        raise Unavailable(math.inf)
    key = f"registry.{siret}"
    known = cache.get(key)
    if known is None:
        known = _asked(siret)
        cache.set(key, known, DAY if known else HOUR)
    if not known:
        raise NotKnown
    return Company(**known)


def _asked(siret: str) -> dict[str, object]:
    """The answer as plain values; empty when the company is not known."""
    begun = time.perf_counter()
    _ensure_not_paused()
    _take_a_slot()
    left = SECONDS - (time.perf_counter() - begun)
    # Neither directors nor accounts: what is not asked for is not received.
    wanted = {"q": siret, "minimal": "true", "include": "siege,matching_etablissements"}
    url = f"{settings.COMPANY_REGISTER_URL.rstrip('/')}/search?{urlencode(wanted)}"
    try:
        answer = one_request.get(url, seconds=left, max_bytes=MAX_BYTES, agent=_agent())
    except one_request.Failed as error:
        logger.warning("The companies register fails: %s", error)
        raise _pause(PAUSE_AFTER_A_FAILURE) from error
    if answer.status == 429:
        raise _pause(_seconds_of(answer.retry_after))
    if answer.status >= 500:
        raise _pause(max(PAUSE_AFTER_A_FAILURE, _seconds_of(answer.retry_after)))
    if answer.status != 200:
        logger.warning("The companies register answers %s", answer.status)
        raise Nonsense(HOUR)
    try:
        company = company_answer.read(siret, json.loads(answer.body), _today())
    except (ValueError, RecursionError) as error:
        logger.warning("The companies register talks nonsense: %s", error)
        raise Nonsense(HOUR) from error
    return asdict(company) if company else {}


def _agent() -> str:
    return f"Pavilion/1 (exhibitors' applications; {settings.BASE_URL})"


def _today() -> date:
    return timezone.localdate(timezone=timezone.get_default_timezone())


def _ensure_not_paused() -> None:
    until = cache.get(PAUSED, 0.0)
    if until > time.time():
        raise Unavailable(until - time.time())


def _pause(seconds: float) -> Unavailable:
    """Everybody stops asking for a while, in every process."""
    seconds = min(max(seconds, 1), LONGEST_PAUSE)
    cache.set(PAUSED, time.time() + seconds, math.ceil(seconds))
    return Unavailable(seconds)


def _take_a_slot() -> None:
    for _try in range(SLOTS_TO_TRY):
        now = time.time()
        slot = int(now * SLOTS_PER_SECOND)
        if cache.add(f"registry.slot.{slot}", 1, 2):
            return
        time.sleep((slot + 1) / SLOTS_PER_SECOND - now + 0.005)
    raise Unavailable(1)


def _seconds_of(retry_after: str) -> float:
    """Retry-After, in seconds or as a date (RFC 9110 §10.2.3)."""
    if retry_after.isascii() and retry_after.isdecimal():
        return float(retry_after[:6])
    try:
        moment: datetime = parsedate_to_datetime(retry_after)
    except (TypeError, ValueError):
        return PAUSE_AFTER_A_FAILURE
    return moment.timestamp() - time.time()
