"""The desk's pages about a call's jury: ranking, balance, who reads what, and what is prepared."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from pavilion.core import jobs
from pavilion.core.access import Role
from pavilion.core.models import Job
from startups.models import Decision, Review
from startups.operations.deciding import choosing
from startups.operations.deciding.choosing import Choice, prepare_choice_or_promise
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    CriterionFactory,
    ReviewFactory,
    organiser,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2030, 3, 5, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def manager(client):
    user = organiser("53", language="en")
    client.force_login(user)
    return user


@pytest.fixture
def call():
    call = CallFactory(places=2, reviews_each=1)
    CriterionFactory(call=call)
    return call


def file(call, *means, **fields):
    application = ApplicationFactory(call=call, postcode="35000", **fields)
    for mean in means:
        ReviewFactory(application=application, status="done", mean=mean, done_at=NOW)
    return application


def get(client, name, call, query=""):
    return client.get(reverse(f"admin:startups_call_{name}", args=[call.pk]) + query)


def chosen(page) -> set[int]:
    return set(page.context["selection"].chosen)


def shown(page) -> list[int]:
    return [row.pk for row, *_marks in page.context["rows"]]


# --- The ranking ---


def test_the_ranking_draws_the_line_at_the_places_and_where_one_asks(client, manager, call):
    files = [file(call, mean) for mean in ("12.00", "16.00", "14.00", "10.00")]
    first, second, third, last = (files[place].pk for place in (1, 2, 0, 3))

    page = get(client, "ranking", call)

    assert shown(page) == [first, second, third, last]
    assert chosen(page) == {first, second}
    assert chosen(get(client, "ranking", call, "?cut=3")) == {first, second, third}
    assert chosen(get(client, "ranking", call, "?cut=x")) == {first, second}


def test_a_tick_moves_one_file_and_stays_in_the_address(client, manager, call):
    best, other = file(call, "16.00"), file(call, "12.00")

    out = get(client, "ranking", call, f"?cut=1&flip={best.pk}")
    query = parse_qs(urlsplit(out.url).query)

    assert query == {"cut": ["1"], "out": [str(best.pk)]}
    both = get(client, "ranking", call, f"?cut=1&out={best.pk}&flip={other.pk}")
    page = client.get(both.url)
    assert chosen(page) == {other.pk}
    back = get(client, "ranking", call, f"?cut=1&out={best.pk}&flip={best.pk}")
    assert parse_qs(urlsplit(back.url).query) == {"cut": ["1"]}
    assert not Decision.objects.exists()


def test_filters_show_some_files_and_keep_everybodys_rank(client, manager, call):
    file(call, "16.00", theme_id="ai")
    cyber = file(call, "12.00")
    vannes = file(call, "11.00", theme_id="ai")
    vannes.postcode = "56000"
    vannes.save()

    page = get(client, "ranking", call, "?theme=cyber")

    assert [(row.pk, row.rank) for row, *_marks in page.context["rows"]] == [(cyber.pk, 2)]
    assert shown(get(client, "ranking", call, "?department=56")) == [vannes.pk]
    assert len(page.context["selection"].companies) == 3


def test_the_ranking_sorts_by_disagreement(client, manager, call):
    calm, stormy = file(call, "16.00", "16.00"), file(call, "4.00", "18.00")

    assert shown(get(client, "ranking", call, "?sort=spread")) == [stormy.pk, calm.pk]
    text = get(client, "ranking", call).content.decode()
    assert [text.count(word) for word in ("disagreement</b>", "disagrees about 1 file")] == [1, 1]


def test_prepared_decisions_are_shown_until_one_draws_a_line(client, manager, call):
    prepared, best = file(call, "9.00"), file(call, "16.00")
    Decision.objects.create(application=prepared, outcome="selected")

    assert chosen(get(client, "ranking", call)) == {prepared.pk}
    assert chosen(get(client, "ranking", call, "?cut=1")) == {best.pk}
    assert chosen(get(client, "balance", call, "?cut=1")) == {best.pk}


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("ranking", 10), ("balance", 10), ("jury", 10)])
def test_each_page_costs_the_same_for_one_and_three_files(
    client, manager, call, name, queries, number, django_assert_num_queries
):
    for _ in range(number):
        ReviewFactory(application=file(call, "12.00"))
    get(client, name, call)
    with django_assert_num_queries(queries):
        get(client, name, call)


# --- Who reads what ---


def post(client, call, **data):
    url = reverse("admin:startups_call_jury", args=[call.pk])
    response = client.post(url, data)
    return str(list(get_messages(response.wsgi_request))[-1])


def test_the_desk_gives_files_out_at_random_by_theme_and_by_hand(client, manager, call):
    first, second = (organiser("53", Role.REVIEWER) for _ in range(2))
    cyber = ApplicationFactory(call=call)
    call.reviews_each = 2
    call.save()

    by_theme = post(client, call, do="theme", **{f"themes_{first.pk}": ["cyber"]})
    assert by_theme == "1 review given out. 1 file still has too few readers."
    assert post(client, call, do="random") == "1 review given out."
    assert set(cyber.reviews.values_list("reviewer", flat=True)) == {first.pk, second.pk}

    third = organiser("53", Role.REVIEWER)
    by_hand = post(client, call, do="hand", file=[cyber.pk], reviewer=[third.pk])
    assert by_hand == "1 review given out."
    review = cyber.reviews.get(reviewer=third)
    post(client, call, do="unassign", review=review.pk)
    assert not cyber.reviews.filter(reviewer=third).exists()


def test_a_refusal_is_told_in_words_and_a_reader_gives_nothing_out(client, manager, call):
    refused = post(client, call, do="random")
    assert refused == "This region has no reviewer yet: the team list adds them."
    ApplicationFactory(call=call)
    organiser("53", Role.REVIEWER)
    client.force_login(organiser("53", Role.READER))
    url = reverse("admin:startups_call_jury", args=[call.pk])
    assert (client.get(url).status_code, client.post(url, {"do": "random"}).status_code) == (
        200,
        403,
    )
    assert not Review.objects.exists()


# --- From the ranking to decisions ---


def prepare(client, call, query="", **data):
    url = reverse("admin:startups_call_prepare", args=[call.pk]) + query
    return client.post(url, data)


def prepared() -> dict[int, tuple]:
    rows = Decision.objects.values_list("application", "outcome", "rank", "reason", "note")
    return {pk: tuple(values) for pk, *values in rows}


def test_the_first_are_selected_the_next_wait_and_the_rest_is_refused(client, manager, call):
    files = [file(call, mean) for mean in ("16.00", "15.00", "14.00", "13.00", "12.00")]
    unread = file(call)
    one, two, three, four, five = (each.pk for each in files)

    counted = prepare(client, call, waiting=2, refuse="on", again="1", reason="")
    assert [len(each) for each in vars(counted.context["plan"]).values()] == [2, 2, 1]
    assert prepared() == {}

    done = prepare(client, call, waiting=2, refuse="on", reason="Trop de dossiers.")

    assert done.url == reverse("admin:startups_call_decisions", args=[call.pk])
    assert prepared() == {
        one: ("selected", None, "", ""),
        two: ("selected", None, "", ""),
        three: ("waitlisted", 1, "", ""),
        four: ("waitlisted", 2, "", ""),
        five: ("rejected", None, "Trop de dossiers.", ""),
    }
    assert unread.pk not in prepared()


def test_preparing_again_keeps_what_was_written_and_forgets_what_no_longer_holds(
    client, manager, call
):
    best, middle, last = (file(call, mean) for mean in ("16.00", "15.00", "14.00"))
    Decision.objects.create(
        application=last, outcome="rejected", reason="Hors thème.", note="Rappeler."
    )
    Decision.objects.create(application=middle, outcome="selected", note="À suivre.")

    prepare(client, call, "?cut=1", waiting=0, refuse="on", reason="Trop de dossiers.")
    assert prepared() == {
        best.pk: ("selected", None, "", ""),
        middle.pk: ("rejected", None, "Trop de dossiers.", "À suivre."),
        last.pk: ("rejected", None, "Hors thème.", "Rappeler."),
    }

    prepare(client, call, f"?cut=1&out={best.pk}", waiting=0, reason="")
    assert best.pk not in prepared()


def test_many_decisions_are_a_workers_business(call, monkeypatch):
    monkeypatch.setattr(choosing, "AT_ONCE", 1)
    files = [file(call, mean) for mean in ("16.00", "15.00")]
    withdrawn = file(call, status="withdrawn")
    choice = Choice(
        selected=[files[0].pk, withdrawn.pk], waitlisted=[files[1].pk], rejected=[], reason=""
    )

    job = prepare_choice_or_promise(call_id=call.pk, choice=choice, by=organiser("53"))
    assert isinstance(job, Job)
    assert prepared() == {}
    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.result["problems"][0]["who"]) == ("done", str(withdrawn))
    assert {pk: values[0] for pk, values in prepared().items()} == {
        files[0].pk: "selected",
        files[1].pk: "waitlisted",
    }
