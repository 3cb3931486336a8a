"""Who will be written to because of a change of the board, and when."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from startups.models import PlaceOffer, PlanVersion, PublishedAllocation, Swap
from startups.operations.board.planning import Change


def mails(change: Change) -> list[str]:
    """Sentences, since a change of the board sends nothing itself. A fixed number of queries."""
    return [*_at_announcing(change), *_about_swaps(change), *_about_offers(change)]


def _at_announcing(change: Change) -> Iterator[str]:
    """Exhibitors are told of the plan when it is announced, and only of what differs."""
    announced: dict[int, dict[int, int]] = {pk: {} for pk in change.after}
    cells = PublishedAllocation.objects.filter(exhibitor__in=list(change.after))
    for pk, day, stand in cells.values_list("exhibitor_id", "half_day_id", "stand_id"):
        announced[pk][day] = stand
    differing = [
        change.exhibitors[pk]
        for pk, stay in change.after.items()
        if announced[pk] != {day: stand for day, (stand, _status) in stay.items()}
    ]
    participations = {each.participation_id for each in differing}
    told = set(
        PlanVersion.objects.filter(participation__in=participations)
        .order_by()
        .values_list("participation_id", flat=True)
        .distinct()
    )
    names = sorted(str(each) for each in differing if each.participation_id in told)
    if names:
        sentence = ngettext(
            "%(names)s will get a mail when the plan is announced again.",
            "%(names)s will get a mail each when the plan is announced again.",
            len(names),
        )
        yield sentence % {"names": ", ".join(names)}


def _about_swaps(change: Change) -> Iterator[str]:
    exhibitors = list(change.after)
    swaps = Swap.objects.filter(status__in=Swap.OPEN)
    touched = swaps.filter(proposer__in=exhibitors) | swaps.filter(other__in=exhibitors)
    names = ("proposer__application", "other__application")
    for swap in touched.select_related(*names).order_by("created_at", "pk"):
        words = {"first": swap.proposer, "second": swap.other}
        yield _("The swap proposed between %(first)s and %(second)s may fall through.") % words


def _about_offers(change: Change) -> Iterator[str]:
    """A stand offered to somebody else, of an absent exhibitor or to one of these."""
    stands = {(stand.pk, day.pk) for _who, stand, day in [*change.added(), *change.removed()]}
    offers = PlaceOffer.objects.filter(
        status=PlaceOffer.Status.OFFERED, absence__stand__in={stand for stand, _day in stands}
    ).select_related("application", "absence__stand", "absence__half_day")
    for offer in offers.order_by("offered_at", "pk"):
        absence = offer.absence
        if (absence.stand_id, absence.half_day_id) in stands:
            words = {
                "company": offer.application,
                "stand": absence.stand,
                "half_day": absence.half_day,
            }
            yield (
                _("%(company)s was offered stand %(stand)s, %(half_day)s: that may fall through.")
                % words
            )
