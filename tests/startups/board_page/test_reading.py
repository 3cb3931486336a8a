import pytest
from django.urls import reverse

from pavilion.core.access import Role
from startups.operations import free, hold_stand
from tests.factories import (
    AllocationFactory,
    organiser,
)
from tests.startups.board_page.sent import address, move
from tests.startups.fair import exhibitor, participation_of, stand

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 3])
def test_board_asks_as_often_for_many_stands_as_for_one(
    client, manager, half_days, count, django_assert_num_queries
):
    for number in range(count):
        who = exhibitor(f"Société {number}")
        AllocationFactory(exhibitor=who, stand=stand(f"BRE-{number}"), half_day=half_days[0])
        hold_stand(
            stand_id=stand(f"BRE-1{number}").pk, half_day_ids=[half_days[0].pk], by=None, note="Z"
        )
        exhibitor(f"Sans stand {number}").application.wanted_half_days.set(half_days)
    client.get(address())

    with django_assert_num_queries(21):
        response = client.get(address())

    assert response.content.decode().count('class="bar t5') == count


def test_board_shows_bars_holes_what_is_kept_free_and_what_to_mind(client, manager, half_days):
    who = exhibitor("Nomverif", power_watts=2000)
    where = stand("BRE-2", power_watts=500)
    AllocationFactory(exhibitor=who, stand=where, half_day=half_days[0], status="confirmed")
    hold_stand(stand_id=where.pk, half_day_ids=[half_days[1].pk], by=None, note="<Délégation>")
    stand("BRE-10", power_watts=0)

    [(_area, rows)] = client.get(address()).context["areas"]

    link = reverse("admin:startups_exhibitor_changelist")
    assert rows == (
        f'<div role="row" class="board-row mine" data-s="{where.pk}" data-r="53" '
        'data-has="pod,500,0,0,0,0,250,1">'
        '<div role="rowheader" class="stand" title="500\xa0W"><b>BRE-2</b>'
        "<small>500\xa0W</small></div>"
        f'<div role="gridcell" class="bar t5 n1 sure warn" aria-colspan="1" '
        f'data-x="{who.pk}" title="Nomverif · Cybersecurity · lacks: 2\xa0kW">'
        f'<a href="{link}{who.pk}/">Nomverif</a><small>lacks: 2\xa0kW</small></div>'
        '<div role="gridcell" class="held n1" aria-colspan="1">'
        "<span>kept free</span><small>&lt;Délégation&gt;</small></div></div>"
        f'<div role="row" class="board-row mine" data-s="{where.pk + 1}" data-r="53" '
        'data-has="pod,0,0,0,0,0,250,1">'
        '<div role="rowheader" class="stand" title=""><b>BRE-10</b><small></small></div>'
        + '<div role="gridcell" class="hole"><i>free</i></div>' * 2
        + "</div>"
    )


def test_who_has_less_than_granted_waits_beside_the_board(client, manager, half_days):
    none, some, full = exhibitor("Alizé"), exhibitor("Brume"), exhibitor("Crête")
    for who in (none, some, full):
        who.application.wanted_half_days.set(half_days)
    where = stand("BRE-1")
    AllocationFactory(exhibitor=some, stand=where, half_day=half_days[0])
    other = stand("BRE-2")
    for half_day in half_days:
        AllocationFactory(exhibitor=full, stand=other, half_day=half_day)

    page = client.get(address())

    assert [(each.who.name, each.given) for each in page.context["waiting"]] == [
        ("Alizé", "0 of 2 half-days"),
        ("Brume", "1 of 2 half-days"),
    ]
    assert page.context["summary"] == "1 exhibitor of 3 has all its half-days. 1 has no stand."


def test_neighbours_read_the_board_and_change_nothing(client, half_days):
    client.force_login(organiser("84", language="en"))
    participation_of("84")
    who, where = exhibitor("Alizé", power_watts=2000), stand("BRE-1", power_watts=100)
    AllocationFactory(exhibitor=who, stand=where, half_day=half_days[0])

    page = client.get(address(region="53"))
    refused = move(client, who, where, half_days)

    [(_area, rows)] = page.context["areas"]
    # What a company needs is its region's to read.
    assert ("fixed" in rows, "lacks" in rows, page.context["waiting"]) == (True, False, [])
    assert page.context["facts"]["people"] == {
        str(who.pk): {"name": "Alizé", "theme": 5, "region": "53"}
    }
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")


def test_history_tells_who_did_what(client, manager, half_days):
    who, here = exhibitor("Alizé"), stand("BRE-1")
    empty = client.get(address("_history")).content.decode()
    move(client, who, here, half_days)

    [step] = client.get(address("_history")).context_data["steps"]

    assert "Nothing has been moved yet." in empty
    assert (step.who, step.what, step.can_be_undone) == (str(manager), "Place: Alizé", True)
    [line] = step.details
    assert line.startswith("no stand → BRE-1, ")


def test_a_company_s_contact_is_its_own_region_s_to_read(client, manager, half_days):
    who, where = exhibitor("Alizé"), stand("BRE-1")
    AllocationFactory(exhibitor=who, stand=where, half_day=half_days[0])
    free(exhibitor_id=who.pk, by=None, by_name="Maelle Kerjean")
    participation_of("28")

    found = []
    for reader in (organiser("53", Role.READER), organiser(""), organiser("28")):
        client.force_login(reader)
        [step] = client.get(address("_history", region="all")).context_data["steps"]
        [told] = client.get(address("_changes", since=0, region="all")).json()["steps"]
        found.append((step.who, told["who"]))

    assert found == [
        ("Maelle Kerjean", "Maelle Kerjean"),
        ("Maelle Kerjean", "Maelle Kerjean"),
        ("un exposant", "un exposant"),
    ]
