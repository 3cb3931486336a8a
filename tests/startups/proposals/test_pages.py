"""The desk's pages of proposals: asked, watched, read, applied, taken back."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from pavilion.core import jobs
from pavilion.core.models import Job
from startups.admin.proposals.page import levels
from startups.models import AllocationRun
from startups.operations import proposals
from tests.factories import organiser
from tests.startups.fair import participation_of
from tests.startups.proposals.floor import board, company, half_days, put, row_of_stands

pytestmark = pytest.mark.django_db
ADD = "/admin/startups/allocationrun/add/"
LIST = "/admin/startups/allocationrun/"


def page(run, name="change") -> str:
    return reverse(f"admin:startups_allocationrun_{name}", args=[run.pk])


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def manager(client):
    user = organiser("53", language="en")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


@pytest.fixture
def fair(stand_in):
    """One stand with power, one without; two companies want power, one has the wrong stand."""
    days = half_days(1)
    [strong] = row_of_stands(1, prefix="S", power_watts=3000)
    [weak] = row_of_stands(1, prefix="W")
    best = company("Best", power_watts=2000, rank=1)
    second = company("Second", power_watts=2000, rank=2)
    modest = company("Modest", rank=3)
    put(modest, strong, days)
    return {
        "days": days,
        "strong": strong,
        "weak": weak,
        "best": best,
        "second": second,
        "modest": modest,
    }


def solved(**options) -> AllocationRun:
    participation = participation_of("53")
    run = proposals.propose_allocation(
        edition_id=participation.edition_id,
        participation_id=participation.pk,
        by=None,
        **options,
    )
    jobs.run(run.job_id)
    run.refresh_from_db()
    return run


def test_form_asks_for_a_proposal_of_ones_region(client, manager, fair):
    mine = participation_of("53")
    participation_of("76")

    form = client.get(f"{ADD}?region=53").content.decode()
    response = client.post(
        ADD, {"participation": mine.pk, "time_limit": 5, "seed": 2, "only_gaps": "on"}
    )

    assert re.findall(r'<option value="(\d*)"', form) == [str(mine.pk)]
    run = AllocationRun.objects.get()
    assert (response.url, run.by, run.only_gaps, run.seed) == (page(run), manager, True, 2)


def test_form_tells_who_is_looking_already(client, manager, fair):
    mine = participation_of("53")
    answers = [
        client.post(ADD, {"participation": mine.pk, "time_limit": 5, "seed": 2}) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [302, 200]
    assert "is being looked for already" in text_of(answers[1])


def test_page_shows_how_far_it_is_and_its_script_asks_again(client, manager, fair):
    participation = participation_of("53")
    run = proposals.propose_allocation(
        edition_id=participation.edition_id, participation_id=participation.pk, by=None
    )
    proposals.begin_run(run.pk)
    told = {
        "seconds": 4.2,
        "done": 0,
        "of": 1,
        "levels": [{"name": "placed", "objective": 1, "bound": 2}],
    }
    proposals.note_progress(run.pk, told)

    shown = text_of(client.get(page(run)))
    answer = client.get(page(run, "progress")).json()

    assert "Running · 4 /60 s · 0 of 1 parts done" in shown
    assert "Stop and keep the best so far" in shown
    assert {name: answer[name] for name in ("status", "is_over", "seconds", "done", "of")} == {
        **{"status": "running", "is_over": False, "seconds": 4, "done": 0, "of": 1}
    }
    assert answer["levels"][0] == {
        "name": "placed",
        "label": "Everyone placed, by rank",
        "objective": "1",
        "proof": "gap 100.0 %: 2 at best",
        "share": 100,
        "is_proved": False,
    }


def test_page_tells_when_its_worker_is_gone(client, manager, fair):
    run = proposals.propose_allocation(
        edition_id=participation_of("53").edition_id,
        participation_id=participation_of("53").pk,
        by=None,
    )
    Job.objects.update(state="failed", result={"error": "Its worker stopped three times."})

    assert client.get(page(run, "progress")).json()["is_over"] is True
    assert "Its worker stopped three times." in text_of(client.get(page(run)))


def test_result_tells_levels_reasons_and_the_difference(client, manager, fair):
    run = solved(time_limit=5)

    shown = text_of(client.get(page(run)))

    assert "2 exhibitors have a place, 1 has none. 2 would change on the board." in shown
    assert (
        "Second It needs 2 kW; the only stand with that (S1) is taken on Wednesday 12 June in the "
        "morning by Best. It has the better rank."
    ) in shown
    assert "Best + " not in shown
    assert re.search(r"Best Placed – S1 · Wed 12", shown)
    assert re.search(r"Modest Moved S1 · Wed 12 W1 · Wed 12", shown)
    assert "optimal" in shown


def test_ticked_ones_are_shown_and_then_applied(client, manager, fair):
    run = solved(time_limit=5)
    modest = fair["modest"].pk

    preview = client.post(page(run, "apply"), {"exhibitor": [modest], "ticked": "1"})
    before = board()
    response = client.post(
        page(run, "apply"), {"exhibitors": str(modest), "confirmed": "1", "reason": "Accord"}
    )

    assert "The half-days of 1 exhibitor change" in text_of(preview)
    assert before == {"Modest": "S1:12am S1:12pm"}
    assert response.url == page(run)
    assert board() == {"Modest": "W1:12am W1:12pm"}
    assert run.steps.get().reason == "Accord"


def test_part_that_needs_others_is_refused_on_the_page(client, manager, fair):
    run = solved(time_limit=5)

    response = client.post(page(run, "apply"), {"exhibitor": [fair["best"].pk]}, follow=True)

    assert "Nothing was applied: Modest must make room. Choose them too." in text_of(response)
    assert board() == {"Modest": "S1:12am S1:12pm"}


@pytest.mark.parametrize("button", [{"everything": "1"}, {"region": "53"}, {"open": "1"}])
def test_everything_is_applied_and_taken_back(client, manager, fair, button):
    run = solved(time_limit=5)

    preview = client.post(page(run, "apply"), button)
    sent = re.search(r'name="exhibitors" value="([^"]+)"', preview.content.decode()).group(1)
    client.post(page(run, "apply"), {"exhibitors": sent, "confirmed": "1"})
    applied = board()
    shown = client.post(page(run, "roll_back"), follow=True)

    assert applied == {"Best": "S1:12am S1:12pm", "Modest": "W1:12am W1:12pm"}
    assert board() == {"Modest": "S1:12am S1:12pm"}
    assert "Taken back: 1 step on the board." in text_of(shown)


def test_nothing_ticked_is_said(client, manager, fair):
    run = solved(time_limit=5)
    response = client.post(page(run, "apply"), {"ticked": "1"}, follow=True)
    assert "Choose at least one exhibitor." in text_of(response)


def test_lines_that_no_longer_hold_are_marked(client, manager, fair):
    run = solved(time_limit=5)
    put(fair["modest"], fair["strong"], fair["days"][:1])

    shown = text_of(client.get(page(run)))

    assert "2 lines can no longer be applied: the board changed since." in shown
    assert "Its half-days were changed on the board since." in shown
    assert "Somebody else has been placed there since." in shown


def test_stop_button_stops(client, manager, fair):
    run = proposals.propose_allocation(
        edition_id=participation_of("53").edition_id,
        participation_id=participation_of("53").pk,
        by=None,
    )

    response = client.post(page(run, "cancel"))

    run.refresh_from_db()
    assert (response.url, run.status) == (page(run), "cancelled")


def test_history_lists_what_came_of_each(client, manager, fair):
    run = solved(time_limit=5)
    proposals.apply_run(run_id=run.pk, by=None)

    shown = text_of(client.get(LIST))

    assert "Proved optimal" in shown
    assert "2 placed, 1 not" in shown
    assert "Applied" in shown


@pytest.mark.parametrize(
    ("who", "answers"),
    [
        (("53", "reader"), [200, 200, 403, 403, 403]),
        (("53", "reviewer"), [403, 404, 404, 404, 404]),
        (("76", "manager"), [200, 404, 404, 404, 404]),
        (("", "reader"), [200, 200, 403, 403, 403]),
    ],
)
def test_who_sees_and_who_acts(client, fair, who, answers):
    run = solved(time_limit=5)
    client.force_login(organiser(*who))

    given = [client.get(LIST).status_code, client.get(page(run)).status_code]
    given += [client.post(page(run, name)).status_code for name in ("cancel", "apply", "roll_back")]

    assert given == answers
    assert board() == {"Modest": "S1:12am S1:12pm"}


@pytest.mark.parametrize("number", [1, 3])
def test_result_is_read_in_as_many_queries_whatever_the_size(
    client, manager, stand_in, number, django_assert_num_queries
):
    days = half_days(1)
    stands = row_of_stands(number)
    for place in range(number):
        put(company(f"On {place}", power_watts=5000, rank=place + 1), stands[place], days)
        company(f"New {place}", rank=10 + place)
    run = solved(time_limit=5)
    client.get(page(run))

    with django_assert_num_queries(12):
        client.get(page(run))


def test_a_level_below_good_neighbours_that_might_be_better_is_not_called_proved():
    told = {
        "groups": {
            "1": [
                {"name": "neighbourhood", "objective": 3, "bound": 5, "proved": False},
                {"name": "wished_days", "objective": 8, "bound": 8, "proved": False},
            ]
        }
    }

    with translation.override("en"):
        shown = [(level.name, level.is_proved, level.proof) for level in levels(told)]

    assert shown == [
        ("neighbourhood", False, "gap 66.6 %: 5 at best"),
        (
            "wished_days",
            False,
            "not proved: better neighbours, which count more, might change it",
        ),
    ]
