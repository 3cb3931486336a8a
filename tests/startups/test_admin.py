"""The desk of calls, applications, exhibitors and stands."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from events.models import HalfDay, Region
from pavilion.core.access import Role
from startups.models import Allocation, Application, Review
from tests.factories import (
    AllocationFactory,
    ApplicationFactory,
    CallFactory,
    ExhibitorFactory,
    HalfDayFactory,
    ParticipationFactory,
    StandFactory,
    ZoneFactory,
    organiser,
)

pytestmark = pytest.mark.django_db
APPLICATIONS = "admin:startups_application_changelist"


@pytest.fixture
def manager(client):
    user = organiser("53", language="en")
    client.force_login(user)
    return user


@pytest.fixture
def normandie():
    return CallFactory(participation=ParticipationFactory(region=Region.objects.get(code="28")))


def statuses():
    return list(Application.objects.order_by("pk").values_list("status", flat=True))


def told(response):
    return [str(each) for each in get_messages(response.wsgi_request)]


def step(client, name, row, data=None, model="application"):
    return client.post(reverse(f"admin:startups_{model}_{name}", args=[row.pk]), data or {})


def listed(client, **query):
    return list(client.get(reverse(APPLICATIONS), query).context["cl"].result_list)


def test_a_region_lists_its_applications_and_nobodys_drafts(client, manager, normandie):
    mine = ApplicationFactory()
    ApplicationFactory(status=Application.Status.DRAFT)
    ApplicationFactory(call=normandie)
    assert listed(client) == [mine]


def test_applications_are_found_by_name_siren_and_contact(client, manager):
    wanted = ApplicationFactory(display_name="Algovital", contact_name="Enora Riou")
    ApplicationFactory()
    for words in ("algov", wanted.siren, "enora riou"):
        assert listed(client, q=words) == [wanted]


def test_applications_are_filtered_by_status_region_and_theme(client, normandie):
    client.force_login(organiser())
    here = ApplicationFactory(theme_id="cyber")
    there = ApplicationFactory(call=normandie, theme_id="health", status="eligible")
    assert listed(client, region="28") == [there]
    assert listed(client, status__exact="submitted") == [here]
    assert listed(client, theme__code__exact="cyber") == [here]


def test_a_company_that_applied_elsewhere_is_shown_with_where(client, manager, normandie):
    mine = ApplicationFactory()
    ApplicationFactory(call=normandie, siret=mine.siret)
    assert [row.is_elsewhere for row in listed(client)] == [True]

    url = reverse("admin:startups_application_change", args=[mine.pk])
    others = client.get(url).context["file"].elsewhere
    assert [str(other["region"]) for other in others] == ["Normandie"]


def test_selecting_several_says_how_many_then_does_it(client, manager):
    rows = [ApplicationFactory(), ApplicationFactory(), ApplicationFactory(status="confirmed")]
    action = {"action": "select", "_selected_action": [row.pk for row in rows]}

    page = client.post(reverse(APPLICATIONS), action)
    assert (page.context["button"], page.context["left_out"]) == ("Select 2 applications", 1)
    assert statuses() == ["submitted", "submitted", "confirmed"]

    done = client.post(reverse(APPLICATIONS), action | {"_step": "1", "reason": ""})
    assert told(done) == ["2 applications selected."]
    assert statuses() == ["selected", "selected", "confirmed"]


def test_turning_down_several_asks_for_the_reason(client, manager):
    row = ApplicationFactory()
    action = {"action": "reject", "_selected_action": [row.pk], "_step": "1"}

    page = client.post(reverse(APPLICATIONS), action | {"reason": ""})
    assert page.context["form"].errors == {"reason": ["This field is required."]}
    assert statuses() == ["submitted"]

    client.post(reverse(APPLICATIONS), action | {"reason": "Hors thème"})
    row.refresh_from_db()
    assert (row.status, row.decision_reason) == ("rejected", "Hors thème")


def test_the_waiting_list_gives_a_free_rank_and_names_who_has_a_taken_one(client, manager):
    first, second = ApplicationFactory(display_name="Algovital"), ApplicationFactory()
    step(client, "waitlist", first)
    page = step(client, "waitlist", second, {"rank": "1"})
    assert page.context["form"].errors == {
        "rank": ["Algovital already has rank 1 on the waiting list."]
    }
    step(client, "waitlist", second)
    ranks = Application.objects.order_by("pk").values_list("waiting_rank", flat=True)
    assert list(ranks) == [1, 2]


def test_the_page_offers_only_what_may_follow(client, manager):
    row = ApplicationFactory(status=Application.Status.SELECTED)
    url = reverse("admin:startups_application_change", args=[row.pk])
    offered = [button["step"].name for button in client.get(url).context["buttons"]]
    assert offered == [
        *("confirm", "decline", "withdraw", "link", "renew_link", "write", "anonymise"),
    ]


def test_a_refused_step_is_told_in_words_and_changes_nothing(client, manager):
    row = ApplicationFactory(status=Application.Status.NO_SHOW)
    page = step(client, "select", row, {"reason": ""})
    assert "which is final" in page.context["form"].errors["__all__"][0]
    assert statuses() == ["no_show"]


def test_a_reviewer_reads_files_on_the_jurys_pages_and_not_at_the_desk(client):
    row = ApplicationFactory()
    reviewer = organiser("53", Role.REVIEWER)
    Review.objects.create(application=row, reviewer=reviewer)
    client.force_login(reviewer)
    page = client.get(reverse("admin:startups_application_change", args=[row.pk]))
    answers = (page.status_code, client.get(reverse(APPLICATIONS)).status_code)
    assert (*answers, step(client, "select", row, {"reason": ""}).status_code) == (403, 403, 403)
    assert statuses() == ["submitted"]


def test_readers_read_and_decide_nothing(client):
    row = ApplicationFactory()
    client.force_login(organiser("53", Role.READER))
    page = client.get(reverse("admin:startups_application_change", args=[row.pk]))
    assert (page.status_code, page.context["buttons"]) == (200, [])
    assert step(client, "select", row, {"reason": ""}).status_code == 403
    bulk = {"action": "select", "_selected_action": [row.pk], "_step": "1", "reason": ""}
    client.post(reverse(APPLICATIONS), bulk)
    assert statuses() == ["submitted"]


def test_a_neighbours_application_does_not_exist(client, manager, normandie):
    row = ApplicationFactory(call=normandie)
    assert step(client, "select", row).status_code == 404
    url = reverse("admin:startups_application_change", args=[row.pk])
    assert client.get(url).status_code == 404


def test_neighbours_see_that_a_call_exists_and_not_how_it_goes(client, manager, normandie):
    ApplicationFactory(call=normandie)
    ApplicationFactory()
    rows = client.get(reverse("admin:startups_call_changelist")).context["cl"].result_list
    assert [(row.region_code, row.submitted_count) for row in rows] == [("53", 1), ("28", 0)]


# --- Stands ---


@pytest.fixture
def half_days():
    return [HalfDayFactory(), HalfDayFactory(part=HalfDay.Part.AFTERNOON)]


def test_a_stand_is_given_for_some_half_days(client, manager, half_days):
    exhibitor, stand = ExhibitorFactory(), StandFactory(zone=ZoneFactory())
    data = {"stand": stand.pk, "half_days": [each.pk for each in half_days]}
    assert told(step(client, "allocate", exhibitor, data, "exhibitor")) == ["The stand is given."]
    assert Allocation.objects.filter(exhibitor=exhibitor, stand=stand).count() == 2


def test_a_taken_half_day_is_refused_by_name_in_the_form(client, manager, half_days):
    stand = StandFactory(zone=ZoneFactory(), number="P1")
    holder = ExhibitorFactory(application__display_name="Algovital")
    AllocationFactory(exhibitor=holder, stand=stand, half_day=half_days[1])
    exhibitor = ExhibitorFactory()
    data = {"stand": stand.pk, "half_days": [each.pk for each in half_days]}

    page = step(client, "allocate", exhibitor, data, "exhibitor")

    assert page.context["form"].errors == {
        "half_days": [
            "Nothing was changed. Wednesday 12 June, afternoon: stand P1 is taken by Algovital."
        ]
    }
    assert Allocation.objects.count() == 1


def test_only_stands_of_the_region_and_shared_ones_are_offered(client, manager, normandie):
    mine = StandFactory(zone=ZoneFactory(), number="A1")
    shared = StandFactory(zone=ZoneFactory(participation=None), number="B1")
    StandFactory(zone=ZoneFactory(participation=normandie.participation), number="C1")
    StandFactory(zone=ZoneFactory(), number="D1", is_open=False)
    url = reverse("admin:startups_exhibitor_allocate", args=[ExhibitorFactory().pk])
    choices = client.get(url).context["form"].fields["stand"].choices
    assert {value for value, _label in choices} == {"", mine.pk, shared.pk}


def test_half_days_are_freed(client, manager, half_days):
    held = AllocationFactory(half_day=half_days[0])
    data = {"half_days": [half_days[0].pk], "reason": "Départ"}
    step(client, "release", held.exhibitor, data, "exhibitor")
    assert not Allocation.objects.exists()


def test_neighbours_read_the_directorys_facts_and_no_telephone(client, normandie):
    theirs = ExhibitorFactory(application__call=normandie)
    client.force_login(organiser("53"))
    page = client.get(reverse("admin:startups_exhibitor_change", args=[theirs.pk]))
    shown = [
        name for _title, part in page.context["adminform"].fieldsets for name in part["fields"]
    ]
    assert shown == ["region", "mark", "theme", "pitch_fr", "website"]


# --- Cost ---


@pytest.mark.parametrize("rows", [1, 3])
def test_applications_cost_the_same_for_one_and_three(
    client, manager, django_assert_num_queries, rows
):
    for _number in range(rows):
        ApplicationFactory()
    with django_assert_num_queries(13):
        client.get(reverse(APPLICATIONS))


@pytest.mark.parametrize("rows", [1, 3])
def test_exhibitors_cost_the_same_for_one_and_three(
    client, manager, django_assert_num_queries, rows
):
    for _number in range(rows):
        AllocationFactory()
    with django_assert_num_queries(19):
        client.get(reverse("admin:startups_exhibitor_changelist"))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_allocation_form_costs_the_same_for_one_and_three_stands(
    client, manager, django_assert_num_queries, rows
):
    half_day, exhibitor = HalfDayFactory(), ExhibitorFactory()
    for _number in range(rows):
        AllocationFactory(half_day=half_day, stand=StandFactory(zone=ZoneFactory()))
    with django_assert_num_queries(17):
        client.get(reverse("admin:startups_exhibitor_allocate", args=[exhibitor.pk]))
