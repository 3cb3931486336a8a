"""The jury's own pages: the pile, one file beside its scores, and what stays hidden."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from events.models import Region
from pavilion.core.access import Role
from startups.models import Application, Review
from startups.operations import hand_in_review, recuse_review
from tests.factories import (
    AnswerFactory,
    ApplicationFactory,
    CallFactory,
    CriterionFactory,
    ParticipationFactory,
    ReviewFactory,
    organiser,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to("2030-03-05T09:00:00+01:00", tick=False)


@pytest.fixture
def reviewer(client):
    user = organiser("53", Role.REVIEWER, language="en")
    client.force_login(user)
    return user


@pytest.fixture
def criteria():
    call = CallFactory()
    return [CriterionFactory(call=call, name_fr=name) for name in ("Innovation", "Équipe")]


def page(client, review):
    return client.get(reverse("startups:jury_review", args=[review.pk]))


def post(client, review, do, json=False, **data):
    headers = {"accept": "application/json"} if json else {}
    url = reverse("startups:jury_review", args=[review.pk])
    return client.post(url, {"do": do, **data}, headers=headers)


def sheet(criteria, *values) -> dict[str, int]:
    given = zip(criteria, values, strict=False)
    return {f"criterion_{criterion.pk}": value for criterion, value in given}


def hand_in(review, criteria, *values, comment=""):
    scores = {criterion.pk: value for criterion, value in zip(criteria, values, strict=True)}
    return hand_in_review(review_id=review.pk, by=review.reviewer, scores=scores, comment=comment)


# --- The pile ---


def test_the_pile_sorts_files_by_what_is_to_be_done(client, reviewer, criteria):
    to_read, done, left, gone = (ReviewFactory(reviewer=reviewer) for _ in range(4))
    ReviewFactory()  # a colleague's
    hand_in(done, criteria, 4, 3)
    recuse_review(review_id=left.pk, by=reviewer, reason="Un lien.")
    Application.objects.filter(reviews=gone).update(status="withdrawn")

    (pile,) = client.get(reverse("startups:jury")).context["piles"]

    assert (pile.to_read, pile.done, pile.recused, pile.closed) == (
        [to_read],
        [done],
        [left],
        [gone],
    )
    assert (pile.count, pile.first) == (2, to_read)


def test_signing_in_leads_a_reviewer_to_the_pile(client, reviewer):
    assert client.get(reverse("core:after_login")).url == reverse("startups:jury")
    assert "No file has been given to you yet" in client.get("/jury/").content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_pile_costs_the_same_for_one_and_three(
    client, reviewer, number, django_assert_num_queries
):
    for _ in range(number):
        ReviewFactory(reviewer=reviewer)
    with django_assert_num_queries(4):
        client.get(reverse("startups:jury"))


# --- One file ---


def test_a_file_shows_the_project_and_nobody_to_call(client, reviewer):
    application = ApplicationFactory(
        contact_name="Camille Le Goff", contact_phone="+33 2 98 00 00 00", city="Brest"
    )
    AnswerFactory(application=application, question__label_fr="Démonstration", value="Un robot.")
    AnswerFactory(application=application, question__is_for_jury=False, value="Secret.")
    review = ReviewFactory(application=application, reviewer=reviewer)

    text = page(client, review).content.decode()

    assert [word in text for word in ("We protect hospitals.", "Un robot.", "Brest")] == [True] * 3
    hidden = ("Camille", "98 00", application.contact_email, application.siret, "Secret.")
    assert [word in text for word in hidden] == [False] * 5


def test_a_file_of_a_colleague_or_of_another_region_does_not_exist(client, reviewer):
    occitanie = ParticipationFactory(region=Region.objects.get(code="76"))
    elsewhere = ApplicationFactory(call=CallFactory(participation=occitanie))
    foreign = ReviewFactory(application=elsewhere, reviewer=organiser("76", Role.REVIEWER))
    stolen = ReviewFactory(application=elsewhere, reviewer=reviewer)  # by a mistake of ours

    answers = [page(client, each).status_code for each in (ReviewFactory(), foreign, stolen)]

    assert answers == [404, 404, 404]
    assert post(client, foreign, "recuse", reason="x").status_code == 404


def test_the_others_show_once_ones_own_scores_are_in(client, reviewer, criteria):
    mine = ReviewFactory(reviewer=reviewer)
    other = hand_in(ReviewFactory(application=mine.application), criteria, 5, 5, comment="Bravo.")
    assert (list(page(client, mine).context["others"]), Review.objects.count()) == ([], 2)

    hand_in(mine, criteria, 1, 1)

    after = page(client, mine)
    assert list(after.context["others"]) == [other]
    assert "Bravo." in after.content.decode()


def test_an_open_call_shows_the_others_at_once_but_never_unfinished_scores(
    client, reviewer, criteria
):
    mine = ReviewFactory(reviewer=reviewer)
    mine.application.call.hides_other_scores = False
    mine.application.call.save()
    other = hand_in(ReviewFactory(application=mine.application), criteria, 5, 5)
    ReviewFactory(application=mine.application)

    assert list(page(client, mine).context["others"]) == [other]

    recuse_review(review_id=mine.pk, by=reviewer, reason="Un lien.")
    assert list(page(client, mine).context["others"]) == []


def test_who_stepped_back_sees_nothing_of_the_file_nor_its_documents(client, reviewer):
    answer = AnswerFactory(
        question__key="kbis",
        file=SimpleUploadedFile("page.pdf", b"%PDF-1.7"),
        question__kind="file",
    )
    review = ReviewFactory(application=answer.application, reviewer=reviewer)
    url = reverse("startups:desk_answer_file", args=[answer.application_id, "kbis"])
    assert b"".join(client.get(url)) == b"%PDF-1.7"

    assert post(client, review, "recuse", reason="Un lien.").url == reverse("startups:jury")

    shown = page(client, review)
    assert ("We protect" in shown.content.decode(), client.get(url).status_code) == (False, 404)
    assert post(client, review, "take_back").url == reverse(
        "startups:jury_review", args=[review.pk]
    )
    assert "We protect" in page(client, review).content.decode()


def test_a_manager_reads_the_file_and_every_score_and_changes_nothing(client, criteria):
    review = hand_in(ReviewFactory(), criteria, 5, 4)
    client.force_login(organiser("53", language="en"))

    shown = page(client, review)

    assert (list(shown.context["others"]), shown.context["may_score"]) == ([review], False)
    assert "Only reviewers score." in shown.content.decode()
    assert post(client, review, "save", **sheet(criteria, 0, 0)).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_a_file_costs_the_same_with_one_and_three_readers(
    client, reviewer, criteria, number, django_assert_num_queries
):
    mine = hand_in(ReviewFactory(reviewer=reviewer), criteria, 3, 3)
    for _ in range(number):
        ReviewFactory(reviewer=reviewer)
        AnswerFactory(application=mine.application, value="Oui")
        hand_in(ReviewFactory(application=mine.application), criteria, 5, 5)
    with django_assert_num_queries(12):
        page(client, mine)


# --- Scoring ---


def test_a_score_is_saved_while_one_goes_on(client, reviewer, criteria):
    review = ReviewFactory(reviewer=reviewer)

    answer = post(client, review, "save", json=True, **sheet(criteria, 4), comment="Solide")

    assert (answer.status_code, answer.json()) == (200, {"saved": "Saved at 09:00", "mean": ""})
    assert list(review.scores.values_list("criterion", "value")) == [(criteria[0].pk, 4)]


def test_handing_in_opens_the_next_file_to_read(client, reviewer, criteria):
    first, scored, last = (ReviewFactory(reviewer=reviewer) for _ in range(3))
    hand_in(scored, criteria, 1, 1)

    answer = post(client, first, "next", **sheet(criteria, 4, 5))

    assert answer.url == reverse("startups:jury_review", args=[last.pk])
    first.refresh_from_db()
    assert str(first.mean) == "18.00"
    assert post(client, last, "next", **sheet(criteria, 4, 5)).url == reverse("startups:jury")
    stays = post(client, last, "hand_in", **sheet(criteria, 4, 4))
    assert stays.url == reverse("startups:jury_review", args=[last.pk])


def test_what_is_missing_is_said_beside_its_criterion_and_the_rest_is_there(
    client, reviewer, criteria
):
    review = ReviewFactory(reviewer=reviewer)

    answer = post(client, review, "next", **sheet(criteria, 4), comment="Solide")

    form = answer.context["form"]
    assert dict(form.errors) == {f"criterion_{criteria[1].pk}": ["Still to be scored: Équipe."]}
    assert f'id="id_criterion_{criteria[0].pk}_4" checked' in answer.content.decode()
    assert form["comment"].value() == "Solide"


@pytest.mark.parametrize("value", ["6", "-1", "x"])
def test_a_score_nobody_offered_is_refused(client, reviewer, criteria, value):
    review = ReviewFactory(reviewer=reviewer)

    answer = post(client, review, "save", json=True, **sheet(criteria, value))

    assert (answer.status_code, review.scores.count()) == (409, 0)


def test_stepping_back_without_a_word_is_refused_in_words(client, reviewer):
    review = ReviewFactory(reviewer=reviewer)

    answer = client.post(
        reverse("startups:jury_review", args=[review.pk]), {"do": "recuse"}, follow=True
    )

    assert "Say in a few words why you step back" in answer.content.decode()
    review.refresh_from_db()
    assert review.status == "assigned"


def test_after_the_release_one_reads_what_one_gave(client, reviewer, criteria):
    review = hand_in(ReviewFactory(reviewer=reviewer), criteria, 4, 5)
    review.application.call.released_at = datetime(2030, 3, 4, tzinfo=UTC)
    review.application.call.save()

    shown = page(client, review)

    assert (shown.context["may_score"], "18.00" in shown.content.decode()) == (False, True)
    refused = post(client, review, "save", json=True, **sheet(criteria, 0, 0))
    assert refused.json()["error"].startswith("The decisions of this call are released")
