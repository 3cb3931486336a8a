"""How long each kind of personal data is kept, why, and what happens then.

The page on personal data shows this table and the nightly purge obeys it: one place says both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pavilion.core import jobs
from startups.models import Application, Badge, Call, Review

# Drafts nobody submitted: of no use once the call is closed.
DRAFTS_DAYS = 90
# Applications that led to no stand: long enough to answer for the choice.
NOT_CHOSEN_MONTHS = 12
# What the jury wrote, apart from its scores.
COMMENTS_MONTHS = 12
# Exhibitors: long enough for the next editions to know who came.
EXHIBITORS_MONTHS = 36
# Who was badged.
BADGES_DAYS = 30
# Copies made on the way: lists that came in, exports that went out, codes to go on elsewhere.
SHEETS_DAYS = 30
JOBS_DAYS = jobs.KEPT.days
RESUME_CODES_DAYS = 1

# Between telling the region and acting. Told late, acted later: the notice is never cut short.
NOTICE_DAYS = 30

Status = Application.Status


@dataclass(frozen=True)
class Kind:
    """Data of one call that go together. `rows` are those still to be treated."""

    key: str
    what: Any  # lazy texts
    ground: Any
    period: Any
    then: Any
    due_on: Callable[[Call], date]
    rows: Callable[[Call], QuerySet[Any]]


@dataclass(frozen=True)
class Copy:
    """Technical copies, erased without a word to anybody."""

    what: Any
    ground: Any
    period: Any
    then: Any


def months_after(day: date, months: int) -> date:
    """The same day of a later month; its last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def _end(call: Call) -> date:
    return call.participation.edition.ends_on


def _open(call: Call) -> QuerySet[Application]:
    return Application.objects.filter(call=call, anonymised_at__isnull=True)


def _may_still_come_in() -> Q:
    """Begun with a late-entry code that ends, or ended not long ago, after the closing."""
    return Q(late_code__expires_at__gt=timezone.now() - timedelta(days=DRAFTS_DAYS))


NEVER_SUBMITTED = Q(submitted_at__isnull=True)
EXHIBITED = Q(status__in=[Status.CONFIRMED, Status.NO_SHOW])
PUBLIC_INTEREST = _("Mission of public interest: choosing the companies")

KINDS = (
    Kind(
        key="drafts",
        what=_("Applications begun and never submitted"),
        ground=PUBLIC_INTEREST,
        period=_("90 days after the closing of the call"),
        then=_("erased, with their files"),
        due_on=lambda call: (
            timezone.localdate(call.closes_at, timezone.get_default_timezone())
            + timedelta(days=DRAFTS_DAYS)
        ),
        rows=lambda call: _open(call).filter(NEVER_SUBMITTED).exclude(_may_still_come_in()),
    ),
    Kind(
        key="badges",
        what=_("People named for a badge"),
        ground=_("Mission of public interest: welcoming the exhibitors"),
        period=_("30 days after the fair"),
        then=_("erased"),
        due_on=lambda call: _end(call) + timedelta(days=BADGES_DAYS),
        rows=lambda call: Badge.objects.filter(exhibitor__application__call=call),
    ),
    Kind(
        key="comments",
        what=_("What the jury wrote about an application"),
        ground=PUBLIC_INTEREST,
        period=_("12 months after the fair"),
        then=_("erased; the scores stay, for statistics"),
        due_on=lambda call: months_after(_end(call), COMMENTS_MONTHS),
        rows=lambda call: Review.objects.filter(application__call=call).exclude(
            comment="", recusal_reason=""
        ),
    ),
    Kind(
        key="not_chosen",
        what=_("Applications that led to no stand"),
        ground=PUBLIC_INTEREST,
        period=_("12 months after the fair"),
        then=_("anonymised: the numbers that remain point to nobody"),
        due_on=lambda call: months_after(_end(call), NOT_CHOSEN_MONTHS),
        rows=lambda call: _open(call).exclude(NEVER_SUBMITTED).exclude(EXHIBITED),
    ),
    Kind(
        key="exhibitors",
        what=_("Exhibitors, and what they signed, declared and sent"),
        ground=_("Mission of public interest: welcoming the exhibitors"),
        period=_("36 months after the fair"),
        then=_("anonymised, and their public page is taken away"),
        due_on=lambda call: months_after(_end(call), EXHIBITORS_MONTHS),
        rows=lambda call: _open(call).filter(EXHIBITED),
    ),
)
COPIES = (
    Copy(
        what=_("Lists that a region brought in"),
        ground=PUBLIC_INTEREST,
        period=_("30 days after they came"),
        then=_("erased"),
    ),
    Copy(
        what=_("Exports, and what long operations kept"),
        ground=_("Mission of public interest: the work of the teams"),
        period=_("30 days after they were made"),
        then=_("erased"),
    ),
    Copy(
        what=_("Codes to go on with an application on another device"),
        ground=_("Mission of public interest: keeping the service safe"),
        period=_("one day"),
        then=_("erased"),
    ),
)
BY_KEY = {kind.key: kind for kind in KINDS}
