"""The admin site: organisers only, with the policy its own scripts need."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from unfold.sites import UnfoldAdminSite

from pavilion.core.access import access_of

# Unfold writes inline styles and runs Alpine expressions; nothing comes from another host.
_ADMIN_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}

# Pages of the desk that belong to no list of rows: address below the site's, view, name.
_PAGES: list[tuple[str, Callable[..., HttpResponse], str]] = []


def desk_page(
    address: str, *, name: str
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Gives the view an address of the admin site, for organisers as all of it is."""

    def register(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        _PAGES.append((address, view, name))
        return view

    return register


class PavilionAdminSite(UnfoldAdminSite):
    def get_urls(self) -> list[URLPattern | URLResolver]:
        own = [path(address, self.admin_view(view), name=name) for address, view, name in _PAGES]
        return [*own, *super().get_urls()]

    def has_permission(self, request: HttpRequest) -> bool:
        """Organisers: staff who belong to a team."""
        return (
            request.user.is_active
            and getattr(request.user, "is_staff", False)
            and access_of(request.user).is_member
        )

    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is one way to sign in, with its codes and passkeys: allauth's."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next", reverse("admin:index")))
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        guarded: Callable[..., Any] = csp_replace(_ADMIN_POLICY)(
            super().admin_view(view, cacheable)
        )

        @wraps(guarded)
        def organisers_only(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            """Whoever is signed in and no organiser is told so: signing in again helps nobody."""
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            page: HttpResponse = guarded(request, *args, **kwargs)
            return page

        return organisers_only
