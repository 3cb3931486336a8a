"""The API's doors to the jury's work."""

from datetime import UTC, datetime

import pytest

from events.models import Region
from pavilion.core.access import Role
from startups.models import Review
from tests.api import client_of
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    CriterionFactory,
    ParticipationFactory,
    ReviewFactory,
    organiser,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2030, 3, 5, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def review():
    return ReviewFactory(application=ApplicationFactory(display_name="Abers Cyber"))


@pytest.fixture
def criterion(review):
    return CriterionFactory(call=review.application.call)


def post(user, path, body=None):
    return client_of(user).post(f"/api/v1/reviews/{path}/", body or {}, format="json")


def test_a_reviewer_scores_and_hands_in(review, criterion):
    me = client_of(review.reviewer)
    url = f"/api/v1/reviews/{review.pk}/"

    me.patch(url, {"comment": "Solide."}, format="json")
    answer = post(
        review.reviewer,
        f"{review.pk}/hand-in",
        {"scores": [{"criterion": criterion.pk, "value": 4}]},
    )

    assert answer.json() == {
        "id": review.pk,
        "edition": 2030,
        "region": "53",
        "call": review.application.call_id,
        "application": review.application_id,
        "company": "Abers Cyber",
        "reviewer": str(review.reviewer),
        "is_mine": True,
        "status": "done",
        "scores": [{"criterion": criterion.pk, "value": 4}],
        "mean": "16.00",
        "comment": "Solide.",
        "recusal_reason": "",
        "assigned_at": "2030-03-05T09:00:00+01:00",
        "done_at": "2030-03-05T09:00:00+01:00",
    }
    assert me.get(url).json() == answer.json()


def test_refusals_name_what_is_in_the_way(review, criterion):
    scores = {"scores": [{"criterion": criterion.pk, "value": 6}]}
    refused = {
        "no_such_score": post(review.reviewer, f"{review.pk}/hand-in", scores),
        "scores_missing": post(review.reviewer, f"{review.pk}/hand-in"),
        "reason_missing": post(review.reviewer, f"{review.pk}/recuse", {"reason": " . "}),
    }
    blank = post(review.reviewer, f"{review.pk}/recuse", {"reason": "  "})

    assert blank.status_code == 400
    assert refused.pop("reason_missing").status_code == 200
    assert {code: answer.json()["code"] for code, answer in refused.items()} == {
        code: code for code in refused
    }


def test_others_are_hidden_until_ones_own_is_in_and_never_those_of_other_files(review, criterion):
    done = {"status": "done", "mean": "12.00", "done_at": NOW}
    other = ReviewFactory(application=review.application, **done)
    ReviewFactory(application=ApplicationFactory(call=review.application.call), **done)
    occitanie = ParticipationFactory(region=Region.objects.get(code="76"))
    ReviewFactory(application=ApplicationFactory(call=CallFactory(participation=occitanie)), **done)

    def seen(user=review.reviewer, **query):
        rows = client_of(user).get("/api/v1/reviews/", query).json()["results"]
        return {row["id"] for row in rows}

    assert seen() == {review.pk}
    post(
        review.reviewer,
        f"{review.pk}/hand-in",
        {"scores": [{"criterion": criterion.pk, "value": 4}]},
    )
    assert (seen(), seen(mine=True), seen(mine=False)) == (
        {review.pk, other.pk},
        {review.pk},
        {other.pk},
    )
    assert len(seen(organiser("53"))) == 3
    assert seen(organiser("53"), application=review.application_id) == {review.pk, other.pk}


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(number, django_assert_num_queries):
    client = client_of(organiser("53"))
    for _ in range(number):
        ReviewFactory()
    with django_assert_num_queries(5):
        client.get("/api/v1/reviews/")


# --- Giving files out ---


def test_a_manager_gives_files_out_in_three_ways(criterion, review):
    manager = organiser("53")
    call = review.application.call
    reader = organiser("53", Role.REVIEWER)
    file = ApplicationFactory(call=call)
    by_hand = {"call": call.pk, "applications": [file.pk], "reviewers": [reader.pk]}
    by_theme = {"call": call.pk, "themes": [{"reviewer": reader.pk, "themes": ["cyber"]}]}

    answers = [
        post(manager, "assign-by-hand", by_hand).json(),
        post(manager, "assign-by-theme", by_theme).json(),
        post(manager, "assign-at-random", {"call": call.pk}).json(),
    ]

    assert answers == [
        {"count": 1, "short": 0},
        {"count": 1, "short": 1},
        {"count": 1, "short": 0},
    ]
    assert client_of(manager).delete(f"/api/v1/reviews/{review.pk}/").status_code == 204
    assert not Review.objects.filter(pk=review.pk).exists()


@pytest.mark.parametrize("way", ["by-hand", "by-theme", "at-random"])
def test_only_the_regions_managers_give_files_out(review, way):
    body = {"call": review.application.call_id}
    body |= {"applications": [], "reviewers": [], "themes": []} if way == "by-hand" else {}
    body |= {"themes": []} if way == "by-theme" else {}
    strangers = {
        401: None,
        403: organiser("53", Role.READER),
        404: organiser("76"),
    }

    found = {
        code: post(user, f"assign-{way}", body).status_code for code, user in strangers.items()
    }

    assert found == {401: 401, 403: 403, 404: 404}
    assert post(review.reviewer, f"assign-{way}", body).status_code == 404
    assert (
        client_of(organiser("53", Role.READER)).delete(f"/api/v1/reviews/{review.pk}/").status_code
        == 403
    )


# --- The ranking ---


def test_the_desk_reads_the_ranking(review):
    call = review.application.call
    ReviewFactory(application=review.application, status="done", mean="12.00", done_at=NOW)

    rows = client_of(organiser("53")).get(f"/api/v1/calls/{call.pk}/ranking/").json()

    assert rows == [
        {
            "application": review.application_id,
            "company": "Abers Cyber",
            "status": "submitted",
            "theme": "cyber",
            "department": "",
            "rank": 1,
            "is_tied": False,
            "mean": "12.00",
            "spread": None,
            "disagrees": False,
            "reviews_done": 1,
            "reviews_assigned": 2,
            "lacks_reviews": True,
            "prepared": "",
        }
    ]
    people = client_of(organiser("53")).get(f"/api/v1/calls/{call.pk}/reviewers/").json()
    assert review.reviewer.pk in {person["id"] for person in people}


def test_an_application_tells_the_jury_no_contact(review):
    url = f"/api/v1/applications/{review.application_id}/"

    read = client_of(review.reviewer).get(url).json()

    hidden = ("contact_name", "contact_email", "contact_phone", "decision_reason", "confirm_by")
    assert [read[name] for name in hidden] == ["", "", "", "", None]
    assert read["display_name"] == "Abers Cyber"
