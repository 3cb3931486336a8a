"""Who reads what: files given to a call's reviewers."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from pavilion.core import activity
from pavilion.core.access import Role, ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups.jury.sharing import share
from startups.models import Application, Call, Review, Score
from startups.operations.judging.reviewing import READABLE, ensure_not_released


class NotAReviewer(DomainError):
    code = "not_a_reviewer"


class NotToRead(DomainError):
    code = "not_to_read"


class SteppedBack(DomainError):
    code = "stepped_back"


class OwnFile(DomainError):
    code = "own_file"


class NoReviewer(DomainError):
    code = "no_reviewer"


class AlreadyScored(DomainError):
    code = "already_scored"


@dataclass(frozen=True)
class Assigned:
    """How many reviews were given out, and to how many files too few readers could be found."""

    count: int
    short: int = 0


def reviewers_of(region_code: str) -> list[User]:
    """Those who may be given files of this region, by name."""
    reviewers = User.objects.filter(
        is_active=True, memberships__region_code=region_code, memberships__role=Role.REVIEWER
    )
    return sorted(reviewers, key=lambda user: (str(user).lower(), user.pk))


def assign_by_hand(
    *,
    call_id: int,
    application_ids: Collection[int],
    reviewer_ids: Collection[int],
    by: User | None,
) -> Assigned:
    """Give every one of these files to every one of these reviewers. Safe to repeat."""
    with transaction.atomic():
        call = _locked(call_id, by)
        readers = {reader.pk: reader for reader in reviewers_of(call.region_code)}
        if set(reviewer_ids) - readers.keys():
            raise NotAReviewer(
                _("Only reviewers of this region read its files."), field="reviewers"
            )
        files = {file.pk: file for file in _readable(call)}
        if set(application_ids) - files.keys():
            raise NotToRead(
                _("Only submitted files of this call that await a decision are read."),
                field="applications",
            )
        known = _known(call)
        for file in sorted(set(application_ids)):
            for reader in sorted(set(reviewer_ids)):
                if files[file].is_from(readers[reader]):
                    raise OwnFile(
                        _("%(reviewer)s is the contact of %(file)s: nobody reads their own file.")
                        % {"reviewer": readers[reader], "file": files[file]},
                        field="reviewers",
                        details={"application": file, "reviewer": reader},
                    )
                if known.get((file, reader)) == Review.Status.RECUSED:
                    raise SteppedBack(
                        _("%(reviewer)s has stepped back from %(file)s.")
                        % {"reviewer": readers[reader], "file": files[file]},
                        field="reviewers",
                        details={"application": file, "reviewer": reader},
                    )
        pairs = [(file, reader) for file in application_ids for reader in reviewer_ids]
        return _give(call, [pair for pair in pairs if pair not in known], by, "by_hand")


def assign_by_theme(
    *, call_id: int, themes: Mapping[int, Collection[str]], by: User | None
) -> Assigned:
    """Share the files of each theme among the reviewers who take it, equally. Safe to repeat.

    `themes` says by reviewer the codes they take. No file gets more readers than the call wants.
    """
    with transaction.atomic():
        call = _locked(call_id, by)
        readers = {reader.pk: reader for reader in reviewers_of(call.region_code)}
        if themes.keys() - readers.keys():
            raise NotAReviewer(
                _("Only reviewers of this region read its files."), field="reviewers"
            )
        taken = {reader: set(codes) for reader, codes in themes.items() if codes}
        if not taken:
            raise NoReviewer(_("No reviewer takes a theme yet."), field="themes")
        allowed = {
            file.pk: {
                reader
                for reader, codes in taken.items()
                if file.theme_id in codes and not file.is_from(readers[reader])
            }
            for file in _readable(call)
        }
        # A theme nobody takes is left for another day.
        allowed = {file: able for file, able in allowed.items() if able}
        return _share(call, allowed, by, "by_theme")


def assign_at_random(*, call_id: int, by: User | None) -> Assigned:
    """Draw readers for every file that has too few, all with the same load. Safe to repeat.

    Assignments made before stay and count. Nobody is given a file they stepped back from, nor
    their own company's.
    """
    with transaction.atomic():
        call = _locked(call_id, by)
        readers = reviewers_of(call.region_code)
        if not readers:
            raise NoReviewer(_("This region has no reviewer yet: the team list adds them."))
        allowed = {
            file.pk: {reader.pk for reader in readers if not file.is_from(reader)}
            for file in _readable(call)
        }
        return _share(call, allowed, by, "at_random")


def unassign_review(*, review_id: int, by: User | None) -> None:
    """Take a file back from a reviewer who has not handed in yet. Safe to repeat."""
    with transaction.atomic():
        found = Review.objects.filter(pk=review_id).values_list("application__call", flat=True)
        if not found:
            return
        call = _locked(found[0], by)
        reviews = Review.objects.of_submitted().select_for_update(of=("self",))
        review = reviews.select_related("application", "reviewer").filter(pk=review_id).first()
        if review is None:
            return
        if review.status == Review.Status.DONE:
            raise AlreadyScored(
                _("%(reviewer)s has already handed in this review.") % {"reviewer": review.reviewer}
            )
        activity.record(
            by=by,
            verb="review.unassigned",
            target=review.application,
            region_code=call.region_code,
            before={"name": str(review.reviewer)},
        )
        Score.objects.filter(review=review).delete()
        review.delete()


def _locked(call_id: int, by: User | None) -> Call:
    """The call, its row locked so that no two people share its files out at the same time."""
    calls = Call.objects.select_related("participation__region", "participation__edition")
    call = calls.select_for_update(of=("self",), no_key=True).get(pk=call_id)
    ensure_manages(by, call.region_code)
    ensure_not_released(call)
    return call


def _readable(call: Call) -> list[Application]:
    return list(
        Application.objects.filter(call=call, status__in=READABLE)
        .only("pk", "theme_id", "display_name", "legal_name", "contact_email")
        .order_by("pk")
    )


def _known(call: Call) -> dict[tuple[int, int], str]:
    rows = Review.objects.filter(application__call=call)
    return {
        (row[0], row[1]): row[2] for row in rows.values_list("application", "reviewer", "status")
    }


def _share(
    call: Call, allowed: Mapping[int, Collection[int]], by: User | None, how: str
) -> Assigned:
    known = _known(call)
    has: dict[int, int] = {}
    for (file, _reader), status in known.items():
        if status != Review.Status.RECUSED:
            has[file] = has.get(file, 0) + 1
    wanted = {file: max(0, call.reviews_each - has.get(file, 0)) for file in allowed}
    able = {
        file: {reader for reader in readers if (file, reader) not in known}
        for file, readers in allowed.items()
    }
    readers = {reader for each in allowed.values() for reader in each}
    given = share(
        wanted=wanted,
        allowed=able,
        loads=_loads(call, readers),
        # The same draw for the same state of the call: it can be shown how it came about.
        seed=f"{call.pk}:{len(known)}",
    )
    short = sum(1 for file, each in given.items() if len(each) < wanted[file])
    pairs = [(file, reader) for file, each in sorted(given.items()) for reader in each]
    return _give(call, pairs, by, how, short)


def _loads(call: Call, readers: Iterable[int]) -> dict[int, int]:
    rows = (
        Review.objects.filter(application__call=call)
        .filter(~Q(status=Review.Status.RECUSED), application__status__in=READABLE)
        .values("reviewer")
        .annotate(count=Count("pk"))
        .order_by("reviewer")
    )
    return dict.fromkeys(readers, 0) | {
        row["reviewer"]: row["count"] for row in rows if row["reviewer"] in set(readers)
    }


def _give(
    call: Call, pairs: Collection[tuple[int, int]], by: User | None, how: str, short: int = 0
) -> Assigned:
    Review.objects.bulk_create(
        [Review(application_id=file, reviewer_id=reader) for file, reader in pairs],
        batch_size=1000,
    )
    if pairs:
        activity.record(
            by=by,
            verb=f"call.reviews_assigned_{how}",
            target=call,
            region_code=call.region_code,
            after={"reviews": len(pairs)},
        )
    return Assigned(count=len(pairs), short=short)
