"""A call's jury: who reads what, how far they are, and files given out."""

from dataclasses import dataclass, field
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pavilion.core.desk import KEYS, VERBS
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups import operations
from startups.admin.calls.pages import CallPages, Tab
from startups.models import Application, Call, Review, Theme
from startups.operations.judging.reviewing import READABLE

VERBS |= {
    "call.reviews_assigned_by_hand": gettext_lazy("Files given to reviewers by hand"),
    "call.reviews_assigned_by_theme": gettext_lazy("Files shared among reviewers by theme"),
    "call.reviews_assigned_at_random": gettext_lazy("Files shared among reviewers at random"),
    "call.means_recomputed": gettext_lazy("Means computed again after the criteria changed"),
    "review.handed_in": gettext_lazy("Review handed in"),
    "review.changed": gettext_lazy("Review changed"),
    "review.recused": gettext_lazy("Reviewer stepped back"),
    "review.taken_back": gettext_lazy("Recusal withdrawn"),
    "review.unassigned": gettext_lazy("File taken back from a reviewer"),
}
KEYS |= {
    "mean": (gettext_lazy("mean"), {}),
    "reviews": (gettext_lazy("reviews"), {}),
}
PER_PAGE = 50
Status = Review.Status


@dataclass
class Reader:
    """One reviewer of the region and their pile."""

    user: User
    to_read: int = 0
    done: int = 0
    recused: list[Review] = field(default_factory=list)

    @property
    def given(self) -> int:
        return self.to_read + self.done


class JuryPages(CallPages):
    def call_urls(self) -> list[URLPattern]:
        return [*super().call_urls(), self.call_path("jury", self.jury_view)]

    def call_links(self, request: HttpRequest, call: Call) -> list[Tab]:
        return [*super().call_links(request, call), self.tab("jury", _("Jury"), call)]

    def jury_view(self, request: HttpRequest, call_id: int) -> HttpResponse:
        if request.method == "POST":
            call = self.managed_call(request, call_id)
            try:
                messages.success(request, _do(request, call))
            except DomainError as error:
                messages.error(request, str(error))
            return redirect(request.get_full_path())
        call = self.desk_call(request, call_id)
        context = _context(call, request)
        return self.call_page(request, call, "jury", "admin/startups/call/jury.html", **context)


def _do(request: HttpRequest, call: Call) -> str:
    """Run what was asked for; the sentence says what came of it."""
    by, asked = cast(User, request.user), request.POST
    do = asked.get("do", "")
    if do == "unassign":
        operations.unassign_review(review_id=_key(asked.get("review")), by=by)
        return _("The file is taken back from its reviewer.")
    if do == "take_back":
        operations.take_back_recusal(review_id=_key(asked.get("review")), by=by)
        return _("The file is on the reviewer’s pile again.")
    if do == "theme":
        themes = {
            reader.pk: asked.getlist(f"themes_{reader.pk}")
            for reader in operations.reviewers_of(call.region_code)
        }
        result = operations.assign_by_theme(call_id=call.pk, themes=themes, by=by)
    elif do == "hand":
        result = operations.assign_by_hand(
            call_id=call.pk,
            application_ids=[_key(each) for each in asked.getlist("file")],
            reviewer_ids=[_key(each) for each in asked.getlist("reviewer")],
            by=by,
        )
    else:
        result = operations.assign_at_random(call_id=call.pk, by=by)
    return _told(result)


def _key(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0


def _told(result: operations.Assigned) -> str:
    given = ngettext(
        "%(count)d review given out.", "%(count)d reviews given out.", result.count
    ) % {"count": result.count}
    if not result.short:
        return given
    short = ngettext(
        "%(count)d file still has too few readers.",
        "%(count)d files still have too few readers.",
        result.short,
    ) % {"count": result.short}
    return f"{given} {short}"


def _context(call: Call, request: HttpRequest) -> dict[str, Any]:
    """Five queries, whatever the number of files."""
    reviews = list(
        Review.objects.of_submitted()
        .filter(application__call=call)
        .select_related("reviewer", "application")
        .only(
            *("application", "reviewer", "status", "mean", "recusal_reason"),
            *("reviewer__full_name", "reviewer__email"),
            *("application__display_name", "application__legal_name", "application__status"),
        )
        .order_by("pk")
    )
    readers = _readers(call, reviews)
    by_file: dict[int, list[Review]] = {}
    for review in reviews:
        by_file.setdefault(review.application_id, []).append(review)
    files = list(
        Application.objects.filter(call=call, status__in=READABLE)
        .only("display_name", "legal_name", "contact_email", "theme", "sort_name")
        .order_by("sort_name", "pk")
    )
    lacking = [each for each in files if _readers_of(by_file.get(each.pk, [])) < call.reviews_each]
    shows_all = "all" in request.GET
    page = Paginator(files if shows_all else lacking, PER_PAGE).get_page(request.GET.get("page"))
    themes = {theme.pk: theme for theme in Theme.objects.order_by("position", "pk")}
    met = {each.theme_id for each in files}
    return {
        "title": _("Jury"),
        "readers": readers,
        "recused": [review for reader in readers for review in reader.recused],
        "files": len(files),
        "lacking": len(lacking),
        "missing": sum(
            call.reviews_each - _readers_of(by_file.get(each.pk, [])) for each in lacking
        ),
        "shows_all": shows_all,
        "page_obj": page,
        "rows": [
            (each, by_file.get(each.pk, []), themes.get(each.theme_id or "")) for each in page
        ],
        "themes": [theme for code, theme in themes.items() if code in met],
        "is_open": call.released_at is None,
    }


def _readers(call: Call, reviews: list[Review]) -> list[Reader]:
    """The region's reviewers now, and whoever was one when they were given a file."""
    readers = {user.pk: Reader(user) for user in operations.reviewers_of(call.region_code)}
    for review in reviews:
        reader = readers.setdefault(review.reviewer_id, Reader(review.reviewer))
        if review.status == Status.RECUSED:
            reader.recused.append(review)
        elif review.status == Status.DONE:
            reader.done += 1
        elif review.application.status in READABLE:
            reader.to_read += 1
    return list(readers.values())


def _readers_of(reviews: list[Review]) -> int:
    return sum(1 for review in reviews if review.status != Status.RECUSED)
