"""Every address of the service; the one module that sees every app's doors."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from meetings import views as meetings_views

urlpatterns = [
    path("", include("pavilion.core.urls")),
    path("", include("startups.urls")),
    path("", include("events.urls")),
    path("", include("meetings.urls")),
    path("calendar/<token:token>.ics", meetings_views.feed, name="feed"),
    path("api/", include("pavilion.api_urls")),
    path(
        "i18n/set-language/",
        require_POST(login_not_required(set_language)),
        name="set_language",
    ),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
