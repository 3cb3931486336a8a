"""Before anything is done: who would be told what, whose time it takes or frees, what refuses."""

from datetime import timedelta

import pytest
from django.db import connection

from events.models import Occupation
from meetings.models import Delegate, Delegation, Meeting, Participant, Secretariat
from meetings.operations import (
    cancel_meeting,
    confirm_meeting,
    create_meeting,
    record_answer,
    repeat_meeting,
    reschedule_meeting,
)
from meetings.operations.previewing import preview
from pavilion.core.models import ActivityEntry, OutboxMessage
from tests.api import client_of
from tests.factories import PersonFactory
from tests.meetings.conftest import HALF_PAST_TEN, NOW, TEN, deliver
from tests.meetings.programs import english

HOUR = timedelta(hours=1)
# PostgreSQL is asked for locks three times: on what the meeting has, before it is asked who holds
# its offices, and on what it takes.
PREVIEW_QUERIES = {"sqlite": 72, "postgresql": 75}


@pytest.fixture
def meeting(edition, national, person, office):
    Secretariat.objects.create(person=person, name="Mme Riou", email="secretariat@region.example")
    return create_meeting(
        edition=edition,
        subject_fr="Entretien",
        subject_en="Talk",
        starts_at=TEN,
        ends_at=HALF_PAST_TEN,
        person_ids=[person.pk],
        office_ids=[office.pk],
        by=national,
    )


def told(shown):
    return [
        (each.recipient, each.kind, each.is_copy, each.is_held, each.send_after)
        for each in shown.told
    ]


def everything():
    counts = [model.objects.count() for model in (Meeting, Participant, Occupation, ActivityEntry)]
    states = sorted(OutboxMessage.objects.values_list("pk", "state"))
    return counts, states, list(Meeting.objects.values())


def test_confirming_is_shown_with_copies_and_what_waits_and_nothing_is_done(
    meeting, national, settings
):
    settings.MAIL_SETTLES = 120
    before = everything()

    shown = preview(
        lambda: confirm_meeting(meeting_id=meeting.pk, by=national), meeting_id=meeting.pk
    )

    soon = NOW + timedelta(seconds=120)
    assert told(shown) == [
        ("cabinet@ministere.example", "meetings.invitation", False, True, soon),
        ("maiwenn@region.example", "meetings.invitation", False, False, soon),
        ("secretariat@region.example", "meetings.invitation", True, False, soon),
    ]
    assert (shown.refusal, shown.frees, shown.takes, shown.untold) == (None, [], [], [])
    assert everything() == before


def test_a_refusal_is_shown_instead(meeting, national, edition, person):
    rival = create_meeting(
        edition=edition,
        subject_fr="Rival",
        starts_at=TEN + 2 * HOUR,
        ends_at=HALF_PAST_TEN + 2 * HOUR,
        person_ids=[person.pk],
        by=national,
    )
    before = everything()

    shown = preview(
        lambda: reschedule_meeting(
            meeting_id=rival.pk, starts_at=TEN, ends_at=HALF_PAST_TEN, by=national
        ),
        meeting_id=rival.pk,
    )

    assert (shown.refusal.code, shown.told) == ("slot_taken", [])
    assert everything() == before


def test_cancelling_says_whom_it_frees_and_what_will_not_leave(meeting, national, person, office):
    confirm_meeting(meeting_id=meeting.pk, by=national)
    deliver()

    shown = preview(
        lambda: cancel_meeting(meeting_id=meeting.pk, by=national), meeting_id=meeting.pk
    )

    assert [(each.recipient, each.kind) for each in shown.told] == [
        ("maiwenn@region.example", "meetings.cancellation"),
        ("secretariat@region.example", "meetings.cancellation"),
    ]
    assert sorted(shown.frees) == sorted([str(person), str(office)])
    assert shown.taken_back == [str(office)]


def test_a_decline_shows_the_substitute_who_would_be_asked(meeting, national, person, edition):
    substitute = PersonFactory(first_name="Nolwenn", last_name="Vice", email="vice@region.example")
    delegation = Delegation.objects.create(edition=edition, name_fr="Bretagne")
    Delegate.objects.create(delegation=delegation, person=person, role="head")
    Delegate.objects.create(delegation=delegation, person=substitute, role="substitute", rank=1)
    confirm_meeting(meeting_id=meeting.pk, by=national)
    deliver()
    participant = Participant.objects.get(person=person)

    shown = preview(
        lambda: record_answer(participant_id=participant.pk, answer="declined", via="phone"),
        meeting_id=meeting.pk,
    )

    assert [(each.recipient, each.kind) for each in shown.told] == [
        ("vice@region.example", "meetings.invitation")
    ]
    assert (shown.joins, shown.leaves) == (["Nolwenn Vice"], [str(person)])
    assert (shown.takes, shown.frees) == (["Nolwenn Vice"], [str(person)])


def test_repeating_takes_the_time_of_everybody_once_more(meeting, national, person, office):
    shown = preview(
        lambda: repeat_meeting(meeting_id=meeting.pk, starts=[TEN + 2 * HOUR], by=national),
        meeting_id=meeting.pk,
    )

    assert (shown.told, sorted(shown.takes)) == ([], sorted([str(person), str(office)]))


def test_a_program_sees_the_same_before_each_verb(meeting, national, person):
    url = f"/api/v1/meetings/{meeting.pk}"
    client = client_of(national)

    shown = client.post(f"{url}/confirm/preview/").json()
    assert [(each["recipient"], each["kind"], each["is_held"]) for each in shown["told"]] == [
        ("cabinet@ministere.example", "meetings.invitation", True),
        ("maiwenn@region.example", "meetings.invitation", False),
        ("secretariat@region.example", "meetings.invitation", False),
    ]
    refused = client.post(f"{url}/reinstate/preview/", {}).json()
    assert refused["refusal"] is None  # it stands already: nothing would be done
    taken = client.post(
        "/api/v1/meetings/preview/",
        {
            "edition": 2030,
            "subject_fr": "Rival",
            "starts_at": "2030-06-12T10:00:00+02:00",
            "people": [person.pk],
        },
    ).json()
    assert taken["refusal"]["code"] == "slot_taken"
    assert taken["refusal"]["details"]["clashes"][0]["name"] == str(person)
    assert client_of(english()).post(f"{url}/confirm/preview/").status_code in (403, 404)
    assert (Meeting.objects.count(), OutboxMessage.objects.count()) == (1, 0)


def test_the_desk_shows_it_before_it_is_done(client, meeting, national):
    client.force_login(national)
    client.cookies["django_language"] = "en"
    url = f"/admin/meetings/meeting/{meeting.pk}/confirm/"

    page = client.get(url)

    text = page.content.decode()
    assert "Who will be told" in text
    assert text.count("once approved") == 1
    assert OutboxMessage.objects.count() == 0
    client.post(url, {"_seen": page.context["seen"]})
    assert OutboxMessage.objects.count() == 3


@pytest.mark.parametrize("copies", [1, 3])
def test_a_preview_costs_the_same_for_more_people(
    edition, national, copies, django_assert_num_queries
):
    people = [PersonFactory(email=f"p{n}@region.example").pk for n in range(copies)]
    meeting = create_meeting(
        edition=edition,
        subject_fr="Entretien",
        starts_at=TEN,
        ends_at=HALF_PAST_TEN,
        person_ids=people,
        by=national,
    )

    def look():
        return preview(
            lambda: reschedule_meeting(
                meeting_id=meeting.pk, starts_at=TEN + HOUR, ends_at=HALF_PAST_TEN + HOUR, by=None
            ),
            meeting_id=meeting.pk,
        )

    look()  # whatever is looked up once a process
    with django_assert_num_queries(PREVIEW_QUERIES[connection.vendor]):
        look()
