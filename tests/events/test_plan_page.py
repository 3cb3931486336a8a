"""The drawing in the admin: forms that do all of it without script, the script’s door, files."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from events.models import PlanEdit, Region, Stand, Zone
from pavilion.core.access import Role
from tests.factories import (
    AllocationFactory,
    LevelFactory,
    ParticipationFactory,
    StandFactory,
    ZoneFactory,
    organiser,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def zone():
    return ZoneFactory(outline=[[0, 0], [20, 0], [20, 20], [0, 20]])


@pytest.fixture
def desk(client):
    client.force_login(organiser("53", language="en"))
    return client


@pytest.fixture
def national(client):
    client.force_login(organiser(language="en"))
    return client


def url(name, level_id):
    return reverse(f"admin:events_level_{name}", args=[level_id])


def take(client, level_id, **sent):
    """One step by a form; what the page then says."""
    response = client.post(url("plan", level_id), sent, follow=True)
    return response.status_code, [str(each) for each in response.context["messages"]]


def ask(client, level_id, **sent):
    """One edit by the script."""
    address = url("edits", level_id)
    response = client.post(address, json.dumps(sent), content_type="application/json")
    return response.status_code, response.json()


def test_the_page_draws_the_level_and_lists_the_stands_of_an_area(desk, zone):
    StandFactory(zone=zone, number="A-1", x="1.5", y=2, width=2, rotation=15)

    page = desk.get(url("plan", zone.level_id)).content.decode()

    assert re.findall(r'<g class="stand"[^>]*>.*?</g>', page) == [
        f'<g class="stand" data-stand="{Stand.objects.get().pk}" '
        'transform="translate(2.5 2.5) rotate(15)">'
        '<rect x="-1" y="-0.5" width="2" height="1"/><text font-size="0.5">A-1</text></g>'
    ]
    assert '<polygon points="0,0 20,0 20,20 0,20"/>' in page
    assert f'<a href="?stand={Stand.objects.get().pk}">A-1</a>' in page


def test_the_page_asks_the_same_of_the_database_however_many_stands(
    desk, zone, django_assert_num_queries
):
    for count in (1, 3):
        for _ in range(count):
            StandFactory(zone=zone)
        desk.get(url("plan", zone.level_id))
        with django_assert_num_queries(14):
            desk.get(url("plan", zone.level_id))


def test_a_level_without_anything_can_be_begun(national):
    level = LevelFactory()
    page = national.get(url("plan", level.pk)).content.decode()
    assert "No area on this level yet. Draw one, or import a plan." in page

    assert take(
        national,
        level.pk,
        do="add_zone",
        **{"area-name_fr": "Bretagne", "area-outline": "0 ; 0\n6,5 ; 0\n6.5 4\n0, 4\n"},
    ) == (200, ["Area Bretagne added"])
    assert Zone.objects.get().outline == [[0, 0], [6.5, 0], [6.5, 4], [0, 4]]


def test_forms_change_one_stand_several_and_none(desk, zone):
    one, other = (StandFactory(zone=zone, number=number) for number in ("A-1", "A-2"))
    level_id = zone.level_id

    assert take(desk, level_id, do="change", stands=one.pk, x="2.5", has_screen="yes") == (
        200,
        ["Changed: A-1"],
    )
    assert take(desk, level_id, do="change", stands=[one.pk, other.pk], power_watts=500) == (
        200,
        ["Changed: A-1, A-2"],
    )
    assert take(desk, level_id, do="change", x="3") == (409, ["Choose a stand first."])
    assert take(desk, level_id, do="change", stands=one.pk, x="far") == (
        409,
        ["x (m): Enter a number."],
    )
    assert list(Stand.objects.order_by("number").values_list("x", "power_watts", "has_screen")) == [
        (2.5, 500, True),
        (1, 500, False),
    ]


def test_forms_add_repeat_number_remove_undo_and_redo(desk, zone):
    level_id = zone.level_id

    def step(do, **sent):
        return take(desk, level_id, do=do, **sent)

    assert step("add", area=zone.pk, number="A-01", x="1", y="1") == (200, ["Added: A-01"])
    stand = Stand.objects.get()
    row = {"row-count": 2, "row-spacing": "1", "row-direction": "right"}
    assert step("duplicate", stands=stand.pk, **row) == (200, ["Added: A-02, A-03"])
    numbers = {
        "numbers-stem": "B",
        "numbers-start": 1,
        "numbers-digits": 1,
        "numbers-direction": "left",
    }
    ids = list(Stand.objects.values_list("pk", flat=True))
    assert step("number", stands=ids, **numbers) == (200, ["Renumbered: B1, B2, B3"])
    assert step("remove", stands=stand.pk) == (200, ["Removed: B3"])
    assert step("undo") == (200, ["Undone: Removed: B3"])
    assert step("redo") == (200, ["Redone: Removed: B3"])
    assert step("dance") == (409, ["Choose what to do."])
    assert sorted(Stand.objects.values_list("number", flat=True)) == ["B1", "B2"]


def test_a_stand_changed_since_the_page_was_opened_is_not_overwritten(desk, zone):
    stand = StandFactory(zone=zone, number="A-1")
    seen = json.dumps({"stands": {stand.pk: 1}})
    take(desk, zone.level_id, do="change", stands=stand.pk, x="5", seen=seen)

    status, told = take(desk, zone.level_id, do="change", stands=stand.pk, x="9", seen=seen)

    assert (status, told[0][:31]) == (409, "A-1 was changed meanwhile by us")
    assert Stand.objects.get().x == 5


def test_a_stand_that_somebody_has_is_not_removed(desk, zone):
    allocation = AllocationFactory(stand__zone=zone, stand__number="A-1")
    status, [told] = take(desk, zone.level_id, do="remove", stands=allocation.stand_id)
    assert (status, told[:40]) == (409, "A-1 cannot be removed: 1 allocation (Bre"[:40]) or (
        told.startswith("A-1 cannot be removed: 1 allocation (")
    )


def test_areas_are_the_national_teams(desk, zone):
    response = desk.post(
        url("plan", zone.level_id),
        {"do": "change_zone", "area": zone.pk, "area-name_fr": "Ici", "area-outline": ""},
    )
    assert (response.status_code, Zone.objects.get().name_fr) == (403, "Bretagne")


def test_an_areas_corner_that_is_none_comes_back_with_the_reason(national, zone):
    sent = {"area-name_fr": "Bretagne", "area-outline": "0 ; 0\nhere\n1 ; 1"}
    assert take(national, zone.level_id, do="change_zone", area=zone.pk, **sent) == (
        409,
        ["corners (m): “here” is not a corner: write two numbers, “3,5 ; 12”."],
    )


# --- The script's door ---


def test_the_script_is_answered_with_what_an_edit_touched_and_what_lies_around(desk, zone):
    one, other, far = (
        StandFactory(zone=zone, number=number, x=x)
        for number, x in (("A-1", 1), ("A-2", 2), ("A-3", 15))
    )

    status, told = ask(
        desk, zone.level_id, stands={str(one.pk): {"x": 1.5}}, seen={"stands": {str(one.pk): 1}}
    )

    assert (status, [row[0] for row in told["stands"]], told["near"]) == (
        200,
        [one.pk],
        [one.pk, other.pk],
    )
    assert (told["label"], told["undo"], told["redo"]) == ("Moved: A-1", "Moved: A-1", "")
    assert told["warnings"] == [
        {"kind": "overlap", "stands": [one.pk, other.pk], "text": "A-1 and A-2 overlap."}
    ]
    assert far.pk not in told["near"]
    assert ask(desk, zone.level_id, do="undo")[1]["warnings"] == []
    assert ask(desk, zone.level_id, do="redo")[1]["label"] == "Redone: Moved: A-1"


def test_a_stand_put_onto_another_regions_stand_is_told_with_whose_it_is(desk, zone):
    rhone = ParticipationFactory(region=Region.objects.get(code="84"))
    other = ZoneFactory(
        level=zone.level,
        participation=rhone,
        name_fr="Rhône-Alpes",
        outline=[[20, 0], [40, 0], [40, 20], [20, 20]],
    )
    theirs = StandFactory(zone=other, number="B-1", x=30, y=5)
    mine = StandFactory(zone=zone, number="A-1", x=5, y=5)

    status, body = ask(desk, zone.level_id, stands={str(mine.pk): {"x": 30}})

    assert (status, body["warnings"]) == (
        200,
        [
            {
                "kind": "overlap",
                "stands": [theirs.pk, mine.pk],
                "text": "B-1 (Rhône-Alpes) and A-1 (Bretagne) overlap.",
            },
            {
                "kind": "outside_zone",
                "stands": [mine.pk],
                "text": "A-1 reaches out of its area, Bretagne.",
            },
        ],
    )


def test_the_script_is_told_of_refusals_and_of_nonsense(client, desk, zone):
    stand = StandFactory(zone=zone, number="A-1")
    StandFactory(zone=zone, number="A-2")
    level_id = zone.level_id

    status, told = ask(desk, level_id, stands={str(stand.pk): {"number": "A-2"}})
    assert (status, told["code"], told["field"]) == (409, "stand_number_taken", "number")
    assert ask(desk, level_id, stands={"one": {}})[0] == 400
    assert ask(desk, level_id, do="dance")[0] == 400
    for body in ({"do": []}, {"do": {}}, {"do": None}, None, 5, [], "x"):
        response = desk.post(
            url("edits", level_id), json.dumps(body), content_type="application/json"
        )
        assert (response.status_code, response.json()) == (
            400,
            {"detail": "This is not a valid edit."},
        )
    response = desk.post(url("edits", level_id), "{", content_type="application/json")
    assert (response.status_code, response.json()) == (400, {"detail": "This is not a valid edit."})
    client.force_login(organiser("53", role=Role.READER, language="en"))
    assert ask(client, level_id, stands={str(stand.pk): {"x": 3}}) == (
        403,
        {"code": "not_allowed", "detail": "Your role does not allow this for this region."},
    )
    assert not PlanEdit.objects.exists()


def test_the_whole_drawing_is_there_for_who_finds_it_changed(desk, zone):
    stand = StandFactory(zone=zone, number="A-1")
    told = desk.get(url("drawing", zone.level_id)).json()
    assert (told["near"], [row[:2] for row in told["stands"]]) == (None, [[stand.pk, "A-1"]])


# --- Files ---


def send(client, zone, text, name="plan.csv", **sent):
    file = SimpleUploadedFile(name, text.encode())
    usual = {"units": "metres", "left": "0", "top": "0", "scale_kind": "width", "scale": "100"}
    usual |= {"zone_prefix": "zone-", "do": "preview", "zone": "", "file": file}
    return client.post(url("import", zone.level_id), {**usual, **sent}, follow=True)


def hidden(response):
    page = response.content.decode()
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def test_a_file_is_looked_at_then_written_then_taken_back(desk, zone):
    StandFactory(zone=zone, number="A-1")

    shown = send(desk, zone, "number;x;y\nA-1;2;1\nA-2;4,5;1\nA-3;here;1\n")

    assert not PlanEdit.objects.exists()
    found = shown.context["found"]
    assert (found.new, found.changed) == ([("A-2", zone.name)], [("A-1", "x (m)")])
    assert "x (m): “here” is not a number: write 2.5 or 2,5." in shown.content.decode()
    carried = {
        name: value.replace("&quot;", '"')
        for name, value in hidden(shown).items()
        if name != "csrfmiddlewaretoken"
    }
    written = desk.post(url("import", zone.level_id), {**carried, "do": "write"}, follow=True)
    assert [str(each) for each in written.context["messages"]] == [
        "Imported from plan.csv. “Undo” takes all of it back."
    ]
    assert list(Stand.objects.order_by("number").values_list("number", "x")) == [
        ("A-1", 2),
        ("A-2", 4.5),
    ]
    take(desk, zone.level_id, do="undo")
    assert list(Stand.objects.values_list("number", "x")) == [("A-1", 1)]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("plan.pdf", "%PDF", "Send a plan as .csv, .geojson or .svg; “plan.pdf” is none of them."),
        ("plan.svg", "<html/>", "This file is not an SVG drawing."),
        ("plan.csv", "a;b\n", "No column holds the stands’ numbers"),
        ("plan.csv", "x" * (1024**2 + 1), "The file has 1024 kB; 1024 kB at most are read."),
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_why(desk, zone, name, text, sentence):
    response = send(desk, zone, text, name)
    [told] = [str(each) for each in response.context["messages"]]
    assert told.startswith(sentence)


def test_the_template_is_a_file_that_an_import_takes_back(desk, zone):
    StandFactory(zone=zone, number="A-1", x="2.5", has_screen=True, rotation=90)

    response = desk.get(url("template", zone.level_id))
    text = response.getvalue().decode("utf-8-sig")

    assert response.headers["Content-Disposition"] == (
        'attachment; filename="plan-hall-7-level-1.csv"'
    )
    found = send(desk, zone, text).context["found"]
    assert (found.same, found.writes, found.problems) == (1, 0, [])
