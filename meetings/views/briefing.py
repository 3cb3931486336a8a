"""Briefings: read by those named and their author, written by whoever manages the meeting."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from meetings import wording
from meetings.models import Briefing, Meeting
from meetings.operations.briefings import (
    erase_briefing,
    may_write,
    possible_readers,
    write_briefing,
)
from pavilion.core.access import access_of
from pavilion.core.errors import DomainError
from pavilion.core.models import User

LONGEST = 20_000


class BriefingForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Briefing note"),
        widget=forms.Textarea(attrs={"rows": 14}),
        required=False,
        max_length=LONGEST,
        help_text=gettext_lazy(
            "Whom one meets, why, what was said before, what they may ask. An empty line begins "
            "another paragraph."
        ),
    )
    talking_points = forms.CharField(
        label=gettext_lazy("Talking points"),
        widget=forms.Textarea(attrs={"rows": 8}),
        required=False,
        max_length=LONGEST,
        help_text=gettext_lazy("One in each paragraph."),
    )
    readers = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=gettext_lazy("Who may read it"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Besides you. Nobody else will, whatever their role."),
    )

    def __init__(self, *args: Any, meeting: Meeting, author: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelMultipleChoiceField[User]", self.fields["readers"])
        field.queryset = possible_readers(meeting).exclude(pk=author.pk)


@never_cache
@require_safe
def briefings(request: HttpRequest) -> HttpResponse:
    """Every briefing one may read, the next meeting first."""
    rows = Briefing.objects.visible_to(request.user).select_related("meeting", "author")
    context = {"briefings": rows.order_by("meeting__starts_at", "pk")}
    return _private(render(request, "meetings/briefings.html", context))


@never_cache
@require_safe
def briefing(request: HttpRequest, meeting_pk: int) -> HttpResponse:
    """For those named and its author; for everybody else there is no such page."""
    rows = Briefing.objects.visible_to(request.user).select_related(
        "author",
        "meeting__edition",
        "meeting__room__zone__level__hall",
        "meeting__stand__zone__level__hall",
    )
    found = get_object_or_404(rows, meeting=meeting_pk)
    meeting = found.meeting
    context = {
        "briefing": found,
        "meeting": meeting,
        "when": wording.when(meeting),
        "place": wording.place_inside(meeting),
        "readers": found.readers.order_by("full_name", "email"),
        "is_author": found.author_id == request.user.pk,
    }
    return _private(render(request, "meetings/briefing.html", context))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, meeting_pk: int) -> HttpResponse:
    """A refusal keeps everything typed."""
    user = cast(User, request.user)
    meeting = _managed(user, meeting_pk)
    found = Briefing.objects.filter(meeting=meeting).first()
    # What another wrote is not shown to whoever manages the meeting: not even in a form.
    mine = found if found and found.author_id == user.pk else None
    initial = (
        {
            "note": mine.note,
            "talking_points": mine.talking_points,
            "readers": list(mine.readers.values_list("pk", flat=True)),
        }
        if mine
        else {}
    )
    typed = request.POST if request.method == "POST" else None
    form = BriefingForm(typed, initial=initial, meeting=meeting, author=user)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            data = form.cleaned_data
            try:
                write_briefing(
                    meeting_id=meeting.pk,
                    by=user,
                    note=data["note"],
                    talking_points=data["talking_points"],
                    reader_ids=[reader.pk for reader in data["readers"]],
                )
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
                status = 409
            else:
                messages.success(request, _("The briefing is kept; those named can read it."))
                return redirect("meetings:briefing", meeting.pk)
        else:
            status = 400
    context = {
        "form": form,
        "meeting": meeting,
        "when": wording.when(meeting),
        "is_of_another": found is not None and mine is None,
        "author": found.author if found else None,
        "mine": mine,
    }
    return _private(render(request, "meetings/briefing_write.html", context, status=status))


@require_POST
def erase(request: HttpRequest, meeting_pk: int) -> HttpResponse:
    """By its author, or by a national manager, who is shown nothing of it."""
    user = cast(User, request.user)
    found = Briefing.objects.filter(meeting=meeting_pk).first()
    if found is None or not (found.author_id == user.pk or access_of(user).manages("")):
        raise Http404
    erase_briefing(briefing_id=found.pk, by=user)
    messages.success(request, _("The briefing is erased."))
    return redirect("meetings:briefings")


def _managed(user: User, pk: int) -> Meeting:
    meeting = get_object_or_404(
        Meeting.objects.visible_to(user).select_related("participation", "edition"), pk=pk
    )
    if not may_write(meeting, user):
        raise Http404
    return meeting


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex"
    return response
