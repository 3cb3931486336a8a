"""What among calls, applications and exhibitors needs somebody, most pressing first."""

from datetime import datetime, timedelta

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from pavilion.core.access import access_of
from pavilion.core.desk.items import Item, present
from pavilion.core.models import User
from startups.models import Application, Call, Exhibitor

SOON = timedelta(days=3)


def attention(user: User) -> list[Item]:
    """Three queries, whatever the number of regions."""
    now = timezone.now()
    access = access_of(user)
    everywhere = access.is_national
    codes = access.region_codes
    mine = Q() if everywhere else Q(participation__region__in=codes)
    return present(
        *_calls(user, mine, now),
        *_applications(user, now),
        *(_exhibitors(user, mine, now) if everywhere or access.desk_codes else []),
    )


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
        "new": Q(status=Application.Status.SUBMITTED, call__closes_at__gte=now),
    }


def _applications(user: User, now: datetime) -> list[Item]:
    counts = (
        Application.objects.submitted()
        .visible_to(user)
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
    return [
        Item(
            without,
            ngettext("exhibitor has no stand yet", "exhibitors have no stand yet", without),
            reverse("admin:startups_exhibitor_changelist") + "?stand=none",
        )
    ]


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
