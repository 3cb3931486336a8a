from datetime import timedelta

import pytest
from django.db.models import Count, F, Q
from django.urls import reverse
from stdnum.fr import siret

from events.models import Edition, Occupation
from meetings.models import CalendarBlock, Meeting, Stop
from meetings.operations import confirm_meeting, refresh_calendar
from pavilion.core import delivery
from pavilion.core.models import ActivityEntry, OutboxMessage, User
from startups.models import (
    Allocation,
    Application,
    BoardStep,
    Exhibitor,
    PlanVersion,
    PublishedAllocation,
    StandDay,
)
from startups.operations import confirm_application

OPEN_STATES = (Meeting.Status.OPTION, Meeting.Status.CONFIRMED, Meeting.Status.HELD)


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
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {
        "bounced",
        "held",
        "sent",
    }


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
