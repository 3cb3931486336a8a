from datetime import timedelta

import pytest

from meetings.models import Delegate, Visit
from pavilion.core.access import Role
from tests.api import client_of
from tests.factories import (
    DelegationFactory,
    FeedFactory,
    OfficeFactory,
    ParticipantFactory,
    ParticipationFactory,
    PersonFactory,
    RoomFactory,
    StandFactory,
    UserFactory,
)
from tests.meetings.conftest import NOW, TEN
from tests.meetings.programs import a_meeting, english

pytestmark = pytest.mark.usefixtures("edition")


def test_delegate_reads_their_meetings_without_what_is_the_teams():
    user = UserFactory()
    person, office = PersonFactory(user=user), OfficeFactory()
    meeting = a_meeting(
        person_ids=[person.pk], office_ids=[office.pk], internal_note="Sujet sensible"
    )
    meeting.participants.update(comment="Plutôt à 11 h", answered_by="Secrétariat")
    a_meeting(starts_at=TEN + timedelta(hours=2), ends_at=TEN + timedelta(hours=3))

    [seen] = client_of(user).get("/api/v1/meetings/").json()["results"]

    assert (seen["id"], seen["internal_note"]) == (meeting.pk, "")
    assert [(one["person"], one["comment"]) for one in seen["participants"]] == [
        (None, ""),
        (person.pk, "Plutôt à 11 h"),
    ]
    reader = client_of(english(role=Role.READER))
    [as_team] = reader.get(f"/api/v1/meetings/?person={person.pk}").json()["results"]
    assert as_team["internal_note"] == "Sujet sensible"
    assert {one["comment"] for one in as_team["participants"]} == {"Plutôt à 11 h"}


def test_meetings_are_filtered_by_person_answer_day_and_status():
    person = PersonFactory()
    wanted = a_meeting(person_ids=[person.pk])
    later = {"starts_at": TEN + timedelta(hours=2), "ends_at": TEN + timedelta(hours=3)}
    a_meeting(**later)
    removed = a_meeting(**later)
    ParticipantFactory(meeting=removed, person=person, removed_at=NOW)
    filters = (
        f"edition=2030&region=53&person={person.pk}&answer=needs-action&date=2030-06-12"
        "&status=option&starts_before=2030-06-13T00:00:00%2B02:00"
    )

    page = client_of(english()).get(f"/api/v1/meetings/?{filters}").json()

    assert [meeting["id"] for meeting in page["results"]] == [wanted.pk]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("resource", "queries"),
    # Token, memberships, count, rows; then what is nested in them.
    [
        ("offices", 5),
        ("people", 4),
        ("delegations", 5),
        ("meetings", 5),
        ("participants", 4),
        ("visits", 5),
        ("feeds", 4),
    ],
)
def test_lists_ask_the_same_questions_for_one_row_and_for_three(
    resource, queries, rows, django_assert_num_queries
):
    for index in range(rows):
        person = PersonFactory()
        office = OfficeFactory()
        office.holders.create(person=person, starts_on="2029-01-01")
        Delegate.objects.create(
            delegation=DelegationFactory(participation=ParticipationFactory()), person=person
        )
        starts_at = TEN + timedelta(hours=index)
        meeting = a_meeting(
            person_ids=[person.pk],
            room=RoomFactory(),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=15),
        )
        Visit.objects.create(meeting=meeting).stops.create(
            position=1, stand=StandFactory(), starts_at=starts_at
        )
        FeedFactory(person=person)
    client = client_of(english())

    with django_assert_num_queries(queries):
        assert client.get(f"/api/v1/{resource}/").json()["count"] == rows
