from datetime import UTC, date, datetime

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify

from events.models import HalfDay, Region, Session
from pavilion.core.errors import DomainError
from pavilion.core.middleware import RefusalMiddleware
from pavilion.core.models import ActivityEntry
from startups.models import Application
from startups.views.public import home
from tests.factories import (
    AllocationFactory,
    ApplicationFactory,
    CallFactory,
    DayFactory,
    EditionFactory,
    ExhibitorFactory,
    HalfDayFactory,
    ParticipationFactory,
    RoomFactory,
    SessionFactory,
    StandFactory,
    ZoneFactory,
    organiser,
)

pytestmark = pytest.mark.django_db

BEFORE_THE_FAIR = datetime(2030, 2, 15, 9, tzinfo=UTC)
FIRST_MORNING = datetime(2030, 6, 12, 8, tzinfo=UTC)
PAGES = ["startups:home", "startups:directory", "startups:plan"]


@pytest.fixture(autouse=True)
def _before_the_fair():
    with time_machine.travel(BEFORE_THE_FAIR, tick=False):
        yield


@pytest.fixture
def client(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def participation_of(code, **fields):
    return ParticipationFactory(region=Region.objects.get(code=code), **fields)


def exhibitor(name, code="53", **fields):
    """A confirmed company of a region."""
    call = CallFactory(participation=participation_of(code))
    application = ApplicationFactory(
        call=call, display_name=name, status=Application.Status.CONFIRMED, **fields
    )
    return ExhibitorFactory(application=application, slug=slugify(name))


def stand(number, code="53", **fields):
    return StandFactory(
        number=number, zone=ZoneFactory(participation=participation_of(code)), **fields
    )


def afternoon():
    return HalfDayFactory(part=HalfDay.Part.AFTERNOON)


def second_morning():
    return HalfDayFactory(day=DayFactory(date=date(2030, 6, 13)))


def names(response):
    return [str(found) for found, _stays in response.context["exhibitors"]]


@pytest.mark.parametrize("page", PAGES)
def test_public_page_without_edition_says_what_will_be_here(client, page):
    EditionFactory(is_published=False)

    response = client.get(reverse(page))

    assert (response.status_code, response.context["edition"]) == (200, None)


@pytest.mark.parametrize("page", PAGES)
def test_public_page_only_reads(client, page):
    assert client.post(reverse(page)).status_code == 405


# --- Home ----------------------------------------------------------------------------------------


def test_home_shows_first_the_calls_that_close_first_and_none_that_is_closed(client):
    for code, opens, closes in [
        ("53", datetime(2030, 2, 1, tzinfo=UTC), datetime(2030, 3, 2, tzinfo=UTC)),
        ("84", datetime(2030, 2, 1, tzinfo=UTC), datetime(2030, 3, 1, tzinfo=UTC)),
        ("11", datetime(2030, 1, 1, tzinfo=UTC), datetime(2030, 2, 1, tzinfo=UTC)),
        ("76", datetime(2030, 2, 20, tzinfo=UTC), datetime(2030, 3, 1, tzinfo=UTC)),
    ]:
        CallFactory(participation=participation_of(code), opens_at=opens, closes_at=closes)

    context = client.get(reverse("startups:home")).context

    assert [call.region_code for call in context["calls"]] == ["84", "53"]
    assert context["more_calls"] is False


def test_home_compares_the_regions(client):
    allocation = AllocationFactory(exhibitor=exhibitor("Armor"), stand=stand("BRE-1"))
    stand("BRE-2")
    stand("BRE-3", is_open=False)
    afternoon()
    SessionFactory(edition=allocation.stand.edition, participation=participation_of("53"))
    SessionFactory(edition=allocation.stand.edition, state=Session.State.CANCELLED)
    SessionFactory(edition=allocation.stand.edition)
    participation_of("84")
    gone = exhibitor("Partie")
    gone.left_at = BEFORE_THE_FAIR
    gone.save()

    pulse = client.get(reverse("startups:home")).context["pulse"]

    assert [
        (beat.participation.region_id, beat.exhibitors, beat.stands, beat.taken, beat.half_days)
        for beat in pulse.beats
    ] == [("84", 0, 0, 0, 0), ("53", 1, 2, 1, 4)]
    assert (pulse.exhibitors, pulse.stands, pulse.sessions) == (1, 2, 2)
    assert (pulse.most_exhibitors, pulse.most_stands, pulse.most_sessions) == (1, 2, 1)


# --- Directory -----------------------------------------------------------------------------------


def test_directory_lists_by_name_with_stands_and_days(client):
    late, early = exhibitor("Zéphyr"), exhibitor("Armor")
    morning, pod = HalfDayFactory(), stand("BRE-1")
    AllocationFactory(exhibitor=early, stand=pod, half_day=morning)
    AllocationFactory(exhibitor=early, stand=pod, half_day=afternoon())
    AllocationFactory(exhibitor=early, stand=stand("BRE-2"), half_day=second_morning())

    response = client.get(reverse("startups:directory"))

    assert [
        (found, [(stay.number, stay.days) for stay in stays])
        for found, stays in response.context["exhibitors"]
    ] == [(early, [("BRE-1", "Wed 12"), ("BRE-2", "Thu 13 morning")]), (late, [])]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Armor", "Lumen", "Vercors"]),
        ({"region": "53"}, ["Armor", "Lumen"]),
        ({"theme": "health"}, ["Lumen"]),
        ({"region": "84", "theme": "health"}, []),
        ({"q": "lum"}, ["Lumen"]),
        ({"q": "hydrogène barrages"}, ["Vercors"]),
        ({"q": "hydrogène armor"}, []),
        ({"region": "nowhere"}, ["Armor", "Lumen", "Vercors"]),
    ],
)
def test_directory_narrows_to_what_is_asked(client, query, found):
    exhibitor("Armor")
    exhibitor("Lumen", theme_id="health")
    exhibitor("Vercors", code="84", pitch_fr="De l’hydrogène au pied des barrages.")

    assert names(client.get(reverse("startups:directory"), query)) == found


def test_directory_finds_and_sorts_whatever_the_accents_and_the_database(client):
    for name in ("Zéphyr", "l’Élan", "Énergie & Cie", "œuvre", "energie-mer", "Ÿvoire"):
        exhibitor(name)
    directory = reverse("startups:directory")

    assert names(client.get(directory)) == [
        "Énergie & Cie",
        "energie-mer",
        "l’Élan",
        "œuvre",
        "Ÿvoire",
        "Zéphyr",
    ]
    for word in ("energie", "ÉNERGIE", "énergie"):
        assert names(client.get(directory, {"q": word})) == ["Énergie & Cie", "energie-mer"]
    assert names(client.get(directory, {"q": "l'elan"})) == ["l’Élan"]
    assert names(client.get(directory, {"q": "OEUVRE hopitaux"})) == ["œuvre"]
    assert names(client.get(directory, {"q": "100%"})) == []


def test_directory_shows_neither_who_left_nor_another_edition(client):
    exhibitor("Armor")
    gone = exhibitor("Partie")
    gone.left_at = BEFORE_THE_FAIR
    gone.save()
    old = CallFactory(
        participation=ParticipationFactory(
            edition=EditionFactory(
                year=2029, starts_on=date(2029, 6, 13), ends_on=date(2029, 6, 16)
            )
        )
    )
    ExhibitorFactory(application=ApplicationFactory(call=old, status="confirmed"))

    for reader in (None, organiser(), organiser("53")):
        if reader:
            client.force_login(reader)
        assert names(client.get(reverse("startups:directory"))) == ["Armor"]


def test_directory_turns_its_pages_and_keeps_the_filters(client):
    for number in range(31):
        exhibitor(f"Armor{number:02d}")

    response = client.get(reverse("startups:directory"), {"region": "53", "page": 2})

    assert names(response) == ["Armor30"]
    assert 'href="?region=53&amp;page=1"' in response.content.decode()


def test_pages_in_english_say_which_texts_are_french(client):
    call = CallFactory(participation=participation_of("53"), text_fr="Venez.")
    translated, french = exhibitor("Armor"), exhibitor("Breizh", pitch_en="")
    AllocationFactory(exhibitor=french, stand=stand("BRE-1"))
    pitch = '<p{} lang="fr">Nous protégeons les hôpitaux.</p>'

    directory = client.get(reverse("startups:directory")).content.decode()
    assert directory.count(pitch.format("")) == 1
    assert "<p>We protect hospitals.</p>" in directory
    pages = [french.get_absolute_url(), "/stands/BRE-1/", f"/appels/{call.region_code}/"]
    shown = [client.get(page).content.decode() for page in pages]
    assert pitch.format(' class="lede"') in shown[0]
    assert pitch.format("") in shown[1]
    assert '<div class="stack" lang="fr"><p>Venez.</p></div>' in shown[2]
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "fr"
    in_french = client.get(translated.get_absolute_url()).content.decode()
    assert '<p class="lede">Nous protégeons les hôpitaux.</p>' in in_french


# --- An exhibitor --------------------------------------------------------------------------------


def test_exhibitor_is_drawn_half_day_by_half_day(client):
    found, pod = exhibitor("Armor", website="https://armor.example/fr"), stand("BRE-1")
    AllocationFactory(exhibitor=found, stand=pod)
    AllocationFactory(exhibitor=found, stand=pod, half_day=afternoon())
    second_morning()

    response = client.get(found.get_absolute_url())

    assert [
        (row.day.date.day, [(bar.column, bar.span, bar.what) for bar in row.bars])
        for row in response.context["rotation"]
    ] == [(12, [(1, 2, pod)]), (13, [(1, 1, None)])]
    assert response.context["website_host"] == "armor.example"
    assert response.context["other_pitches"] == [("fr", "Nous protégeons les hôpitaux.")]
    assert 'rel="noopener nofollow external"' in response.content.decode()


def test_exhibitor_that_left_or_is_not_published_is_not_found(client):
    found = exhibitor("Armor")
    found.left_at = BEFORE_THE_FAIR
    found.save()
    hidden = CallFactory(
        participation=ParticipationFactory(edition=EditionFactory(year=2031, is_published=False))
    )
    secret = ExhibitorFactory(application=ApplicationFactory(call=hidden, status="confirmed"))

    assert client.get(found.get_absolute_url()).status_code == 404
    assert client.get(secret.get_absolute_url()).status_code == 404


def test_logo_is_sent_as_an_image_that_can_run_nothing(client):
    found = exhibitor("Armor")
    found.application.logo.save("Mon logo.PNG", ContentFile(b"an image"))

    response = client.get(reverse("startups:logo", args=["armor"]))

    assert b"".join(response.streaming_content) == b"an image"
    assert {
        name: response[name]
        for name in (
            "Content-Type",
            "X-Content-Type-Options",
            "Cache-Control",
            "Content-Security-Policy",
        )
    } == {
        "Content-Type": "image/png",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=3600",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }


def test_logo_that_is_missing_lost_or_of_somebody_unseen_is_not_found(client):
    nothing, lost, gone = exhibitor("Rien"), exhibitor("Perdu"), exhibitor("Partie")
    lost.application.logo = "logos/nowhere.png"
    lost.application.save()
    gone.application.logo.save("logo.png", ContentFile(b"an image"))
    gone.left_at = BEFORE_THE_FAIR
    gone.save()

    assert [
        client.get(reverse("startups:logo", args=[one.slug])).status_code
        for one in (nothing, lost, gone)
    ] == [404, 404, 404]


# --- The plan and a stand ------------------------------------------------------------------------


def drawn(response):
    return [
        (
            zone.region_code,
            [
                (one.number, one.occupant.name if one.occupant else None, one.is_marked)
                for one in zone.stands
            ],
        )
        for level in response.context["levels"]
        for zone in level.zones
    ]


def a_plan():
    AllocationFactory(exhibitor=exhibitor("Armor"), stand=stand("BRE-1"))
    AllocationFactory(
        exhibitor=exhibitor("Lumen", theme_id="health"), stand=stand("BRE-2"), half_day=afternoon()
    )
    stand("ARA-1", code="84")
    stand("BRE-9", is_open=False)


@pytest.mark.parametrize(
    ("now", "label", "is_now"),
    [
        (BEFORE_THE_FAIR, "Wednesday 12 June, morning", False),
        (FIRST_MORNING, "Wednesday 12 June, morning", True),
        (datetime(2030, 6, 12, 11, tzinfo=UTC), "Wednesday 12 June, afternoon", True),
        (datetime(2030, 6, 12, 16, tzinfo=UTC), "Wednesday 12 June, afternoon", False),
    ],
)
def test_plan_shows_the_present_half_day_else_the_next_else_the_last(client, now, label, is_now):
    a_plan()
    with time_machine.travel(now, tick=False):
        context = client.get(reverse("startups:plan")).context

    with translation.override("en"):
        assert (str(context["half_day"]), context["is_now"]) == (label, is_now)


def test_plan_shows_who_is_where_at_the_half_day_asked_for(client):
    a_plan()

    response = client.get(reverse("startups:plan"), {"half_day": afternoon().pk})

    assert drawn(response) == [
        ("84", [("ARA-1", None, False)]),
        ("53", [("BRE-1", None, False), ("BRE-2", "Lumen", False)]),
    ]


@pytest.mark.parametrize(
    ("query", "marked"),
    [({"theme": "cyber"}, ["BRE-1"]), ({"stand": "ARA-1"}, ["ARA-1"]), ({"theme": "ai"}, [])],
)
def test_plan_marks_a_theme_or_a_stand(client, query, marked):
    a_plan()

    response = client.get(reverse("startups:plan"), query)

    assert [
        number for _code, rows in drawn(response) for number, _name, mark in rows if mark
    ] == marked
    assert response.context["marked"] == len(marked)


def test_plan_of_one_region_is_drawn_from_close_by_with_names(client):
    a_plan()

    response = client.get(reverse("startups:plan"), {"region": "53"})

    assert drawn(response) == [("53", [("BRE-1", "Armor", False), ("BRE-2", None, False)])]
    assert [one.caption.text for one in response.context["levels"][0].zones[0].stands[:1]] == [
        "Armor"
    ]


def test_stand_says_who_is_here_now_and_at_every_half_day(client):
    armor, lumen, pod = exhibitor("Armor"), exhibitor("Lumen"), stand("BRE-1")
    AllocationFactory(exhibitor=armor, stand=pod)
    AllocationFactory(exhibitor=lumen, stand=pod, half_day=afternoon())
    second_morning()

    with time_machine.travel(FIRST_MORNING, tick=False):
        context = client.get(reverse("startups:stand", args=["BRE-1"])).context

    assert (context["occupant"], context["is_now"]) == (armor, True)
    assert [
        (row.day.date.day, [(bar.column, bar.span, bar.what) for bar in row.bars])
        for row in context["rotation"]
    ] == [(12, [(1, 1, armor), (2, 1, lumen)]), (13, [(1, 1, None)])]


def test_stand_of_an_unpublished_edition_is_not_found(client):
    edition = stand("BRE-1").edition
    edition.is_published = False
    edition.save()

    assert client.get(reverse("startups:stand", args=["BRE-1"])).status_code == 404


# --- What the law asks for, and refusals ---------------------------------------------------------


@pytest.mark.parametrize("page", ["core:accessibility", "core:privacy"])
def test_statement_is_public_and_names_whom_to_write_to(client, page):
    response = client.get(reverse(page))

    assert response.status_code == 200
    assert '<a href="mailto:pavillon@pavilion.example">' in response.content.decode()


def test_refusal_that_no_page_handled_is_told_in_words(rf):
    request = rf.post("/")
    request.user = AnonymousUser()

    response = RefusalMiddleware(home).process_exception(request, DomainError("The room is taken."))

    assert response.status_code == 409
    assert "<p>The room is taken.</p>" in response.content.decode()


# --- Every page costs the same, and changes nothing ----------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/", 8),
        ("/exposants/", 6),
        ("/exposants/armor0/", 7),
        ("/plan/", 8),
        ("/plan/?region=53&theme=cyber", 8),
        ("/stands/BRE-0/", 9),
    ],
)
def test_public_page_costs_the_same_whatever_it_shows(
    client, django_assert_num_queries, address, queries, rows
):
    codes = ["53", "84", "11"]
    for number in range(rows):
        pod = stand(f"BRE-{number}", code=codes[number])
        found = exhibitor(f"Armor{number}", code=codes[number])
        AllocationFactory(exhibitor=found, stand=pod)
        RoomFactory(zone=pod.zone)
        SessionFactory(room=RoomFactory(zone=pod.zone))

    with django_assert_num_queries(queries):
        response = client.get(address)

    assert response.status_code == 200
    assert not ActivityEntry.objects.exists()
