"""The technical sheet: what the stands have to deliver, half-day by half-day, and what misses."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from events.models import Edition, Region
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry
from startups.floor.technical import Load, Missing, read_sheet
from tests.api import client_of
from tests.factories import (
    AllocationFactory,
    ApplicationFactory,
    CallFactory,
    EditionFactory,
    ExhibitorFactory,
    HalfDayFactory,
    ParticipationFactory,
    StandFactory,
    ZoneFactory,
    organiser,
)

pytestmark = pytest.mark.django_db
CHECKED = datetime(2030, 5, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def morning():
    return HalfDayFactory()


@pytest.fixture
def afternoon(morning):
    return HalfDayFactory(part="pm")


def named(name, *, region="53", checked=CHECKED, **needs):
    participation = ParticipationFactory(region=Region.objects.get(code=region))
    application = ApplicationFactory(
        status="confirmed",
        display_name=name,
        call=CallFactory(participation=participation),
        **{"power_watts": 0, **needs},
    )
    return ExhibitorFactory(application=application, needs_checked_at=checked)


def put(exhibitor, stand, *half_days):
    for half_day in half_days:
        AllocationFactory(exhibitor=exhibitor, stand=stand, half_day=half_day)


def a_fair(morning, afternoon):
    """Bretagne's two stands, one of them used by two; Normandie's one."""
    one = StandFactory(number="A1", power_watts=1000, has_water=True)
    two = StandFactory(number="A2", power_watts=500, has_screen=True)
    normandy = ParticipationFactory(region=Region.objects.get(code="28"))
    three = StandFactory(number="N1", zone=ZoneFactory(participation=normandy))
    iroise = named("Iroise", power_watts=800, needs_water=True, wifi_network="Iroise-A1")
    molene = named("Molène", power_watts=2000, heavy_load=400, technical_notes="Robot")
    sein = named("Sein", power_watts=300, needs_screen=True, needs_accessible_stand=True)
    havre = named("Havre", region="28")
    put(iroise, one, morning)
    put(molene, one, afternoon)
    put(sein, two, morning, afternoon)
    put(havre, three, morning)
    return iroise, molene, sein, havre


def test_the_sheet_sums_up_each_area_and_half_day(morning, afternoon):
    a_fair(morning, afternoon)

    sheet = read_sheet(Edition.objects.get())

    bretagne, normandie = sheet.zones
    assert [str(zone.zone) for zone in sheet.zones] == ["Bretagne", "Normandie"]
    assert bretagne.provided == Load(watts=1500, screens=1, waters=1, accessibles=2)
    assert bretagne.loads == [
        Load(exhibitors=2, watts=1100, screens=1, waters=1, accessibles=1, wifis=1),
        Load(exhibitors=2, watts=2300, screens=1, accessibles=1, load=400, loads=1),
    ]
    assert normandie.loads == [Load(exhibitors=1), Load()]
    assert [load.exhibitors for load in sheet.loads] == [3, 2]
    assert (bretagne.peak, sheet.provided.watts) == (2300, 1500)
    line = bretagne.stands[0]
    assert (line.asked.watts, line.asked.water, line.asked.load, line.wifis) == (
        *(2000, True, 400, ["Iroise-A1"]),
    )
    assert [(user.need.name, user.columns) for user in line.occupied] == [
        ("Iroise", [0]),
        ("Molène", [1]),
    ]


def test_the_sheet_says_what_is_missing(morning, afternoon):
    _iroise, molene, _sein, _havre = a_fair(morning, afternoon)
    groix = named("Groix", checked=None, technical_notes="Notre propre Wi-Fi")
    batz = named("Batz", power_watts=None, wifi_network="iroise-a1")

    sheet = read_sheet(Edition.objects.get(), ["53"])

    half_day = "Wed 12 afternoon"
    assert sheet.missing == [
        Missing(
            *("overload", "53", None, "", "", half_day),
            "Bretagne: 2300 W are asked for, its stands provide 1500 W.",
        ),
        Missing(
            *("unsuited", "53", molene.pk, "Molène", "A1", half_day),
            "Stand A1 lacks what Molène needs: 2\u00a0kW, 400\u00a0kg/m².",
        ),
        Missing("no_stand", "53", batz.pk, "Batz", "", "", "Batz has no stand."),
        Missing(
            *("power", "53", batz.pk, "Batz", "", ""),
            "Batz has not said how much power it needs.",
        ),
        Missing("no_stand", "53", groix.pk, "Groix", "", "", "Groix has no stand."),
        Missing(
            *("unconfirmed", "53", groix.pk, "Groix", "", ""),
            "Groix has not confirmed its needs.",
        ),
        Missing(
            *("wifi", "53", groix.pk, "Groix", "", ""),
            "Groix writes of a Wi-Fi network and has declared none.",
        ),
        Missing(
            *("wifi_twice", "53", _iroise.pk, "Iroise", "", ""),
            "Iroise and Batz both declare the Wi-Fi network “Iroise-A1”.",
        ),
    ]
    assert sheet.count()["no_stand"] == 2


def test_a_region_reads_its_own_and_its_share_of_what_all_use(morning):
    shared = ZoneFactory(participation=None)
    one, two = (StandFactory(number=number, zone=shared) for number in ("S1", "S2"))
    put(named("Iroise", power_watts=100), one, morning)
    put(named("Havre", region="28", power_watts=700), two, morning)

    whole, own = (read_sheet(Edition.objects.get(), codes) for codes in (None, ["53"]))

    assert [[line.number for line in zone.stands] for zone in whole.zones] == [["S1", "S2"]]
    assert [[line.number for line in zone.stands] for zone in own.zones] == [["S1"]]
    assert [load.watts for load in (*whole.loads, *own.loads)] == [800, 100]


def test_the_page_draws_the_load_and_names_what_is_missing(client, morning, afternoon):
    _iroise, molene, _sein, _havre = a_fair(morning, afternoon)
    client.force_login(organiser("53", language="en"))
    url = reverse("admin:startups_board_technical", args=[2030])

    page = client.get(url)
    zone = page.context["sheet"].zones[0].zone.pk
    stands = client.get(f"{url}?zone={zone}&measure=waters")

    (row,) = page.context["rows"]
    assert [(bar.text, bar.height, bar.is_over) for bar in row.bars] == [
        ("1.1\u00a0kW", 73, False),
        ("2.3\u00a0kW", 100, True),
    ]
    html = page.content.decode()
    assert "Wednesday 12 June, afternoon: 2.3\u00a0kW asked for, 1.5\u00a0kW provided" in html
    assert f'/admin/startups/exhibitor/{molene.pk}/change/">Stand A1 lacks' in html
    assert [(line["number"], line["asked"]) for line in stands.context["lines"]] == [
        ("A1", ["2\u00a0kW", "water", "400\u00a0kg/m²", "Wi-Fi Iroise-A1"]),
        ("A2", ["300\u00a0W", "screen", "accessible"]),
    ]
    assert client.get(f"{url}?measure=x").status_code == 404
    assert client.get(f"{url}?zone=99").status_code == 404


def test_the_workbook_holds_totals_stands_users_and_what_is_missing(client, morning, afternoon):
    a_fair(morning, afternoon)
    client.force_login(organiser("53", language="en"))
    url = reverse("admin:startups_board_technical_export", args=[2030])

    answer = client.post(url)

    assert client.get(url).status_code == 405
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    rows = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    assert list(rows) == ["Totals", "Stands", "Users of the stands", "Missing"]
    assert rows["Totals"][2] == (
        *("Bretagne", "Wednesday 12 June, afternoon", 2, 2300, 1500, 0),
        *(1, 0, 0, 0, 1, 400, 1, 0),
    )
    assert rows["Stands"][1] == (
        *("Bretagne", "Hall 7, level 1", "A1", "Pod", 2000, 1000, "no", "no", "no", "no"),
        *("no", "no", "yes", "yes", "no", "yes", 400, 250, "Iroise-A1"),
        "Iroise (Wed 12 morning) · Molène (Wed 12 afternoon)",
    )
    assert rows["Users of the stands"][2][2:] == (
        *("A1", "Molène", "Wed 12 afternoon", 2000, "no", "no", "no", "no", 400, "no"),
        *(None, "Robot", "yes"),
    )
    assert [row[0] for row in rows["Missing"][1:]] == [
        "More power asked for than provided",
        "The stand lacks something",
    ]
    entry = ActivityEntry.objects.get(verb="list.exported")
    assert (entry.region_code, entry.after["list"]) == ("53", "Technical sheet")


def test_programs_read_the_sheet(morning, afternoon):
    _iroise, molene, _sein, _havre = a_fair(morning, afternoon)

    answer = client_of(organiser("53", language="en")).get(
        "/api/v1/exhibitors/technical-sheet/?edition=2030"
    )

    found = answer.json()
    assert (answer.status_code, found["edition"], len(found["zones"])) == (200, 2030, 1)
    (zone,) = found["zones"]
    assert zone["half_days"][1] == {
        "half_day": afternoon.pk,
        "exhibitors": 2,
        "watts": 2300,
        "silent": 0,
        "screens": 1,
        "networks": 0,
        "storages": 0,
        "waters": 0,
        "accessibles": 1,
        "wifis": 0,
        "load": 400,
        "loads": 1,
    }
    assert zone["stands"][0]["users"][1] == {
        "exhibitor": molene.pk,
        "name": "Molène",
        "region": "53",
        "half_days": [afternoon.pk],
        "watts": 2000,
        "needs": {
            "kind": "",
            "watts": 2000,
            "screen": False,
            "network": False,
            "storage": False,
            "water": False,
            "load": 400,
            "accessible": False,
        },
        "wifi": "",
        "notes": "Robot",
        "is_confirmed": True,
    }
    assert [each["code"] for each in found["missing"]] == ["overload", "unsuited"]


@pytest.mark.parametrize(
    ("user", "own", "all_regions", "other"),
    [
        (lambda: organiser("53"), 200, 200, 404),
        (lambda: organiser("53", Role.READER), 200, 200, 404),
        (lambda: organiser("53", Role.REVIEWER), 403, 403, 403),
        (lambda: organiser("28"), 404, 200, 200),
        (lambda: organiser("", Role.READER), 200, 200, 200),
    ],
)
def test_the_sheet_is_its_desks(client, user, own, all_regions, other, morning, afternoon):
    a_fair(morning, afternoon)
    client.force_login(user())
    page = reverse("admin:startups_board_technical", args=[2030])
    export = reverse("admin:startups_board_technical_export", args=[2030])
    expected = [own, all_regions, other]

    assert [client.get(f"{page}?region={code}").status_code for code in ("53", "all", "28")] == (
        expected
    )
    assert [client.post(f"{export}?region={code}").status_code for code in ("53", "all", "28")] == (
        expected
    )
    api = "/api/v1/exhibitors/technical-sheet/?edition=2030&region="
    assert [client.get(f"{api}{code}").status_code for code in ("53", "", "28")] == expected


@pytest.mark.parametrize("count", [1, 3])
def test_the_sheet_takes_the_same_queries_for_one_and_three(
    count, morning, afternoon, django_assert_num_queries
):
    edition = EditionFactory()
    for number in range(count):
        put(named(f"Iroise {number}", power_watts=5000), StandFactory(), morning, afternoon)

    with django_assert_num_queries(5):
        read_sheet(edition)
