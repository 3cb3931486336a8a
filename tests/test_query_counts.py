"""Every page asks the database as often in a big edition as in a small one.

Sizes S and M are compared, on SQLite: on any engine the same pages ask the same. The small one has
a row for each page, the big one ten times as many.
"""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from events.models import Day, Edition
from meetings.models import (
    Chase,
    Feed,
    IncomingMail,
    Meeting,
    Participant,
    RunSheetVersion,
    Secretariat,
)
from pavilion.api_urls import RESOURCES
from pavilion.core.models import User
from startups import operations
from startups.models import Application, Exhibitor

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def pages() -> Iterator[tuple[str, str]]:
    """A name and an address for each page, on rows that every size of the demo has."""
    for name in (
        "startups:home",
        "startups:directory",
        "startups:plan",
        "admin:startups_allocation_print",
        "startups:calls",
        "events:programme",
        "admin:index",
        "admin:startups_absence_today",
    ):
        yield name, reverse(name)
    yield "startups:call", reverse("startups:call", args=["04"])
    # One that has everything: a page that has nothing to prefetch asks less often, rightly.
    exhibitor = (
        Exhibitor.objects.present()
        .filter(
            allocations__isnull=False,
            signatures__isnull=False,
            aid_declaration__aids__isnull=False,
            badges__isnull=False,
            application__answers__isnull=False,
        )
        .earliest("pk")
    )
    yield "startups:exhibitor", exhibitor.get_absolute_url()
    for page in (
        *("", "_preparation", "_charter", "_signed_charter", "_aid", "_vector_logo"),
        *("_pitch", "_needs", "_badges", "_questions", "_data", "_swaps"),
    ):
        name = f"startups:application{page}"
        yield f"{name} of an exhibitor", reverse(name, args=[exhibitor.application.token])
    announced = Exhibitor.objects.present().filter(published_allocations__isnull=False)
    there = announced.earliest("pk")
    token = there.application.token
    yield "stand of an exhibitor", reverse("startups:application_stand", args=[token])
    yield "calendar of a stand", there.calendar.get_absolute_url()
    # One that has something to announce: another asks less often, rightly.
    region = min(operations.differing())
    yield "plan of a region", reverse("admin:startups_planversion_region", args=[region])
    year = Edition.objects.current().year
    yield "technical sheet", reverse("admin:startups_board_technical", args=[year])
    for page in ("", "_changes", "_history"):
        yield f"board{page}", reverse(f"admin:startups_board{page}", args=[year])
    yield "API technical sheet", f"/api/v1/exhibitors/technical-sheet/?edition={year}"
    stand = exhibitor.allocations.earliest("pk").stand
    for page in ("plan", "drawing", "import", "template"):
        name = f"admin:events_level_{page}"
        yield name, reverse(name, args=[stand.zone.level_id])
    for page in ("stand", "short", "stand_sheet"):
        yield f"startups:{page}", reverse(f"startups:{page}", args=[stand.number])
    # La Réunion's call is open in every size.
    in_open_call = Application.objects.filter(call__participation__region="04")
    draft = in_open_call.filter(status="draft").earliest("pk")
    for key in ("company", "project", "presence", "questions", "contact", "commitments"):
        step = reverse("startups:application_step", args=[draft.token, key])
        yield f"step {key} of an application", step
    feed = Feed.objects.active().earliest("pk")
    yield "feed", feed.get_absolute_url()
    day = Day.objects.filter(edition=Edition.objects.current()).earliest("date").date.isoformat()
    for view in ("people", "rooms", "offices", "delegations"):
        address = reverse("admin:meetings_day", args=[day])
        yield f"day of {view}", f"{address}?view={view}"
    yield "day's changes", f"{reverse('admin:meetings_day_changes', args=[day])}?since=0"
    # Somebody who walks from stand to stand, on the day they do.
    participant = Participant.objects.filter(
        person__isnull=False, meeting__visit__stops__isnull=False
    ).earliest("pk")
    walking = f"?jour={timezone.localdate(participant.meeting.starts_at)}"
    yield "my day", f"{participant.person.get_absolute_url()}{walking}"
    news = reverse("meetings:day_news", args=[participant.person.token])
    yield "my day's news", f"{news}{walking}"
    yield "meetings:answer", participant.get_absolute_url()
    answering = Secretariat.objects.filter(answers=True, person__isnull=False).earliest("pk")
    yield "meetings:secretariat", answering.get_absolute_url()
    for kind in ("person", "delegation", "region", "room", "day"):
        yield f"run sheets of each {kind}", reverse("admin:meetings_runsheet_kind", args=[kind])
    # A day has everything: visits, offices that somebody holds, clashes.
    day = RunSheetVersion.objects.filter(subject__startswith="day:").earliest("pk")
    for name in ("meetings:sheet", "admin:meetings_runsheet"):
        yield f"{name} of a day", reverse(name, args=day.subject.split(":"))
    person = RunSheetVersion.objects.filter(subject__startswith="person:").earliest("pk")
    pdf = reverse("meetings:sheet_pdf", args=person.subject.split(":"))
    yield "PDF of a version", f"{pdf}?version=1"
    yield "briefings", reverse("meetings:briefings")
    for model, model_admin in admin.site._registry.items():
        info = f"{model._meta.app_label}_{model._meta.model_name}"
        yield f"admin list of {info}", reverse(f"admin:{info}_changelist")
        rows = model_admin.model._default_manager.order_by("pk")
        if model is Application:
            rows = rows.filter(submitted_at__isnull=False)  # nobody but its author reads a draft
        if model is Chase:  # who took part in what is over is asked no more
            still = {"meeting__status": "confirmed", "meeting__starts_at__gt": timezone.now()}
            rows = rows.filter(contact_notes__isnull=False, **still)
        elif model is IncomingMail:
            rows = rows.filter(outcome="applied")
        row = exhibitor if model is Exhibitor else rows.first()
        if row is not None and model is not Meeting:
            yield f"admin page of {info}", reverse(f"admin:{info}_change", args=[row.pk])
    for viewset in RESOURCES.values():
        name = viewset.queryset.model._meta.model_name
        try:
            yield f"API list of {name}", reverse(f"api:{name}-list")
        except NoReverseMatch as missing:
            raise AssertionError(f"{name} has no list") from missing


def queries_of_each_page(client: Client) -> dict[str, int]:
    counts = {}
    for name, address in pages():
        client.get(address)  # content types, the translations and such are read once
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        assert response.status_code == 200, (name, address)
        counts[name] = len(queries)
    return counts


def counts_at(size: str) -> dict[str, int]:
    with transaction.atomic():
        call_command("demo", size=size, stdout=StringIO())
        client = Client()
        national = User.objects.filter(memberships__region_code="", memberships__role="manager")
        client.force_login(national.earliest("pk"))
        counts = queries_of_each_page(client)
        transaction.set_rollback(True)
    # As every test finds them that does not come first in its process.
    ContentType.objects.get_for_models(*apps.get_models())
    return counts


def test_pages_ask_as_often_in_a_big_edition_as_in_a_small_one():
    assert counts_at("M") == counts_at("S")
