from django.urls import path

from startups.views import application, calls, files, jury, public

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
    path("candidature/<token:token>/fichiers/<slug:key>/", files.answer_file, name="answer_file"),
    path("candidature/<token:token>/logo-vectoriel/", files.vector_logo, name="vector_logo"),
    path("dossiers/<int:pk>/fichiers/<slug:key>/", files.desk_answer_file, name="desk_answer_file"),
    path("dossiers/<int:pk>/logo-vectoriel/", files.desk_vector_logo, name="desk_vector_logo"),
    path("jury/", jury.piles, name="jury"),
    path("jury/<int:pk>/", jury.review, name="jury_review"),
]
