from django.urls import path

from meetings import views

app_name = "meetings"

urlpatterns = [
    path("ma-journee/", views.my_day, name="my_day"),
    path("ma-journee/calendrier/", views.my_calendar, name="my_calendar"),
    path("journee/<token:token>/", views.day, name="day"),
    path("journee/<token:token>/calendrier/", views.day_calendar, name="day_calendar"),
    path("reponse/<token:token>/", views.answer, name="answer"),
]
