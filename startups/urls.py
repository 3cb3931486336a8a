from django.urls import path

from startups.views import application, calls, public

app_name = "startups"

urlpatterns = [
    path("", public.home, name="home"),
    path("exposants/", public.directory, name="directory"),
    path("exposants/<slug:slug>/", public.exhibitor, name="exhibitor"),
    path("exposants/<slug:slug>/logo/", public.logo, name="logo"),
    path("plan/", public.plan, name="plan"),
    path("stands/<path:number>/", public.stand, name="stand"),
    path("appels/", calls.calls, name="calls"),
    path("appels/<str:code>/", calls.call, name="call"),
    path("appels/<str:code>/reprendre/", calls.resume, name="resume"),
    path("candidature/<str:token>/", application.application, name="application"),
    path("candidature/<str:token>/submit/", application.submit, name="application_submit"),
    path("candidature/<str:token>/withdraw/", application.withdraw, name="application_withdraw"),
    path("candidature/<str:token>/reopen/", application.reopen, name="application_reopen"),
    path("candidature/<str:token>/confirm/", application.confirm, name="application_confirm"),
    path("candidature/<str:token>/decline/", application.decline, name="application_decline"),
    path("candidature/<str:token>/logo/", application.logo, name="application_logo"),
]
