"""Where everything of the demo is: one description, for people and for programs."""

from typing import Any

from django.conf import settings
from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from rest_framework.authtoken.models import Token

from events.models import Edition, HalfDay, Participation, Region, Room, Session, Stand
from meetings.models import Delegate, Feed, Meeting, Office, Participant, Person, Reminder
from meetings.models.feed import FeedQuerySet
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry, Membership, OutboxMessage, User
from pavilion.demo import teams
from startups.models import Allocation, Application, Call, Exhibitor


def manifest(edition: Edition, size: str) -> dict[str, Any]:
    """Read back from the database, so that every run tells the same as the one that loaded."""
    return {
        "base_url": settings.BASE_URL,
        "size": size,
        "edition": {
            "year": edition.year,
            "name": edition.name,
            "starts_on": edition.starts_on.isoformat(),
            "ends_on": edition.ends_on.isoformat(),
        },
        "admin": {"url": _url("admin:index"), **_login(teams.ADMIN)},
        "api": {
            "url": f"{settings.BASE_URL}/api/v1/",
            "token": Token.objects.get(user__email=teams.SERVICE).key,
        },
        "regions": [_region(region) for region in _regions(edition)],
        "calls": [_call(call) for call in _calls(edition)],
        "feeds": [
            {"person": str(feed.person), "url": _absolute(feed), "level": feed.level}
            for feed in _feeds_of_people().select_related("person").order_by("pk")
        ],
        "shared_feeds": [
            {"of": str(feed.whose), "url": _absolute(feed), "level": feed.level}
            for feed in Feed.objects.with_subject().filter(person__isnull=True).order_by("pk")
        ],
        "delegate_pages": [
            {"person": str(person), "url": _absolute(person)}
            for person in Person.objects.filter(delegate_of__delegation__edition=edition).order_by(
                "pk"
            )
        ],
        "delegates": [
            {"person": str(person), **_login(person.email)}
            for person in Person.objects.filter(user__isnull=False).order_by("pk")
        ],
        "applicant_pages": _applicant_pages(edition),
        "public": {
            "home": _url("startups:home"),
            "directory": _url("startups:directory"),
            "plan": _url("startups:plan"),
            "programme": _url("events:programme"),
        },
        "counts": _counts(edition),
    }


def _url(name: str, *args: object) -> str:
    return settings.BASE_URL + reverse(name, args=args)


def _absolute(thing: Feed | Person | Application) -> str:
    return settings.BASE_URL + thing.get_absolute_url()


def _login(email: str) -> dict[str, str]:
    return {"email": email, "password": teams.password_of(email)}


def _regions(edition: Edition) -> list[Region]:
    return list(Region.objects.filter(participations__edition=edition).order_by("sort_key", "pk"))


def _region(region: Region) -> dict[str, Any]:
    return {
        "code": region.code,
        "name": region.name,
        "manager": _login(teams.team_email(region, Role.MANAGER)),
        "reviewer": _login(teams.team_email(region, Role.REVIEWER)),
        "reader": _login(teams.team_email(region, Role.READER)),
    }


def _calls(edition: Edition) -> list[Call]:
    return list(
        Call.objects.filter(participation__edition=edition)
        .select_related("participation__region")
        .order_by("participation__region__sort_key", "pk")
    )


def _call(call: Call) -> dict[str, Any]:
    return {
        "region": call.region_code,
        "url": _url("startups:call", call.region_code),
        "opens_at": call.opens_at.isoformat(),
        "closes_at": call.closes_at.isoformat(),
    }


def _applicant_pages(edition: Edition) -> list[dict[str, str]]:
    """One company in each state, to open as the company would: the first of each."""
    applications = Application.objects.filter(call__participation__edition=edition)
    to_open_calls = applications.filter(call__in=Call.objects.open_at(timezone.now()))
    first: dict[str, int] = {}
    for group in (applications, to_open_calls):  # where it can still be acted on, if anywhere
        first |= dict(group.values_list("status").annotate(first=Min("pk")).order_by())
    rows = applications.in_bulk(list(first.values()))
    return [
        {
            "company": str(rows[first[status]]),
            "status": status,
            "url": _absolute(rows[first[status]]),
        }
        for status in Application.Status.values
        if status in first
    ]


def _counts(edition: Edition) -> dict[str, Any]:
    applications = Application.objects.filter(call__participation__edition=edition)
    meetings = Meeting.objects.filter(edition=edition)
    sessions = Session.objects.filter(edition=edition)
    return {
        "regions": Participation.objects.filter(edition=edition).count(),
        "calls": Call.objects.filter(participation__edition=edition).count(),
        "applications": applications.count(),
        "applications_by_status": _by(applications, "status"),
        "startups": Exhibitor.objects.present().filter(participation__edition=edition).count(),
        "pods": Stand.objects.filter(edition=edition).count(),
        "rooms": Room.objects.filter(edition=edition).count(),
        "half_days": HalfDay.objects.filter(edition=edition).count(),
        "allocations": Allocation.objects.filter(half_day__edition=edition).count(),
        "offices": Office.objects.count(),
        "people": Person.objects.count(),
        "delegates": Delegate.objects.filter(delegation__edition=edition).count(),
        "meetings": meetings.count(),
        "meetings_by_status": _by(meetings, "status"),
        "participants": Participant.objects.filter(meeting__edition=edition).count(),
        "reminders": Reminder.objects.filter(participant__meeting__edition=edition).count(),
        "feeds": _feeds_of_people().count(),
        "sessions": sessions.count(),
        "sessions_by_state": _by(sessions, "state"),
        "messages_by_state": _by(OutboxMessage.objects.all(), "state"),
        "accounts": User.objects.count(),
        "memberships": Membership.objects.count(),
        "activity": ActivityEntry.objects.count(),
    }


def _by(rows: Any, field: str) -> dict[str, int]:
    return dict(rows.values_list(field).annotate(number=Count("pk")).order_by(field))


def _feeds_of_people() -> FeedQuerySet:
    return Feed.objects.active().filter(person__isnull=False)
