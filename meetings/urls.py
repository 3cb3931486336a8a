from django.urls import path

from meetings import views
from meetings.views import briefing, run_sheet, wishes

app_name = "meetings"

urlpatterns = [
    path("ma-journee/", views.my_day, name="my_day"),
    path("ma-journee/calendrier/", views.my_calendar, name="my_calendar"),
    path("ma-journee/nouvelles/", views.my_news, name="my_news"),
    path("ma-journee/reponse/", views.my_answer, name="my_answer"),
    path("ma-journee/worker.js", views.my_worker, name="my_worker"),
    path("ma-journee/manifest.json", views.my_manifest, name="my_manifest"),
    path("ma-journee/rappels/", wishes.my_wishes, name="my_wishes"),
    path("journee/<token:token>/rappels/", wishes.day_wishes, name="day_wishes"),
    path("journee/<token:token>/", views.day, name="day"),
    path("journee/<token:token>/calendrier/", views.day_calendar, name="day_calendar"),
    path("journee/<token:token>/nouvelles/", views.day_news, name="day_news"),
    path("journee/<token:token>/reponse/", views.day_answer, name="day_answer"),
    path("journee/<token:token>/worker.js", views.day_worker, name="day_worker"),
    path("journee/<token:token>/manifest.json", views.day_manifest, name="day_manifest"),
    path("reponse/<token:token>/", views.answer, name="answer"),
    path("secretariat/<token:token>/", views.secretariat, name="secretariat"),
    path("invitations/<token:token>/", views.invitations, name="invitations"),
    path("ma-journee/deroule/", run_sheet.my_sheet, name="my_sheet"),
    path("journee/<token:token>/deroule/", run_sheet.day_sheet, name="day_sheet"),
    path("journee/<token:token>/deroule/pdf/", run_sheet.day_sheet_pdf, name="day_sheet_pdf"),
    path("journee/<token:token>/deroule/lu/", run_sheet.day_sheet_read, name="day_sheet_read"),
    path(
        "journee/<token:token>/deroule/<slug:kind>/<slug:pk>/",
        run_sheet.day_sheet,
        name="day_sheet_of",
    ),
    path(
        "journee/<token:token>/deroule/<slug:kind>/<slug:pk>/pdf/",
        run_sheet.day_sheet_pdf,
        name="day_sheet_of_pdf",
    ),
    path(
        "journee/<token:token>/deroule/<slug:kind>/<slug:pk>/lu/",
        run_sheet.day_sheet_read,
        name="day_sheet_of_read",
    ),
    path("deroules/<slug:kind>/<slug:pk>/", run_sheet.sheet, name="sheet"),
    path("deroules/<slug:kind>/<slug:pk>/pdf/", run_sheet.sheet_pdf, name="sheet_pdf"),
    path("deroules/<slug:kind>/<slug:pk>/lu/", run_sheet.sheet_read, name="sheet_read"),
    path("notes/", briefing.briefings, name="briefings"),
    path("notes/<int:meeting_pk>/", briefing.briefing, name="briefing"),
    path("notes/<int:meeting_pk>/ecrire/", briefing.write, name="briefing_write"),
    path("notes/<int:meeting_pk>/effacer/", briefing.erase, name="briefing_erase"),
]
