"""What among calls, applications and exhibitors needs somebody, most pressing first."""

from datetime import datetime, timedelta

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from events.models import Participation
from pavilion.core.access import access_of
from pavilion.core.desk.items import Item, present
from pavilion.core.models import User
from startups import checklist, operations
from startups.models import (
    Absence,
    Application,
    Call,
    Criterion,
    Decision,
    Exhibitor,
    PlaceOffer,
    Purge,
    Review,
    Swap,
)
from startups.operations.judging.reviewing import READABLE

SOON = timedelta(days=3)
# How many regions are told one by one.
FEW = 3


def attention(user: User) -> list[Item]:
    """The same queries, whatever the number of regions; one more for who reads files."""
    now = timezone.now()
    access = access_of(user)
    items = _to_read(user) if access.reviewed_codes else []
    if access.is_national or access.desk_codes:
        desk = Q(participation__region__in=access.desk_codes)
        mine = Q() if access.is_national else desk
        codes = None if access.is_national else access.desk_codes
        items += [*_calls(user, mine, now), *_applications(user, now)]
        items += [*_exhibitors(user, mine, now), *_plans(codes, now)]
        items += [*_floor(user, now), _purges(user)]
    return present(*items)


def _to_read(user: User) -> list[Item]:
    """A reviewer's own pile."""
    count = (
        Review.objects.visible_to(user)
        .filter(
            reviewer=user,
            status=Review.Status.ASSIGNED,
            application__status__in=READABLE,
            application__call__released_at__isnull=True,
        )
        .count()
    )
    sentence = ngettext("file to read and to score", "files to read and to score", count)
    return [Item(count, sentence, reverse("startups:jury"))]


def _calls(user: User, mine: Q, now: datetime) -> list[Item]:
    open_now = Call.objects.visible_to(user).filter(mine).open_at(now)
    count = open_now.filter(closes_at__lte=now + SOON).count()
    sentence = ngettext("call closes within three days", "calls close within three days", count)
    return [Item(count, sentence, reverse("admin:startups_call_changelist"))]


def due(now: datetime) -> dict[str, Q]:
    """What an application waits for, by name: the first page counts them, the list filters them."""
    selected = Q(status=Application.Status.SELECTED)
    return {
        "late": selected & Q(confirm_by__lt=now),
        "soon": selected & Q(confirm_by__range=(now, now + SOON)),
        # A decision is due once the call is closed; before that, files only come in.
        "decision": Q(status__in=["submitted", "eligible"], call__closes_at__lt=now),
        # What was sent back to be mended and did not come in time: decide, or give more time.
        "correction": Q(status=Application.Status.INCOMPLETE, correction_due_at__lt=now),
        # What moved by itself: nobody has to do anything, somebody may want to know.
        "lapsed": Q(status=Application.Status.DECLINED, lapsed_at__gte=now - SOON),
        "promoted": Q(status__in=["selected", "confirmed"], promoted_at__gte=now - SOON),
        # Decided, and not told on the day companies were promised to know.
        "release": Q(
            pk__in=Decision.objects.pending().values("application"),
            call__results_at__lt=now,
            call__release_at__isnull=True,
        ),
        "new": Q(status=Application.Status.SUBMITTED, call__closes_at__gte=now),
        "reviews": _lacks_reviews(now),
    }


def _lacks_reviews(now: datetime) -> Q:
    """Before a jury that was asked to score, closed to applicants, and read by too few."""
    read = Count("reviews", filter=Q(reviews__status=Review.Status.DONE))
    enough = Application.objects.annotate(read=read).filter(read__gte=F("call__reviews_each"))
    return Q(
        status__in=READABLE,
        call__closes_at__lt=now,
        call__released_at__isnull=True,
        call__in=Criterion.objects.values("call"),
    ) & ~Q(pk__in=enough.values("pk"))


def _applications(user: User, now: datetime) -> list[Item]:
    counts = (
        Application.objects.submitted()
        .received_by(user)
        .aggregate(**{name: Count("pk", filter=each) for name, each in due(now).items()})
    )
    late, pressed = counts["late"], counts["soon"]
    undecided, new = counts["decision"], counts["new"]
    url = reverse("admin:startups_application_changelist")
    return [
        Item(
            late,
            ngettext(
                "selected company did not confirm in time",
                "selected companies did not confirm in time",
                late,
            ),
            f"{url}?due=late",
        ),
        Item(
            pressed,
            ngettext(
                "selected company must confirm within three days",
                "selected companies must confirm within three days",
                pressed,
            ),
            f"{url}?due=soon",
        ),
        Item(
            counts["release"],
            ngettext(
                "decision is prepared and not released, after the day set for the results",
                "decisions are prepared and not released, after the day set for the results",
                counts["release"],
            ),
            f"{url}?due=release",
        ),
        Item(
            counts["lapsed"],
            ngettext(
                "company lost its place in the last three days, not having confirmed",
                "companies lost their place in the last three days, not having confirmed",
                counts["lapsed"],
            ),
            f"{url}?due=lapsed",
        ),
        Item(
            counts["promoted"],
            ngettext(
                "company was offered a place from the waiting list in the last three days",
                "companies were offered a place from the waiting list in the last three days",
                counts["promoted"],
            ),
            f"{url}?due=promoted",
        ),
        Item(
            counts["correction"],
            ngettext(
                "application was not corrected in time",
                "applications were not corrected in time",
                counts["correction"],
            ),
            f"{url}?due=correction",
        ),
        Item(
            undecided,
            ngettext("application awaits a decision", "applications await a decision", undecided),
            f"{url}?due=decision",
        ),
        Item(
            counts["reviews"],
            ngettext("file has too few reviews", "files have too few reviews", counts["reviews"]),
            f"{url}?due=reviews",
        ),
        Item(
            new,
            ngettext(
                "application has come in and can be read already",
                "applications have come in and can be read already",
                new,
            ),
            f"{url}?due=new",
        ),
    ]


def _exhibitors(user: User, mine: Q, now: datetime) -> list[Item]:
    placed = Exhibitor.objects.visible_to(user).filter(mine).present()
    coming = placed.filter(participation__edition__ends_on__gte=timezone.localdate(now))
    without = coming.aggregate(
        without=Count("pk", filter=Q(allocations__isnull=True), distinct=True)
    )["without"]
    late = placed.filter(checklist.having("late", now)).count()
    url = reverse("admin:startups_exhibitor_changelist")
    return [
        Item(
            late,
            ngettext(
                "exhibitor is late with their checklist",
                "exhibitors are late with their checklist",
                late,
            ),
            f"{url}?checklist=late",
        ),
        Item(
            without,
            ngettext("exhibitor has no stand yet", "exhibitors have no stand yet", without),
            f"{url}?stand=none",
        ),
    ]


def _plans(codes: list[str] | None, now: datetime) -> list[Item]:
    """Plans that changed since they were announced: region by region while these are few."""
    regions = Participation.objects.in_order().filter(
        edition__ends_on__gte=timezone.localdate(now), plan_versions__isnull=False
    )
    if codes is not None:
        regions = regions.filter(region__in=codes)
    announced = list(regions.distinct())
    within = Q(half_day__edition__ends_on__gte=timezone.localdate(now))
    differing = operations.differing(within & Q(exhibitor__participation__in=announced))
    changed = [row for row in announced if differing.get(row.pk)]
    if len(changed) > FEW:
        count = sum(len(differing[row.pk]) for row in changed)
        sentence = ngettext(
            "exhibitor is concerned by changes of the plan in %(regions)d regions, not announced",
            "exhibitors are concerned by changes of the plan in %(regions)d regions, not announced",
            count,
        ) % {"regions": len(changed)}
        return [Item(count, sentence, reverse("admin:startups_planversion_changelist"))]
    return [
        Item(
            len(differing[row.pk]),
            ngettext(
                "exhibitor: the plan has changed since it was last announced (%(region)s)",
                "exhibitors: the plan has changed since it was last announced (%(region)s)",
                len(differing[row.pk]),
            )
            % {"region": row.region},
            reverse("admin:startups_planversion_region", args=[row.pk]),
        )
        for row in changed
    ]


def _floor(user: User, now: datetime) -> list[Item]:
    """Swaps that both want, and places of this half-day that nobody has taken."""
    swaps = Swap.objects.visible_to(user).filter(status=Swap.Status.ACCEPTED).count()
    running = Q(half_day__starts_at__lte=now, half_day__ends_at__gt=now, came_at__isnull=True)
    absent = Absence.objects.visible_to(user).filter(running)
    empty = absent.exclude(offers__status=PlaceOffer.Status.TAKEN).count()
    return [
        Item(
            empty,
            ngettext(
                "stand is empty now: its exhibitor is absent and nobody has taken the place",
                "stands are empty now: their exhibitors are absent and nobody has taken the place",
                empty,
            ),
            reverse("admin:startups_absence_today"),
        ),
        Item(
            swaps,
            ngettext(
                "swap of half-days awaits your approval",
                "swaps of half-days await your approval",
                swaps,
            ),
            reverse("admin:startups_swap_changelist") + f"?status={Swap.Status.ACCEPTED}",
        ),
    ]


def _purges(user: User) -> Item:
    """What will be erased by itself: the last days to export what must be kept."""
    count = Purge.objects.visible_to(user).filter(done_at__isnull=True).count()
    sentence = ngettext(
        "kind of personal data is about to be erased",
        "kinds of personal data are about to be erased",
        count,
    )
    return Item(count, sentence, reverse("admin:startups_purge_changelist") + "?done=no")


def pulse() -> dict[int, dict[str, int]]:
    """Per participation: applications submitted and exhibitors present. Two queries."""
    rows: dict[int, dict[str, int]] = {}
    applications = (
        Application.objects.submitted()
        .values(key=F("call__participation"))
        .annotate(count=Count("pk"))
        .order_by("key")
    )
    for row in applications:
        rows.setdefault(row["key"], {})["applications"] = row["count"]
    exhibitors = (
        Exhibitor.objects.present()
        .values(key=F("participation"))
        .annotate(count=Count("pk"))
        .order_by("key")
    )
    for row in exhibitors:
        rows.setdefault(row["key"], {})["confirmed"] = row["count"]
    return rows
