"""What is printed of the stands: which pages, from which plan, in which words, by whom."""

import json
from datetime import UTC, datetime
from io import BytesIO

import pytest
import typst
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import translation
from PIL import Image

from events.models import HalfDay
from pavilion.core import jobs
from pavilion.core.models import Job, Membership
from pavilion.core.printing import compiler, laying_out, typesetting
from startups.models import FloorRules, PlanVersion
from startups.operations.printing import NothingToPrint, ask_print, document_for
from startups.printing.wanted import Wanted
from tests.factories import (
    AllocationFactory,
    HalfDayFactory,
    PublishedAllocationFactory,
    UserFactory,
    organiser,
)
from tests.startups.fair import afternoon, exhibitor, second_morning, stand

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 6, 11, 16, 40, tzinfo=UTC)


@pytest.fixture(autouse=True)
def eve_of_the_fair(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def by():
    return organiser()


def picture(size=(40, 20)):
    content = BytesIO()
    Image.new("RGB", size, "teal").save(content, "PNG")
    return content.getvalue()


def half_day_shared():
    """Armor in the morning and Lumen in the afternoon on one stand, Reste all day on another."""
    pod, other = stand("BRE-1"), stand("BRE-2")
    armor = exhibitor("Armor « Énergie »")
    PublishedAllocationFactory(exhibitor=armor, stand=pod)
    PublishedAllocationFactory(exhibitor=exhibitor("Lumen"), stand=pod, half_day=afternoon())
    staying = exhibitor("Reste", theme_id="health")
    for half_day in (HalfDayFactory(), afternoon()):
        PublishedAllocationFactory(exhibitor=staying, stand=other, half_day=half_day)
    return pod


def wanted(**fields):
    return Wanted(edition=HalfDayFactory().edition_id, **fields)


def laid_out(by, language="fr", **fields):
    with translation.override(language):
        return document_for(wanted=wanted(**fields), by=by)


def told(document):
    return [
        (one["number"], one["name"], one["when"], one["until"], one["next"])
        for one in document.values["signs"]
    ]


MORNING, AFTERNOON = "Wednesday 12 June, morning", "Wednesday 12 June, afternoon"


def test_signs_say_who_is_there_until_when_and_who_comes_next(by):
    half_day_shared()

    document = laid_out(by, "en")

    assert told(document) == [
        ("BRE-1", "Armor « Énergie »", MORNING, "Here until 12:30", "Then: Lumen"),
        ("BRE-2", "Reste", MORNING, "Here until 18:00", ""),
        ("BRE-1", "Lumen", AFTERNOON, "Here until 18:00", ""),
        ("BRE-2", "Reste", AFTERNOON, "Here until 18:00", ""),
    ]
    assert document.count == 4


def test_sign_leaves_the_region_time_to_hand_over(by):
    pod = half_day_shared()
    FloorRules.objects.create(participation=pod.zone.participation, handover_minutes=45)

    document = laid_out(by, "en", stands=["bre 1"])

    assert [(number, until) for number, _name, _when, until, _next in told(document)] == [
        ("BRE-1", "Here until 12:15"),
        ("BRE-1", "Here until 18:00"),
    ]


@pytest.mark.parametrize(
    ("fields", "signs"),
    [
        ({"region": "84"}, []),
        ({"region": "53"}, ["BRE-1", "BRE-2", "BRE-1", "BRE-2"]),
        ({"stands": ["BRE-2"]}, ["BRE-2", "BRE-2"]),
        ({"whole_days": True}, ["BRE-1", "BRE-2", "BRE-1"]),
        ({"source": "made"}, []),
    ],
)
def test_signs_are_those_asked_for(by, fields, signs):
    half_day_shared()
    if not signs:
        with pytest.raises(NothingToPrint):
            laid_out(by, **fields)
    else:
        assert [one[0] for one in told(laid_out(by, **fields))] == signs


def test_signs_of_one_half_day(by):
    half_day_shared()
    pm = HalfDay.objects.get(part="pm")

    assert [one[:2] for one in told(laid_out(by, half_day=pm.pk))] == [
        ("BRE-1", "Lumen"),
        ("BRE-2", "Reste"),
    ]


def test_paper_says_which_plan_it_is_and_when_it_was_printed(by):
    pod = half_day_shared()
    PlanVersion.objects.create(participation=pod.zone.participation, number=3, at=NOW)
    AllocationFactory(exhibitor=exhibitor("Autre"), stand=pod)

    of_region = laid_out(by, "en", region="53").values["stamp"]
    of_all = laid_out(by, "en").values["stamp"]
    being_made = laid_out(by, "en", source="made").values["stamp"]

    at = "Tuesday 11 June 2030 at 18:40"
    assert [of_region, of_all, being_made] == [
        f"Announced plan, version 3 of {at} · printed {at}",
        f"Announced plan of {at} · printed {at}",
        f"Plan being made, step 0: not announced · printed {at}",
    ]


def test_rotation_sheet_has_a_region_s_stands_and_who_holds_them(by):
    half_day_shared()
    second_morning()
    stand("BRE-3")

    (sheet,) = laid_out(by, sheet="rotation", region="53").values["sheets"]

    assert [
        (row["number"], [(cell["name"], cell["span"]) for cell in row["cells"]])
        for row in sheet["rows"]
    ] == [
        ("BRE-1", [("Armor « Énergie »", 1), ("Lumen", 1), ("", 1)]),
        ("BRE-2", [("Reste", 2), ("", 1)]),
        ("BRE-3", [("", 3)]),
    ]


def test_plan_of_a_hall_lists_its_stands(by):
    half_day_shared()

    (level,) = laid_out(by, "en", sheet="halls").values["levels"]

    assert [
        (one["number"], [(guest["name"], guest["when"]) for guest in one["guests"]])
        for zone in level["zones"]
        for one in zone["stands"]
    ] == [
        ("BRE-1", [("Armor « Énergie »", "Wed 12 morning"), ("Lumen", "Wed 12 afternoon")]),
        ("BRE-2", [("Reste", "Wed 12")]),
    ]


@pytest.mark.parametrize(
    ("content", "is_shown"), [(picture(), True), (picture()[:60], False), (b"<svg/>", False)]
)
def test_sign_shows_a_logo_that_is_a_whole_picture(by, settings, tmp_path, content, is_shown):
    settings.MEDIA_ROOT = tmp_path
    armor = exhibitor("Armor")
    armor.application.logo.save("logo.png", ContentFile(content))
    PublishedAllocationFactory(exhibitor=armor, stand=stand("BRE-1"))

    document = laid_out(by)

    name = f"logo-{armor.application_id}.png"
    assert (document.values["signs"][0]["logo"] == name, name in document.pictures) == (
        is_shown,
        is_shown,
    )


def test_sign_goes_without_a_logo_that_is_lost(by, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    armor = exhibitor("Armor")
    armor.application.logo = "logos/gone.png"
    armor.application.save()
    PublishedAllocationFactory(exhibitor=armor, stand=stand("BRE-1"))

    assert laid_out(by).values["signs"][0]["logo"] is None


# --- The PDF ---


def pages_of(document, tmp_path):
    """How many pages the typesetter itself counts."""
    path = laying_out.write(document.path, document.values, document.pictures, tmp_path)
    setter = typst.Compiler(
        path, root=tmp_path, font_paths=compiler.FONTS, ignore_system_fonts=True
    )
    return json.loads(setter.query("<pages>", field="value", one=True))


@pytest.mark.parametrize(
    ("fields", "pages"),
    [
        ({}, 4),
        ({"paper": "a3", "whole_days": True}, 3),
        ({"sheet": "rotation"}, 1),
        ({"sheet": "halls"}, 2),
    ],
)
def test_document_has_its_pages(by, tmp_path, fields, pages):
    half_day_shared()
    document = laid_out(by, **fields)

    pdf = typesetting.typeset(document.path, document.values, document.pictures, NOW)

    assert pdf.startswith(b"%PDF-")
    assert pages_of(document, tmp_path) == pages


def test_same_plan_prints_the_same_file_everywhere(by):
    half_day_shared()
    document = laid_out(by)
    made = [
        typesetting.typeset(document.path, document.values, document.pictures, NOW)
        for _time in range(2)
    ]

    assert made[0] == made[1]
    assert set(compiler.FONTS.families()) == {
        "DejaVu Sans Mono",
        "Libertinus Serif",
        "New Computer Modern",
        "New Computer Modern Math",
    }


# --- Who may ask, and how ---


def test_job_keeps_the_file_for_whoever_asked(by, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    half_day_shared()
    with translation.override("en"):
        job = ask_print(wanted=wanted(region="53"), by=by)

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.result["sentence"]) == (Job.State.DONE, "The file is ready: 4 sheets.")
    assert job.file_name == "signs-of-the-stands-vivatech-2030-a4-en.pdf"
    with job.file.open("rb") as made:
        assert made.read(5) == b"%PDF-"


def test_job_with_nothing_to_print_says_so(by):
    HalfDayFactory()
    with translation.override("en"):
        job = ask_print(wanted=wanted(), by=by)

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.result) == (
        Job.State.FAILED,
        {"error": "Nothing to print: in this plan nobody is at these stands on these half-days."},
    )


def test_only_desks_print():
    half_day_shared()
    for somebody in (UserFactory(), organiser("53", role="reviewer")):
        with pytest.raises(PermissionDenied):
            ask_print(wanted=wanted(), by=somebody)


def test_who_lost_the_desk_meanwhile_gets_no_file(by):
    half_day_shared()
    job = ask_print(wanted=wanted(), by=by)
    Membership.objects.filter(user=by).delete()

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.file_name) == (Job.State.FAILED, "")


PAGE = "admin:startups_allocation_print"


def asked(**fields):
    return {"sheet": "signs", "source": "announced", "paper": "a4", "language": "en"} | fields


def test_desk_asks_and_is_led_to_the_job(client, by):
    half_day_shared()
    client.force_login(by)

    response = client.post(reverse(PAGE), asked(region="53", stands="bre1, BRE-2"))

    job = Job.objects.get()
    assert response["Location"] == reverse("admin:core_job_change", args=[job.pk])
    assert (job.language, job.arguments) == (
        "en",
        wanted(region="53", stands=["BRE-1", "BRE-2"]).arguments,
    )


def test_desk_hears_which_stand_does_not_exist(client, by):
    half_day_shared()
    by.language = "en"
    by.save()
    client.force_login(by)

    response = client.post(reverse(PAGE), asked(stands="BRE-1, X9"))

    assert response.context["form"].errors == {"stands": ["No stand has the number X9."]}
    assert not Job.objects.exists()


def test_page_offers_one_s_own_region_first(client):
    half_day_shared()
    client.force_login(organiser("53", role="reader"))

    form = client.get(reverse(PAGE)).context["form"]

    assert form.initial["region"] == "53"


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_as_often_for_many(client, by, django_assert_num_queries, rows):
    for number in range(rows):
        stand(f"BRE-{number}")
    client.force_login(by)
    client.get(reverse(PAGE))

    with django_assert_num_queries(9):
        client.get(reverse(PAGE))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("sheet", "queries"), [("signs", 6), ("rotation", 9), ("halls", 9)])
def test_printing_reads_as_often_for_many(by, django_assert_num_queries, sheet, queries, rows):
    for number, code in zip(range(rows), ("53", "84", "11"), strict=False):
        pod, found = stand(f"A-{number}", code), exhibitor(f"Armor{number}", code)
        PublishedAllocationFactory(exhibitor=found, stand=pod)
        PlanVersion.objects.create(participation=found.participation, number=1)
    some = wanted(sheet=sheet)
    by.memberships.all()

    with django_assert_num_queries(queries):
        assert document_for(wanted=some, by=by).count


def test_program_asks_over_the_api(client, by):
    pod = half_day_shared()
    client.force_login(by)

    response = client.post(
        "/api/v1/allocations/print/",
        {"edition": 2030, "sheet": "signs", "stands": [pod.pk], "language": "en"},
        content_type="application/json",
    )

    job = Job.objects.get()
    assert (response.status_code, response.json()["id"]) == (202, job.pk)
    assert job.arguments == wanted(stands=["BRE-1"]).arguments
