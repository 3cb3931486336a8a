"""Announcing at the desk: what would change, the mails, the versions and their comparison."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse

from pavilion.core.models import OutboxMessage
from startups import operations
from startups.attention import attention
from startups.models import Allocation, PlanVersion
from startups.operations.board import place
from tests.factories import AllocationFactory, HalfDayFactory, organiser
from tests.startups.fair import afternoon, exhibitor, participation_of, stand

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(datetime(2030, 5, 20, 7, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def manager(client):
    user = organiser("53", language="en")
    client.force_login(user)
    return user


def region_page(code="53"):
    return reverse("admin:startups_planversion_region", args=[participation_of(code).pk])


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_the_page_shows_what_changes_and_the_mails_and_announces_them(client, manager):
    allocation = AllocationFactory(exhibitor=exhibitor("Armor"), stand=stand("A12"))

    page = client.get(region_page())
    response = client.post(region_page(), {"note": "Bienvenue", "serial": "0"})

    shown = page.content.decode()
    assert "Announce to 1 exhibitor" in shown
    assert "Gets stand A12 on Wednesday 12 June in the morning" in shown
    [mail] = page.context["announcement"].mails
    assert mail.subject == "Votre stand à VivaTech 2030 : A12, mer. 12 matin"
    assert not OutboxMessage.objects.filter(created_at__lt=datetime(2030, 5, 1, tzinfo=UTC))
    assert response.url == region_page()
    assert told(response) == ["Version 1 is announced: it changes something for 1 exhibitor."]
    assert "Un mot de la région" in OutboxMessage.objects.get().body
    assert "All of the plan is announced." in client.get(region_page()).content.decode()
    assert PlanVersion.objects.get().cells == {
        str(allocation.exhibitor_id): {str(allocation.half_day_id): allocation.stand_id}
    }


def test_what_changed_after_the_page_was_opened_is_refused_and_shown(client, manager):
    armor = exhibitor("Armor")
    half_day = HalfDayFactory()
    place(exhibitor_id=armor.pk, stand_id=stand("A12").pk, half_day_ids=[half_day.pk], by=manager)

    stale = client.post(region_page(), {"note": "Bonjour", "serial": "0"})

    text = stale.content.decode()
    assert "Nothing was announced:" in text
    assert ">Bonjour</textarea>" in text.replace("\n", "")
    assert 'name="serial" value="1"' in text
    assert not PlanVersion.objects.exists()


def test_two_versions_are_compared_whichever_is_named_first(client, manager):
    allocation = AllocationFactory(exhibitor=exhibitor("Armor"), stand=stand("A12"))
    first = operations.announce_plan(participation_id=participation_of("53").pk, by=manager)
    Allocation.objects.update(stand=stand("B03"))
    second = operations.announce_plan(participation_id=participation_of("53").pk, by=manager)
    url = reverse("admin:startups_planversion_compare")

    for older, newer in ((first, second), (second, first)):
        text = client.get(f"{url}?older={older.pk}&newer={newer.pk}").content.decode()
        assert "From stand A12 to stand B03 on Wednesday 12 June in the morning" in text
    assert client.get(f"{url}?older={first.pk}&newer=999").status_code == 404
    assert client.get(f"{url}?older=x&newer={first.pk}").status_code == 404
    version = reverse("admin:startups_planversion_change", args=[second.pk])
    assert "From stand A12 to stand B03" in client.get(version).content.decode()
    assert str(allocation.exhibitor) in client.get(version).content.decode()


def test_a_neighbour_and_a_reader_announce_nothing(client):
    AllocationFactory(exhibitor=exhibitor("Armor"), stand=stand("A12"))

    statuses = []
    for user in (organiser("76"), organiser("53", "reader")):
        client.force_login(user)
        statuses.append(client.post(region_page(), {"serial": "0"}).status_code)

    assert statuses == [404, 403]
    assert not PlanVersion.objects.exists()


def test_the_national_team_announces_several_regions_at_once(client):
    AllocationFactory(exhibitor=exhibitor("Armor"), stand=stand("A12"))
    AllocationFactory(exhibitor=exhibitor("Lumen", "76"), stand=stand("N1", "76"))
    client.force_login(organiser(language="en"))
    regions = [participation_of(code).pk for code in ("53", "76")]

    page = client.get(reverse("admin:startups_planversion_changelist")).content.decode()
    response = client.post(
        reverse("admin:startups_planversion_together"), {"participation": regions, "serial": "0"}
    )

    assert page.count("1 exhibitor differs") == 2
    assert told(response) == ["2 plans announced: something changes for 2 exhibitors in all."]
    assert PlanVersion.objects.count() == 2


def test_a_plan_that_changed_since_it_was_announced_needs_somebody(manager):
    armor = exhibitor("Armor")
    AllocationFactory(exhibitor=armor, stand=stand("A12"))
    lines = [each.sentence for each in attention(manager)]
    assert not any("plan" in line for line in lines)
    operations.announce_plan(participation_id=participation_of("53").pk, by=manager)
    AllocationFactory(exhibitor=armor, stand=Allocation.objects.get().stand, half_day=afternoon())

    [item] = [each for each in attention(manager) if "plan" in each.sentence]

    assert (item.count, item.sentence, item.url) == (
        1,
        "exposant\u00a0: le plan a changé depuis la dernière annonce (Bretagne)",
        region_page(),
    )
    assert not [each for each in attention(organiser("76")) if "plan" in each.sentence]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_and_three_exhibitors(
    client, manager, count, django_assert_num_queries
):
    for number in range(count):
        AllocationFactory(exhibitor=exhibitor(f"Société {number}"), stand=stand(f"A{number}"))

    with django_assert_num_queries(17):
        client.get(region_page())
