"""Why half-days are not exchanged."""

from collections.abc import Collection
from datetime import datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pavilion.core.errors import DomainError
from startups.floor.exchanges import Exchange, RegionFloor, cells
from startups.models import Exhibitor, Swap

# How many swaps of one exhibitor may wait for an answer at a time: nobody is pestered.
OPEN_AT_ONCE = 3


# How often one may ask the same other on one day: each time, it is mailed.
ASKED_A_DAY = 2


class NotSwappable(DomainError):
    """What is in the way of the exchange, each in its own sentence."""

    code = "not_swappable"


class TooManySwaps(DomainError):
    code = "too_many_swaps"


class AlreadyProposed(DomainError):
    code = "already_proposed"


class NotAccepted(DomainError):
    code = "not_accepted"


class SwapOver(DomainError):
    """It was settled before."""

    code = "swap_over"


class SwapOvertaken(DomainError):
    """The plan, or the clock, has overtaken it: it is over now, and both were told."""

    code = "swap_overtaken"


def ensure_possible(
    floor: RegionFloor, exchange: Exchange, *, reader: Exhibitor | None = None
) -> None:
    """`reader`: the company that asks; the desk is told every reason."""
    if against := floor.in_the_way(exchange, reader=reader):
        raise NotSwappable(" ".join(against), details={"in_the_way": against})


def ensure_few(open_now: Collection[Swap]) -> None:
    if len(open_now) < OPEN_AT_ONCE:
        return
    raise TooManySwaps(
        ngettext(
            "%(count)d swap you proposed still waits for an answer, which is the limit: take it "
            "back first.",
            "%(count)d swaps you proposed still wait for an answer, which is the limit: take one "
            "back first.",
            OPEN_AT_ONCE,
        )
        % {"count": OPEN_AT_ONCE},
        details={"limit": OPEN_AT_ONCE},
    )


def ensure_not_pestered(exchange: Exchange) -> None:
    today = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
    asked = Swap.objects.filter(
        proposer=exchange.first, other=exchange.second, created_at__gte=today
    )
    if asked.count() < ASKED_A_DAY:
        return
    raise TooManySwaps(
        _(
            "You have proposed a swap to %(exhibitor)s %(count)d times today, which is the limit: "
            "propose the next one tomorrow."
        )
        % {"exhibitor": exchange.second, "count": ASKED_A_DAY},
        details={"limit": ASKED_A_DAY},
    )


def same(known: Swap, exchange: Exchange) -> Swap:
    if (cells(known.gives), cells(known.takes)) == (exchange.gives, exchange.takes):
        return known
    raise AlreadyProposed(
        _(
            "You have proposed another swap to %(exhibitor)s, which waits for an answer: take it "
            "back first."
        )
        % {"exhibitor": exchange.second},
        details={"swap": known.pk},
    )


def ensure_open(swap: Swap) -> None:
    if swap.status in Swap.OPEN:
        return
    raise SwapOver(
        _("This swap is settled: %(status)s.") % {"status": swap.get_status_display().lower()},
        details={"status": str(swap.status)},
    )
