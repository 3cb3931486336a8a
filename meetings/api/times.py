"""When people could meet, for programs: what the pages show while a time is chosen."""

from dataclasses import replace
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from events.models import Room
from meetings.availability import Question, look
from meetings.choosing import about_meeting, about_request
from meetings.formats import shape_of
from meetings.models import Meeting, Office, Person
from meetings.serializers.times import TimesAskedSerializer, TimesSerializer
from pavilion.core.access import access_of
from pavilion.core.models import User


class TimesView(APIView):
    """The three best times, and why; changes and holds nothing."""

    @extend_schema(
        summary="Propose times at which these people could meet",
        parameters=[TimesAskedSerializer],
        responses=TimesSerializer,
    )
    def get(self, request: Request) -> Response:
        user = cast(User, request.user)
        if not access_of(user).manages_anything:
            raise PermissionDenied(_("Your role does not allow this."))
        asked = TimesAskedSerializer(data=_repeated(request), context={"request": request})
        asked.is_valid(raise_exception=True)
        sight = look(_question(asked.validated_data, user))
        shown = {"best": sight.best, "near": sight.wanted, "expected": sight.people}
        return Response(TimesSerializer(shown).data)


def _repeated(request: Request) -> dict[str, Any]:
    """Several values only where several are understood."""
    lists = ("people", "offices", "rooms")
    query = request.query_params
    return {
        name: query.getlist(name) if name in lists else query[name] for name in query if query[name]
    }


def _question(asked: dict[str, Any], user: User) -> Question:
    shape = shape_of(asked["format"])
    question = Question(
        edition=asked["edition"],
        reader=user,
        people=list(Person.objects.filter(pk__in=asked["people"]).order_by("pk")),
        offices=list(Office.objects.filter(pk__in=asked["offices"]).order_by("pk")),
        rooms=list(Room.objects.filter(pk__in=asked["rooms"]).order_by("pk")),
        minutes=shape.minutes,
        margin_minutes=shape.buffer_minutes,
        is_lunch=asked["format"] == Meeting.Format.WORKING_LUNCH,
        near=asked.get("near"),
        days=[asked["day"]] if "day" in asked else (),
    )
    if asked.get("meeting"):
        question = about_meeting(question, asked["meeting"])
    if asked.get("request"):
        question = about_request(question, asked["request"])
    given = {"minutes": asked.get("minutes"), "margin_minutes": asked.get("buffer_minutes")}
    return replace(question, **{name: value for name, value in given.items() if value is not None})
