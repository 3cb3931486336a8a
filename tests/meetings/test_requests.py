"""What regions ask for: asked, changed, planned, refused, withdrawn, asked again."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from events.models import Region
from meetings.models import MeetingRequest
from meetings.operations import (
    EndsBeforeItStarts,
    NotOfThisEdition,
    RefusalUnexplained,
    RequestSettled,
    SlotTaken,
    TooShort,
    ask_meeting,
    cancel_meeting,
    change_request,
    plan_request,
    refuse_request,
    reinstate_meeting,
    reopen_request,
    withdraw_request,
)
from pavilion.core.models import ActivityEntry, OutboxMessage
from tests.factories import EditionFactory, ParticipationFactory, PersonFactory, organiser
from tests.meetings.conftest import ELEVEN, HALF_PAST_TEN, TEN
from tests.meetings.diary import held_by, pencil

LUNCH = ELEVEN + timedelta(hours=1)


@pytest.fixture
def manager(db):
    return organiser("53", language="en")


@pytest.fixture
def participation(edition):
    return ParticipationFactory(edition=edition)


@pytest.fixture
def wanted(edition, participation, manager, office, person):
    return ask(edition, participation, manager, office, person_ids=[person.pk])


def ask(edition, participation, by, office, **fields):
    return ask_meeting(
        edition=edition,
        participation=participation,
        office_id=office.pk,
        subject_fr="Souveraineté numérique",
        subject_en="Digital sovereignty",
        why="Décider du plan",
        by=by,
        **{"windows": [(TEN, ELEVEN)], **fields},
    )


def verbs(wanted):
    entries = ActivityEntry.objects.about(wanted).order_by("pk")
    return [(each.verb, each.reason, each.after) for each in entries]


def test_asking_holds_nothing_and_writes_to_nobody(wanted, manager, person):
    assert (wanted.status, wanted.minutes, wanted.priority) == ("open", 30, 2)
    assert [(each.starts_at, each.ends_at) for each in wanted.windows.all()] == [(TEN, ELEVEN)]
    assert list(wanted.people.all()) == [person]
    assert not OutboxMessage.objects.exists()
    [entry] = ActivityEntry.objects.about(wanted)
    assert (entry.verb, entry.by, entry.region_code) == ("request.asked", manager, "53")


def test_a_request_planned_is_an_option_with_whom_it_asks_for(wanted, manager, office, person):
    meeting = plan_request(request_id=wanted.pk, starts_at=TEN, by=manager)

    wanted.refresh_from_db()
    assert (wanted.status, meeting.request, meeting.status) == ("planned", wanted, "option")
    assert (meeting.subject_en, meeting.ends_at) == ("Digital sovereignty", HALF_PAST_TEN)
    assert [row[0] for row in held_by(meeting)] == [f"office:{office.pk}", f"person:{person.pk}"]
    with pytest.raises(RequestSettled):
        plan_request(request_id=wanted.pk, starts_at=ELEVEN, by=manager)


def test_a_clash_leaves_the_request_open(edition, national, wanted, manager, person):
    pencil(edition, national, person_ids=[person.pk])

    with pytest.raises(SlotTaken):
        plan_request(request_id=wanted.pk, starts_at=TEN, by=manager)

    wanted.refresh_from_db()
    assert (wanted.status, wanted.meetings.count()) == ("open", 0)


def test_a_meeting_cancelled_opens_its_request_again_and_reinstated_settles_it(wanted, manager):
    meeting = plan_request(request_id=wanted.pk, starts_at=TEN, by=manager)
    states = []

    for act in (cancel_meeting, reinstate_meeting):
        act(meeting_id=meeting.pk, by=manager)
        wanted.refresh_from_db()
        states.append(wanted.status)

    assert states == ["open", "planned"]
    assert [verb for verb, _reason, _after in verbs(wanted)] == [
        "request.asked",
        "request.planned",
        "request.reopened",
        "request.planned",
    ]


def test_a_request_with_another_meeting_stays_planned(wanted, manager):
    first = plan_request(request_id=wanted.pk, starts_at=TEN, by=manager)
    cancel_meeting(meeting_id=first.pk, by=manager)
    second = plan_request(request_id=wanted.pk, starts_at=ELEVEN, by=manager)

    reinstate_meeting(meeting_id=first.pk, by=manager)
    cancel_meeting(meeting_id=first.pk, by=manager)

    wanted.refresh_from_db()
    assert (wanted.status, second.request) == ("planned", wanted)


def test_a_refusal_says_why_and_may_be_taken_back(wanted, manager):
    with pytest.raises(RefusalUnexplained):
        refuse_request(request_id=wanted.pk, by=manager, reason=" ")
    for _twice in range(2):
        refuse_request(request_id=wanted.pk, by=manager, reason="Agenda complet")
    wanted.refresh_from_db()
    assert (wanted.status, wanted.reason) == ("refused", "Agenda complet")

    with translation.override("en"), pytest.raises(RequestSettled) as refusal:
        change_request(request_id=wanted.pk, minutes=45, by=manager)
    assert str(refusal.value) == (
        "This request is in the state “Refused”: that is no longer possible."
    )
    for _twice in range(2):
        reopen_request(request_id=wanted.pk, by=manager)
    assert [(verb, reason) for verb, reason, _after in verbs(wanted)][1:] == [
        ("request.refused", "Agenda complet"),
        ("request.reopened", ""),
    ]


def test_what_is_wanted_no_more_is_withdrawn(wanted, manager):
    for _twice in range(2):
        withdraw_request(request_id=wanted.pk, by=manager)

    wanted.refresh_from_db()
    assert wanted.status == "withdrawn"
    assert [verb for verb, _reason, _after in verbs(wanted)] == [
        "request.asked",
        "request.withdrawn",
    ]


def test_a_change_is_noted_for_what_it_changes(wanted, manager):
    other = PersonFactory(first_name="Inès", last_name="Aubry")

    for _twice in range(2):
        change_request(
            request_id=wanted.pk,
            by=manager,
            minutes=45,
            person_ids=[other.pk],
            windows=[(TEN, ELEVEN), (LUNCH, LUNCH + timedelta(hours=1)), (TEN, ELEVEN)],
        )

    assert wanted.windows.count() == 2
    [(_verb, _reason, after)] = verbs(wanted)[1:]
    assert sorted(after) == ["minutes", "people", "windows"]
    assert (after["minutes"], after["people"]) == (45, ["Inès Aubry"])


def test_wanted_times_run_forwards_and_a_meeting_lasts(edition, participation, manager, office):
    with pytest.raises(EndsBeforeItStarts):
        ask(edition, participation, manager, office, windows=[(ELEVEN, TEN)])
    with pytest.raises(TooShort):
        ask(edition, participation, manager, office, minutes=4)
    with pytest.raises(NotOfThisEdition):
        ask(EditionFactory(year=2031), participation, manager, office)
    assert not MeetingRequest.objects.exists()


def test_a_region_asks_for_itself_and_its_own_people(edition, participation, manager, office):
    stranger = PersonFactory(region=Region.objects.get(code="75"))
    with pytest.raises(PermissionDenied):
        ask(edition, participation, manager, office, person_ids=[stranger.pk])
    for by in (organiser("75"), organiser("53", "reader")):
        with pytest.raises(PermissionDenied):
            ask(edition, participation, by, office)
    with pytest.raises(PermissionDenied):
        ask(edition, None, manager, office)


def test_requests_are_seen_by_their_region_and_the_national_team(wanted, manager, national):
    def seen(user):
        return list(MeetingRequest.objects.visible_to(user))

    assert seen(manager) == seen(national) == seen(organiser("53", "reader")) == [wanted]
    assert seen(organiser("75")) == []
