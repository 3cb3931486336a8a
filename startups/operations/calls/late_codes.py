"""Codes that let chosen companies apply after closing."""

import re
import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core import activity
from pavilion.core.errors import DomainError, paris_iso
from pavilion.core.models import User
from startups import dates
from startups.models import Call, LateCode
from startups.operations.calls.locks import locked_call

# Without letters and digits that are taken for one another: 0 O, 1 I L, 2 Z, 5 S, 8 B.
_SIGNS = "34679ACDEFGHJKMNPQRTUVWXY"
_CHOSEN = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
SHORTEST, LONGEST = 6, 20


class CodeTaken(DomainError):
    code = "code_taken"


class WrongCode(DomainError):
    code = "wrong_code"


class ExpiresTooSoon(DomainError):
    code = "expires_too_soon"


class ExpiresAfterTheFair(DomainError):
    code = "expires_after_the_fair"


def give_late_code(
    *,
    call_id: int,
    expires_at: datetime,
    by: User | None,
    max_uses: int = 1,
    code: str = "",
    note: str = "",
) -> LateCode:
    """Let so many companies apply until then. Not chosen, the code is one easy to dictate."""
    with transaction.atomic():
        call = locked_call(call_id, by)
        _ensure_useful(call, expires_at)
        late_code = LateCode(
            call=call,
            code=_chosen(code) if code else _made(call),
            max_uses=max(1, max_uses),
            expires_at=expires_at,
            note=note,
            created_by=by,
        )
        _ensure_told_apart(late_code)
        _save(late_code)
        given = {"late_code": late_code.code, "max_uses": late_code.max_uses}
        activity.record(
            by=by,
            verb="call.late_code_given",
            target=call,
            region_code=call.region_code,
            # Not for whom it is: the log outlives what is kept about people.
            after={**given, "expires_at": expires_at},
        )
    return late_code


def revoke_late_code(*, late_code_id: int, by: User | None) -> LateCode:
    """Let nobody else in by it; who already came in keeps their draft. Safe to repeat."""
    call_id = LateCode.objects.values_list("call_id", flat=True).get(pk=late_code_id)
    with transaction.atomic():
        call = locked_call(call_id, by)
        late_code = LateCode.objects.get(pk=late_code_id)
        late_code.call = call
        if late_code.revoked_at is None:
            late_code.revoked_at = timezone.now()
            late_code.save(update_fields=["revoked_at"])
            activity.record(
                by=by,
                verb="call.late_code_revoked",
                target=call,
                region_code=call.region_code,
                before={"late_code": late_code.code},
            )
    return late_code


def tidy(code: str) -> str:
    """As codes are kept, however it was typed: "bre 7k4m" is BRE-7K4M."""
    return re.sub(r"[\s_\-–—.]+", "-", code.strip().upper()).strip("-")


def find(call: Call, typed: str, now: datetime) -> LateCode | None:
    """The call's code that somebody typed, with or without its hyphens.

    Of several that are alike but for these, the very one that was typed, then one that lets in.
    """
    wanted = tidy(typed)
    alike = [code for code in call.late_codes.order_by("pk") if _bare(code.code) == _bare(wanted)]
    alike.sort(key=lambda code: (code.code != wanted, not code.is_valid_at(now)))
    return alike[0] if alike else None


def _bare(code: str) -> str:
    return code.replace("-", "")


def _chosen(code: str) -> str:
    kept = tidy(code)
    if not _CHOSEN.fullmatch(kept) or not SHORTEST <= len(kept) <= LONGEST:
        sentence = _(
            "A code is made of %(shortest)d to %(longest)d letters without accents, digits and "
            "hyphens."
        )
        words = {"shortest": SHORTEST, "longest": LONGEST}
        raise WrongCode(sentence % words, field="code")
    return kept


def _made(call: Call) -> str:
    """As "BRE-7K4-MQX": the region's short code and six signs, one of 244 million."""
    taken = {_bare(code) for code in call.late_codes.values_list("code", flat=True)}
    while True:
        signs = "".join(secrets.choice(_SIGNS) for _place in range(6))
        code = f"{call.participation.region.short_code}-{signs[:3]}-{signs[3:]}"
        if _bare(code) not in taken:
            return code


def _ensure_useful(call: Call, expires_at: datetime) -> None:
    first = max(call.closes_at, timezone.now())
    if expires_at <= first:
        raise ExpiresTooSoon(
            _("The code would end before it serves: choose a moment after %(moment)s.")
            % {"moment": dates.moment(first)},
            field="expires_at",
            details={"expires_at": paris_iso(expires_at), "after": paris_iso(first)},
        )
    if timezone.localdate(expires_at) > call.edition.ends_on:
        raise ExpiresAfterTheFair(
            _("The fair ends on %(day)s: nobody applies after it.")
            % {"day": dates.day(call.edition.ends_on)},
            field="expires_at",
            details={"expires_at": paris_iso(expires_at)},
        )


def _ensure_told_apart(late_code: LateCode) -> None:
    """Codes are taken with or without their hyphens: two that differ by nothing else are one."""
    for code in late_code.call.late_codes.values_list("code", flat=True):
        if _bare(code) == _bare(late_code.code):
            raise _taken(code)


def _save(late_code: LateCode) -> None:
    try:
        with transaction.atomic():
            late_code.save()
    except IntegrityError as error:
        raise _taken(late_code.code) from error


def _taken(code: str) -> CodeTaken:
    return CodeTaken(
        _("The code %(code)s was already given for this call.") % {"code": code},
        field="code",
        details={"code": code},
    )
