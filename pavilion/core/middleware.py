from collections.abc import Callable
from itertools import chain
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect, render
from django.utils import translation

from pavilion.core.acting import acting
from pavilion.core.errors import DomainError

# Where the second factor is set up, and what has nothing to do with who is signed in.
_WITHOUT_SECOND_FACTOR = ("/accounts/", "/i18n/", "/healthz", "/readyz")

GetResponse = Callable[[HttpRequest], HttpResponse]


def refuse_nul(get_response: GetResponse) -> GetResponse:
    """No text of ours holds the character NUL, and PostgreSQL fails on it: a 400 for everybody."""

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = (request.path_info, *request.COOKIES.values(), *request.GET)
        values = chain.from_iterable(texts for _name, texts in request.GET.lists())
        if any("\0" in text for text in chain(asked, values)):
            raise BadRequest("NUL in an address or a cookie")
        return get_response(request)

    return middleware


class LanguageMiddleware(LocaleMiddleware):
    """The language this browser chose, else the signed-in user's, else what the browser prefers."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        chose = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
        if not chose and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE


class LoginMiddleware(LoginRequiredMiddleware):
    """Asks whether the page is public before it asks who is there: a feed opens no session."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


def remember_who_acts(get_response: GetResponse) -> GetResponse:
    """Whoever's page this is caused the mail that leaves for it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with acting(lambda: request.user):
            return get_response(request)

    return middleware


def staff_second_factor(get_response: GetResponse) -> GetResponse:
    """When the setting says so, organisers set up a second factor before anything else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if (
            settings.STAFF_SECOND_FACTOR_REQUIRED
            and not request.path_info.startswith(_WITHOUT_SECOND_FACTOR)
            and request.user.is_authenticated
            and request.user.is_staff
            and not is_mfa_enabled(request.user)
        ):
            return redirect("mfa_index")
        return get_response(request)

    return middleware


class RefusalMiddleware:
    """A refusal that a page did not handle itself is still told in words, as a 409."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            return render(request, "409.html", {"refusal": exception}, status=409)
        return None
