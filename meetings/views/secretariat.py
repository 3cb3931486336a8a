"""Where a secretariat answers, on one page, for all for whom it does."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from meetings import operations, wording
from meetings.chase_list import answered_by
from meetings.forms import AnswerForm
from meetings.models import Meeting, Participant, Secretariat
from meetings.operations import with_everything
from meetings.views.language import speak
from pavilion.core import tokens
from pavilion.core.errors import DomainError

# More is no secretariat's, and no page's.
MOST = 200


@dataclass
class Row:
    """One person or office at one meeting, and what was typed and refused."""

    participant: Participant
    answer: str
    comment: str
    error: str = ""

    @property
    def name(self) -> str:
        return wording.name(self.participant)

    @property
    def meeting(self) -> Meeting:
        return self.participant.meeting

    @property
    def when(self) -> str:
        return wording.when(self.meeting)

    @property
    def place(self) -> str:
        return wording.place(self.meeting)

    @property
    def company(self) -> wording.Company:
        return wording.company(wording.people(self.meeting, besides=self.participant))

    @property
    def is_waiting(self) -> bool:
        return self.participant.answer == Participant.Answer.NEEDS_ACTION


@login_not_required
@csrf_exempt  # the link is the right to answer; a secretariat's browser may refuse cookies
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def secretariat(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing: mail scanners open links."""
    mine = _secretariat(token)
    whose = mine.person or mine.office
    speak(request, whose.language if whose else "fr")
    rows = _rows(mine)
    status = 200
    if request.method == "POST":
        done = [row for row in rows if _answer(request, mine, row)]
        if done:
            words = ngettext(
                "%(count)d answer is noted. Thank you.",
                "%(count)d answers are noted. Thank you.",
                len(done),
            )
            messages.success(request, words % {"count": len(done)})
        if not any(row.error for row in rows):
            return redirect(mine.get_absolute_url())
        fresh = {row.participant.pk: row for row in _rows(mine)}
        rows = [_still(row, fresh) for row in rows if row.participant.pk in fresh]
        status = 409
    context = {
        "secretariat": mine,
        "waiting": [row for row in rows if row.is_waiting or row.error],
        "answered": [row for row in rows if not (row.is_waiting or row.error)],
        "choices": AnswerForm.base_fields["answer"].choices,  # type: ignore[attr-defined]
    }
    response = render(request, "meetings/secretariat.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _secretariat(token: str) -> Secretariat:
    try:
        public_id, version = tokens.read("secretariat", token)
    except tokens.InvalidToken:
        raise Http404 from None
    found = Secretariat.objects.select_related("person", "office").filter(
        public_id=public_id, link_version=version, answers=True
    )
    if (mine := found.first()) is None:
        raise Http404
    return mine


def _rows(mine: Secretariat) -> list[Row]:
    """What awaits an answer and what has one, by time."""
    pks = set(answered_by(mine).order_by("pk").values_list("pk", flat=True)[:MOST])
    meetings = with_everything(Meeting.objects.filter(participants__in=pks).distinct())
    found: Iterable[Participant] = (
        participant
        for meeting in meetings.order_by("starts_at", "pk")
        for participant in meeting.participants.all()
        if participant.pk in pks
    )
    return [Row(each, _shown(each), each.comment) for each in found]


def _shown(participant: Participant) -> str:
    is_waiting = participant.answer == Participant.Answer.NEEDS_ACTION
    return "" if is_waiting else participant.answer


def _answer(request: HttpRequest, mine: Secretariat, row: Row) -> bool:
    """Note one row as it was filled in; False when nothing was said, or it was refused."""
    pk = row.participant.pk
    typed = {
        name: request.POST.get(f"{name}-{pk}", "") for name in ("answer", "comment", "sequence")
    }
    if not typed["answer"] or (typed["answer"], typed["comment"]) == (row.answer, row.comment):
        return False
    form = AnswerForm(typed)
    row.answer, row.comment = typed["answer"], typed["comment"]
    if not form.is_valid():
        row.error = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return False
    try:
        operations.record_answer(
            participant_id=pk,
            answer=form.cleaned_data["answer"],
            via=Participant.Channel.LINK,
            answered_by=mine.name or mine.email,
            comment=form.cleaned_data["comment"],
            seen_sequence=form.cleaned_data["sequence"],
        )
    except DomainError as refusal:
        row.error = str(refusal)
        return False
    return True


def _still(row: Row, fresh: dict[int, Row]) -> Row:
    """The row as it is now, with what was typed where that was refused."""
    now = fresh[row.participant.pk]
    return Row(now.participant, row.answer, row.comment, row.error) if row.error else now
