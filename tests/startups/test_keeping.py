"""Every field is kept as typed, from two windows at once too."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from pavilion.core.models import ActivityEntry
from startups.models import Application
from startups.operations import PRIVACY_NOTICE_VERSION, Typed, keep_typed
from tests.factories import ApplicationFactory, HalfDayFactory, siret
from tests.startups.applicant import CLOSED, OPEN, address, ask, draft, empty_draft, save, seen
from tests.uploads import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english_while_the_call_is_open(client):
    client.cookies["django_language"] = "en"
    with time_machine.travel(OPEN, tick=False):
        yield


def told(response, name):
    """What the page's script learns of a field: as kept, what is wrong, two versions or not."""
    field = response.json()["fields"][name]
    return field["shown"], field["error"], bool(field["aside"])


def saw(**fields):
    return json.dumps({name: [raw] for name, raw in fields.items()})


def test_the_script_is_told_when_it_was_saved_and_what_is_wrong(client):
    application = empty_draft()
    response = save(client, application, "company", {"siret": "123", "city": "Brest"})

    answer = response.json()
    assert (response.status_code, answer["saved"]) == (200, "Saved at 10:00")
    assert told(response, "city") == ("Brest", "", False)
    assert told(response, "siret") == ("123", "A SIRET has 14 digits, and this has 3.", False)
    assert 'value="project"' in answer["outline"]
    assert set(answer["fields"]) == {"city", "siret"}


def test_only_the_fields_that_were_touched_are_written(client):
    application = draft(needs_screen=True)
    save(client, application, "presence", {"power_watts": "300", "wifi_network": "Iroise"})

    application.refresh_from_db()
    assert (application.power_watts, application.needs_screen) == (300, True)
    assert (application.wifi_network, application.heavy_load) == ("Iroise", None)


def test_what_is_valid_again_is_written_and_no_longer_waits(client):
    application = empty_draft()
    save(client, application, "company", {"founded_on": "15/0"})
    application.refresh_from_db()
    before = application.typed
    save(client, application, "company", {"founded_on": "15012025"})

    application.refresh_from_db()
    assert (before, application.typed) == ({"founded_on": "15/0"}, {})
    assert f"{application.founded_on}" == "2025-01-15"


def test_the_same_twice_changes_nothing(client):
    application = empty_draft()
    save(client, application, "company", {"siret": "123", "city": "Brest"})
    application.refresh_from_db()
    with time_machine.travel(OPEN + timedelta(hours=1), tick=False):
        save(client, application, "company", {"siret": "123", "city": "Brest"})

    assert Application.objects.get().updated_at == application.updated_at


def test_two_windows_that_write_different_fields_lose_nothing(client):
    application = empty_draft()
    save(client, application, "company", {"city": "Brest"}, seen=saw(city=""))
    save(client, application, "company", {"postcode": "29200"}, seen=saw(postcode=""))

    application.refresh_from_db()
    assert (application.city, application.postcode, application.typed) == ("Brest", "29200", {})


def test_two_windows_that_write_the_same_field_keep_both_versions(client):
    application = empty_draft()
    save(client, application, "company", {"city": "Brest"}, seen=saw(city=""))
    second = save(client, application, "company", {"city": "Vannes"}, seen=saw(city=""))
    page = client.get(address(application, "company")).content.decode()

    application.refresh_from_db()
    assert told(second, "city") == ("Brest", "", True)
    assert (application.city, application.typed) == ("Brest", {"~city": "Vannes"})
    assert "Saved meanwhile: <b>Brest</b>" in page
    assert "Yours: <b>Vannes</b>" in page


@pytest.mark.parametrize(("button", "city"), [("use", "Vannes"), ("drop", "Brest")])
def test_one_of_two_versions_is_chosen(client, button, city):
    application = empty_draft(city="Brest", typed={"~city": "Vannes"})
    client.post(address(application, "company"), {button: "city"})

    application.refresh_from_db()
    assert (application.city, application.typed) == (city, {})


def test_without_a_script_a_field_that_changed_meanwhile_keeps_both_versions_too(client):
    application = empty_draft()
    as_sent_out = seen(application)
    save(client, application, "company", {"city": "Brest"})
    client.post(address(application, "company"), {"city": "Vannes", "seen": as_sent_out})

    application.refresh_from_db()
    assert (application.city, application.typed) == ("Brest", {"~city": "Vannes"})


def test_a_text_whose_answer_got_lost_is_not_taken_for_somebody_elses(client):
    """The page sent "Bre", the answer never came; now it sends "Brest"."""
    application = empty_draft()
    save(client, application, "company", {"city": "Bre"}, seen=saw(city=""))
    sent_again = json.dumps({"city": ["Bre", ""]})
    save(client, application, "company", {"city": "Brest"}, seen=sent_again)

    application.refresh_from_db()
    assert (application.city, application.typed) == ("Brest", {})


def test_the_same_text_in_two_windows_is_no_conflict(client):
    application = empty_draft()
    for _window in range(2):
        save(client, application, "company", {"siret": siret(4)}, seen=saw(siret=""))

    application.refresh_from_db()
    assert (application.siret, application.typed) == (siret(4), {})


def test_a_block_whose_answer_got_lost_is_not_taken_for_somebody_elses(client):
    """Its parts' keys have hyphens, and buttons nobody ticked are not sent."""
    application = draft()
    parts = [
        {"key": "prenom-usuel", "kind": "text", "fr": "Prénom usuel"},
        {"key": "est-fondatrice", "kind": "yes_no", "fr": "Fondatrice"},
    ]
    ask(application.call, "team", "group", parts=parts)
    save(client, application, "questions", {"q:team-0-prenom-usuel": "Ada"},
         only="q:team", seen=saw(**{"q:team": []}))  # fmt: skip
    sent_again = json.dumps({"q:team": [[{"prenom-usuel": "Ada"}], []]})
    save(client, application, "questions", {"q:team-0-prenom-usuel": "Ada L."},
         only="q:team", seen=sent_again)  # fmt: skip

    application.refresh_from_db()
    assert application.typed == {}
    assert application.answers.get().value == [{"prenom-usuel": "Ada L.", "est-fondatrice": None}]


def test_half_days_are_compared_as_a_whole(client):
    application = empty_draft()
    morning, afternoon = HalfDayFactory(), HalfDayFactory(part="pm")
    fields = {"wanted_half_days": [morning.pk]}
    save(client, application, "presence", fields, seen=saw(wanted_half_days=[]))
    fields = {"wanted_half_days": [morning.pk, afternoon.pk]}
    ticked = json.dumps({"wanted_half_days": [[str(morning.pk)]]})
    save(client, application, "presence", fields, seen=ticked)

    assert set(application.wanted_half_days.all()) == {morning, afternoon}


@pytest.mark.parametrize("sent", ["", "x", "[]", '{"city": "Brest"}', '{"city": [3, null]}'])
def test_a_page_that_does_not_say_what_it_saw_is_taken_at_its_word(client, sent):
    application = empty_draft(city="Brest")
    save(client, application, "company", {"city": "Vannes"}, seen=sent)

    application.refresh_from_db()
    assert Application.objects.get().typed in ({}, {"~city": "Vannes"})


def test_a_text_no_database_takes_is_kept_without_what_it_refuses(client):
    application = empty_draft()
    save(client, application, "company", {"siret": "12\0 3", "city": "B\0rest"})

    application.refresh_from_db()
    assert (application.typed, application.city) == ({"siret": "12 3"}, "Brest")


def test_after_the_closing_the_script_is_told_why_nothing_is_kept(client):
    application = draft()
    with time_machine.travel(CLOSED, tick=False):
        response = save(client, application, "company", {"city": "Brest"})

    assert response.status_code == 409
    assert "has been closed since" in response.json()["refused"]


def test_a_file_leaves_when_it_is_chosen_and_is_told_by_its_name(client):
    application = draft()
    ask(application.call, "kbis", "file")
    upload = SimpleUploadedFile("mon kbis.pdf", pdf())
    kept = save(client, application, "questions", {"q:kbis": upload})
    refused = save(client, application, "questions", {"q:kbis": SimpleUploadedFile("a", b"MZ")})

    assert kept.json()["fields"]["q:kbis"]["file"] == "mon kbis.pdf"
    assert refused.json()["fields"]["q:kbis"] == {
        "shown": "mon kbis.pdf",
        "error": "This file is not of a kind we take. Send a PDF, PNG, JPEG or WebP file.",
        "aside": "",
        "file": "mon kbis.pdf",
    }


def test_what_is_staged_for_a_submitted_application_is_its_authors_alone(client):
    application = ApplicationFactory()
    save(client, application, "company", {"city": "Brest", "siret": "12"})

    application.refresh_from_db()
    assert (application.city, application.typed) == ("", {"city": "Brest", "siret": "12"})
    assert not ActivityEntry.objects.exists()


def test_keep_typed_writes_nothing_that_waits_for_the_button():
    application = draft()
    email = Typed(raw="lea@societe.example", is_valid=True, value="lea@societe.example")
    fields = {"contact_email": email}
    keep_typed(application_id=application.pk, fields=fields, is_on_the_way=True)
    waiting = Application.objects.get()
    keep_typed(application_id=application.pk, fields=fields)
    written = Application.objects.get()

    assert (waiting.contact_email, waiting.link_version) == ("iris@societe.example", 1)
    assert waiting.typed == {"contact_email": "lea@societe.example"}
    assert (written.contact_email, written.link_version, written.typed) == (
        "lea@societe.example", 2, {},
    )  # fmt: skip


def test_keep_typed_records_the_notice_it_was_read_beside():
    application = draft(privacy_notice_version="", privacy_notice_at=None)
    city = Typed(raw="Brest", is_valid=True, value="Brest")
    keep_typed(application_id=application.pk, fields={"city": city})

    application.refresh_from_db()
    assert (application.privacy_notice_version, application.privacy_notice_at) == (
        PRIVACY_NOTICE_VERSION, OPEN,
    )  # fmt: skip


def test_a_number_whose_error_was_in_another_field_is_written_once_that_is_mended(client):
    application = empty_draft()
    save(client, application, "company", {"founders": "2"})
    save(client, application, "company", {"women_founders": "3"})
    application.refresh_from_db()
    before = (application.founders, application.women_founders, application.typed)
    save(client, application, "company", {"founders": "5"})

    application.refresh_from_db()
    assert before == (2, None, {"women_founders": "3"})
    assert (application.founders, application.women_founders, application.typed) == (5, 3, {})


def test_what_waits_and_is_valid_by_now_is_no_error_and_is_written_by_the_button(client):
    application = empty_draft(typed={"website": "https://iroise.example", "contact_email": ""})
    page = client.get(address(application, "project") + "?verifier")
    contact = client.get(address(application, "contact"))
    client.post(address(application, "project"), {"website": "https://iroise.example"})

    application.refresh_from_db()
    assert "website" not in page.context["form"].errors
    assert dict(contact.context["form"].errors) == {
        "contact_email": ["Give an address: our mails and your private link go there."]
    }
    assert (application.website, application.typed) == (
        "https://iroise.example", {"contact_email": ""},
    )  # fmt: skip
