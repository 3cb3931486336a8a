"""Applying after the closing, by a code the region gave."""

from datetime import datetime

from django.core.cache import cache
from django.utils.translation import gettext as _

from pavilion.core.errors import DomainError, paris_iso
from startups.dates import moment
from startups.models import Application, Call, LateCode
from startups.operations.calls import late_codes

# Enough for a whole office that mistypes, too few to guess a code a region chose.
WRONG_PER_HOUR = 20


class TooManyWrongCodes(DomainError):
    code = "too_many_wrong_codes"


class LateCodeUnknown(DomainError):
    code = "late_code_unknown"


class LateCodeExpired(DomainError):
    code = "late_code_expired"


class LateCodeUsedUp(DomainError):
    code = "late_code_used_up"


def usable(call: Call, typed: str, now: datetime, *, guesser: str = "") -> LateCode:
    """The code of this call that was typed, if it still lets somebody in; uses not counted.

    `guesser` says from where it was typed: wrong codes have an end there, for the hour.
    """
    words = {"contact": call.contact_email}
    wrong = f"late-codes.{call.pk}.{guesser}.{now:%Y%m%d%H}"
    if guesser and (cache.get(wrong) or 0) >= WRONG_PER_HOUR:
        raise TooManyWrongCodes(
            _("Too many wrong codes came from here. Wait an hour, or write to %(contact)s.")
            % words,
            field="late_code",
        )
    found = late_codes.find(call, typed, now)
    if found is None:
        if guesser:
            _count(wrong)
        raise LateCodeUnknown(
            _("This code is not one of this call: compare it with what you received.") % words,
            field="late_code",
        )
    if found.revoked_at is not None:
        raise LateCodeExpired(
            _("The region has withdrawn this code. Questions: %(contact)s.") % words,
            field="late_code",
        )
    if not found.is_valid_at(now):
        raise LateCodeExpired(
            _("This code was valid until %(until)s. Questions: %(contact)s.")
            % {**words, "until": moment(found.expires_at)},
            field="late_code",
            details={"expires_at": paris_iso(found.expires_at)},
        )
    return found


def ensure_left(code: LateCode, call: Call) -> None:
    """Refuse one application more than the code lets in. The caller holds the call's lock."""
    if Application.objects.filter(late_code=code).count() >= code.max_uses:
        raise LateCodeUsedUp(
            _("This code has been used as often as it may. Questions: %(contact)s.")
            % {"contact": call.contact_email},
            field="late_code",
            details={"max_uses": code.max_uses},
        )


def _count(key: str) -> None:
    cache.add(key, 0, timeout=3600)
    try:
        cache.incr(key)
    except ValueError:  # forgotten in the same moment
        cache.add(key, 1, timeout=3600)
