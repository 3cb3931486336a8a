"""The pages of swaps and absences: what one sees, what a button does, what a GET never does."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from startups import operations
from startups.models import Absence, PlaceOffer, Swap
from tests.api import client_of
from tests.factories import HalfDayFactory, organiser
from tests.startups.announced import put
from tests.startups.fair import exhibitor, second_morning, stand

pytestmark = pytest.mark.django_db

TEN = datetime(2030, 6, 12, 8, 0, tzinfo=UTC)
TODAY = reverse("admin:startups_absence_today")
DO = reverse("admin:startups_absence_do")


@pytest.fixture
def pair(time_machine):
    """Iroise on A1 on the first morning, Molène on B2 on the second; two days before."""
    time_machine.move_to(TEN - timedelta(days=2), tick=False)
    iroise, molene = exhibitor("Iroise"), exhibitor("Molène")
    put(iroise, stand("A1"), HalfDayFactory())
    put(molene, stand("B2"), second_morning())
    return iroise, molene


def page(who, name, *further):
    return reverse(f"startups:application_{name}", args=[who.application.token, *further])


def proposed(iroise, molene):
    return operations.propose_swap(
        exhibitor_id=iroise.pk,
        other_id=molene.pk,
        gives=dict(iroise.published_allocations.values_list("half_day", "stand")),
        takes=dict(molene.published_allocations.values_list("half_day", "stand")),
    )


def test_a_swap_is_found_proposed_and_accepted_on_the_private_pages(client, pair):
    iroise, molene = pair
    given, taken = HalfDayFactory().pk, second_morning().pk

    found = client.get(page(iroise, "swaps"), {"donne": given})
    form = page(iroise, "swap_with", molene.pk)
    assert f"{form}?donne={given}&amp;prend={taken}" in found.content.decode()
    sent = client.post(form, {"donne": given, "prend": taken, "message": "On échange ?"})

    swap = Swap.objects.get()
    assert (sent.status_code, sent.url) == (302, page(iroise, "swap", swap.pk))
    theirs = page(molene, "swap", swap.pk)
    assert "On échange ?" in client.get(theirs).content.decode()
    assert client.post(theirs, {"answer": "accept"}).url == theirs
    swap.refresh_from_db()
    assert swap.status == "accepted"


def test_each_of_the_two_has_their_own_buttons_alone(client, pair):
    iroise, molene = pair
    swap = proposed(iroise, molene)

    answers = {
        (who, answer): client.post(page(who, "swap", swap.pk), {"answer": answer}).status_code
        for who, answer in (
            *((iroise, answer) for answer in ("accept", "decline", "")),
            *((molene, answer) for answer in ("withdraw", "approve")),
        )
    }
    swap.refresh_from_db()
    assert (set(answers.values()), swap.status) == ({404}, "proposed")
    client.post(page(iroise, "swap", swap.pk), {"answer": "withdraw"})
    swap.refresh_from_db()
    assert swap.status == "withdrawn"


def test_strangers_to_a_swap_and_exhibitors_of_another_region_find_nothing(client, pair):
    iroise, molene = pair
    swap = proposed(iroise, molene)
    third, far = exhibitor("Sein"), exhibitor("Garonne", code="76")

    addresses = [
        page(third, "swap", swap.pk),
        page(iroise, "swap_with", far.pk),
        page(iroise, "swap_with", iroise.pk),
        page(iroise, "swaps") + f"?donne={second_morning().pk}",
    ]
    assert {client.get(address).status_code for address in addresses} == {404}


def test_a_refusal_keeps_the_message_that_was_typed(client, pair):
    iroise, molene = pair
    molene.impossible_half_days.add(HalfDayFactory())

    given = {"donne": HalfDayFactory().pk, "prend": second_morning().pk, "message": "Bonjour !"}
    answer = client.post(page(iroise, "swap_with", molene.pk), given)

    assert (answer.status_code, Swap.objects.count()) == (409, 0)


@pytest.mark.parametrize("others", [1, 3])
def test_the_list_of_partners_asks_as_often_for_one_as_for_three(
    client, pair, others, django_assert_num_queries
):
    for number in range(others - 1):
        put(exhibitor(f"Autre {number}"), stand(f"C{number}"), second_morning())
    proposed(*pair)
    address = page(pair[0], "swaps") + f"?donne={HalfDayFactory().pk}"
    client.get(address)

    with django_assert_num_queries(16):
        client.get(address)


@pytest.fixture
def morning(time_machine):
    """At ten on the first morning: Iroise on A1; Molène without a stand that day."""
    time_machine.move_to(TEN, tick=False)
    iroise, molene = exhibitor("Iroise"), exhibitor("Molène", contact_phone="02 98 00 00 00")
    put(iroise, stand("A1"), HalfDayFactory())
    put(molene, stand("B2"), second_morning())
    return iroise, molene


@pytest.fixture
def desk(client, morning):
    client.force_login(organiser("53"))
    return client


def test_on_the_morning_an_absence_is_noted_offered_and_taken_by_taps(client, desk, morning):
    iroise, molene = morning
    half_day = HalfDayFactory()
    assert f'value="{iroise.pk}-{half_day.pk}"' in desk.get(TODAY).content.decode()

    desk.post(DO, {"absent": f"{iroise.pk}-{half_day.pk}", "back": TODAY})
    absence = Absence.objects.get()
    shown = desk.get(TODAY).content.decode()
    assert f'value="{absence.pk}-{molene.application_id}"' in shown
    assert 'href="tel:0298000000"' in shown
    desk.post(DO, {"offer": f"{absence.pk}-{molene.application_id}", "back": TODAY})
    offer = PlaceOffer.objects.get()
    theirs = page(molene, "offer", offer.pk)
    client.logout()
    assert client.get(theirs).status_code == 200
    assert PlaceOffer.objects.get().status == "offered"
    client.post(theirs, {"answer": "accept"})

    assert PlaceOffer.objects.get().status == "taken"
    assert set(molene.allocations.values_list("stand__number", flat=True)) == {"A1", "B2"}


def test_the_desk_notes_what_was_said_by_telephone(desk, morning):
    iroise, molene = morning
    absence = operations.mark_absent(
        exhibitor_id=iroise.pk, half_day_id=HalfDayFactory().pk, by=None
    )
    statuses = []
    for answer in ("declined", "withdraw", "taken"):
        offer = operations.offer_place(
            absence_id=absence.pk, application_id=molene.application_id, by=None
        )
        desk.post(DO, {answer: offer.pk, "back": TODAY})
        offer.refresh_from_db()
        statuses.append(offer.status)
    assert statuses == ["declined", "withdrawn", "taken"]


def test_the_page_speaks_of_what_is_announced_and_tells_where_the_draft_differs(desk, morning):
    iroise, molene = morning
    operations.move_stay(exhibitor_id=iroise.pk, stand_id=stand("C3").pk, by=None)
    operations.allocate(
        exhibitor_id=molene.pk,
        stand_id=stand("D4").pk,
        half_day_ids=[HalfDayFactory().pk],
        by=None,
    )
    told = {"accept-language": "en"}

    shown = desk.get(TODAY, headers=told)

    rows = [(row.stand.number, drafted) for row, _absence, _find, drafted in shown.context["rows"]]
    assert rows == [("A1", "Sur C3 dans le plan en préparation, non annoncé")]
    operations.free(exhibitor_id=iroise.pk, by=None)
    ((_row, _absence, _find, drafted),) = desk.get(TODAY, headers=told).context["rows"]
    assert drafted == "N’a plus de stand dans le plan en préparation, non annoncé"


def test_a_tap_names_no_applicant_whom_the_desk_may_not_see(desk, morning):
    iroise, _molene = morning
    absence = operations.mark_absent(
        exhibitor_id=iroise.pk, half_day_id=HalfDayFactory().pk, by=None
    )
    elsewhere = exhibitor("Garonne", code="76").application

    assert desk.post(DO, {"offer": f"{absence.pk}-{elsewhere.pk}"}).status_code == 404


def test_taps_lead_back_to_the_site_alone_and_only_by_post(desk, morning):
    iroise, _molene = morning
    tap = {"absent": f"{iroise.pk}-{HalfDayFactory().pk}", "back": "https://elsewhere.example/"}

    assert desk.get(DO).status_code == 405
    assert desk.post(DO, {"back": TODAY}).status_code == 400
    assert desk.post(DO, tap).url == f"{TODAY}#on-{iroise.pk}"


def test_neighbours_find_neither_the_region_nor_its_rows(client, morning):
    iroise, _molene = morning
    half_day = HalfDayFactory()
    absence = operations.mark_absent(exhibitor_id=iroise.pk, half_day_id=half_day.pk, by=None)
    client.force_login(organiser("76"))

    assert client.get(TODAY, {"region": "53"}).status_code == 404
    taps = ({"absent": f"{iroise.pk}-{half_day.pk}"}, {"came": absence.pk}, {"no_show": "x"})
    assert {client.post(DO, tap).status_code for tap in taps} == {404}


def test_the_page_searches_by_stand_and_by_name(desk, morning):
    put(exhibitor("Ouessant"), stand("C3"), HalfDayFactory())

    found = {
        query: [
            name
            for name in ("Iroise", "Ouessant")
            if f">{name}</a>" in desk.get(TODAY, {"q": query}).content.decode()
        ]
        for query in ("", "c3", "IRO", "zzz")
    }
    assert found == {"": ["Iroise", "Ouessant"], "c3": ["Ouessant"], "IRO": ["Iroise"], "zzz": []}


@pytest.mark.parametrize("absent", [1, 3])
def test_the_page_asks_as_often_for_one_absence_as_for_three(
    desk, morning, absent, django_assert_num_queries
):
    late = [morning[0], *(exhibitor(f"Autre {number}") for number in range(absent - 1))]
    for number, each in enumerate(late[1:]):
        put(each, stand(f"C{number}", x=10 * number + 20), HalfDayFactory())
    for each in late:
        operations.mark_absent(exhibitor_id=each.pk, half_day_id=HalfDayFactory().pk, by=None)
    desk.get(TODAY)

    with django_assert_num_queries(24):
        desk.get(TODAY)


def test_a_program_notes_offers_and_reads_who_could_come(morning):
    iroise, molene = morning
    api = client_of(organiser("53"))
    held = iroise.allocations.get()

    noted = api.post("/api/v1/absences/", {"allocation": held.pk}, format="json")
    assert noted.status_code == 201
    absence = noted.json()
    (one,) = api.get(f"/api/v1/absences/{absence['id']}/candidates/").json()
    assert (one["application"], one["kind"], one["lacking"]) == (
        molene.application_id,
        "half_time",
        [],
    )
    body = {"application": molene.application_id}
    made = api.post(f"/api/v1/absences/{absence['id']}/offer/", body, format="json")
    assert (made.status_code, made.json()["status"]) == (201, "offered")
    taken = api.post(f"/api/v1/offers/{made.json()['id']}/accept/")
    assert (taken.status_code, taken.json()["status"]) == (200, "taken")
    refused = api.post(f"/api/v1/absences/{absence['id']}/came/")
    assert (refused.status_code, refused.json()["code"]) == (409, "place_taken")
