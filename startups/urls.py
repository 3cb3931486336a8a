from django.urls import path

from startups.views import application, calls, public

app_name = "startups"

urlpatterns = [
    path("", public.home, name="home"),
    path("exposants/", public.directory, name="directory"),
    path("exposants/<slug:slug>/", public.exhibitor, name="exhibitor"),
    path("exposants/<slug:slug>/logo/", public.logo, name="logo"),
    path("plan/", public.plan, name="plan"),
    path("stands/<stand:number>/", public.stand, name="stand"),
    path("appels/", calls.calls, name="calls"),
    path("appels/<region:code>/", calls.call, name="call"),
    path("appels/<region:code>/reprendre/", calls.resume, name="resume"),
    path("candidature/<token:token>/", application.application, name="application"),
    path("candidature/<token:token>/submit/", application.submit, name="application_submit"),
    path("candidature/<token:token>/withdraw/", application.withdraw, name="application_withdraw"),
    path("candidature/<token:token>/reopen/", application.reopen, name="application_reopen"),
    path("candidature/<token:token>/confirm/", application.confirm, name="application_confirm"),
    path("candidature/<token:token>/decline/", application.decline, name="application_decline"),
    path("candidature/<token:token>/logo/", application.logo, name="application_logo"),
]
