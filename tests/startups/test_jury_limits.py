"""What a reviewer must not learn: by no page, list, search, order, filter or file."""

from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from pavilion.core.access import Role
from pavilion.core.models import Membership
from startups.models import Review
from startups.operations import reopen_application, save_application, withdraw_application
from tests.api import client_of
from tests.factories import (
    AnswerFactory,
    ApplicationFactory,
    QuestionFactory,
    ReviewFactory,
    UserFactory,
    organiser,
)

pytestmark = pytest.mark.django_db
LIST = "/api/v1/applications/"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to("2030-02-10T09:00:00+01:00", tick=False)


@pytest.fixture
def review():
    application = ApplicationFactory(
        display_name="Abers Cyber",
        contact_name="Zorglub Martin",
        address="1 rue du Port",
        postcode="29200",
        technical_notes="Un palan.",
    )
    return ReviewFactory(application=application)


def of_both(application):
    """A reader of this file who is of another region's desk, and so reads the desk's pages."""
    user = organiser("76")
    Membership.objects.create(user=user, region_code="53", role=Role.REVIEWER)
    ReviewFactory(application=application, reviewer=user)
    return user


def shown_by_api(user, application) -> dict:
    return client_of(user).get(f"{LIST}{application.pk}/").json()


def found(user, **asked) -> list[int]:
    return [row["id"] for row in client_of(user).get(LIST, asked).json()["results"]]


# --- A draft again ---


def taken_up_again(review):
    withdraw_application(application_id=review.application_id)
    reopen_application(application_id=review.application_id)
    save_application(application_id=review.application_id, values={"pitch_fr": "Secret."})


def test_a_file_taken_up_again_is_its_authors_alone(client, review):
    manager, national = organiser("53"), organiser("")
    before = ReviewFactory(reviewer=review.reviewer, application=ApplicationFactory())
    taken_up_again(review)

    for user in (review.reviewer, manager, national):
        client.force_login(user)
        path = reverse("startups:jury_review", args=[review.pk])
        rows = client_of(user).get("/api/v1/reviews/").json()["results"]
        doors = [client.get(path).status_code]
        doors.append(client_of(user).get(f"/api/v1/reviews/{review.pk}/").status_code)
        assert (doors, [row["id"] for row in rows]) == ([404, 404], [before.pk])
    client.force_login(review.reviewer)
    (pile,) = client.get(reverse("startups:jury")).context["piles"]
    assert (pile.to_read, pile.closed) == ([before], [])
    context = client.get(reverse("startups:jury_review", args=[before.pk])).context
    assert context["neighbours"].count == 1


def test_the_desk_s_jury_page_leaves_a_file_taken_up_again_out(client, review):
    Review.objects.update(status="recused", recusal_reason="Un lien.")
    taken_up_again(review)
    client.force_login(organiser("53"))

    context = client.get(f"/admin/startups/call/{review.application.call_id}/jury/").context

    assert (context["recused"], context["rows"]) == ([], [])


def test_a_review_of_a_file_taken_up_again_is_to_be_handed_in_again(review):
    Review.objects.update(status="done", mean=Decimal(12), done_at="2030-02-09T09:00Z")

    taken_up_again(review)

    review.refresh_from_db()
    assert (review.status, review.mean, review.done_at) == ("assigned", None, None)


# --- Answers ---


def asked(application, key, value, **fields):
    question = QuestionFactory(call=application.call, key=key, label_fr=key, **fields)
    AnswerFactory(application=application, question=question, value=value)
    return question


@pytest.fixture
def with_answers(review):
    """One answer the jury reads, and one of each sort that it does not."""
    application = review.application
    parent = asked(application, "parent", False, kind="yes_no", position=1)
    hidden = {"depends_on": parent, "depends_value": "yes", "position": 2}
    asked(application, "stale", "Hidden.", **hidden)
    asked(application, "later", "IBAN.", stage="later")
    asked(application, "retired", "Old.", is_active=False)
    asked(application, "desk", "Team.", is_for_jury=False)
    return application


def test_the_jury_reads_what_the_application_says_now_and_nothing_else(
    client, review, with_answers
):
    reader = review.reviewer
    client.force_login(reader)
    page = client.get(reverse("startups:jury_review", args=[review.pk]))
    client.force_login(of_both(with_answers))
    desk = client.get(f"/admin/startups/application/{with_answers.pk}/change/")

    assert shown_by_api(reader, with_answers)["answers"] == {"parent": False}
    assert [said.question.key for said in page.context["answers"]] == ["parent"]
    assert [said.label for said in desk.context["file"].said] == ["parent"]


def test_the_desk_reads_all_but_what_is_no_longer_said(client, with_answers):
    manager = organiser("53")
    client.force_login(manager)

    desk = client.get(f"/admin/startups/application/{with_answers.pk}/change/")

    said = {"parent": False, "later": "IBAN.", "retired": "Old.", "desk": "Team."}
    assert shown_by_api(manager, with_answers)["answers"] == said
    assert {said.label for said in desk.context["file"].said} == said.keys()


def test_files_are_kept_from_the_jury_by_the_same_rule(client, review):
    application = review.application
    parent = asked(application, "parent", False, kind="yes_no")
    sorts = {
        "open": {},
        "stale": {"depends_on": parent, "depends_value": "yes"},
        "later": {"stage": "later"},
        "retired": {"is_active": False},
    }
    for key, fields in sorts.items():
        question = QuestionFactory(call=application.call, key=key, kind="file", **fields)
        file = ContentFile(b"%PDF-1.7", name="a.pdf")
        AnswerFactory(application=application, question=question, file=file)

    answers = {}
    for user in (review.reviewer, organiser("53")):
        client.force_login(user)
        for name in ("startups:desk_answer_file", "api:application-file"):
            paths = [reverse(name, args=[application.pk, key]) for key in sorts]
            responses = [client.get(path) for path in paths]
            for response in responses:
                b"".join(response)  # a file stays open until it is read
            answers[user, name] = [response.status_code for response in responses]

    assert list(answers.values()) == [[200, 404, 404, 404]] * 2 + [[200, 404, 200, 200]] * 2


# --- Probing ---


@pytest.mark.parametrize("name", ["siret", "siren", "address", "postcode", "technical_notes"])
def test_the_api_blanks_what_the_page_hides(review, name):
    assert shown_by_api(review.reviewer, review.application)[name] == ""
    assert shown_by_api(organiser("53"), review.application)[name]


def test_a_reviewer_finds_no_file_by_what_they_do_not_read(client, review):
    application, reader, manager = review.application, review.reviewer, organiser("53")
    both = of_both(application)
    by_contact, by_name = {"search": "zorglub"}, {"search": "abers"}
    by_number = {"siren": application.siren}

    for user in (reader, both):
        assert [found(user, **asked) for asked in (by_contact, by_number)] == [[], []]
        assert found(user, **by_name) == [application.pk]
    client.force_login(both)
    for words, count in (("zorglub", 0), ("abers", 1)):
        page = client.get("/admin/startups/application/", {"q": words})
        assert page.context["cl"].result_count == count
    asked = (by_contact, by_number, by_name)
    assert [found(manager, **each) for each in asked] == [[application.pk]] * 3


def test_the_waiting_list_s_order_is_the_desk_s(client, review):
    first, reader = review.application, review.reviewer
    type(first).objects.filter(pk=first.pk).update(status="waitlisted", waiting_rank=2)
    second = ApplicationFactory(call=first.call, status="waitlisted", waiting_rank=1)
    ReviewFactory(application=second, reviewer=reader)
    manager = organiser("53")

    assert found(reader, ordering="waiting_rank") == found(reader)
    assert found(manager, ordering="waiting_rank") == [second.pk, first.pk]
    columns = []
    for user in (of_both(first), manager):
        client.force_login(user)
        page = client.get("/admin/startups/application/")
        columns.append("next_date" in page.context["cl"].list_display)
    assert columns == [False, True]


# --- One's own company ---


def test_a_reviewer_reads_their_own_file_as_its_company_does(client, review):
    reader = of_both(review.application)
    own = ApplicationFactory(
        call=review.application.call,
        contact_email=reader.email.upper(),
        contact_name="Iris",
        status="ineligible",
        decision_reason="In house.",
    )
    client.force_login(reader)

    shown = shown_by_api(reader, own)

    told = shown["status"], shown["decision_reason"], shown["contact_name"], shown["siret"]
    assert told == ("submitted", "", "Iris", own.siret)
    assert found(reader, status="ineligible") == []
    assert set(found(reader, status="submitted")) == {own.pk, review.application_id}
    rows = client.get("/admin/startups/application/").context["cl"].result_list
    assert list(rows) == [review.application]


def test_a_desk_s_member_learns_of_their_own_file_elsewhere_what_the_company_does(client):
    own = ApplicationFactory(status="ineligible")
    member = organiser("76", email=own.contact_email)
    client.force_login(member)

    assert shown_by_api(member, own)["status"] == "submitted"
    assert list(client.get("/admin/startups/application/").context["cl"].result_list) == []


def test_a_review_of_one_s_own_company_is_out_of_sight_and_reach(client, review):
    reader = review.reviewer
    type(review.application).objects.update(contact_email=reader.email.upper())
    ReviewFactory(
        application=review.application, status="done", mean=Decimal(9), done_at="2030-02-09T09:00Z"
    )
    client.force_login(reader)

    assert client.get(reverse("startups:jury_review", args=[review.pk])).status_code == 404
    assert client_of(reader).get("/api/v1/reviews/").json()["results"] == []


def test_a_contact_alone_still_finds_its_application_by_the_status_it_was_told():
    own = ApplicationFactory(status="eligible")
    contact = UserFactory(email=own.contact_email)

    assert (found(contact, status="submitted"), found(contact, status="eligible")) == ([own.pk], [])
