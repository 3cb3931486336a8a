"""The desk's list of applications, counted by state, and its one screen about each."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from events.models import Region
from pavilion.core.access import Role
from pavilion.core.models import Membership, OutboxMessage
from startups.models import Application, Decision, Review
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    ExhibitorFactory,
    ParticipationFactory,
    organiser,
)

pytestmark = pytest.mark.django_db
LIST = reverse("admin:startups_application_changelist")


@pytest.fixture
def manager(client):
    user = organiser("53", language="en")
    client.force_login(user)
    return user


@pytest.fixture
def normandie():
    return CallFactory(participation=ParticipationFactory(region=Region.objects.get(code="28")))


def pipeline(client, **query):
    page = client.get(LIST, query)
    return [
        (each.label, each.count, each.url, each.is_current) for each in page.context["pipeline"]
    ]


def listed(client, **query):
    return list(client.get(LIST, query).context["cl"].result_list)


def reviewed(application, mean=None, **fields):
    fields |= {"status": "done", "mean": Decimal(mean), "done_at": timezone.now()} if mean else {}
    reviewer = fields.pop("reviewer", None) or organiser("53", Role.REVIEWER)
    return Review.objects.create(application=application, reviewer=reviewer, **fields)


def file_of(client, application):
    url = reverse("admin:startups_application_change", args=[application.pk])
    return client.get(url)


# --- The pipeline ---


def test_states_are_counted_and_each_count_filters_but_that_of_drafts(client, manager, normandie):
    ApplicationFactory(status="draft")
    ApplicationFactory(status="draft", call=normandie)
    ApplicationFactory(call=normandie)
    chosen = ApplicationFactory(status="selected")
    ApplicationFactory()
    ApplicationFactory()

    assert pipeline(client) == [
        ("All", 3, "?", True),
        ("Draft", 1, "", False),
        ("Submitted", 2, "?status__exact=submitted", False),
        ("Selected", 1, "?status__exact=selected", False),
    ]
    assert listed(client, status__exact="selected") == [chosen]


def test_counts_keep_what_else_narrows_the_list_and_follow_region_and_call_only(client, normandie):
    client.force_login(organiser(language="en"))
    ApplicationFactory(call=normandie, theme_id="cyber")
    ApplicationFactory(call=normandie, theme_id="health")
    ApplicationFactory()
    query = {"region": "28", "theme__code__exact": "cyber", "status__exact": "submitted", "p": "1"}

    kept = "?region=28&theme__code__exact=cyber"
    assert pipeline(client, **query) == [
        ("All", 2, kept, False),
        ("Submitted", 2, f"{kept}&status__exact=submitted", True),
    ]
    assert [each[1] for each in pipeline(client, call=str(normandie.pk))] == [2, 2]
    assert [each[1] for each in pipeline(client, call="x")] == [3, 3]


def of_the_desk_here_and_a_reviewer_there():
    """Reviewers alone work on the jury's pages; some are of the desk in another region."""
    user = organiser("53", language="en")
    Membership.objects.create(user=user, region_code="28", role=Role.REVIEWER)
    return user


def test_a_reviewer_counts_the_files_given_to_them_and_no_drafts(client, normandie):
    given = ApplicationFactory(call=normandie)
    ApplicationFactory(call=normandie)
    ApplicationFactory(call=normandie, status="draft")
    reviewer = of_the_desk_here_and_a_reviewer_there()
    reviewed(given, reviewer=reviewer)
    client.force_login(reviewer)

    assert [each[:2] for each in pipeline(client)] == [("All", 1), ("Submitted", 1)]


# --- Search and filters ---


@pytest.mark.parametrize(
    "typed", ["{0}", "{1} {2} {3}", "{1}.{2}.{3}", "{1} {2} {3} {4}", "le goff"]
)
def test_a_company_is_found_by_its_numbers_however_grouped_and_by_its_contact(
    client, manager, typed
):
    mine = ApplicationFactory(contact_name="Azénor Le Goff")
    ApplicationFactory(contact_name="Maël")
    digits = mine.siret
    parts = (digits[:9], digits[:3], digits[3:6], digits[6:9], digits[9:])

    assert listed(client, q=typed.format(*parts)) == [mine]


def test_files_are_narrowed_by_department_register_and_reviews(client, manager):
    brest = ApplicationFactory(postcode="29200", company_check="closed")
    rennes = ApplicationFactory(postcode="35000")
    reviewed(brest, "12.00")
    reviewed(brest, "15.00")
    reviewed(rennes, "10.00")

    found = {
        next(iter(query.items())): listed(client, **query)
        for query in (
            {"department": "29"},
            {"register": "closed"},
            {"register": "none"},
            {"reviews": "done"},
            {"reviews": "few"},
            {"reviews": "none"},
            {"reviews": "what"},
        )
    }

    assert found == {
        ("department", "29"): [brest],
        ("register", "closed"): [brest],
        ("register", "none"): [rennes],
        ("reviews", "done"): [brest],
        ("reviews", "few"): [rennes],
        ("reviews", "none"): [],
        ("reviews", "what"): [],
    }


def test_the_list_tells_the_jurys_mean_to_the_desk_and_not_to_reviewers(client, manager):
    row = ApplicationFactory()
    reviewed(row, "12.00")
    reviewed(row, "15.01")
    shown = '<b>13.51</b> <span class="desk-quiet">2/2</span>'
    assert shown in client.get(LIST).content.decode()

    client.force_login(of_the_desk_here_and_a_reviewer_there())
    assert shown not in client.get(LIST).content.decode()


# --- One screen ---


def test_the_file_shows_the_jurys_work_the_prepared_decision_and_the_mails(client, manager):
    row = ApplicationFactory(created_at=datetime(2030, 2, 1, tzinfo=UTC))
    reviewed(row, "12.00")
    reviewed(row, "18.00")
    reviewed(row)
    Decision.objects.create(application=row, outcome="selected", prepared_by=manager)
    for number, address in enumerate([row.contact_email, "x@other.example"]):
        OutboxMessage.objects.create(
            kind="startups.submitted",
            region_code="53",
            recipient=address,
            language="fr",
            subject=f"Reçu {number}",
            message_id=f"<{number}@pavilion.example>",
            created_at=datetime(2030, 2, 2, tzinfo=UTC),
        )

    file = file_of(client, row).context["file"]

    assert (file.jury.mean, file.jury.spread, file.jury.done, file.jury.is_disputed) == (
        "15.00",
        "3.00",
        2,
        True,
    )
    assert file.decision.outcome == "selected"
    assert file.standing == f"Prepared and not announced: Selected ({manager})."
    assert [mail.subject for mail in file.mails] == ["Reçu 0"]


@pytest.mark.parametrize(
    ("status", "primary", "grave"),
    [
        ("submitted", "eligible", ["reject", "withdraw", "anonymise"]),
        ("waitlisted", "select", ["reject", "withdraw", "anonymise"]),
        ("no_show", None, ["anonymise"]),
    ],
)
def test_the_next_sensible_step_comes_first(client, manager, status, primary, grave):
    row = ApplicationFactory(status=status)
    file = file_of(client, row).context["file"]
    first = file.primary and file.primary["step"].name
    assert (first, [button["step"].name for button in file.grave]) == (primary, grave)
    assert file.primary not in file.others


def test_a_reviewer_reads_the_project_and_nothing_to_call_the_company_by(client, normandie):
    row = ApplicationFactory(call=normandie, contact_phone="0298000000", revenue=5000)
    reviewer = of_the_desk_here_and_a_reviewer_there()
    review = reviewed(row, reviewer=reviewer)
    reviewed(row, "18.00", comment="Un avis que personne ne lit encore.")
    client.force_login(reviewer)

    page = file_of(client, row)
    text = page.content.decode()

    hidden = (row.siret, row.contact_email, row.contact_name, "0298000000", "Un avis")
    assert [word for word in hidden if word in text] == []
    assert row.pitch_fr in text
    assert page.context["file"].review_url == reverse("startups:jury_review", args=[review.pk])


def test_an_exhibitors_file_tells_what_it_still_has_to_do(client, manager):
    exhibitor = ExhibitorFactory()
    file = file_of(client, exhibitor.application).context["file"]
    assert (file.exhibitor, file.progress.done) == (exhibitor, 0)


# --- Several at once ---


def test_who_would_be_refused_is_told_before_and_nothing_is_done_yet(client, manager):
    full = CallFactory(places=1)
    ApplicationFactory(call=full, status="selected")
    rows = [ApplicationFactory(call=full), ApplicationFactory(call=full, status="declined")]
    action = {"action": "select", "_selected_action": [row.pk for row in rows]}

    page = client.post(LIST, action)

    assert page.context["rows"] == []
    assert {str(each.row) for each in page.context["left_out_named"]} == set(map(str, rows))
    assert all("1 place" in each.why for each in page.context["left_out_named"])
    assert not OutboxMessage.objects.exists()
    statuses = Application.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["selected", "submitted", "declined"]


def test_more_than_there_are_places_is_said_before(client, manager):
    call = CallFactory(places=2)
    rows = [ApplicationFactory(call=call) for _number in range(3)]
    action = {"action": "select", "_selected_action": [row.pk for row in rows]}

    page = client.post(LIST, action)

    assert (len(page.context["rows"]), page.context["cautions"]) == (
        3,
        [f"{call}: 3 chosen, and 2 places are left. Those beyond them are refused."],
    )


# --- Cost ---


@pytest.mark.parametrize("rows", [1, 3])
def test_a_file_costs_the_same_with_one_and_three_of_everything(
    client, manager, django_assert_num_queries, rows
):
    row = ApplicationFactory()
    for _number in range(rows):
        reviewed(row, "12.00")
        region = Region.objects.get(code=("28", "76", "84")[_number])
        other = CallFactory(participation=ParticipationFactory(region=region))
        ApplicationFactory(call=other, siret=row.siret)
    with django_assert_num_queries(15):
        file_of(client, row)


def test_statuses_all_have_their_place_in_the_pipeline(client, manager):
    for status in Application.Status:
        ApplicationFactory(
            status=status, waiting_rank=1 if status == Application.Status.WAITLISTED else None
        )
    assert len(pipeline(client)) == 1 + len(Application.Status)
