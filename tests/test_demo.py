"""The demo edition: loaded once, told the same every time, and true to every rule of the house."""

import json
from datetime import date, timedelta
from io import StringIO
from itertools import combinations

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone, translation
from stdnum.fr import siret

from events.models import Edition, Occupation
from meetings.models import CalendarBlock, Meeting, Stop
from meetings.operations import confirm_meeting, refresh_calendar
from pavilion.core import delivery
from pavilion.core.models import ActivityEntry, OutboxMessage, User
from pavilion.demo.agenda import Agenda
from pavilion.demo.dates import Dates, first_day_after
from pavilion.demo.facts import facts, shares, size_named
from pavilion.demo.floor_plan import Box, cells, pack, rows
from pavilion.demo.venue import areas_of, extent_of
from startups.models import (
    Allocation,
    Application,
    BoardStep,
    Call,
    Exhibitor,
    PlanVersion,
    PublishedAllocation,
    StandDay,
)
from startups.operations import confirm_application, fill_free_places
from tests.factories import EditionFactory

TODAY = "2030-04-25T10:00:00+02:00"
OPEN_STATES = (Meeting.Status.OPTION, Meeting.Status.CONFIRMED, Meeting.Status.HELD)


def demo(**options) -> str:
    out = StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def manifest(db, time_machine) -> dict:
    """Size S, loaded 55 days before its fair."""
    time_machine.move_to(TODAY, tick=False)
    return json.loads(demo(size="S", json=True))


def test_demo_counts_what_it_loaded(manifest):
    assert manifest["counts"] == {
        "regions": 1,
        "calls": 1,
        "applications": 30,
        "applications_by_status": {
            "confirmed": 10,
            "declined": 1,
            "draft": 2,
            "eligible": 1,
            "incomplete": 1,
            "ineligible": 2,
            "rejected": 5,
            "selected": 1,
            "submitted": 2,
            "waitlisted": 3,
            "withdrawn": 2,
        },
        "startups": 10,
        "pods": 8,
        "rooms": 3,
        "half_days": 8,
        "allocations": 44,
        "offices": 21,
        "people": 15,
        "delegates": 15,
        "meetings": 40,
        "meetings_by_status": {
            "cancelled": 4,
            "confirmed": 21,
            "held": 2,
            "not_held": 1,
            "option": 12,
        },
        "participants": 124,
        "reminders": 95,
        "feeds": 36,
        "sessions": 6,
        "sessions_by_state": {"cancelled": 1, "published": 5},
        "messages_by_state": {"held": 4, "sent": 85},
        "accounts": 10,
        "memberships": 8,
        "activity": 262,
    }


def test_demo_says_where_everything_is(manifest):
    assert list(manifest) == [
        "base_url",
        "size",
        "edition",
        "admin",
        "api",
        "regions",
        "calls",
        "feeds",
        "delegate_pages",
        "delegates",
        "applicant_pages",
        "public",
        "counts",
    ]
    assert manifest["base_url"] == "http://testserver"
    assert manifest["edition"] == {
        "year": 2030,
        "name": "VivaTech · démo",
        "starts_on": "2030-06-19",
        "ends_on": "2030-06-22",
    }
    assert manifest["calls"] == [
        {
            "region": "04",
            "url": "http://testserver/appels/04/",
            "opens_at": "2030-03-02T11:00:00+00:00",
            "closes_at": "2030-05-06T10:00:00+00:00",
        }
    ]
    assert manifest["public"] == {
        "home": "http://testserver/",
        "directory": "http://testserver/exposants/",
        "plan": "http://testserver/plan/",
        "programme": "http://testserver/programme/",
    }
    # Every state but one: nobody is absent from a fair that lies ahead.
    assert [page["status"] for page in manifest["applicant_pages"]] == [
        status for status in Application.Status.values if status != Application.Status.NO_SHOW
    ]


def test_demo_prints_passwords_that_open_accounts(manifest):
    (region,) = manifest["regions"]
    logins = [manifest["admin"], region["manager"], region["reviewer"], region["reader"]]
    logins += manifest["delegates"]
    users = [User.objects.get(email=login["email"]) for login in logins]

    assert [
        user.check_password(login["password"]) for user, login in zip(users, logins, strict=True)
    ] == [True] * 6
    assert [
        (user.is_staff, [(role.region_code, role.role) for role in user.memberships.all()])
        for user in users
    ] == [
        (True, [("", "manager")]),
        (True, [("04", "manager")]),
        (True, [("04", "reviewer")]),
        (True, [("04", "reader")]),
        (False, []),
        (False, []),
    ]
    assert [list(user.emailaddress_set.values_list("verified", "primary")) for user in users] == [
        [(True, True)]
    ] * 6


def test_demo_prints_a_token_that_opens_the_api(manifest, client):
    answer = client.get(
        f"{manifest['api']['url']}editions/",
        headers={"authorization": f"Token {manifest['api']['token']}"},
    )

    assert [edition["year"] for edition in answer.json()["results"]] == [2030]


def test_demo_prints_addresses_that_open_without_an_account(manifest, client):
    urls = [
        *manifest["public"].values(),
        *(call["url"] for call in manifest["calls"]),
        *(page["url"] for page in manifest["applicant_pages"]),
        *(page["url"] for page in manifest["delegate_pages"]),
        *(feed["url"] for feed in manifest["feeds"]),
    ]

    # A draft leads on to the step it stopped at.
    opened = {url: client.get(url, follow=True).status_code for url in urls}
    assert opened == dict.fromkeys(urls, 200)


def test_demo_offers_no_place_by_itself_now_nor_once_its_call_has_closed(manifest):
    Call.objects.update(fills_by_itself=True, places=99)
    for closes_at in (timezone.now() + timedelta(days=1), timezone.now() - timedelta(days=1)):
        Call.objects.update(closes_at=closes_at, released_at=None)
        assert fill_free_places(now=timezone.now()) == 0


def test_demo_again_changes_nothing_and_prints_the_same(manifest):
    before = ActivityEntry.objects.count()

    assert json.loads(demo(size="S", json=True)) == manifest
    assert json.loads(demo(json=True)) == manifest
    assert ActivityEntry.objects.count() == before


def test_demo_tells_people_where_to_look(manifest):
    with translation.override("en"):
        text = demo()

    assert text.splitlines()[0] == (
        "VivaTech · démo 2030, from 19 June 2030 to 22 June 2030 (demo, size S)"
    )
    for told in (
        manifest["public"]["home"],
        manifest["admin"]["password"],
        manifest["regions"][0]["manager"]["password"],
        manifest["api"]["token"],
        manifest["calls"][0]["url"],
        manifest["feeds"][0]["url"],
        manifest["delegate_pages"][0]["url"],
    ):
        assert told in text


def test_demo_refuses_another_size_in_one_line(manifest):
    with translation.override("en"), pytest.raises(CommandError) as refusal:
        demo(size="M")

    assert str(refusal.value).splitlines() == [
        "The demo is already loaded in size S. For size M, begin with an empty database."
    ]


def test_demo_refuses_a_database_in_use(db):
    EditionFactory()

    with translation.override("en"), pytest.raises(CommandError) as refusal:
        demo(size="S")

    assert str(refusal.value) == (
        "This database already holds an edition. The demo needs one without any."
    )
    assert Edition.objects.count() == 1


@pytest.mark.usefixtures("manifest")
def test_demo_companies_are_complete_and_well_formed():
    submitted = list(Application.objects.exclude(submitted_at=None))

    assert [row.missing() for row in submitted] == [[]] * 28
    assert [row for row in submitted if not siret.is_valid(row.siret)] == []
    assert {row.siren[:3] for row in submitted} == {"999"}
    for row in submitted:
        row.full_clean()
        stored = [getattr(row, name) for name in sorted(row.DERIVED)]
        row.derive()
        assert [getattr(row, name) for name in sorted(row.DERIVED)] == stored


@pytest.mark.usefixtures("manifest")
def test_demo_has_an_exhibitor_that_gave_its_place_back():
    left = Exhibitor.objects.exclude(left_at=None).get()
    steps = ActivityEntry.objects.filter(
        target_type__model="application", target_id=left.application_id
    )

    assert left.application.status == Application.Status.WITHDRAWN
    assert list(steps.order_by("at", "pk").values_list("verb", flat=True)) == [
        "application.started",
        "application.submitted",
        "application.selected",
        "application.confirmed",
        "application.withdrawn",
    ]


@pytest.mark.usefixtures("manifest")
def test_demo_gives_out_two_thirds_of_the_pods_as_wished():
    wished = Q(exhibitor__application__wanted_half_days=F("half_day"))
    held = Exhibitor.objects.annotate(half_days=Count("allocations")).exclude(half_days=0)

    assert Allocation.objects.count() == 44  # of 8 pods × 8 half-days, to a stay of four
    assert Allocation.objects.filter(wished).count() == 44
    assert set(held.values_list("half_days", flat=True)) == {4, 8}
    # Nobody changes pods within a stay.
    assert set(held.values_list(Count("allocations__stand", distinct=True), flat=True)) == {1}


@pytest.mark.usefixtures("manifest")
def test_demo_announced_its_plan_and_changed_its_mind_for_two():
    cells = {
        model: set(model.objects.values_list("exhibitor", "half_day", "stand"))
        for model in (Allocation, PublishedAllocation)
    }
    changed = {exhibitor for exhibitor, *_ in cells[Allocation] ^ cells[PublishedAllocation]}
    (version,) = PlanVersion.objects.all()
    (step,) = BoardStep.objects.all()

    assert len(cells[PublishedAllocation]) == 44
    assert (step.kind, {int(pk) for pk in step.after["stays"]}) == (
        BoardStep.Kind.EXCHANGE,
        changed,
    )
    assert len(changed) == 2
    assert {
        (int(exhibitor), int(half_day), stand)
        for exhibitor, stay in version.cells.items()
        for half_day, stand in stay.items()
    } == cells[PublishedAllocation]
    assert StandDay.objects.filter(is_cancelled=True).count() == 0
    assert set(StandDay.objects.values_list("exhibitor", "day")) == set(
        PublishedAllocation.objects.values_list("exhibitor", "half_day__day")
    )


@pytest.mark.usefixtures("manifest")
def test_demo_meetings_hold_their_time_and_nothing_else_does():
    holders = set(Occupation.objects.values_list("holder", flat=True))
    meetings = Meeting.objects.filter(status__in=OPEN_STATES)
    clashes = [
        (row.resource, row.holder, other.holder)
        for row in Occupation.objects.all()
        for other in Occupation.objects.overlapping(row.starts_at, row.ends_at)
        if other.resource == row.resource and other.pk > row.pk
    ]

    assert clashes == []
    assert {holder for holder in holders if holder.startswith("meeting:")} == {
        f"meeting:{meeting.pk}" for meeting in meetings
    }


@pytest.mark.usefixtures("manifest")
def test_demo_meetings_keep_to_opening_hours_or_say_why():
    edition = Edition.objects.get()
    hours = {day.date: (day.opens, day.closes) for day in edition.days.all()}

    def is_open(meeting: Meeting) -> bool:
        opens, closes = hours.get(meeting.starts_at.date(), (None, None))
        return opens is not None and opens <= meeting.starts_at and meeting.ends_at <= closes

    assert {bool(m.outside_hours_reason) for m in Meeting.objects.all() if not is_open(m)} == {True}
    assert {bool(m.outside_hours_reason) for m in Meeting.objects.all() if is_open(m)} == {False}


@pytest.mark.usefixtures("manifest")
def test_demo_walk_fits_its_hour_and_stops_where_somebody_stands():
    walk = Meeting.objects.get(format=Meeting.Format.WALK_THROUGH)
    stops = list(Stop.objects.filter(visit__meeting=walk).order_by("position"))
    last = stops[-1]
    morning = walk.edition.half_days.order_by("starts_at")[0]

    assert [stop.position for stop in stops] == list(range(1, len(stops) + 1))
    assert last.starts_at + timedelta(minutes=last.minutes) <= walk.ends_at
    assert Allocation.objects.filter(
        half_day=morning, stand__in=[stop.stand for stop in stops]
    ).count() == len(stops)


@pytest.mark.usefixtures("manifest")
def test_demo_calendars_are_those_that_operations_render():
    loaded = list(CalendarBlock.objects.order_by("pk").values_list("pk", "text"))

    for meeting in Meeting.objects.all():
        refresh_calendar(meeting)

    assert list(CalendarBlock.objects.order_by("pk").values_list("pk", "text")) == loaded


@pytest.mark.usefixtures("manifest")
def test_demo_past_mails_never_leave_again(mailoutbox):
    assert delivery.deliver_due() == 0
    assert mailoutbox == []
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"held", "sent"}


@pytest.mark.usefixtures("manifest")
def test_demo_lives_on_with_the_operations(mailoutbox):
    for option in Meeting.objects.filter(status=Meeting.Status.OPTION):
        confirm_meeting(meeting_id=option.pk, by=None)
    selected = Application.objects.get(status=Application.Status.SELECTED)
    confirm_application(application_id=selected.pk)

    assert not Meeting.objects.filter(status=Meeting.Status.OPTION).exists()
    assert Exhibitor.objects.present().count() == 11
    assert delivery.deliver_due() == len(mailoutbox) > 0


@pytest.mark.usefixtures("manifest")
def test_demo_desk_opens_for_the_national_team_and_a_region(client):
    for email in ("equipe@pavillon.example", "responsable@la-reunion.example"):
        client.force_login(User.objects.get(email=email))
        assert client.get(reverse("admin:index")).status_code == 200


def test_sizes_hold_the_real_numbers():
    medium, large = size_named("M"), size_named("L")

    assert {
        "regions": len(medium.regions),
        "startups": sum(region.startups for region in medium.regions),
        "applications": sum(region.applications for region in medium.regions),
        "pods": sum(region.pods for region in medium.regions),
        "stand_m2": sum(region.floor_area for region in medium.regions),
    } == facts()["totals"]
    assert large.regions == tuple(region.times(10) for region in medium.regions)


@pytest.mark.parametrize(("name", "levels"), [("S", 1), ("M", 1), ("L", 3)])
def test_floor_plan_puts_no_area_on_another(name, levels):
    areas = areas_of(size_named(name))
    width, depth = extent_of(areas)
    placed = pack(areas, width=width, depth=depth)
    overlaps = [
        (first, second)
        for first, second in combinations(placed, 2)
        if placed[first].level == placed[second].level
        and _overlap(placed[first].box, placed[second].box)
    ]

    assert overlaps == []
    assert {place.level for place in placed.values()} == set(range(levels))
    assert max(place.box.x + place.box.width for place in placed.values()) <= width
    assert max(place.box.y + place.box.depth for place in placed.values()) <= depth
    assert {
        code
        for code in areas
        if abs(placed[code].box.width * placed[code].box.depth - areas[code]) > 2
    } == set()


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.depth
        and other.y < one.y + one.depth
    )


def test_floor_plan_gives_each_pod_a_place_of_its_own():
    places = cells(Box(3, 3, 10, 12), 8)

    assert len(places) == 8
    assert [pair for pair in combinations(places, 2) if _overlap(*pair)] == []
    assert max(place.x + place.width for place in places) <= 13.01
    assert max(place.y + place.depth for place in places) <= 15.01


def test_floor_plan_puts_stands_in_rows_with_aisles():
    sizes = [(1.6, 1.25)] * 9 + [(3.0, 3.0)] * 3  # 17 m and 10 m long, in rows of 9.2 m
    places = rows(Box(3, 3, 10, 12), sizes)

    assert [(place.width, place.depth) for place in places] == sizes
    assert [pair for pair in combinations(places, 2) if _overlap(*pair)] == []
    assert min(place.x for place in places) >= 3
    assert max(place.x + place.width for place in places) <= 13.01
    assert max(place.y + place.depth for place in places) <= 15.01
    assert sorted({place.y for place in places}) == [3.4, 5.55, 7.7, 11.6]


@pytest.mark.parametrize(
    ("today", "first_day"),
    [
        (date(2026, 11, 22), date(2027, 6, 16)),
        (date(2027, 5, 2), date(2027, 6, 16)),  # 45 days ahead
        (date(2027, 5, 3), date(2028, 6, 21)),
    ],
)
def test_fair_begins_on_the_third_wednesday_of_june_far_enough_ahead(today, first_day):
    assert first_day_after(today) == first_day


def test_working_day_moves_away_from_the_weekend():
    dates = Dates.seen_from(date(2027, 3, 5))  # a Friday

    assert [dates.working_day(days) for days in (-6, -5, 0, 1, 2, 3)] == [-7, -7, 0, 3, 3, 3]


def test_shares_add_up_to_the_unit():
    assert shares(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}


def test_agenda_lets_meetings_follow_each_other():
    dates = Dates.seen_from(date(2027, 3, 5))
    nine, ten, eleven = (dates.in_days(0, hour) for hour in (9, 10, 11))
    agenda = Agenda()
    agenda.take(["room:1"], nine, ten)

    assert agenda.is_free(["room:1"], ten, eleven)
    assert agenda.is_free(["room:2"], nine, eleven)
    assert not agenda.is_free(["room:2", "room:1"], nine, eleven)
