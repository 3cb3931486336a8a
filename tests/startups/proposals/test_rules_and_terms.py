"""What proposals go by: a region's rules, an exhibitor's terms; in the desk and by operation."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from pavilion.core.models import ActivityEntry
from startups.models import FloorRules
from startups.models.board import usual_levels
from startups.operations.board.refusals import NotInEdition
from startups.operations.floor_rules import (
    WrongLevels,
    WrongMinutes,
    change_floor_rules,
    move_level,
)
from startups.operations.stay_terms import WrongTerms, change_stay_terms
from tests.factories import DayFactory, EditionFactory, HalfDayFactory, organiser
from tests.startups.fair import participation_of
from tests.startups.proposals.floor import company, half_days

pytestmark = pytest.mark.django_db
OTHER_ORDER = ["placed", "few_moves", "wished_days", "fairness", "neighbourhood"]


def english(client, *who):
    user = organiser(*who, language="en")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


# --- Rules ---


def test_rules_are_changed_and_noted_once():
    region = participation_of("53")
    manager = organiser("53")

    for _again in range(2):
        rules = change_floor_rules(
            participation_id=region.pk, by=manager, levels=OTHER_ORDER, handover_minutes=15
        )

    assert FloorRules.objects.get() == rules
    assert (rules.levels, rules.handover_minutes, rules.absent_after_minutes) == (
        *(OTHER_ORDER, 15, 60),
    )
    entry = ActivityEntry.objects.get()
    assert (entry.verb, entry.region_code, entry.after) == (
        *("floorrules.changed", "53", {"levels": OTHER_ORDER, "handover_minutes": 15}),
    )


def test_rules_as_usual_are_not_written():
    rules = change_floor_rules(
        participation_id=participation_of("53").pk, by=None, levels=usual_levels()
    )
    assert (rules.pk, FloorRules.objects.count()) == (None, 0)


@pytest.mark.parametrize(
    "levels", [["placed"], [*usual_levels(), "placed"], [*usual_levels()[:4], "other"], "placed"]
)
def test_each_level_once_is_the_rule(levels):
    with pytest.raises(WrongLevels):
        change_floor_rules(participation_id=participation_of("53").pk, by=None, levels=levels)


def test_minutes_have_limits():
    with pytest.raises(WrongMinutes) as refusal:
        change_floor_rules(
            participation_id=participation_of("53").pk, by=None, absent_after_minutes=2
        )
    assert refusal.value.field == "absent_after_minutes"


def test_rules_are_its_managers():
    with pytest.raises(PermissionDenied):
        change_floor_rules(
            participation_id=participation_of("53").pk, by=organiser("76"), handover_minutes=5
        )


@pytest.mark.parametrize(
    ("name", "way", "order"),
    [
        ("b", -1, ["b", "a", "c"]),
        ("b", 1, ["a", "c", "b"]),
        ("a", -1, ["a", "b", "c"]),
        ("c", 1, ["a", "b", "c"]),
        ("x", 1, ["a", "b", "c"]),
    ],
)
def test_level_moves_by_one_place(name, way, order):
    assert move_level(["a", "b", "c"], name, way) == order


def test_page_moves_a_level_and_saves_when_told(client):
    english(client, "53")
    region = participation_of("53")
    page = reverse("admin:startups_floorrules_region", args=[region.pk])
    typed = {
        **{"handover_minutes": 20, "absent_after_minutes": 60, "offer_minutes": 30},
        **{"handover_note_fr": "Laissez la clé.", "handover_note_en": ""},
    }

    moved = client.post(page, {**typed, "level": usual_levels(), "move": "few_moves:up"})
    order = re.findall(r'name="level" value="(\w+)"', moved.content.decode())
    kept = FloorRules.objects.count()
    response = client.post(page, {**typed, "level": order})

    assert (order, kept, response.url) == (OTHER_ORDER, 0, page)
    rules = FloorRules.objects.get()
    assert (rules.levels, rules.handover_minutes, rules.handover_note_fr) == (
        *(OTHER_ORDER, 20, "Laissez la clé."),
    )


def test_page_says_what_is_wrong(client):
    english(client, "53")
    page = reverse("admin:startups_floorrules_region", args=[participation_of("53").pk])

    response = client.post(page, {"level": usual_levels(), "handover_minutes": 500})

    assert response.status_code == 200
    assert FloorRules.objects.count() == 0


@pytest.mark.parametrize(
    ("who", "answers"),
    [
        (("53", "reader"), (200, 200, 403)),
        (("53", "reviewer"), (403, 404, 404)),
        (("76", "manager"), (200, 404, 404)),
        (("", "reader"), (200, 200, 403)),
        (("", "manager"), (200, 200, 302)),
    ],
)
def test_who_sees_and_changes_rules(client, who, answers):
    region = participation_of("53")
    client.force_login(organiser(*who))
    page = reverse("admin:startups_floorrules_region", args=[region.pk])
    typed = {"handover_minutes": 20, "absent_after_minutes": 60, "offer_minutes": 30}

    given = (
        client.get("/admin/startups/floorrules/").status_code,
        client.get(page).status_code,
        client.post(page, {**typed, "level": usual_levels()}).status_code,
    )

    assert given == answers


@pytest.mark.parametrize("codes", [["53"], ["53", "76", "93"]])
def test_list_of_rules_takes_as_many_queries(client, codes, django_assert_num_queries):
    english(client, "")
    for code in codes:
        change_floor_rules(participation_id=participation_of(code).pk, by=None, offer_minutes=9)
    client.get("/admin/startups/floorrules/")

    with django_assert_num_queries(8):
        response = client.get("/admin/startups/floorrules/")

    assert len(response.context["regions"]) == len(codes)


# --- Terms ---


def test_terms_are_changed_and_noted_once():
    days = half_days(1)
    rival, row = company("Rival"), company("Iroise")
    terms = {
        **{"granted_half_days": 2, "kind_needed": "desk", "rank": 3},
        **{"impossible_half_days": [days[1].pk], "keeps_apart_from": [rival.pk]},
    }

    for _again in range(2):
        change_stay_terms(exhibitor_id=row.pk, by=organiser("53"), **terms)

    row.refresh_from_db()
    assert (row.granted_half_days, row.kind_needed, row.rank) == (2, "desk", 3)
    assert list(row.impossible_half_days.all()) == [days[1]]
    assert list(rival.keeps_apart_from.all()) == [row]
    entry = ActivityEntry.objects.get()
    assert (entry.verb, entry.after) == (
        "exhibitor.stay_terms_changed",
        {
            **{"granted_half_days": 2, "kind_needed": "desk", "rank": 3},
            "impossible_half_days": [str(days[1])],
            "keeps_apart_from": ["Rival"],
        },
    )


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"granted_half_days": 3}, "granted_half_days"),
        ({"rank": 0}, "rank"),
        ({"kind_needed": "tent"}, "kind_needed"),
    ],
)
def test_terms_the_fair_does_not_have_are_refused(terms, field):
    half_days(1)
    with pytest.raises(WrongTerms) as refusal:
        change_stay_terms(exhibitor_id=company("Iroise").pk, by=None, **terms)
    assert refusal.value.field == field


def test_half_days_and_rivals_of_another_year_are_refused():
    row = company("Iroise")
    other_year = EditionFactory(year=2031)
    stranger = HalfDayFactory(day=DayFactory(edition=other_year))

    with pytest.raises(NotInEdition):
        change_stay_terms(exhibitor_id=row.pk, by=None, impossible_half_days=[stranger.pk])
    with pytest.raises(WrongTerms):
        change_stay_terms(exhibitor_id=row.pk, by=None, keeps_apart_from=[row.pk])


def test_terms_are_its_managers():
    with pytest.raises(PermissionDenied):
        change_stay_terms(exhibitor_id=company("Iroise").pk, by=organiser("76"), rank=1)


def test_terms_are_a_step_on_the_exhibitors_page(client):
    english(client, "53")
    days = half_days(1)
    rival, row = company("Rival"), company("Iroise")
    page = reverse("admin:startups_exhibitor_terms", args=[row.pk])

    response = client.post(
        page,
        {
            **{"granted_half_days": 1, "kind_needed": "pod", "rank": 2},
            **{"impossible_half_days": [days[0].pk], "keeps_apart_from": [rival.pk]},
        },
    )

    back = reverse("admin:startups_exhibitor_change", args=[row.pk])
    assert response.url == back
    shown = client.get(back).content.decode()
    assert "Competitors to keep apart</dt><dd>Rival" in shown
    row.refresh_from_db()
    assert (row.granted_half_days, row.kind_needed, row.rank) == (1, "pod", 2)


def test_neighbours_do_not_read_whom_a_company_avoids(client):
    english(client, "76")
    row = company("Iroise", apart=[company("Rival")])

    shown = client.get(reverse("admin:startups_exhibitor_change", args=[row.pk]))

    assert "Competitors to keep apart" not in shown.content.decode()


def test_the_rules_page_says_what_is_proved(client):
    english(client, "53")
    address = reverse("admin:startups_floorrules_region", args=[participation_of("53").pk])

    shown = client.get(address).content.decode()

    assert "no other scattered half-days are given, and every proof is of such stays." in shown
    assert "count as proved only where no better neighbours can exist." in shown
