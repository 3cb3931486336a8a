"""The companies register: what it answers, and what becomes of us when it does not."""

import threading
import time
from datetime import date

import pytest
from django.core.cache import cache

from startups.register import answer as company_answer
from startups.register import client as registry
from startups.register import one_request
from startups.register.answer import Company
from tests import register

SIRET = register.SIRET


@pytest.fixture
def server(settings, monkeypatch, time_machine):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    time_machine.move_to("2026-06-12T10:00:00Z")  # before the nomenclature changes
    with register.running() as running:
        settings.COMPANY_REGISTER_URL = running.url
        yield running


KNOWN = Company(
    siret=SIRET,
    siren=SIRET[:9],
    legal_name="ALGUES DU LARGE",
    address="12 Rue de l’Île",
    postcode="35000",
    city="Rennes",
    founded_on=date(2019, 3, 1),
    naf_code="62.01Z",
    naf_version="NAFRev2",
    is_active=True,
    legal_form="5710",
)


def test_company_is_found_and_today_s_answer_serves_again(server):
    assert [registry.find(SIRET), registry.find(SIRET)] == [KNOWN, KNOWN]

    assert (server.asked, server.agents) == (
        [f"/search?q={SIRET}&minimal=true&include=siege%2Cmatching_etablissements"],
        ["Pavilion/1 (exhibitors' applications; http://testserver)"],
    )


def test_nothing_is_asked_when_it_is_off(settings):
    settings.COMPANY_REGISTER_URL = ""

    with pytest.raises(registry.Unavailable):
        registry.find(SIRET)


def test_unknown_number_is_not_asked_twice(server):
    server.reply = register.answers()

    for _time in range(2):
        with pytest.raises(registry.NotKnown):
            registry.find(SIRET)

    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "misbehaves",
    [
        register.stalls,
        register.drips_headers,
        register.drips_body,
        register.drips_without_end,
        register.never_ends,
        register.hangs_up,
        register.says(500),
        register.says(503, Retry_After="30"),
        register.says(200, b" " * 2_000_000),
    ],
)
def test_register_that_misbehaves_is_left_alone_for_a_while(server, misbehaves):
    server.reply = misbehaves
    begun = time.perf_counter()

    for _time in range(3):
        with pytest.raises(registry.Unavailable):
            registry.find(SIRET)

    # Two seconds for the first, nothing for the others.
    assert time.perf_counter() - begun < 5
    assert len(server.asked) == 1


def test_register_that_refuses_connections_is_left_alone_for_a_while(settings, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with register.running() as gone:
        settings.COMPANY_REGISTER_URL = gone.url

    with pytest.raises(registry.Unavailable) as refusal:
        registry.find(SIRET)

    assert refusal.value.retry_after == registry.PAUSE_AFTER_A_FAILURE


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("7", 7),
        ("0", 1),
        ("999999999", registry.LONGEST_PAUSE),
        ("Fri, 12 Jun 2026 10:00:30 GMT", 30),
        ("Sat, 12 Jun 1999 10:00:30 GMT", 1),
        ("soon", registry.PAUSE_AFTER_A_FAILURE),
        ("", registry.PAUSE_AFTER_A_FAILURE),
    ],
)
def test_every_process_waits_as_long_as_the_register_asks(
    server, time_machine, retry_after, seconds
):
    time_machine.move_to("2026-06-12T10:00:00Z", tick=False)
    server.reply = register.says(429, Retry_After=retry_after)

    with pytest.raises(registry.Unavailable) as refusal:
        registry.find(SIRET)
    assert refusal.value.retry_after == seconds

    server.reply = register.answers(register.company())
    time_machine.shift(seconds - 0.5)
    with pytest.raises(registry.Unavailable):
        registry.find(SIRET)
    time_machine.shift(1)
    assert registry.find(SIRET) == KNOWN
    assert len(server.asked) == 2


def test_redirects_are_not_followed(server):
    server.reply = register.says(302, Location="http://127.0.0.1:1/elsewhere")

    with pytest.raises(registry.Nonsense):
        registry.find(SIRET)

    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Maintenance</html>",
        b"",
        b"[]",
        b"null",
        b'{"results": {}}',
        b'{"results": [null]}',
        b'{"results": ["x"]}',
        b'{"results": [{}]}',
        b'{"results": [{"siren": "999999999"}]}',
        b'{"results": [{"siren": 732829320}]}',
        b'{"results": [{"siren": "732829320"}]}',
        b'{"results": [{"siren": "732829320", "etat_administratif": ["A"]}]}',
        b'{"results": ' + b"[" * 100_000,
        b"\xff\xfe\x00",
    ],
)
def test_nonsense_is_no_answer_and_stops_nobody_else(server, body):
    server.reply = register.says(200, body)
    with pytest.raises(registry.Nonsense):
        registry.find(SIRET)

    server.reply = register.answers(register.company())
    assert registry.find(SIRET) == KNOWN


def read(today=date(2026, 11, 22), **changes):
    answer = {"results": [register.company(**changes)]}
    return company_answer.read(SIRET, answer, today)


def office(**changes):
    return register.company()["siege"] | changes


@pytest.mark.parametrize(
    "changes",
    [
        {"etat_administratif": "C"},
        {"siege": office(etat_administratif="F")},
        {
            "siege": office(siret="73282932000082"),
            "matching_etablissements": [{"siret": SIRET, "etat_administratif": "F"}],
        },
    ],
)
def test_closed_company_and_closed_establishment_are_closed(changes):
    assert read(**changes).is_active is False


def test_establishment_that_the_answer_leaves_out_is_as_its_company():
    found = read(siege=office(siret="73282932000082"), matching_etablissements=[])

    assert (found.siret, found.is_active) == (SIRET, True)


@pytest.mark.parametrize(
    ("changes", "empty"),
    [
        ({"date_creation": "2999-01-01"}, {"founded_on": None}),
        ({"date_creation": "0001-01-01"}, {"founded_on": None}),
        ({"date_creation": 2019}, {"founded_on": None}),
        ({"activite_principale": "62.01"}, {"naf_code": "", "naf_version": ""}),
        ({"activite_principale": None}, {"naf_code": "", "naf_version": ""}),
        ({"siege": None}, {"address": "", "postcode": "", "city": ""}),
        (
            {"siege": {"adresse": ["x"], "code_postal": 35000, "libelle_commune": {}}},
            {"address": "", "postcode": "", "city": ""},
        ),
        (
            {
                "nom_raison_sociale": None,
                "nom_complet": "[NON-DIFFUSIBLE]",
                "siege": {"adresse": "[NON-DIFFUSIBLE]", "libelle_commune": "[ND]"},
            },
            {"legal_name": "", "address": "", "postcode": "", "city": ""},
        ),
    ],
)
def test_what_cannot_be_true_or_is_kept_from_the_public_stays_empty(changes, empty):
    found = read(**changes)

    assert {name: getattr(found, name) for name in empty} == empty


def test_long_texts_are_cut_and_controls_taken_out():
    found = read(nom_raison_sociale="A\x00\u202eB\n" + "X" * 5000)

    assert found.legal_name == ("A B " + "X" * 196)


@pytest.mark.parametrize(
    ("today", "changes", "kept"),
    [
        (date(2026, 12, 31), {}, ("62.01Z", "NAFRev2")),
        (date(2027, 1, 1), {}, ("62.01Z", "NAF2025")),
        (date(2026, 12, 31), {"activite_principale_naf25": "62.10Y"}, ("62.01Z", "NAFRev2")),
        (date(2027, 1, 1), {"activite_principale_naf25": "62.10Y"}, ("62.10Y", "NAF2025")),
        (
            date(2026, 12, 31),
            {"activite_principale": None, "activite_principale_naf25": "62.10Y"},
            ("62.10Y", "NAF2025"),
        ),
    ],
)
def test_activity_code_comes_with_the_version_of_its_nomenclature(today, changes, kept):
    found = read(today, **changes)

    assert (found.naf_code, found.naf_version) == kept


@pytest.mark.parametrize(
    ("town", "written"),
    [
        ("SAINT-MALO", "Saint-Malo"),
        ("L'HAŸ-LES-ROSES", "L’Haÿ-les-Roses"),
        ("VILLENEUVE D'ASCQ", "Villeneuve d’Ascq"),
        ("Le Mans", "Le Mans"),
    ],
)
def test_capitals_of_the_register_are_written_as_people_do(town, written):
    assert read(siege=office(libelle_commune=town)).city == written


def test_two_requests_never_share_a_slot(server):
    server.reply = register.answers()
    begun = time.time()
    numbers = [f"{SIRET[:9]}{number:05d}" for number in range(5)]

    for number in numbers:
        with pytest.raises(registry.NotKnown):
            registry.find(number)

    # Five slots of a fifth of a second: four at least lie whole between the first and the last.
    assert len(server.asked) == 5
    assert time.time() - begun > 3 / registry.SLOTS_PER_SECOND


def test_who_finds_every_slot_taken_is_told_to_come_back(server, time_machine):
    time_machine.move_to("2026-06-12T10:00:00Z", tick=False)
    cache.set(f"registry.slot.{int(time.time() * registry.SLOTS_PER_SECOND)}", 1)

    with pytest.raises(registry.Unavailable):
        registry.find(SIRET)

    assert server.asked == []


def test_requests_that_hang_are_limited_and_end(server):
    server.reply = register.drips_without_end

    def ask():
        with pytest.raises(one_request.Failed):
            one_request.get(server.url, seconds=0.5, max_bytes=10, agent="test")

    threads = [threading.Thread(target=ask) for _number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    # What hung was cut: its place is free again.
    server.reply = register.says(200, b"{}")
    for _try in range(50):
        try:
            answer = one_request.get(server.url, seconds=2, max_bytes=10, agent="test")
            break
        except one_request.Failed:
            time.sleep(0.1)
    assert answer == one_request.Answer(200, b"{}", "")
