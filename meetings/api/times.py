"""When people could meet, for programs: what the pages show while a time is chosen."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from events.models import Room
from events.operations.occupations import key
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
    lists = ("people", "offices", "optional_people", "optional_offices", "rooms")
    query = request.query_params
    return {
        name: query.getlist(name) if name in lists else query[name] for name in query if query[name]
    }


def _question(asked: dict[str, Any], user: User) -> Question:
    shape = shape_of(asked["format"])
    question = Question(
        edition=asked["edition"],
        reader=user,
        people=list(_rows(Person.objects.all(), asked["people"], asked["optional_people"])),
        offices=list(_rows(Office.objects.all(), asked["offices"], asked["optional_offices"])),
        optional=frozenset(
            {
                *(key("person", pk) for pk in {*asked["optional_people"]} - {*asked["people"]}),
                *(key("office", pk) for pk in {*asked["optional_offices"]} - {*asked["offices"]}),
            }
        ),
        rooms=list(_rows(Room.objects.all(), asked["rooms"])),
        stand=asked.get("stand"),
        needs_place=bool(asked["rooms"] or asked.get("stand")),
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
    margin = asked.get("buffer_minutes", question.margin_minutes)
    return replace(
        question,
        minutes=asked.get("minutes", question.minutes),
        margin_minutes=max(margin, asked.get("travel_minutes", 0)),
    )


def _rows(rows: QuerySet[Any], *keys: Iterable[int]) -> QuerySet[Any]:
    return rows.filter(pk__in={pk for some in keys for pk in some}).order_by("pk")
