from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from meetings import operations, wording
from meetings.forms import AnswerForm
from meetings.models import Meeting, Participant
from meetings.operations import with_everything
from meetings.views.language import speak
from pavilion.core import tokens
from pavilion.core.errors import DomainError


@login_not_required
@csrf_exempt  # the link is the right to answer; a secretariat's browser may refuse cookies
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Answer without an account. Opening the link changes nothing: mail scanners open links."""
    participant = _participant(token)
    speak(request, participant.language)
    form = AnswerForm(request.POST or None, initial=_known(participant))
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                operations.record_answer(
                    participant_id=participant.pk,
                    answer=form.cleaned_data["answer"],
                    via=Participant.Channel.LINK,
                    **_said(request, participant, form),
                    seen_sequence=form.cleaned_data["sequence"],
                )
            except DomainError as error:
                form.add_error(None, str(error))
                status = 409
                participant = _participant(token)
            else:
                messages.success(request, _("Thank you: your answer is noted."))
                return redirect(_next(request) or participant.get_absolute_url())
        else:
            status = 400
    response = render(request, "meetings/answer.html", _context(participant, form), status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _participant(token: str) -> Participant:
    try:
        public_id, version = tokens.read("answer", token)
    except tokens.InvalidToken:
        raise Http404 from None
    meeting = with_everything(
        Meeting.objects.filter(
            participants__public_id=public_id, participants__link_version=version
        )
    ).first()
    if meeting is None:
        raise Http404
    return next(p for p in meeting.participants.all() if p.public_id == public_id)


def _said(request: HttpRequest, participant: Participant, form: AnswerForm) -> dict[str, Any]:
    """What goes with the answer. The day's page has no such fields: what was said before stays."""
    return {
        name: form.cleaned_data[name] if name in request.POST else getattr(participant, name)
        for name in ("answered_by", "comment")
    }


def _known(participant: Participant) -> dict[str, object]:
    return {"comment": participant.comment, "answered_by": participant.answered_by}


def _context(participant: Participant, form: AnswerForm) -> dict[str, object]:
    meeting = participant.meeting
    return {
        "form": form,
        "participant": participant,
        "participant_name": wording.name(participant),
        "meeting": meeting,
        "when": wording.when(meeting),
        "place": wording.place(meeting),
        "meeting_point": wording.meeting_point(meeting),
        "company": wording.company(wording.people(meeting, besides=participant)),
        "is_open": meeting.is_live
        and not participant.removed_at
        and meeting.ends_at > timezone.now(),
        "is_answered": participant.answer != Participant.Answer.NEEDS_ACTION,
    }


def _next(request: HttpRequest) -> str:
    """Back to the day's page, if that is where the button was."""
    target = request.POST.get("next", "")
    days = (reverse("meetings:my_day"), reverse("meetings:day", args=["-"]).partition("-/")[0])
    if url_has_allowed_host_and_scheme(target, None) and target.startswith(days):
        return target
    return ""
