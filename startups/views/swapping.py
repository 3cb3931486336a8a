"""An exhibitor's exchanges of half-days, on its private address."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core.errors import DomainError
from startups import operations
from startups.floor.exchanges import (
    Cells,
    Exchange,
    RegionFloor,
    exchange_of,
    partners,
    read_floor,
)
from startups.floor.presence import spoken_days
from startups.models import Exhibitor, Swap
from startups.views.preparation.pages import (
    context_of,
    person_of,
    preparing,
    readable,
    writable,
)

# What the address says for "all my half-days to come".
ALL = "tout"
# How many settled swaps the page still tells.
TOLD = 10
MARKS = {
    "proposed": "waiting",
    "accepted": "option",
    "approved": "confirmed",
    "declined": "cancelled",
    "refused": "cancelled",
    "withdrawn": "cancelled",
    "overtaken": "conflict",
    "lapsed": "held",
}


@dataclass(frozen=True)
class Told:
    """A swap as one of the two sees it."""

    swap: Swap
    other: Exhibitor
    is_mine: bool
    leaves: list[str]
    gets: list[str]

    @property
    def mark(self) -> str:
        return MARKS[self.swap.status]

    @property
    def waits_for_me(self) -> bool:
        return self.swap.status == Swap.Status.PROPOSED and not self.is_mine


@readable
@preparing
def swaps(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponse:
    """With whom an exchange is possible, and where those that were proposed stand."""
    floor = read_floor(exhibitor.participation_id, timezone.now())
    mine = floor.coming(exhibitor)
    wanted = request.GET.get("donne", "")
    chosen = _chosen(wanted, mine)
    found = partners(floor, exhibitor, chosen) if wanted and mine else []
    told = [_told(swap, exhibitor, floor) for swap in _swaps(exhibitor)]
    return render(
        request,
        "startups/swap/list.html",
        {
            **context_of(exhibitor),
            "mine": [(floor.half_days[day], floor.stands[stand]) for day, stand in mine.items()],
            "wanted": wanted,
            "chosen": chosen,
            "partners": [
                (one, [(_key(option, chosen), _short(option, floor)) for option in one.options])
                for one in found
                if one.options
            ],
            "others": [one for one in found if not one.options],
            "open": [one for one in told if one.swap.status in Swap.OPEN],
            "settled": [one for one in told if one.swap.status not in Swap.OPEN][:TOLD],
            "all": ALL,
            "limit": operations.OPEN_AT_ONCE,
        },
    )


@writable
@preparing
def propose_swap(request: HttpRequest, exhibitor: Exhibitor, other: int) -> HttpResponse:
    """What would change for whom, and a message; the button proposes it."""
    floor = read_floor(exhibitor.participation_id, timezone.now())
    partner = floor.exhibitors.get(other)
    if partner is None or partner.left_at is not None or partner.pk == exhibitor.pk:
        raise Http404
    asked = request.POST if request.method == "POST" else request.GET
    gives, takes = asked.get("donne", ""), asked.get("prend", ALL)
    exchange = Exchange(
        exhibitor,
        partner,
        _cells(gives, floor.coming(exhibitor)),
        _cells(takes, floor.coming(partner)),
    )
    message, refusal = _typed(request, "message"), ""
    if request.method == "POST":
        try:
            swap = operations.propose_swap(
                exhibitor_id=exhibitor.pk,
                other_id=partner.pk,
                gives=exchange.gives,
                takes=exchange.takes,
                message=message,
                by_name=person_of(exhibitor)["name"],
            )
        except DomainError as error:
            refusal = str(error)
        else:
            done = _("Proposed to %(other)s, by mail. You will hear from us.") % {"other": partner}
            messages.success(request, done)
            return redirect(_page(exhibitor, swap))
    return render(
        request,
        "startups/swap/propose.html",
        {
            **context_of(exhibitor),
            "other": partner,
            "gives": gives,
            "takes": takes,
            "leaves": floor.spoken(exchange.gives),
            "gets": floor.spoken(exchange.takes),
            "in_the_way": [] if refusal else floor.in_the_way(exchange, reader=exhibitor),
            "message": message,
            "refusal": refusal,
        },
        status=409 if refusal else 200,
    )


@writable
@preparing
def swap(request: HttpRequest, exhibitor: Exhibitor, pk: int) -> HttpResponse:
    """One swap, for the two it is about; its buttons answer it or take it back."""
    known = _swaps(exhibitor).filter(pk=pk).first()
    if known is None:
        raise Http404
    if request.method == "POST":
        _act(request, exhibitor, known)
        return redirect(_page(exhibitor, known))
    floor = read_floor(exhibitor.participation_id, timezone.now())
    is_open = known.status in Swap.OPEN
    return render(
        request,
        "startups/swap/page.html",
        {
            **context_of(exhibitor),
            "told": _told(known, exhibitor, floor),
            "is_open": is_open,
            "in_the_way": (
                floor.in_the_way(exchange_of(known), reader=exhibitor) if is_open else []
            ),
        },
    )


def _act(request: HttpRequest, exhibitor: Exhibitor, known: Swap) -> None:
    """The other accepts or declines, the proposer takes back; anything else is nobody's button."""
    answer = request.POST.get("answer", "")
    is_mine = known.proposer_id == exhibitor.pk
    if (answer == "withdraw") != is_mine or answer not in ("accept", "decline", "withdraw"):
        raise Http404
    told: dict[str, Any] = {"swap_id": known.pk, "by_name": person_of(exhibitor)["name"]}
    try:
        if answer == "accept":
            operations.accept_swap(**told)
            done = _("Accepted. The region has been asked to approve it.")
        elif answer == "decline":
            operations.decline_swap(**told, reason=_typed(request, "reason"))
            done = _("Declined. Your stand and half-days stay as they are.")
        else:
            operations.withdraw_swap(**told)
            done = _("Taken back. Your stand and half-days stay as they are.")
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)


def _typed(request: HttpRequest, name: str) -> str:
    """No database keeps a NUL."""
    return request.POST.get(name, "").replace("\0", "")[:500]


def _swaps(exhibitor: Exhibitor) -> Any:
    mine = Q(proposer=exhibitor) | Q(other=exhibitor)
    rows = Swap.objects.filter(mine).select_related("proposer__application", "other__application")
    return rows.order_by("-created_at", "-pk")


def _told(known: Swap, exhibitor: Exhibitor, floor: RegionFloor) -> Told:
    exchange = exchange_of(known)
    is_mine = known.proposer_id == exhibitor.pk
    leaves, gets = exchange.gives, exchange.takes
    if not is_mine:
        leaves, gets = gets, leaves
    return Told(
        known,
        known.other if is_mine else known.proposer,
        is_mine,
        floor.spoken(leaves),
        floor.spoken(gets),
    )


def _page(exhibitor: Exhibitor, known: Swap) -> str:
    return reverse("startups:application_swap", args=[exhibitor.application.token, known.pk])


def _chosen(wanted: str, mine: Cells) -> int | None:
    """The half-day to give away; None for all. What is not theirs is no page."""
    if wanted in ("", ALL):
        return None
    if not wanted.isdecimal() or len(wanted) > 18 or int(wanted) not in mine:
        raise Http404
    return int(wanted)


def _cells(wanted: str, held: Cells) -> Cells:
    """ "12", or all of them; one that is no longer theirs is left out, and told by the checks."""
    if wanted == ALL:
        return held
    day = int(wanted) if wanted.isdecimal() and len(wanted) <= 18 else 0
    return {day: held[day]} if day in held else {}


def _short(option: Cells, floor: RegionFloor) -> str:
    """ "fri 14 morning · A12", or a whole stay: "thu 13 – fri 14 · A12"."""
    days = spoken_days(half_day for pk, half_day in floor.half_days.items() if pk in option)
    stands = dict.fromkeys(str(floor.stands[stand]) for stand in option.values())
    return f"{days} · {', '.join(stands)}"


def _key(option: Cells, chosen: int | None) -> str:
    return ALL if chosen is None else str(next(iter(option)))
