"""What a kind of mail waits for: somebody's approval, the morning, or nothing."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from pavilion.core import acting, delivery
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry, MailPolicy, OutboxMessage
from pavilion.core.outbox import approve_messages
from pavilion.core.policies import AskedFor, quiet_until, set_policy
from tests.core.test_delivery import promise
from tests.factories import organiser

pytestmark = pytest.mark.django_db

State = OutboxMessage.State
KIND = "meetings.invitation"


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("approval", "planned", "state"),
    [
        ("default", State.HELD, State.HELD),
        ("default", State.QUEUED, State.QUEUED),
        ("always", State.QUEUED, State.HELD),
        ("never", State.HELD, State.QUEUED),
        ("never", State.SENT, State.SENT),
    ],
)
def test_the_policy_of_a_kind_decides_whether_it_awaits_approval(approval, planned, state):
    set_policy(kind=KIND, approval=approval, keeps_quiet=True, by=organiser())

    sent_at = timezone.now() if planned == State.SENT else None
    assert promise(kind=KIND, state=planned, sent_at=sent_at).state == state
    assert promise(kind="meetings.notice").state == State.QUEUED


def test_mail_that_somebody_asked_for_is_held_by_no_policy(settings):
    settings.QUIET_HOURS = "00:00-23:59"
    MailPolicy.objects.create(kind="startups.link", approval="always")

    message = promise(kind="startups.link")

    assert (message.state, message.send_after <= timezone.now()) == (State.QUEUED, True)
    with pytest.raises(AskedFor):
        set_policy(kind="startups.link", approval="always", keeps_quiet=True, by=None)


def test_a_policy_is_noted_once_and_the_national_teams_to_set():
    national = organiser()
    for _ in range(2):
        set_policy(kind=KIND, approval="always", keeps_quiet=True, by=national)

    entry = ActivityEntry.objects.get()
    assert (entry.by, entry.verb, entry.before, entry.after) == (
        national,
        "mailpolicy.changed",
        {"approval": "default"},
        {"approval": "always"},
    )
    for stranger in (organiser("53"), organiser("", Role.READER)):
        with pytest.raises(PermissionDenied):
            set_policy(kind=KIND, approval="never", keeps_quiet=True, by=stranger)
    assert MailPolicy.objects.get().approval == "always"


# --- Quiet hours ---


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2030-06-11T21:59:59+02:00", None),
        ("2030-06-11T22:00:00+02:00", "2030-06-12T06:30:00+02:00"),
        ("2030-06-12T00:00:00+02:00", "2030-06-12T06:30:00+02:00"),
        ("2030-06-12T06:29:59+02:00", "2030-06-12T06:30:00+02:00"),
        ("2030-06-12T06:30:00+02:00", None),
        # The night in which an hour is missing, and the one which has it twice.
        ("2030-03-30T23:00:00+01:00", "2030-03-31T06:30:00+02:00"),
        ("2030-10-27T02:30:00+01:00", "2030-10-27T06:30:00+01:00"),
    ],
)
def test_quiet_hours_end_in_the_morning_by_pariss_clocks(settings, moment, until):
    settings.QUIET_HOURS = "22:00-06:30"

    assert quiet_until(paris(moment)) == (until and paris(until))


@pytest.mark.parametrize(
    ("hours", "until"),
    [
        ("", None),
        ("12:00-12:00", None),
        ("12:00-14:00", "2030-06-12T14:00:00+02:00"),
        # Ends at a time that the clocks jump over: as they show it, an hour later.
        ("23:00-02:30", None),
    ],
)
def test_hours_may_lie_within_a_day_or_be_none(settings, hours, until):
    settings.QUIET_HOURS = hours

    assert quiet_until(paris("2030-06-12T13:00:00+02:00")) == (until and paris(until))


def test_quiet_hours_that_end_in_the_missing_hour_end_as_the_clocks_show_it(settings):
    settings.QUIET_HOURS = "23:00-02:30"

    assert quiet_until(paris("2030-03-31T01:00:00+01:00")) == paris("2030-03-31T03:30:00+02:00")


NIGHT = paris("2030-06-11T23:00:00+02:00")
MORNING = paris("2030-06-12T06:30:00+02:00")


@pytest.mark.parametrize(
    ("fields", "send_after"),
    [
        ({}, MORNING),
        ({"state": State.HELD}, MORNING),
        ({"is_urgent": True}, NIGHT),
        # Of no use in the morning: better at night than never.
        ({"expires_at": MORNING}, NIGHT),
        ({"expires_at": MORNING + timedelta(hours=1)}, MORNING),
        ({"send_after": NIGHT + timedelta(hours=12)}, NIGHT + timedelta(hours=12)),
    ],
    ids=["any", "held", "urgent", "over by then", "still of use", "planned for the day"],
)
def test_at_night_mail_that_can_wait_waits_for_the_morning(settings, fields, send_after):
    settings.QUIET_HOURS = "22:00-06:30"
    with time_machine.travel(NIGHT, tick=False):
        assert promise(kind=KIND, **fields).send_after == send_after


def test_a_kind_that_does_not_keep_quiet_leaves_at_night(settings):
    settings.QUIET_HOURS = "22:00-06:30"
    set_policy(kind=KIND, approval="default", keeps_quiet=False, by=None)
    with time_machine.travel(NIGHT, tick=False):
        promise(kind=KIND)
        promise(kind="meetings.notice")

        assert delivery.deliver_due() == 1
    assert list(OutboxMessage.objects.order_by("pk").values_list("state", flat=True)) == [
        State.SENT,
        State.QUEUED,
    ]


def test_what_is_late_at_night_waits_for_the_morning_and_what_somebody_approved_does_not(settings):
    settings.QUIET_HOURS = "22:00-06:30"
    with time_machine.travel(NIGHT - timedelta(hours=2), tick=False):
        late = promise(kind=KIND)
        held = promise(kind=KIND, state=State.HELD)
    with time_machine.travel(NIGHT, tick=False):
        approve_messages(message_ids=[held.pk], by=None)

        assert delivery.deliver_due() == 1

    late.refresh_from_db()
    held.refresh_from_db()
    assert (late.state, late.send_after, held.state) == (State.QUEUED, MORNING, State.SENT)


# --- Who caused it ---


def test_mail_written_on_an_organisers_page_is_theirs_and_nobody_elses():
    national, visitor = organiser(), organiser()
    visitor.is_staff = False
    with acting.acting(lambda: national):
        theirs = promise()
    with acting.acting(lambda: visitor):
        nobodys = promise()

    assert (theirs.by, nobodys.by, promise().by) == (national, None, None)


def test_mail_knows_the_domain_it_goes_to():
    assert promise(recipient="Elue@Region.Example").domain == "region.example"
