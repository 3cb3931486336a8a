"""Where somebody switches invitations by mail off (RFC 8058): a program posts, people click."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from meetings import operations
from meetings.models import Person
from pavilion.core import tokens


@login_not_required
@csrf_exempt  # a mail program posts without cookies (RFC 8058 §3.2)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing: mail scanners open links."""
    person = _person(token)
    if request.method == "POST":
        # Somehow they must learn of meetings: by their calendar, then.
        person = operations.change_person(
            person_id=person.pk, by=None, wants_invitations=False, wants_feed=True
        )
    response = render(request, "meetings/invitations.html", {"person": person})
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _person(token: str) -> Person:
    try:
        public_id, version = tokens.read("invitations", token)
    except tokens.InvalidToken:
        raise Http404 from None
    person = Person.objects.filter(public_id=public_id, link_version=version).first()
    if person is None:
        raise Http404
    return person
