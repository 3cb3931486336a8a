"""The programme of a week, the changes of a night, and what waits: each once, at its hour."""

from datetime import UTC, date, datetime, timedelta

import pytest
from rest_framework.authtoken.models import Token

from meetings.models import Meeting, Person, ProgrammeMail
from meetings.operations import (
    add_participant,
    appoint_holder,
    cancel_meeting,
    change_meeting,
    confirm_meeting,
    create_meeting,
    remove_participant,
    reschedule_meeting,
)
from meetings.operations.digests import send_morning_news, send_programmes, send_waiting_lists
from pavilion.core.access import Role
from pavilion.core.models import OutboxMessage
from tests.factories import ParticipationFactory, PersonFactory, organiser
from tests.meetings.conftest import ELEVEN, HALF_PAST_ELEVEN, TEN

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NINE_A_WEEK_BEFORE = datetime(2030, 6, 5, 7, 0, tzinfo=UTC)
EIGHT_IN_THE_EVENING = datetime(2030, 6, 11, 18, 0, tzinfo=UTC)
SEVEN = datetime(2030, 6, 12, 5, 0, tzinfo=UTC)


@pytest.fixture
def meeting(edition, national, person):
    return planned(edition, national, person)


def planned(edition, by, *people, starts_at=TEN, **fields):
    meeting = create_meeting(
        edition=edition,
        subject_fr="Entretien",
        subject_en="Talk",
        starts_at=starts_at,
        ends_at=starts_at + HOUR / 2,
        by=by,
        person_ids=[each.pk for each in people],
        **{"place": "Terrace", **fields},
    )
    return confirm_meeting(meeting_id=meeting.pk, by=by)


def sent(kind):
    rows = OutboxMessage.objects.filter(kind=f"meetings.{kind}").order_by("pk")
    return list(rows.values_list("recipient", "subject"))


def notes():
    """What a mail of the night says has changed."""
    mail = OutboxMessage.objects.get(kind="meetings.news")
    lines = mail.body.splitlines()
    at = next(index for index, line in enumerate(lines) if " · " in line)
    return lines[at : at + 2]


def test_the_whole_programme_leaves_at_nine_a_week_before_the_fair(meeting, person):
    rounds = [NINE_A_WEEK_BEFORE - MINUTE, NINE_A_WEEK_BEFORE, NINE_A_WEEK_BEFORE + HOUR]

    assert [send_programmes(now=each) for each in rounds] == [0, 1, 0]

    assert sent("programme") == [(person.email, "Your programme: VivaTech 2030")]


def test_who_meets_before_the_fair_has_their_programme_a_week_before_that(
    edition, national, person, meeting
):
    early = planned(
        edition, national, person, starts_at=TEN - 4 * DAY, outside_hours_reason="Before the fair"
    )
    assert early.status == Meeting.Status.CONFIRMED

    assert send_programmes(now=NINE_A_WEEK_BEFORE - 4 * DAY) == 1
    assert send_programmes(now=NINE_A_WEEK_BEFORE) == 0


def test_a_call_to_prepare_it_weeks_before_does_not_bring_the_programme_forward(
    edition, national, person, meeting
):
    planned(edition, national, person, starts_at=TEN - 12 * DAY, outside_hours_reason="Video call")

    assert send_programmes(now=NINE_A_WEEK_BEFORE - 12 * DAY) == 0
    assert send_programmes(now=NINE_A_WEEK_BEFORE) == 1


@pytest.mark.parametrize(
    "fields", [{"wants_programme": False}, {"email": ""}, {"email": "", "wants_programme": False}]
)
def test_a_programme_not_wished_or_without_an_address_is_not_made(meeting, person, fields):
    Person.objects.filter(pk=person.pk).update(**fields)

    assert send_programmes(now=NINE_A_WEEK_BEFORE) == 0
    assert not ProgrammeMail.objects.exists()


def test_days_late_it_is_no_longer_sent(meeting):
    assert send_programmes(now=NINE_A_WEEK_BEFORE + 2 * DAY) == 0


def move(meeting, by):
    reschedule_meeting(meeting_id=meeting.pk, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN, by=by)


def there_and_back(meeting, by):
    move(meeting, by)
    reschedule_meeting(meeting_id=meeting.pk, starts_at=TEN, ends_at=TEN + HOUR / 2, by=by)


CHANGES = {
    "moved": (
        move,
        [
            "11:00 – 11:30 · Talk",
            "Moved: it was on Wednesday 12 June 2030, from 10:00 to 10:30.",
        ],
    ),
    "cancelled": (
        lambda meeting, by: cancel_meeting(meeting_id=meeting.pk, by=by),
        ["10:00 – 10:30 · Talk", "Cancelled."],
    ),
    "removed": (
        lambda meeting, by: remove_participant(participant_id=meeting.participants.get().pk, by=by),
        ["10:00 – 10:30 · Talk", "No longer in your programme."],
    ),
    "gathers elsewhere": (
        lambda meeting, by: change_meeting(meeting_id=meeting.pk, meeting_point="Gate 4", by=by),
        ["10:00 – 10:30 · Talk", "The meeting point has changed."],
    ),
}


@pytest.mark.parametrize(("change", "told"), CHANGES.values(), ids=CHANGES)
def test_what_changed_overnight_is_told_at_seven_once(meeting, national, clock, change, told):
    clock.move_to(EIGHT_IN_THE_EVENING)
    change(meeting, national)

    rounds = [SEVEN - MINUTE, SEVEN, SEVEN + MINUTE, SEVEN + HOUR]
    assert [send_morning_news(now=each) for each in rounds] == [0, 1, 0, 0]
    assert notes() == told


def test_what_is_new_overnight_is_told_to_whom_it_is_new(meeting, national, clock):
    clock.move_to(EIGHT_IN_THE_EVENING)
    other = PersonFactory(language="en")
    add_participant(meeting_id=meeting.pk, person_id=other.pk, by=national)

    assert send_morning_news(now=SEVEN) == 1

    assert sent("news") == [(other.email, "Overnight: 1 change in your programme")]
    assert notes() == ["10:00 – 10:30 · Talk", "New in your programme."]


@pytest.mark.parametrize(
    "change",
    [
        there_and_back,
        lambda meeting, by: None,
        lambda meeting, by: change_meeting(meeting_id=meeting.pk, internal_note="Sshh", by=by),
    ],
    ids=["there and back", "nothing", "nothing of theirs"],
)
def test_where_nothing_changed_there_is_no_mail(meeting, national, clock, change):
    clock.move_to(EIGHT_IN_THE_EVENING)
    change(meeting, national)

    assert send_morning_news(now=SEVEN) == 0


def test_what_changed_before_the_evening_or_after_seven_is_no_news(meeting, national, clock):
    clock.move_to(EIGHT_IN_THE_EVENING - 2 * HOUR)
    move(meeting, national)
    clock.move_to(SEVEN + MINUTE)
    change_meeting(meeting_id=meeting.pk, meeting_point="Gate 4", by=national)

    assert send_morning_news(now=SEVEN + 2 * MINUTE) == 0


def test_there_is_no_news_outside_the_fair_nor_after_noon(meeting, national, clock):
    clock.move_to(EIGHT_IN_THE_EVENING - 10 * DAY)
    move(meeting, national)
    assert send_morning_news(now=SEVEN - 10 * DAY) == 0

    clock.move_to(EIGHT_IN_THE_EVENING)
    there_and_back(meeting, national)
    assert send_morning_news(now=SEVEN + 5 * HOUR) == 0


def test_each_organiser_reads_what_waits_for_their_regions_alone(edition, national, office):
    brittany = ParticipationFactory(edition=edition)
    nolwenn = organiser("53", language="en", email="nolwenn@bretagne.example")
    organiser("84", language="en", email="else@region.example")
    organiser("53", Role.READER, language="en", email="reader@bretagne.example")
    meeting = planned(edition, nolwenn, participation=brittany, office_ids=[office.pk])
    eight = SEVEN + HOUR

    rounds = [eight - MINUTE, eight, eight + MINUTE]
    assert [send_waiting_lists(now=each) for each in rounds] == [0, 2, 0]

    subject = "What waits for you: 1 message awaits your approval, 1 answer is still awaited"
    assert dict(sent("waiting")) == {national.email: subject, nolwenn.email: subject}
    mail = OutboxMessage.objects.get(kind="meetings.waiting", recipient=nolwenn.email)
    assert [line for line in mail.body.splitlines() if line.startswith("  – ")] == [
        f"  – Invitation: Talk, Wed 12 June, 10:00, Terrace, to {office.title_fr}",
        f"  – {office.title_en}: 1 meeting, on Wed 12 June",
    ]
    assert (mail.region_code, meeting.region_code) == ("53", "53")


def test_an_account_that_only_programs_use_gets_no_list(edition, national, office):
    planned(edition, national, office_ids=[office.pk])
    for number, last_login in enumerate([None, SEVEN - DAY]):
        user = organiser(email=f"{number}@pavilion.example", last_login=last_login)
        Token.objects.create(user=user)

    send_waiting_lists(now=SEVEN + HOUR)

    assert sorted(recipient for recipient, _subject in sent("waiting")) == sorted(
        ["1@pavilion.example", national.email]
    )


def test_where_nothing_waits_nobody_is_written_to_and_nobody_later_that_day(
    edition, national, person
):
    assert send_waiting_lists(now=SEVEN + HOUR) == 0

    planned(edition, national, person)

    assert send_waiting_lists(now=SEVEN + 2 * HOUR) == 0
    assert ProgrammeMail.objects.filter(kind="waiting", day=date(2030, 6, 12)).count() == 1


def test_who_is_in_two_places_since_an_office_changed_hands_is_told_and_so_are_organisers(
    edition, national, person, office, clock
):
    planned(edition, national, person)
    planned(edition, national, office_ids=[office.pk], place="Stage")
    clock.move_to(EIGHT_IN_THE_EVENING)
    appoint_holder(
        office_id=office.pk, person_id=person.pk, starts_on=date(2030, 1, 1), by=national
    )

    assert send_morning_news(now=SEVEN) == 1
    assert send_waiting_lists(now=SEVEN + HOUR) == 1

    assert notes() == ["10:00 – 10:30 · Talk", "New in your programme."]
    assert sent("waiting") == [
        (
            national.email,
            "What waits for you: 1 meeting expects somebody who is elsewhere at that time, "
            "1 message awaits your approval, …",
        )
    ]
