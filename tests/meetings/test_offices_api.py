"""People, offices and what belongs to them, for programs."""

import pytest

from meetings.models import Availability, OfficeHolder, Secretariat
from pavilion.core.access import Role
from tests.api import client_of
from tests.factories import (
    DelegationFactory,
    MeetingRequestFactory,
    OfficeFactory,
    OfficeHolderFactory,
    ParticipationFactory,
    PersonFactory,
    RoomFactory,
)
from tests.meetings.conftest import TEN
from tests.meetings.diary import pencil
from tests.meetings.programs import english

pytestmark = pytest.mark.usefixtures("edition")


def patch(user, path, body):
    return client_of(user).patch(f"/api/v1/{path}/", body)


def post(user, path, body=None):
    return client_of(user).post(f"/api/v1/{path}/", body or {})


def test_a_reshuffle_tells_its_conflicts(edition, national, office):
    national.language = "en"
    national.save()
    person = PersonFactory(first_name="Inès", last_name="Aubry")
    of_office = pencil(edition, national, office_ids=[office.pk])
    by_name = pencil(edition, national, subject_en="Other talk", person_ids=[person.pk])

    body = {"person": person.pk, "starts_on": "2030-06-12", "reason": "Décret"}
    tried = post(national, f"offices/{office.pk}/appoint/preview", body)
    assert not OfficeHolder.objects.exists()
    made = post(national, f"offices/{office.pk}/appoint", body)
    again = post(national, f"offices/{office.pk}/appoint", {**body, "person": PersonFactory().pk})

    holder = OfficeHolder.objects.get()
    assert (made.status_code, made.json()["holder"], made.json()["former"]) == (
        200,
        {
            "id": holder.pk,
            "office": office.pk,
            "office_name": str(office.title_en),
            "person": person.pk,
            "person_name": "Inès Aubry",
            "starts_on": "2030-06-12",
            "ends_on": None,
        },
        None,
    )
    assert made.json()["meetings"] == [of_office.pk, by_name.pk]
    assert [(each["meeting"], each["by"]) for each in made.json()["conflicts"]] == [
        (of_office.pk, "“Other talk”"),
        (by_name.pk, "“Talk”"),
    ]
    assert (again.status_code, again.json()["code"]) == (409, "term_taken")
    told = ("former", "meetings", "conflicts")
    assert [tried.json()[name] for name in told] == [made.json()[name] for name in told]


def test_terms_are_listed_by_day_ended_and_struck():
    term = OfficeHolderFactory(starts_on="2030-01-01")
    user = english("")

    def on(day):
        return client_of(user).get("/api/v1/office-holders/", {"on": day}).json()["count"]

    assert [on("2029-12-31"), on("2030-06-12")] == [0, 1]
    ended = post(user, f"office-holders/{term.pk}/end", {"ends_on": "2030-05-31"})
    assert (ended.status_code, ended.json()["holder"]["ends_on"]) == (200, "2030-05-31")
    assert on("2030-06-12") == 0
    backwards = post(user, f"office-holders/{term.pk}/end", {"ends_on": "2029-05-31"})
    assert (backwards.status_code, backwards.json()["code"]) == (409, "term_backwards")
    assert client_of(user).delete(f"/api/v1/office-holders/{term.pk}/").status_code == 204
    assert not OfficeHolder.objects.exists()


def test_a_rank_of_precedence_needs_its_reason():
    office = OfficeFactory()
    user = english("")

    refused = patch(user, f"offices/{office.pk}", {"precedence": 8})
    changed = patch(user, f"offices/{office.pk}", {"precedence": 8, "reason": "Décret"})
    greeted = patch(user, f"offices/{office.pk}", {"salutation_fr": "Madame la Ministre,"})

    assert (refused.status_code, refused.json()["code"]) == (409, "reason_missing")
    assert (changed.json()["precedence"], greeted.json()["salutation_fr"]) == (
        8,
        "Madame la Ministre,",
    )


def test_special_needs_are_read_by_those_who_act_for_the_region():
    person = PersonFactory()
    needs = {"needs_note": "Fauteuil roulant", "needs_note_until": "2030-06-20"}

    def read(user):
        row = client_of(user).get(f"/api/v1/people/{person.pk}/").json()
        return row["needs_note"], row["needs_note_until"]

    noted = patch(english(), f"people/{person.pk}", needs)

    assert noted.json()["needs_note"] == "Fauteuil roulant"
    assert read(english("")) == ("Fauteuil roulant", "2030-06-20")
    assert read(english(role=Role.READER)) == read(english("", Role.READER)) == ("", None)
    missing = patch(english(), f"people/{person.pk}", {"needs_note_until": None})
    assert (missing.status_code, missing.json()["code"]) == (409, "needs_end_missing")


def test_secretariats_are_kept_by_programs():
    person, user = PersonFactory(), english()
    wanted = {"person": person.pk, "email": "cabinet@region.example"}

    added = post(user, "secretariats", wanted)
    again = post(user, "secretariats", wanted)
    nobody = post(user, "secretariats", {"email": "x@region.example"})
    changed = patch(user, f"secretariats/{added.json()['id']}", {"answers": False})

    assert (added.status_code, changed.json()) == (
        201,
        {
            "id": Secretariat.objects.get().pk,
            "person": person.pk,
            "office": None,
            "name": "",
            "email": "cabinet@region.example",
            "phone": "",
            "receives": True,
            "answers": False,
        },
    )
    assert (again.status_code, again.json()["code"]) == (409, "secretariat_known")
    assert (nobody.status_code, nobody.json()) == (400, {"person": ["Give a person or an office."]})
    assert client_of(user).delete(f"/api/v1/secretariats/{added.json()['id']}/").status_code == 204


def test_availabilities_are_noted_and_taken_back_by_programs():
    office, user = OfficeFactory(), english()
    times = {"starts_at": "2030-06-12T10:00:00", "ends_at": "2030-06-12T12:00:00"}

    noted = post(user, "availabilities", {"office": office.pk, "source": "mail", **times})
    backwards = post(
        user, "availabilities", {"office": office.pk, **times, "ends_at": times["starts_at"]}
    )

    row = Availability.objects.get()
    assert (noted.status_code, row.starts_at, row.source) == (201, TEN, "mail")
    assert (backwards.status_code, backwards.json()["code"]) == (409, "ends_before_it_starts")
    assert client_of(user).delete(f"/api/v1/availabilities/{row.pk}/").status_code == 204


def test_a_delegation_gains_changes_and_loses_people():
    delegation, user = DelegationFactory(participation=ParticipationFactory()), english()
    head, substitute = PersonFactory.create_batch(2)
    path = f"delegations/{delegation.pk}"

    post(user, f"{path}/add-delegate", {"person": head.pk, "role": "head"})
    place = {"person": substitute.pk, "role": "substitute", "stands_in_for": head.pk}
    post(user, f"{path}/add-delegate", place)
    again = post(user, f"{path}/add-delegate", place)
    changed = post(user, f"{path}/change-delegate", {"person": substitute.pk, "keeps_rank": True})

    assert (again.status_code, again.json()["code"]) == (409, "already_in_delegation")
    assert [list(member.values())[2:] for member in changed.json()["members"]] == [
        ["head", None, None, False],
        ["substitute", 1, head.pk, True],
    ]
    removed = post(user, f"{path}/remove-delegate", {"person": head.pk})
    assert [member["person"] for member in removed.json()["members"]] == [substitute.pk]
    assert patch(user, path, {"name_en": "Brittany"}).json()["name"] == "Brittany"


def test_a_request_is_asked_planned_and_refused_by_programs(edition, office):
    ParticipationFactory()
    person, room, user = PersonFactory(), RoomFactory(), english()
    wanted = {
        "edition": 2030,
        "region": "53",
        "office": office.pk,
        "subject_fr": "Souveraineté numérique",
        "people": [person.pk],
        "windows": [{"starts_at": "2030-06-12T10:00", "ends_at": "2030-06-12T12:00"}],
    }

    asked = post(user, "meeting-requests", wanted)
    pk = asked.json()["id"]
    changed = patch(user, f"meeting-requests/{pk}", {"minutes": 45, "priority": 1})
    planned = post(
        user, f"meeting-requests/{pk}/plan", {"starts_at": "2030-06-12T10:00", "room": room.pk}
    )
    refused = post(user, f"meeting-requests/{pk}/refuse", {"reason": "Trop tard"})

    assert (asked.status_code, asked.json()["windows"], asked.json()["minutes"]) == (
        201,
        [{"starts_at": "2030-06-12T10:00:00+02:00", "ends_at": "2030-06-12T12:00:00+02:00"}],
        30,
    )
    assert (changed.json()["minutes"], changed.json()["priority"]) == (45, 1)
    meeting = edition.meetings.get()
    assert (planned.json()["status"], planned.json()["meetings"]) == ("planned", [meeting.pk])
    assert (meeting.room, meeting.ends_at.minute) == (room, 45)
    assert (refused.status_code, refused.json()["code"]) == (409, "request_settled")


def test_a_request_is_refused_with_a_reason_withdrawn_and_reopened():
    request, user = MeetingRequestFactory(), english()
    path = f"meeting-requests/{request.pk}"

    silent = post(user, f"{path}/refuse")
    states = [
        post(user, f"{path}/{name}", body).json()["status"]
        for name, body in (
            ("refuse", {"reason": "Complet"}),
            ("reopen", {}),
            ("withdraw", {}),
        )
    ]

    assert (silent.status_code, silent.json()["code"]) == (409, "reason_missing")
    assert states == ["refused", "open", "withdrawn"]


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries", "make"),
    [
        ("office-holders", 5, OfficeHolderFactory),
        ("meeting-requests", 8, MeetingRequestFactory),
    ],
)
def test_lists_cost_the_same_however_long(
    client, national, number, path, queries, make, django_assert_num_queries
):
    make.create_batch(number)
    client.force_login(national)

    with django_assert_num_queries(queries):
        assert client.get(f"/api/v1/{path}/").json()["count"] == number
