"""The desk's pages of decisions and of the waiting list."""

from datetime import UTC, datetime

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from pavilion.core.access import Role
from pavilion.core.models import Job, OutboxMessage
from startups.models import Application, Call, Decision
from startups.operations import prepare_decision
from tests.factories import ApplicationFactory, CallFactory, organiser

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_march(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def call():
    return CallFactory(places=2)


@pytest.fixture
def manager(client):
    user = organiser("53", language="en")
    client.force_login(user)
    return user


def url(name, call):
    return reverse(f"admin:startups_call_{name}", args=[call.pk])


def row_of(application, outcome, **fields):
    values = {"outcome": outcome, "rank": "", "reason": "", "note": "", **fields}
    return {f"d{application.pk}-{name}": value for name, value in values.items()}


def told(response):
    return [str(each) for each in get_messages(response.wsgi_request)]


def shown(response):
    return [form.application.display_name for form in response.context["forms"]]


def test_the_table_shows_what_is_to_be_decided_and_filters_what_is_prepared(client, call, manager):
    taken = ApplicationFactory(call=call, display_name="A")
    ApplicationFactory(call=call, display_name="B", status="ineligible")
    ApplicationFactory(call=call, display_name="C", status="rejected")
    ApplicationFactory(call=call, display_name="D", status="confirmed")
    ApplicationFactory(call=call, display_name="E", status="draft")
    prepare_decision(application_id=taken.pk, outcome="selected", by=manager)

    found = {
        show: shown(client.get(url("decisions", call), {"show": show}))
        for show in ("", "none", "selected", "waitlisted", "all", "nonsense")
    }
    assert found == {
        "": ["A", "B"],
        "none": ["B"],
        "selected": ["A"],
        "waitlisted": [],
        "all": ["A", "B", "C"],
        "nonsense": ["A", "B"],
    }


def test_a_row_is_saved_on_its_own_and_answers_with_the_sums(client, call, manager):
    application = ApplicationFactory(call=call)
    answer = client.post(
        url("decisions", call),
        {"row": application.pk, **row_of(application, "waitlisted", rank="3", note="Revoir")},
    ).json()

    assert (answer["problem"], answer["saved"]) == ("", "Saved at 10:00")
    assert answer["counts"] == {
        "": 1, "none": 0, "selected": 0, "waitlisted": 1, "rejected": 0, "all": 1,
    }  # fmt: skip
    decision = Decision.objects.get()
    assert (decision.outcome, decision.rank, decision.note, decision.prepared_by) == (
        "waitlisted", 3, "Revoir", manager,
    )  # fmt: skip

    client.post(url("decisions", call), {"row": application.pk, **row_of(application, "")})
    assert not Decision.objects.exists()


def test_a_row_that_cannot_be_saved_says_why(client, call, manager):
    application = ApplicationFactory(call=call, status="ineligible", display_name="Armor")
    stranger = ApplicationFactory(status="draft")
    page = url("decisions", call)
    refused = client.post(page, {"row": application.pk, **row_of(application, "selected")}).json()
    odd = client.post(page, {"row": application.pk, **row_of(application, "", rank="0")}).json()
    gone = client.post(page, {"row": stranger.pk, **row_of(stranger, "selected")})

    assert refused["problem"].startswith("The application of Armor is in the state")
    assert (odd["saved"], bool(odd["problem"]), gone.status_code) == ("", True, 404)
    assert not Decision.objects.exists()


def test_the_page_is_saved_at_once_without_script(client, call, manager):
    rows = [ApplicationFactory(call=call, display_name=name) for name in "AB"]
    rows.append(ApplicationFactory(call=call, display_name="C", status="ineligible"))
    data = {"rows": [row.pk for row in rows]}
    for row in rows:
        data |= row_of(row, "selected")
    response = client.post(url("decisions", call), data)

    assert response.status_code == 302
    assert [sentence[:3] for sentence in told(response)] == ["C: ", "Sav"]
    assert Decision.objects.count() == 2


def test_release_shows_the_mails_and_sends_them_once(client, call, manager):
    for name, outcome in (("A", "selected"), ("B", "rejected")):
        row = ApplicationFactory(call=call, display_name=name, language="en")
        prepare_decision(application_id=row.pk, outcome=outcome, by=manager, reason="Because")
    page = client.get(url("release", call))
    assert [mail["message"].subject for mail in page.context["mails"]] == [
        "Selected for VivaTech 2030: confirm by Wednesday 20 March 2030",
        "Your application with Bretagne for VivaTech 2030: not selected",
    ]
    assert Application.objects.get(display_name="A").token not in page.content.decode()
    assert not OutboxMessage.objects.exists()

    stale = client.post(url("release", call), {"release": "1", "count": "1"})
    assert told(stale) == ["Decisions have changed since you opened the page. Look at them again."]
    assert not OutboxMessage.objects.exists()

    done = client.post(url("release", call), {"release": "1", "count": "2"})
    assert (done.url, told(done)[-1]) == (url("decisions", call), "2 decisions released.")
    assert OutboxMessage.objects.count() == 2


def test_release_says_what_is_in_the_way(client, call, manager):
    row = ApplicationFactory(call=call, display_name="Armor")
    prepare_decision(application_id=row.pk, outcome="rejected", by=manager)
    assert [str(each) for each in client.get(url("release", call)).context["problems"]] == [
        "Armor: the reason is missing; the mail to the company quotes it."
    ]

    response = client.post(url("release", call), {"release": "1", "count": "1"})
    assert told(response) == [
        "Nothing was released. Armor: the reason is missing; the mail to the company quotes it."
    ]


def test_many_decisions_lead_to_the_page_of_their_job(client, call, manager):
    Call.objects.update(places=99)
    for _ in range(51):
        row = ApplicationFactory(call=call)
        prepare_decision(application_id=row.pk, outcome="selected", by=manager)
    response = client.post(url("release", call), {"release": "1", "count": "51"})

    assert response.url == reverse("admin:core_job_change", args=[Job.objects.get().pk])


def test_a_time_is_set_and_taken_away(client, call, manager):
    page = url("release", call)
    client.post(page, {"day": "2030-03-12", "time": "18:00"})
    call.refresh_from_db()
    assert call.release_at == datetime(2030, 3, 12, 17, 0, tzinfo=UTC)

    client.post(page, {"unset": "1"})
    call.refresh_from_db()
    assert call.release_at is None

    refused = client.post(page, {"day": "2030-03-09", "time": "18:00"})
    skipped = client.post(page, {"day": "2030-03-31", "time": "02:30"})
    assert [bool(each.context["form"].errors) for each in (refused, skipped)] == [True, True]


@pytest.mark.parametrize("role", [Role.READER, Role.MANAGER])
def test_a_reader_sees_and_does_nothing(client, call, role):
    client.force_login(organiser("53", role))
    row = ApplicationFactory(call=call, status="waitlisted", waiting_rank=1)
    wanted = {
        "decisions": {"row": row.pk, **row_of(row, "selected")},
        "release": {"release": "1", "count": "0"},
        "waiting_list": {"up": row.pk},
    }

    seen = [client.get(url(name, call)).status_code for name in wanted]
    done = [client.post(url(name, call), data).status_code for name, data in wanted.items()]
    assert (seen, done) == (
        [200] * 3,
        [403] * 3 if role == Role.READER else [200, 302, 302],
    )


def test_the_waiting_list_moves_by_its_buttons_and_offers_a_free_place(client, call, manager):
    Call.objects.update(fills_by_itself=False)
    rows = [
        ApplicationFactory(call=call, status="waitlisted", waiting_rank=rank, display_name=name)
        for rank, name in ((2, "A"), (5, "B"), (7, "C"))
    ]
    page = url("waiting_list", call)

    def order():
        return [row.display_name for row in client.get(page).context["waiting"]]

    found = []
    for button, row in (("down", 0), ("up", 2), ("first", 0), ("up", 0)):
        client.post(page, {button: rows[row].pk})
        found.append("".join(order()))
    assert found == ["BAC", "BCA", "ABC", "ABC"]

    response = client.post(page, {"offer": rows[1].pk})
    assert told(response)[-1] == "B is offered a place, by mail."
    context = client.get(page).context
    assert [row.display_name for row in context["offered"]] == ["B"]
    assert context["free"] == 1
    assert context["history"][0].what == "Offered a place from the waiting list"
    assert client.post(page, {"offer": rows[1].pk}).status_code == 404


@pytest.mark.parametrize(
    ("fields", "status", "rule"),
    [
        ({}, "submitted", "only a place that somebody gives up is passed on"),
        ({}, "ineligible", "The call is closed and nothing is left to decide: every place"),
        ({"released_at": NOW}, "submitted", "The decisions are released: every place"),
    ],
)
def test_the_waiting_list_tells_which_places_are_filled(client, manager, fields, status, rule):
    call = CallFactory(**fields)
    ApplicationFactory(call=call, status=status)
    page = client.get(url("waiting_list", call)).content.decode()

    rules = ("only a place that", "nothing is left to decide: every", "are released: every")
    assert rule in page
    assert sum(each in page for each in rules) == 1


def test_the_waiting_list_tells_why_nothing_can_be_offered(client, manager):
    call = CallFactory(places=1)
    ApplicationFactory(call=call, status="confirmed")
    row = ApplicationFactory(call=call, status="waitlisted", waiting_rank=1)
    response = client.post(url("waiting_list", call), {"offer": row.pk})

    assert told(response)[-1].startswith("All 1 places of this call are confirmed or offered")


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"), [("decisions", 14), ("release", 17), ("waiting_list", 11)]
)
def test_pages_ask_as_often_for_one_file_as_for_three(
    client, call, manager, name, queries, count, django_assert_num_queries
):
    Call.objects.update(places=9)
    for rank in range(1, count + 1):
        ApplicationFactory(call=call, status="waitlisted", waiting_rank=rank)
        ApplicationFactory(call=call, status="selected", confirm_by=NOW)
        for outcome in ("selected", "waitlisted", "rejected"):
            row = ApplicationFactory(call=call)
            prepare_decision(application_id=row.pk, outcome=outcome, by=manager, reason="x")
    client.get(url(name, call))
    with django_assert_num_queries(queries):
        client.get(url(name, call))


def test_a_decision_is_prepared_from_the_list_of_applications(client, call, manager):
    rows = [ApplicationFactory(call=call) for _ in range(2)]
    response = client.post(
        reverse("admin:startups_application_changelist"),
        {
            "action": "prepare",
            "_selected_action": [row.pk for row in rows],
            "select_across": "0",
            "_step": "1",
            "outcome": "rejected",
            "reason": "Hors thématique",
            "note": "",
        },
    )

    assert response.status_code == 302
    assert (
        list(Decision.objects.values_list("outcome", "reason"))
        == [("rejected", "Hors thématique")] * 2
    )
