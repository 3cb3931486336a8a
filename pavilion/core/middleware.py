from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation

from pavilion.core.errors import DomainError

GetResponse = Callable[[HttpRequest], HttpResponse]


def user_language(get_response: GetResponse) -> GetResponse:
    """Speak the signed-in user's language unless this browser chose one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
        return get_response(request)

    return middleware


def staff_second_factor(get_response: GetResponse) -> GetResponse:
    """When the setting says so, organisers set up a second factor before anything else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if (
            settings.STAFF_SECOND_FACTOR_REQUIRED
            and request.user.is_authenticated
            and request.user.is_staff
            and not request.path.startswith(("/accounts/", "/static/", "/i18n/"))
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
