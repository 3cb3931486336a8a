"""The desk as a whole: rights, 404s, saving, the team."""

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import translation

from events.models import Region, Room, Stand
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry, Membership, User
from tests.factories import (
    EditionFactory,
    ParticipationFactory,
    PersonFactory,
    RoomFactory,
    StandFactory,
    UserFactory,
    ZoneFactory,
    organiser,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def normandie():
    return Region.objects.get(code="28")


# --- Who opens what ---


ROLES = {
    "national manager": ("", Role.MANAGER),
    "national reader": ("", Role.READER),
    "manager": ("53", Role.MANAGER),
    "reader": ("53", Role.READER),
    "reviewer": ("53", Role.REVIEWER),
}
DESK = {"national manager", "national reader", "manager", "reader"}
EVERYBODY = DESK | {"reviewer"}
NATIONAL = {"national manager", "national reader"}
MANAGERS = {"national manager", "manager"}
# list -> who opens it, who adds to it
LISTS = {
    "core_activityentry": (DESK, set()),
    "core_job": (EVERYBODY, set()),
    "core_mailpolicy": (NATIONAL, set()),
    "core_outboxmessage": (DESK, set()),
    "core_user": (NATIONAL, {"national manager"}),
    "events_day": (DESK, {"national manager"}),
    "events_edition": (DESK, {"national manager"}),
    "events_hall": (DESK, {"national manager"}),
    "events_level": (DESK, {"national manager"}),
    "events_participation": (EVERYBODY, {"national manager"}),
    "events_region": (DESK, set()),
    "events_room": (DESK, MANAGERS),
    "events_session": (DESK, MANAGERS),
    "events_stand": (DESK, MANAGERS),
    "events_zone": (DESK, MANAGERS),
    "meetings_chase": (DESK, set()),
    "meetings_delegation": (DESK, MANAGERS),
    "meetings_feed": (DESK, MANAGERS),
    "meetings_incomingmail": (DESK, set()),
    "meetings_meeting": (DESK, MANAGERS),
    "meetings_meetingrequest": (DESK, MANAGERS),
    "meetings_office": (DESK, MANAGERS),
    "meetings_person": (DESK, MANAGERS),
    "meetings_runsheetversion": (DESK, set()),
    "meetings_visit": (DESK, set()),
    "startups_absence": (DESK, set()),
    "startups_allocation": (DESK, set()),
    "startups_allocationrun": (DESK, MANAGERS),
    "startups_application": (DESK, set()),
    "startups_board": (DESK, set()),
    "startups_call": (EVERYBODY, MANAGERS),
    "startups_exhibitor": (EVERYBODY, set()),
    "startups_floorrules": (DESK, set()),
    "startups_planversion": (DESK, set()),
    "startups_purge": (DESK, set()),
    "startups_question": (EVERYBODY, MANAGERS),
    "startups_sheetimport": (DESK, set()),
    "startups_swap": (DESK, set()),
    "startups_theme": (EVERYBODY, {"national manager"}),
}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_and_adds_exactly_what_is_theirs(client, role):
    EditionFactory()
    code, membership = ROLES[role]
    client.force_login(organiser(code, membership))

    opened = {
        name: (
            client.get(reverse(f"admin:{name}_changelist")).status_code,
            client.get(reverse(f"admin:{name}_add")).status_code,
        )
        for name in LISTS
    }

    assert opened == {
        name: (200 if role in seen else 403, 200 if role in added else 403)
        for name, (seen, added) in LISTS.items()
    }


def test_the_table_above_names_every_list_of_the_admin():
    ours = {"core", "events", "startups", "meetings"}
    assert set(LISTS) == {
        f"{model._meta.app_label}_{model._meta.model_name}"
        for model in admin.site._registry
        if model._meta.app_label in ours
    }


def test_a_stranger_is_sent_to_sign_in_and_a_user_without_team_is_refused(client):
    url = reverse("admin:index")
    assert client.get(url).headers["Location"] == "/admin/login/?next=/admin/"
    client.force_login(UserFactory())
    assert [client.get(each).status_code for each in (url, "/admin/login/")] == [403, 403]


def test_what_one_may_not_see_is_a_404_like_what_does_not_exist(client, normandie):
    theirs = PersonFactory(region=normandie)
    client.force_login(organiser("53"))

    answers = {
        (name, pk): client.get(reverse(f"admin:meetings_person_{name}", args=[pk])).status_code
        for name in ("change", "history")
        for pk in (theirs.pk, 10_000)
    }

    assert answers == dict.fromkeys(answers, 404)


def test_a_neighbours_stand_is_read_and_not_changed(client, normandie):
    stand = StandFactory(
        zone=ZoneFactory(participation=ParticipationFactory(region=normandie)), number="N1"
    )
    client.force_login(organiser("53"))
    url = reverse("admin:events_stand_change", args=[stand.pk])

    assert client.get(url).context["has_change_permission"] is False
    assert client.post(url, {"number": "X"}).status_code == 403
    assert Stand.objects.get().number == "N1"


def test_dropdowns_and_autocompletes_offer_only_what_one_may_choose(client, normandie):
    mine = ZoneFactory(participation=ParticipationFactory())
    ZoneFactory(participation=ParticipationFactory(region=normandie))
    client.force_login(organiser("53"))

    form = client.get(reverse("admin:events_stand_add")).context["adminform"].form
    assert list(form.fields["zone"].queryset) == [mine]
    assert form.fields["zone"].required

    query = {"app_label": "meetings", "model_name": "delegate", "field_name": "person"}
    ours, _theirs = PersonFactory(last_name="Ar Bihan"), PersonFactory(region=normandie)
    found = client.get(reverse("admin:autocomplete"), query | {"term": ""}).json()
    assert found["results"] == [{"id": str(ours.pk), "text": "Maïwenn Ar Bihan"}]


def test_the_sidebar_shows_a_reviewer_the_calls_and_no_mail(client):
    client.force_login(organiser("53", Role.REVIEWER))
    with translation.override("en"):
        groups = client.get(reverse("admin:index")).context["sidebar_navigation"]
    assert [len(group["items"]) for group in groups] == [2, 2, 2, 1]


# --- Saving ---


STAND = {
    "number": "P1",
    "kind": "pod",
    "power_watts": "500",
    "max_load": "250",
    "x": "1",
    "y": "1",
    "width": "1",
    "depth": "1",
    "rotation": "0",
}


def test_a_refusal_while_saving_comes_back_in_the_form_with_what_was_typed(client):
    zone = ZoneFactory()
    StandFactory(zone=zone, number="P1")
    client.force_login(organiser("53"))

    response = client.post(reverse("admin:events_stand_add"), STAND | {"zone": zone.pk})

    form = response.context["adminform"].form
    assert list(form.errors) == ["number"]
    assert form["power_watts"].value() == "500"
    assert Stand.objects.count() == 1


def test_a_stand_is_made_and_changed_by_operations_that_note_it_once(client):
    zone = ZoneFactory()
    client.force_login(organiser("53"))
    client.post(reverse("admin:events_stand_add"), STAND | {"zone": zone.pk})
    stand = Stand.objects.get()
    url = reverse("admin:events_stand_change", args=[stand.pk])
    client.post(url, STAND | {"zone": zone.pk, "power_watts": "900"})

    assert Stand.objects.get().power_watts == 900
    assert list(ActivityEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "stand.created",
        "stand.changed",
    ]


def test_changing_configuration_notes_who_changed_what_from_what_to_what(client):
    national = organiser()
    room = RoomFactory(name_fr="Salon 1")
    client.force_login(national)
    fields = {"name_fr": "Salon 2", "name_en": "", "kind": "meeting", "capacity": "8"}
    place = {"x": "1.00", "y": "1.00", "width": "3.00", "depth": "3.00"}

    url = reverse("admin:events_room_change", args=[room.pk])
    client.post(url, {"zone": room.zone_id, **fields, **place})

    assert Room.objects.get().name_fr == "Salon 2"
    entry = ActivityEntry.objects.get()
    assert (entry.by, entry.verb, entry.region_code, entry.before, entry.after) == (
        national,
        "room.changed",
        "53",
        {"name_fr": "Salon 1"},
        {"name_fr": "Salon 2"},
    )


def test_a_user_is_made_without_password_and_is_an_organiser_by_membership(client):
    client.force_login(organiser(email="chef@pavilion.example"))
    rows = {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0"}
    row = {"memberships-0-region_code": "53", "memberships-0-role": "manager"}

    client.post(
        reverse("admin:core_user_add"),
        {"email": "new@region.example", "full_name": "Azénor", "language": "fr", **rows, **row},
    )

    made = User.objects.get(email="new@region.example")
    assert (made.has_usable_password(), made.is_staff) == (False, True)
    assert list(made.memberships.values_list("region_code", "role")) == [("53", "manager")]
    assert list(ActivityEntry.objects.values_list("verb", flat=True)) == ["user.created"]


def test_a_user_who_leaves_every_team_is_no_organiser_any_more(client):
    client.force_login(organiser(email="chef@pavilion.example"))
    leaver = organiser("53")
    membership = Membership.objects.get(user=leaver)
    rows = {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "1"}
    row = {
        "memberships-0-id": membership.pk,
        "memberships-0-user": leaver.pk,
        "memberships-0-region_code": "53",
        "memberships-0-role": "manager",
        "memberships-0-DELETE": "on",
    }

    client.post(
        reverse("admin:core_user_change", args=[leaver.pk]),
        {"email": leaver.email, "language": "fr", "is_active": "on", **rows, **row},
    )

    leaver.refresh_from_db()
    assert (leaver.is_staff, leaver.memberships.count()) == (False, 0)


# --- What its pages cost, and what they may load ---


@pytest.mark.parametrize("rows", [1, 3])
def test_users_and_their_teams_cost_the_same_for_one_and_three(
    client, django_assert_num_queries, rows
):
    for _number in range(rows - 1):
        organiser("53")
    client.force_login(organiser())
    with django_assert_num_queries(11):
        client.get(reverse("admin:core_user_changelist"))


@pytest.mark.parametrize("rows", [1, 3])
def test_stands_cost_the_same_for_one_and_three(client, django_assert_num_queries, rows):
    for _number in range(rows):
        StandFactory()
    client.force_login(organiser())
    with django_assert_num_queries(10):
        client.get(reverse("admin:events_stand_changelist"))


def test_the_admin_says_what_its_pages_may_load(client):
    EditionFactory()
    client.force_login(organiser())
    policy = client.get(reverse("admin:index")).headers["Content-Security-Policy"]
    assert sorted(policy.split("; ")) == [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data: blob:",
        "manifest-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "worker-src 'self'",
    ]
