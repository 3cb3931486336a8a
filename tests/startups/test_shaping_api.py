"""What hangs on a call, by the API: written, changed, taken back, refused, unseen."""

import pytest

from events.models import Region
from pavilion.core.access import Role
from startups.models import ChecklistDeadline, Criterion, LateCode, Question
from tests.api import client_of
from tests.factories import (
    CallFactory,
    CriterionFactory,
    DeadlineFactory,
    EditionFactory,
    LateCodeFactory,
    ParticipationFactory,
    QuestionFactory,
    QuotaFactory,
    ReviewFactory,
    organiser,
)

pytestmark = pytest.mark.django_db

BETA = {"value": "beta", "fr": "Bêta", "en": "Beta"}
LIVE = {"value": "live", "fr": "En service", "en": ""}


@pytest.fixture
def call(time_machine):
    time_machine.move_to("2030-02-15T10:00:00+01:00", tick=False)
    return CallFactory()


@pytest.fixture
def client(call):
    return client_of(organiser("53", language="en"))


def test_questions_are_written_changed_moved_retired_and_restored(client, call):
    QuestionFactory(call=call, position=1)

    written = client.post(
        "/api/v1/questions/",
        {
            "call": call.pk,
            "label_fr": "Où en êtes-vous ?",
            "kind": "choice",
            "options": [BETA, {"fr": "En service"}],
        },
    )
    pk = written.json()["id"]
    url = f"/api/v1/questions/{pk}/"
    changed = client.patch(url, {"options": [LIVE, BETA], "is_required": True})
    moved = client.post(f"{url}move/", {"place": 1})
    retired = client.post(f"{url}retire/")
    restored = client.post(f"{url}restore/")
    refused = client.patch(url, {"options": [BETA]})

    shown = {
        "id": pk,
        "call": call.pk,
        "edition": 2030,
        "region": "53",
        "key": "ou-en-etes-vous",
        "kind": "choice",
        "stage": "now",
        "label": "Où en êtes-vous ?",
        "label_fr": "Où en êtes-vous ?",
        "label_en": "",
        "help_fr": "",
        "help_en": "",
        "options": [BETA, {"value": "en-service", "fr": "En service", "en": ""}],
        "parts": [],
        "max_items": 10,
        "max_length": None,
        "is_required": False,
        "required_by": None,
        "frozen_after": None,
        "is_for_jury": True,
        "depends_on": None,
        "depends_value": "",
        "position": 2,
        "is_active": True,
    }
    after = {**shown, "options": [LIVE, BETA], "is_required": True}
    assert (written.status_code, written.json()) == (201, shown)
    assert (changed.status_code, changed.json()) == (200, after)
    assert (moved.status_code, moved.json()) == (200, {**after, "position": 1})
    assert (retired.status_code, retired.json()["is_active"]) == (200, False)
    assert (restored.status_code, restored.json()["position"]) == (200, 3)
    assert (refused.status_code, refused.json()) == (
        409,
        {"code": "wrong_choices", "detail": "Write at least two choices.", "details": {}},
    )


def test_criteria_are_written_changed_and_removed(client, call):
    written = client.post("/api/v1/criteria/", {"call": call.pk, "name_fr": "Équipe", "weight": 2})
    url = f"/api/v1/criteria/{written.json()['id']}/"
    changed = client.patch(url, {"name_en": "Team"})
    twice = client.post("/api/v1/criteria/", {"call": call.pk, "name_fr": "Équipe"})
    removed = client.delete(url)

    assert (written.status_code, changed.status_code, removed.status_code) == (201, 200, 204)
    assert changed.json() == {
        "id": written.json()["id"],
        "call": call.pk,
        "edition": 2030,
        "region": "53",
        "name": "Team",
        "name_fr": "Équipe",
        "name_en": "Team",
        "help_fr": "",
        "help_en": "",
        "weight": 2,
        "max_score": 5,
        "position": 1,
    }
    assert (twice.status_code, twice.json()["code"]) == (409, "criterion_exists")
    assert not Criterion.objects.exists()


def test_quotas_are_set_together_and_read_by_the_desk_alone(client, call):
    wanted = [
        {"dimension": "women", "value": "", "least": 4},
        {"dimension": "age", "value": "0-2", "least": 2},
    ]

    done = client.post(f"/api/v1/calls/{call.pk}/set-quotas/", {"quotas": wanted})
    listed = client.get("/api/v1/quotas/", {"call": call.pk, "dimension": "age"})
    wrong = client.post(f"/api/v1/calls/{call.pk}/set-quotas/", {"quotas": [{"least": 1}]})

    assert (done.status_code, [each["value"] for each in done.json()]) == (200, ["0-2", ""])
    assert [row["least"] for row in listed.json()["results"]] == [2]
    assert (wrong.status_code, wrong.json()) == (
        400,
        {"quotas": {"0": {"dimension": ["This field is required."]}}},
    )


def test_late_codes_are_given_and_revoked(client, call):
    given = client.post(
        "/api/v1/late-codes/",
        {"call": call.pk, "expires_at": "2030-03-10T18:00:00", "max_uses": 2, "note": "Cluster"},
    )
    code = LateCode.objects.get()
    revoked = client.post(f"/api/v1/late-codes/{code.pk}/revoke/")
    late = client.post(
        "/api/v1/late-codes/", {"call": call.pk, "expires_at": "2030-02-20T18:00:00"}
    )

    assert (given.status_code, given.json()) == (
        201,
        {
            "id": code.pk,
            "call": call.pk,
            "edition": 2030,
            "region": "53",
            "code": code.code,
            "max_uses": 2,
            "used": 0,
            "expires_at": "2030-03-10T18:00:00+01:00",
            "note": "Cluster",
            "revoked_at": None,
            "created_at": "2030-02-15T10:00:00+01:00",
        },
    )
    assert (revoked.status_code, revoked.json()["revoked_at"]) == (200, "2030-02-15T10:00:00+01:00")
    assert (late.status_code, late.json()["code"]) == (409, "expires_too_soon")


def test_deadlines_are_set_moved_and_removed(client, call):
    body = {"call": call.pk, "item": "logo", "due_at": "2030-05-01T18:00:00+02:00"}

    made = client.post("/api/v1/deadlines/", body)
    again = client.post("/api/v1/deadlines/", {**body, "due_at": "2030-05-02T18:00:00+02:00"})
    url = f"/api/v1/deadlines/{made.json()['id']}/"
    moved = client.patch(url, {"due_at": "2030-05-03T18:00:00+02:00"})
    late = client.patch(url, {"due_at": "2030-07-01T18:00:00+02:00"})
    removed = client.delete(url)

    assert made.json() == {"id": made.json()["id"], "edition": 2030, "region": "53", **body}
    assert (made.json()["id"], again.status_code) == (again.json()["id"], 201)
    assert moved.json()["due_at"] == "2030-05-03T18:00:00+02:00"
    assert (late.status_code, late.json()["code"]) == (409, "due_after_the_fair")
    assert (removed.status_code, ChecklistDeadline.objects.exists()) == (204, False)


def test_a_call_is_copied_to_next_year(client, call):
    QuestionFactory(call=call)
    edition = EditionFactory(year=2031)
    ParticipationFactory(edition=edition)
    body = {
        "edition": 2031,
        "region": "53",
        "opens_at": "2031-02-01T09:00:00+01:00",
        "closes_at": "2031-03-01T18:00:00+01:00",
    }

    copied = client.post(f"/api/v1/calls/{call.pk}/copy/", body)
    twice = client.post(f"/api/v1/calls/{call.pk}/copy/", body)

    assert copied.status_code == 201
    assert {name: copied.json()[name] for name in (*body, "is_published")} == {
        **body,
        "is_published": False,
    }
    assert Question.objects.filter(call=copied.json()["id"]).count() == 1
    assert (twice.status_code, twice.json()["code"]) == (409, "call_exists")


def test_only_the_desk_reads_how_a_region_decides(call):
    read = {
        name: client_of(user).get(f"/api/v1/calls/{call.pk}/").json()["reviews_each"]
        for name, user in {
            "public": None,
            "reviewer": organiser("53", Role.REVIEWER),
            "reader": organiser("53", Role.READER),
            "neighbour": organiser("76"),
            "national": organiser("", Role.READER),
        }.items()
    }

    assert read == {"public": None, "reviewer": None, "reader": 2, "neighbour": None, "national": 2}


ROWS = {
    "questions": QuestionFactory,
    "criteria": CriterionFactory,
    "quotas": QuotaFactory,
    "late-codes": LateCodeFactory,
    "deadlines": DeadlineFactory,
}


@pytest.mark.parametrize("name", ROWS)
def test_a_call_in_preparation_shows_nothing_of_itself_to_neighbours(name):
    row = ROWS[name](call=CallFactory(is_published=False))
    client = client_of(organiser("76"))

    assert client.get(f"/api/v1/{name}/").json()["count"] == 0
    assert client.get(f"/api/v1/{name}/{row.pk}/").status_code == 404
    assert client.post(f"/api/v1/{name}/", {"call": row.call_id}).status_code in (400, 405)


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_for_one_and_three(name, count, django_assert_num_queries):
    for region in Region.objects.order_by("code")[:count]:
        ROWS[name](call=CallFactory(participation=ParticipationFactory(region=region)))
    client = client_of(organiser())

    with django_assert_num_queries(4):
        assert client.get(f"/api/v1/{name}/").json()["count"] == count


def test_a_scored_criterion_is_refused_by_the_api_too(client, call):
    criterion = CriterionFactory(call=call)
    review = ReviewFactory(application__call=call)
    review.scores.create(criterion=criterion, value=3)

    answer = client.delete(f"/api/v1/criteria/{criterion.pk}/")

    assert (answer.status_code, answer.json()["code"]) == (409, "criterion_scored")
