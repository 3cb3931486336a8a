"""The people an exhibitor names for badges: within the quota, each told once what is kept."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import Day
from pavilion.core import outbox
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups import emails
from startups.models import Badge, ChecklistItem, Exhibitor
from startups.operations.exhibiting.preparation import note, preparing


class QuotaExceeded(DomainError):
    code = "quota_exceeded"


class NobodyNamed(DomainError):
    code = "nobody_named"


class NamedTwice(DomainError):
    code = "named_twice"


@dataclass(frozen=True)
class Holder:
    """Somebody to badge; with `badge_id`, somebody named before."""

    first_name: str
    last_name: str
    role: str = ""
    email: str = ""
    day_ids: tuple[int, ...] = ()
    badge_id: int | None = None


def save_badges(
    *,
    exhibitor_id: int,
    holders: Sequence[Holder],
    is_complete: bool,
    seen: Collection[int] | None = None,
    by: User | None = None,
    by_name: str = "",
) -> list[Badge]:
    """Make the list of people to badge this one: who is not on it any more is removed.

    Refuses more than the call's quota. Whoever has an address is told once, by mail, what is kept
    and why; another address is another person's. `is_complete` says that nobody else will come.
    `seen` holds the badges the writer knew of: whom a colleague named meanwhile stays. The same
    list again changes nothing.
    """
    with transaction.atomic():
        exhibitor = preparing(exhibitor_id, by, ChecklistItem.BADGES)
        known = {badge.pk: badge for badge in exhibitor.badges.prefetch_related("days")}
        kept = {holder.badge_id for holder in holders if holder.badge_id in known}
        meanwhile = [] if seen is None else sorted(known.keys() - kept - set(seen))
        _ensure_in_quota(exhibitor, len(holders) + len(meanwhile))
        _ensure_once([*holders, *(Holder("", "", "", known[pk].email) for pk in meanwhile)])
        if is_complete and not holders:
            raise NobodyNamed(_("Name at least one person: somebody has to be on the stand."))
        before = _names(known.values())
        exhibitor.badges.exclude(pk__in=[*kept, *meanwhile]).delete()
        days = _days_of(exhibitor)
        _free_addresses(exhibitor, holders, known)
        badges = [_write(exhibitor, holder, known, days) for holder in holders]
        was_complete = exhibitor.badges_checked_at is not None
        if was_complete != is_complete:
            exhibitor.badges_checked_at = timezone.now() if is_complete else None
            exhibitor.save(update_fields=["badges_checked_at"])
        after = _names([*badges, *(known[pk] for pk in meanwhile)])
        if before != after or was_complete != is_complete:
            note(
                exhibitor,
                "exhibitor.badges_named",
                by=by,
                by_name=by_name,
                # How many, not who: the log outlives what is kept of them.
                before={"people": len(before)},
                after={"people": len(after)},
            )
        for badge in badges:
            _inform(exhibitor, badge)
    return badges


def _free_addresses(
    exhibitor: Exhibitor, holders: Sequence[Holder], known: dict[int, Badge]
) -> None:
    """Two people may exchange theirs: each address is free before the other takes it."""
    changing = [
        holder.badge_id
        for holder in holders
        if holder.badge_id in known and known[holder.badge_id].email != holder.email
    ]
    exhibitor.badges.filter(pk__in=changing).update(email="")


def _write(exhibitor: Exhibitor, holder: Holder, known: dict[int, Badge], days: set[int]) -> Badge:
    badge = known.get(holder.badge_id or 0) or Badge(exhibitor=exhibitor)
    if badge.email.lower() != holder.email.lower():
        badge.informed_at = None
    badge.first_name, badge.last_name = holder.first_name, holder.last_name
    badge.role, badge.email = holder.role, holder.email
    badge.save()
    badge.days.set(days.intersection(holder.day_ids))
    return badge


def _inform(exhibitor: Exhibitor, badge: Badge) -> None:
    if not badge.email or badge.informed_at is not None:
        return
    badge.informed_at = timezone.now()
    badge.save(update_fields=["informed_at"])
    outbox.enqueue(emails.badge_notice(exhibitor, badge))


def _days_of(exhibitor: Exhibitor) -> set[int]:
    edition = exhibitor.participation.edition_id
    return set(Day.objects.filter(edition=edition).values_list("pk", flat=True))


def _names(badges: Iterable[Badge]) -> list[str]:
    return sorted(str(badge) for badge in badges)


def _ensure_in_quota(exhibitor: Exhibitor, named: int) -> None:
    quota = exhibitor.application.call.badge_quota
    if named > quota:
        raise QuotaExceeded(
            ngettext(
                "Your region has %(quota)d badge for each exhibitor.",
                "Your region has %(quota)d badges for each exhibitor.",
                quota,
            )
            % {"quota": quota},
            details={"quota": quota, "named": named},
        )


def _ensure_once(holders: Sequence[Holder]) -> None:
    addresses = [holder.email.lower() for holder in holders if holder.email]
    for address in addresses:
        if addresses.count(address) > 1:
            raise NamedTwice(
                _("%(email)s stands here twice: each person has an address of their own.")
                % {"email": address},
                field="email",
            )
