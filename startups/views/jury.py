"""The jury's own pages: the files to read, and one file beside its scoring sheet."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from pavilion.core.access import access_of
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups import dates, eligibility, operations
from startups.jury import reading as jury
from startups.jury.review_form import ReviewForm
from startups.models import Review


@require_safe
@never_cache
def piles(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if not access_of(user).is_member:
        raise Http404
    return render(request, "startups/jury/piles.html", {"piles": jury.piles(user)})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One file. GET reads; POST saves, hands in, steps back or takes that back."""
    user = cast(User, request.user)
    found = _visible(user, pk)
    form = ReviewForm(
        request.POST if request.POST.get("do") in ("save", "hand_in", "next") else None,
        review=found,
        criteria=found.application.call.criteria.order_by("position", "pk"),
    )
    if request.method == "POST":
        answer = _act(request, user, found, form)
        if answer is not None:
            return answer
        found = _visible(user, pk)
    return render(request, "startups/jury/review.html", _context(user, found, form))


def _visible(user: User, pk: int) -> Review:
    """Their own, whatever its state, or anyone's for the region's desk; else a 404."""
    reviews = Review.objects.visible_to(user).select_related(
        "reviewer",
        "application__theme",
        "application__call__participation__region",
        "application__call__participation__edition",
    )
    found = get_object_or_404(reviews, pk=pk)
    code, access = found.region_code, access_of(user)
    if found.reviewer_id == user.pk or access.is_national or code in access.desk_codes:
        return found
    raise Http404  # a colleague's review is read on one's own page of the file


def _act(request: HttpRequest, user: User, found: Review, form: ReviewForm) -> HttpResponse | None:
    """Do what was asked and answer; None shows the page again with what stood in the way."""
    do = request.POST.get("do", "")
    try:
        if do == "recuse":
            reason = request.POST.get("reason", "")
            operations.recuse_review(review_id=found.pk, by=user, reason=reason)
            messages.success(
                request,
                _("You stepped back from %(file)s. It left your pile.")
                % {"file": found.application},
            )
            return redirect("startups:jury")
        if do == "take_back":
            operations.take_back_recusal(review_id=found.pk, by=user)
            return redirect("startups:jury_review", found.pk)
        if not form.is_bound or not form.is_valid():
            return _refused(request, form)
        given = {"scores": form.scores, "comment": form.cleaned_data["comment"]}
        if do == "save":
            kept = operations.save_review(review_id=found.pk, by=user, **given)
            return _saved(request, kept)
        kept = operations.hand_in_review(review_id=found.pk, by=user, **given)
    except DomainError as error:
        if not form.is_bound:
            messages.error(request, str(error))
            return redirect("startups:jury_review", found.pk)
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _refused(request, form)
    words = {"file": kept.application, "mean": kept.mean}
    messages.success(request, _("%(file)s: handed in, %(mean)s out of 20.") % words)
    following = jury.neighbours(kept).to_read if do == "next" else kept.pk
    return redirect("startups:jury_review", following) if following else redirect("startups:jury")


def _is_script(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _saved(request: HttpRequest, kept: Review) -> HttpResponse:
    sentence = _("Saved at %(time)s") % {"time": dates.clock(timezone.now())}
    if _is_script(request):
        mean = "" if kept.mean is None else str(kept.mean)
        return JsonResponse({"saved": sentence, "mean": mean})
    messages.success(request, sentence)
    return redirect("startups:jury_review", kept.pk)


def _refused(request: HttpRequest, form: ReviewForm) -> HttpResponse | None:
    if not _is_script(request):
        return None
    problems = [str(each) for errors in form.errors.values() for each in errors]
    return JsonResponse({"error": " ".join(problems)}, status=409)


def _context(user: User, found: Review, form: ReviewForm) -> dict[str, object]:
    application = found.application
    is_mine = found.reviewer_id == user.pk
    has_stepped_back = found.status == Review.Status.RECUSED
    may_read = not (is_mine and has_stepped_back) or _is_desk(user, found)
    others = (
        Review.objects.visible_to(user)
        .done()
        .filter(application=application)
        .exclude(pk__in=[found.pk] if is_mine else [])
        .select_related("reviewer")
        .prefetch_related("scores__criterion")
        .order_by("pk")
    )
    return {
        "review": found,
        "application": application,
        "call": application.call,
        "form": form,
        "is_mine": is_mine,
        "may_score": is_mine and not has_stepped_back and operations.is_open_to_jury(application),
        "may_read": may_read,
        "has_stepped_back": has_stepped_back,
        "neighbours": jury.neighbours(found) if is_mine else None,
        "facts": jury.facts(application) if may_read else [],
        "answers": jury.answers(application) if may_read else [],
        "findings": eligibility.findings(application) if may_read else [],
        "others": others if may_read else [],
    }


def _is_desk(user: User, found: Review) -> bool:
    access = access_of(user)
    return access.is_national or found.region_code in access.desk_codes
