"""How far exhibitors are, at the desk and through the API."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from events.models import Region
from pavilion.core.access import Role
from startups.models import (
    Aid,
    AidDeclaration,
    Badge,
    CharterSignature,
    ChecklistDeadline,
    Exhibitor,
)
from tests.api import client_of
from tests.factories import (
    CallFactory,
    DayFactory,
    ExhibitorFactory,
    ParticipationFactory,
    UserFactory,
    organiser,
)
from tests.uploads import upload

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 4, 20, 10, 0, tzinfo=UTC)
SOON = datetime(2030, 4, 30, 16, 0, tzinfo=UTC)
PAST = datetime(2030, 4, 10, 16, 0, tzinfo=UTC)
LIST = "admin:startups_exhibitor_changelist"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>'


@pytest.fixture(autouse=True)
def spring(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def call():
    call = CallFactory(advantage=Decimal("4000.00"))
    ChecklistDeadline.objects.create(call=call, item="needs", due_at=PAST)
    ChecklistDeadline.objects.create(call=call, item="charter", due_at=SOON)
    return call


def declared(exhibitor, amount):
    declaration = AidDeclaration.objects.create(exhibitor=exhibitor, name="Iris")
    Aid.objects.create(
        declaration=declaration,
        granted_on=date(2029, 5, 2),
        authority="Bpifrance",
        amount=Decimal(amount),
    )


def in_time(call, **fields):
    return ExhibitorFactory(application__call=call, needs_checked_at=PAST, **fields)


def complete(call):
    exhibitor = in_time(call)
    CharterSignature.objects.create(exhibitor=exhibitor, version=1, name="Iris", role="CEO")
    return exhibitor


def signed_in(client, user):
    client.force_login(user)
    return client


def listed(client, **query):
    return list(client.get(reverse(LIST), query).context["cl"].result_list)


def step(client, exhibitor, name, data=None):
    url = reverse(f"admin:startups_exhibitor_{name}", args=[exhibitor.pk])
    return client.get(url) if data is None else client.post(url, data)


def told(response):
    return [str(each) for each in get_messages(response.wsgi_request)]


# --- The desk --------------------------------------------------------------------------------


def test_the_list_shows_how_far_each_is_and_warns_above_the_ceiling(client, call):
    late = ExhibitorFactory(application__call=call, application__display_name="A")
    waiting = in_time(call, application__display_name="B")
    declared(waiting, "12500.50")
    done = complete(call)
    declared(done, "296000.01")
    signed_in(client, organiser("53", language="en"))
    page = client.get(reverse(LIST))

    admin = page.context["cl"].model_admin
    rows = {row.pk: row for row in page.context["cl"].result_list}
    assert [
        (admin.checklist(rows[each.pk]), admin.aid(rows[each.pk]).replace("\xa0", " "))
        for each in (late, waiting, done)
    ] == [
        ('<span class="state state-conflict">0/2 · 1 late</span>', ""),
        (
            '<span class="state state-waiting">1/2</span> '
            '<span class="desk-quiet">until 30 Apr 2030</span>',
            "16,500.50 €",
        ),
        (
            '<span class="state state-confirmed">2/2</span>',
            '<span class="state state-conflict">300,000.01 €</span>',
        ),
    ]


def test_the_list_is_filtered_by_the_checklist(client, call):
    late, waiting, done = (
        ExhibitorFactory(application__call=call),
        in_time(call),
        complete(call),
    )
    ExhibitorFactory(application__call=call, left_at=NOW)
    normandie = CallFactory(
        participation=ParticipationFactory(region=Region.objects.get(code="28"))
    )
    ExhibitorFactory(application__call=normandie)
    signed_in(client, organiser("53"))

    assert [listed(client, checklist=state) for state in ("late", "incomplete", "complete")] == [
        [late],
        [waiting],
        [done],
    ]


def test_neighbours_and_reviewers_learn_nothing_of_it(client, call):
    exhibitor = in_time(call)
    declared(exhibitor, "10.00")
    Badge.objects.create(exhibitor=exhibitor, first_name="Ada", last_name="Riou")
    address = reverse("admin:startups_exhibitor_change", args=[exhibitor.pk])

    signed_in(client, organiser("76", language="en"))
    page = client.get(reverse(LIST))
    (row,) = page.context["cl"].result_list
    admin = page.context["cl"].model_admin
    assert (admin.checklist(row), admin.aid(row), listed(client, checklist="late")) == ("", "", [])
    assert [panel.title for panel in client.get(address).context["panels"]] == ["Stands"]

    signed_in(client, organiser("53", Role.REVIEWER, language="en"))
    page = client.get(reverse(LIST))
    assert "checklist" not in page.context["cl"].list_display
    assert [panel.title for panel in client.get(address).context["panels"]] == ["Stands"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(
    client, call, django_assert_num_queries, count
):
    for _number in range(count):
        declared(complete(call), "10.00")
    signed_in(client, organiser("53"))
    client.get(reverse(LIST))

    with django_assert_num_queries(18):
        client.get(reverse(LIST))


def test_the_page_of_an_exhibitor_tells_items_aid_and_people(client, call):
    exhibitor = in_time(call)
    declared(exhibitor, "296000.01")
    badge = Badge.objects.create(exhibitor=exhibitor, first_name="Ada", last_name="Riou")
    badge.days.add(DayFactory())
    signed_in(client, organiser("53", language="en"))

    page = client.get(reverse("admin:startups_exhibitor_change", args=[exhibitor.pk]))

    assert [panel.title for panel in page.context["panels"]] == [
        "Before the fair",
        "De minimis aid",
        "People to badge",
        "Stands",
        "Terms of the stay",
    ]
    content = page.content.decode()
    for words in ("1 of 2 done", "Above the ceiling", "Ada Riou", "Wednesday 12 June"):
        assert words in content


def test_the_region_confirms_changes_names_and_opens_again(client, call):
    exhibitor = ExhibitorFactory(application__call=call)
    day = DayFactory()
    signed_in(client, organiser("53", language="en"))

    step(client, exhibitor, "needs", {"power_watts": "500"})
    wrong = step(client, exhibitor, "people", {"first_name_1": "Ada", "is_complete": "on"})
    assert wrong.context["form"].errors == {"last_name_1": ["This field is required."]}
    step(
        client,
        exhibitor,
        "people",
        {
            "first_name_1": "Ada",
            "last_name_1": "Riou",
            "days_1": [day.pk],
            "email_1": "ada@societe.example",
            "is_complete": "on",
        },
    )
    typed = {"display_name": "Iroise", "pitch_fr": "Bonjour", "pitch_en": "Hello"}
    step(client, exhibitor, "pitch", typed)

    exhibitor = Exhibitor.objects.select_related("application").get()
    assert exhibitor.application.power_watts == 500
    assert (str(exhibitor), exhibitor.application.pitch_en) == ("Iroise", "Hello")
    assert {
        exhibitor.needs_checked_at,
        exhibitor.pitch_checked_at,
        exhibitor.badges_checked_at,
    } == {NOW}
    shown = step(client, exhibitor, "people").context["form"]
    assert (shown["first_name_1"].value(), shown["days_1"].value()) == ("Ada", [day.pk])

    opened = step(client, exhibitor, "reopen", {"item": "needs", "reason": ""})
    assert told(opened) == ["The company can change it again, until it confirms."]
    assert Exhibitor.objects.get().needs_checked_at is None


# --- The API ---------------------------------------------------------------------------------


def test_exhibitors_carry_their_checklist_for_their_desk_and_their_contact(call):
    exhibitor = in_time(call)
    contact = UserFactory(email=exhibitor.application.contact_email)

    def shown(user):
        return client_of(user).get(f"/api/v1/exhibitors/{exhibitor.pk}/").json()["checklist"]

    expected = [
        {
            "item": "needs",
            "name": "Confirm the technical needs",
            "due_at": "2030-04-10T18:00:00+02:00",
            "is_done": True,
            "is_overdue": False,
            "is_frozen": True,
            "detail": "Confirmed on Wednesday 10 April 2030",
        },
        {
            "item": "charter",
            "name": "Sign the charter",
            "due_at": "2030-04-30T18:00:00+02:00",
            "is_done": False,
            "is_overdue": False,
            "is_frozen": False,
            "detail": "",
        },
    ]
    assert [shown(each) for each in (organiser("53", Role.READER), organiser(), contact)] == [
        expected
    ] * 3
    strangers = (None, UserFactory(), organiser("76"), organiser("53", Role.REVIEWER))
    assert [shown(each) for each in strangers] == [None] * 4


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_of_the_api_take_the_same_queries_for_any_number(
    call, django_assert_num_queries, count
):
    for _number in range(count):
        exhibitor = complete(call)
        declared(exhibitor, "10.00")
        Badge.objects.create(exhibitor=exhibitor, first_name="Ada", last_name="Riou").days.add(
            DayFactory()
        )
    api = client_of(organiser("53"))

    with django_assert_num_queries(11):
        api.get("/api/v1/exhibitors/")
    with django_assert_num_queries(5):
        api.get("/api/v1/badges/")


def test_a_program_prepares_for_its_company_and_reads_how_far_it_is(call):
    exhibitor = ExhibitorFactory(application__call=call)
    DayFactory()
    api = client_of(UserFactory(email=exhibitor.application.contact_email))
    address = f"/api/v1/exhibitors/{exhibitor.pk}"

    def post(path, body, **options):
        return api.post(f"{address}/{path}/", body, **{"format": "json", **options})

    signature = {"version": 1, "language": "fr", "name": "Iris", "role": "CEO"}
    aid = {"granted_on": "2029-05-02", "authority": "Bpifrance", "amount": "296000.01"}
    person = {"first_name": "Ada", "last_name": "Riou", "days": ["2030-06-12"]}
    answers = [
        post("sign-charter", signature),
        post("declare-aid", {"name": "Iris", "aids": [aid]}),
        post("send-logo", {"logo": upload(SVG, "logo.svg")}, format="multipart"),
        post("check-pitch", {"website": "https://iroise.example"}),
        post("confirm-needs", {"needs_screen": True}),
        post("save-badges", {"holders": [person]}),
    ]

    assert [answer.status_code for answer in answers] == [200] * 6
    assert api.get(f"{address}/preparation/").json() == answers[-1].json()
    assert answers[-1].json()["de_minimis"] == {
        "day": "2030-04-20",
        "since": "2027-04-20",
        "declared": "296000.01",
        "advantage": "4000.00",
        "total": "300000.01",
        "is_above": True,
    }
    assert [item["is_done"] for item in answers[-1].json()["checklist"]] == [True, True]


def test_the_api_refuses_with_a_code_or_says_what_is_wrong(call):
    exhibitor = ExhibitorFactory(application__call=call)
    api = client_of(organiser("53"))
    address = f"/api/v1/exhibitors/{exhibitor.pk}"
    four = {"holders": [{"first_name": "A", "last_name": str(number)} for number in range(4)]}
    signature = {"version": 2, "language": "fr", "name": "Iris", "role": "CEO"}
    refused = {
        "sign-charter": (signature, "charter_changed"),
        "declare-aid": ({"name": "Iris"}, "aid_unclear"),
        "save-badges": (four, "quota_exceeded"),
        "reopen-item": ({"item": "logo"}, "not_done"),
    }

    for path, (body, code) in refused.items():
        answer = api.post(f"{address}/{path}/", body, format="json")
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    logo = {"logo": upload(b"GIF89a", "logo.svg")}
    wrong = api.post(f"{address}/send-logo/", logo, format="multipart")
    assert (wrong.status_code, list(wrong.json())) == (400, ["logo"])


def test_badges_are_the_desks_list(call):
    exhibitor = ExhibitorFactory(application__call=call, application__display_name="Iroise")
    badge = Badge.objects.create(
        exhibitor=exhibitor, first_name="Ada", last_name="Riou", email="ada@societe.example"
    )
    badge.days.add(DayFactory())

    def found(user):
        return client_of(user).get("/api/v1/badges/?date=2030-06-12").json()["results"]

    assert found(organiser("53")) == [
        {
            "id": badge.pk,
            "edition": 2030,
            "region": "53",
            "exhibitor": exhibitor.pk,
            "exhibitor_name": "Iroise",
            "first_name": "Ada",
            "last_name": "Riou",
            "role": "",
            "email": "ada@societe.example",
            "days": ["2030-06-12"],
            "informed_at": None,
            "created_at": "2030-04-20T12:00:00+02:00",
        }
    ]
    for stranger in (UserFactory(), organiser("76"), organiser("53", Role.REVIEWER)):
        assert found(stranger) == []
