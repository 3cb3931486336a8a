"""The applicant's private address: who has it acts for the company, and nobody else finds it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from pavilion.core import tokens
from startups.models import Application

# What the address says beyond the token comes after these two.
View = Callable[Concatenate[HttpRequest, Application, ...], HttpResponseBase]


def private_page(view: View) -> Callable[..., HttpResponseBase]:
    """Open by the token alone; never kept by a cache nor listed by a search engine.

    Without the CSRF check: it protects an authority that browsers send along by themselves, and
    here there is none. Whoever posts has the unguessable address, which no other site knows, and
    no cookie counts. With the check, a cookie that expired would cost what was typed.
    """

    @wraps(view)
    def opened(request: HttpRequest, token: str, **further: Any) -> HttpResponseBase:
        response = view(request, _application(token), **further)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return csrf_exempt(login_not_required(never_cache(opened)))


def act(view: Callable[[HttpRequest, str], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Only a POST does it; who comes back to its address by GET is led to the page."""

    @wraps(view)
    def acted(request: HttpRequest, token: str) -> HttpResponseBase:
        if request.method == "POST":
            return view(request, token)
        if request.method in ("GET", "HEAD"):
            return redirect("startups:application", token)
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])

    return acted


def _application(token: str) -> Application:
    try:
        public_id, version = tokens.read("application", token)
    except tokens.InvalidToken as error:
        raise Http404 from error
    return get_object_or_404(
        Application.objects.select_related(
            "call__participation__region", "call__participation__edition", "theme", "late_code"
        ),
        public_id=public_id,
        link_version=version,
    )
