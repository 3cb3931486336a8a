from django.urls import path

from startups.views import (
    application,
    calls,
    company,
    files,
    form,
    jury,
    my_stand,
    own_data,
    preparation,
    public,
    stand_feed,
)

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
    path("appels/<region:code>/charte/", calls.read_charter, name="charter"),
    path("appels/<region:code>/reprendre/", calls.resume, name="resume"),
    path("candidature/<token:token>/", application.application, name="application"),
    path("candidature/<token:token>/etape/<slug:key>/", form.step, name="application_step"),
    path("candidature/<token:token>/submit/", form.submit, name="application_submit"),
    path("candidature/<token:token>/discard/", form.discard, name="application_discard"),
    path("candidature/<token:token>/withdraw/", application.withdraw, name="application_withdraw"),
    path("candidature/<token:token>/reopen/", application.reopen, name="application_reopen"),
    path("candidature/<token:token>/confirm/", application.confirm, name="application_confirm"),
    path("candidature/<token:token>/decline/", application.decline, name="application_decline"),
    path("candidature/<token:token>/logo/", application.logo, name="application_logo"),
    path("candidature/<token:token>/mes-donnees/", own_data.own_data, name="application_data"),
    path(
        "candidature/<token:token>/preparation/",
        preparation.overview,
        name="application_preparation",
    ),
    path(
        "candidature/<token:token>/preparation/charte/",
        preparation.sign_charter,
        name="application_charter",
    ),
    path(
        "candidature/<token:token>/preparation/charte/signee/",
        preparation.signed_charter,
        name="application_signed_charter",
    ),
    path(
        "candidature/<token:token>/preparation/aides/",
        preparation.declare_aid,
        name="application_aid",
    ),
    path(
        "candidature/<token:token>/preparation/logo/",
        preparation.send_logo,
        name="application_vector_logo",
    ),
    path(
        "candidature/<token:token>/preparation/presentation/",
        preparation.check_pitch,
        name="application_pitch",
    ),
    path(
        "candidature/<token:token>/preparation/besoins/",
        preparation.confirm_needs,
        name="application_needs",
    ),
    path(
        "candidature/<token:token>/preparation/badges/",
        preparation.name_badges,
        name="application_badges",
    ),
    path(
        "candidature/<token:token>/preparation/questions/",
        preparation.answer_questions,
        name="application_questions",
    ),
    path("candidature/<token:token>/fichiers/<slug:key>/", files.answer_file, name="answer_file"),
    path("candidature/<token:token>/logo-vectoriel/", files.vector_logo, name="vector_logo"),
    path("candidature/<token:token>/entreprise/", company.company_lookup, name="company_lookup"),
    path("candidature/<token:token>/stand/", my_stand.my_stand, name="application_stand"),
    path(
        "candidature/<token:token>/stand/calendrier/",
        my_stand.renew_calendar,
        name="application_stand_calendar",
    ),
    path("calendar/stand/<token:token>.ics", stand_feed.stand_feed, name="stand_calendar"),
    path("dossiers/<int:pk>/fichiers/<slug:key>/", files.desk_answer_file, name="desk_answer_file"),
    path("dossiers/<int:pk>/logo-vectoriel/", files.desk_vector_logo, name="desk_vector_logo"),
    path("jury/", jury.piles, name="jury"),
    path("jury/<int:pk>/", jury.review, name="jury_review"),
]
