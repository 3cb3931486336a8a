"""My day: now, next and the rest, on a telephone and without a network.

Two addresses, each with what hangs below it: one's own once signed in, and the private link. What
a telephone keeps is kept by the worker that each of the two has for itself: its scope is that
address, so that no page of anybody else, and nothing of the desk, ever comes near it. To every
other cache the page says no-store. Browsers send its address to no other host (the referrer
policy is same-origin; under "no-referrer" they would hide the origin of our own forms).
"""

import hashlib
import re
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.dateparse import parse_date
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from meetings import expecting, operations
from meetings.agenda import Agenda, agenda
from meetings.day_page import WORKER, manifest, words
from meetings.forms import AnswerForm
from meetings.models import Participant, Person
from meetings.private_link import edition_of, person_of
from meetings.subscribe import calendar
from meetings.views.subscribing import change_calendar
from pavilion.core.errors import DomainError
from pavilion.core.models import User

# What the same day has otherwise a minute later, or for another browser.
_VARYING = re.compile(r'<input type="hidden" name="csrfmiddlewaretoken"[^>]*>|(?<=data-wait>)[^<]*')

Page = Callable[..., HttpResponseBase]


def _private(view: Callable[..., HttpResponseBase]) -> tuple[Page, Page]:
    """The view at its two addresses: the signed-in person's, and whoever's this link is."""

    @never_cache
    @wraps(view)
    def mine(request: HttpRequest) -> HttpResponseBase:
        person = Person.objects.filter(user=request.user).first()  # type: ignore[misc]
        if person is None:
            return render(request, "meetings/no_person.html", status=404)
        return _noindex(view(request, person, _addresses()))

    @login_not_required
    @never_cache
    @wraps(view)
    def by_link(request: HttpRequest, token: str) -> HttpResponseBase:
        return _noindex(view(request, person_of(token), _addresses(token)))

    return mine, by_link


def _noindex(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _addresses(token: str = "") -> dict[str, str]:
    """Everything that hangs below the page; without a token, below one's own."""
    names = ("calendar", "news", "answer", "worker", "manifest")
    if not token:
        return {"day": reverse("meetings:my_day")} | {
            name: reverse(f"meetings:my_{name}") for name in names
        }
    return {"day": reverse("meetings:day", args=[token])} | {
        name: reverse(f"meetings:day_{name}", args=[token]) for name in names
    }


def _is_own(addresses: dict[str, str]) -> bool:
    """Whether they are signed in, rather than let in by their link."""
    return addresses["day"] == reverse("meetings:my_day")


@require_safe
def _day(request: HttpRequest, person: Person, addresses: dict[str, str]) -> HttpResponseBase:
    now = timezone.now()
    shown = _agenda(request, person)
    context = {
        "agenda": shown,
        "fragment": _fragment(shown, addresses, request),
        "now": now,
        "person": person,
        "calendar": calendar(shown.feeds),
        "calendar_url": addresses["calendar"],
        "addresses": addresses,
        "words": words(is_signed_in=_is_own(addresses)),
    }
    return render(request, "meetings/day.html", context)


@require_safe
def _news(request: HttpRequest, person: Person, addresses: dict[str, str]) -> HttpResponseBase:
    """The day alone, or that it is as the telephone has it. Same tag, same octets."""
    bare = _VARYING.sub("", _fragment(_agenda(request, person), addresses, request))
    etag = f'"{hashlib.sha256(bare.encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(bare)
    response.headers["ETag"] = etag
    # For what it sends: the page it runs on may have lain on the telephone since yesterday.
    response.headers["X-CSRFToken"] = get_token(request)
    return response


@require_POST
def _answer(request: HttpRequest, person: Person, addresses: dict[str, str]) -> HttpResponseBase:
    """One tap. `sequence` is what they had before their eyes: of a meeting that moved since, no."""
    expected = expecting.of_person(person).filter(removed_at__isnull=True)
    key = request.POST.get("participant", "")
    participant = expected.filter(pk=key).first() if key.isdecimal() and len(key) < 19 else None
    if participant is None:
        raise Http404
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _told(request, addresses, str(next(iter(form.errors.values()))[0]), status=400)
    is_own = participant.person_id == person.pk
    try:
        operations.record_answer(
            participant_id=participant.pk,
            answer=form.cleaned_data["answer"],
            via=Participant.Channel.LINK,
            by=request.user if is_own and request.user.is_authenticated else None,
            # Of an office: which of those who may answer for it did.
            answered_by="" if is_own else str(person),
            comment=participant.comment,
            seen_sequence=form.cleaned_data["sequence"],
        )
    except DomainError as error:
        return _told(request, addresses, str(error), status=409)
    sentences = {
        Participant.Answer.ACCEPTED: _("Noted: you will be there."),
        Participant.Answer.TENTATIVE: _("Noted: perhaps."),
        Participant.Answer.DECLINED: _("Noted: you will not be there."),
    }
    return _told(request, addresses, sentences[Participant.Answer(form.cleaned_data["answer"])])


def _told(
    request: HttpRequest, addresses: dict[str, str], sentence: str, status: int = 200
) -> HttpResponseBase:
    """To the page's script at once; without a script, above the day when it is shown again."""
    if request.accepts("text/html"):
        messages.add_message(
            request, messages.SUCCESS if status == 200 else messages.WARNING, sentence
        )
        wanted = _wanted(request)
        return redirect(f"{addresses['day']}{f'?jour={wanted.isoformat()}' if wanted else ''}")
    return JsonResponse({"detail": sentence}, status=status)


@require_POST
def _calendar(request: HttpRequest, person: Person, addresses: dict[str, str]) -> HttpResponseBase:
    change_calendar(request, person, cast(User, request.user) if _is_own(addresses) else None)
    return redirect(f"{addresses['day']}#calendar")


@require_safe
def _worker(request: HttpRequest, person: Person, addresses: dict[str, str]) -> HttpResponseBase:
    """Served below the page itself: no script may watch over more than the folder it lies in."""
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")


@require_safe
def _manifest(request: HttpRequest, person: Person, addresses: dict[str, str]) -> HttpResponseBase:
    shown = manifest(person, addresses["day"], static)
    return JsonResponse(shown, content_type="application/manifest+json")


my_day, day = _private(_day)
my_news, day_news = _private(_news)
my_answer, day_answer = _private(_answer)
my_calendar, day_calendar = _private(_calendar)
my_worker, day_worker = _private(_worker)
my_manifest, day_manifest = _private(_manifest)


def _agenda(request: HttpRequest, person: Person) -> Agenda:
    return agenda(
        person,
        edition=edition_of(person, request.user),
        wanted=_wanted(request),
        now=timezone.now(),
    )


def _fragment(shown: Agenda, addresses: dict[str, str], request: HttpRequest) -> SafeString:
    context: dict[str, Any] = {"agenda": shown, "addresses": addresses}
    return mark_safe(render_to_string("meetings/_agenda.html", context, request))  # noqa: S308


def _wanted(request: HttpRequest) -> date | None:
    try:
        return parse_date(request.POST.get("jour", "") or request.GET.get("jour", ""))
    except ValueError:
        return None
