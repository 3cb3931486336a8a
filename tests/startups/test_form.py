"""The form without a script: its buttons post a whole step, and lead on."""

import io
from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image

from events.models import Region
from pavilion.core.models import OutboxMessage
from startups.models import Application
from startups.operations import submit_application
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    DayFactory,
    HalfDayFactory,
    ParticipationFactory,
    siret,
)
from tests.startups.applicant import CLOSED, OPEN, address, ask, draft, empty_draft, seen, typed_in

pytestmark = pytest.mark.django_db
STEPS = ("company", "project", "presence", "contact", "commitments")


@pytest.fixture(autouse=True)
def _english_while_the_call_is_open(client):
    client.cookies["django_language"] = "en"
    with time_machine.travel(OPEN, tick=False), translation.override("en"):
        yield


def post(client, application, key, fields, **more):
    return client.post(address(application, key), {"go": "next", **fields, **more})


def submit(client, application, **fields):
    path = reverse("startups:application_submit", args=[application.token])
    return client.post(path, {**typed_in("commitments"), **fields})


def errors(response):
    return dict(response.context["form"].errors)


def picture(size=(80, 30)):
    content = io.BytesIO()
    Image.new("RGB", size).save(content, format="PNG")
    return SimpleUploadedFile("a.png", content.getvalue())


def test_an_application_is_written_step_by_step_and_submitted(client):
    application = empty_draft()
    opened = client.get(application.get_absolute_url())
    ways = [opened.headers["Location"]]
    for key in STEPS[:-1]:
        ways.append(post(client, application, key, typed_in(key)).headers["Location"])
    done = submit(client, application)

    application.refresh_from_db()
    assert ways == [address(application, key) for key in STEPS]
    assert done.headers["Location"] == application.get_absolute_url()
    assert (application.status, application.siren, application.typed) == (
        "submitted", "732829320", {},
    )  # fmt: skip
    assert (application.pitch_fr, application.founded_on) == ("Bonjour\nà tous", date(2025, 1, 15))
    assert OutboxMessage.objects.get().kind == "startups.submitted"


@pytest.mark.parametrize("count", [1, 3])
def test_steps_ask_as_often_for_any_number_of_half_days_and_questions(
    client, django_assert_num_queries, count
):
    application = draft()
    for number in range(count):
        HalfDayFactory(day=DayFactory(date=date(2030, 6, 12 + number)))
        ask(application.call, f"q{number}")

    asked = {}
    for key, queries in (("presence", 5), ("questions", 4), ("commitments", 8)):
        with django_assert_num_queries(queries):
            asked[key] = client.get(address(application, key)).content.decode()

    assert asked["presence"].count(' name="wanted_half_days"') == count
    assert asked["questions"].count(' name="q:') == count


def test_continue_says_everything_that_is_wrong_or_missing_then_leads_on(client):
    application = empty_draft()
    fields = {"siret": "123", "legal_name": "Iroise SAS"}
    first = post(client, application, "company", fields)
    page = client.get(first.headers["Location"])
    second = post(client, application, "company", fields, again="1")

    assert first.headers["Location"] == address(application, "company") + "?verifier"
    assert set(errors(page)) == {"siret", "display_name", "founded_on", "headcount_band"}
    assert 'href="#id_founded_on"' in page.content.decode()
    assert second.headers["Location"] == address(application, "project")


def test_what_is_not_valid_is_shown_again_as_typed_wherever_one_comes_back(client):
    application = empty_draft()
    fields = {"siret": "123", "founded_on": "hier", "founders": "2", "women_founders": "3"}
    post(client, application, "company", fields, go="project")
    page = Client().get(address(application, "company"), headers={"Accept-Language": "en"})

    application.refresh_from_db()
    assert application.typed == fields
    assert errors(page) == {
        "siret": ["A SIRET has 14 digits, and this has 3."],
        "founded_on": ["Give day, month and year in figures: 15/03/2024 for example."],
        "women_founders": ["There cannot be more women among the founders than founders."],
    }
    assert 'value="hier"' in page.content.decode()


def test_buttons_lead_back_on_and_to_any_step(client):
    application = draft()
    led = [
        post(client, application, "project", typed_in("project"), go=go).headers["Location"]
        for go in ("back", "next", "contact", "stay")
    ]

    assert led == [
        address(application, key) for key in ("company", "presence", "contact", "project")
    ]


def test_only_what_was_changed_on_the_page_is_written(client):
    application = draft(city="Brest")
    as_sent_out = seen(application)
    Application.objects.filter(pk=application.pk).update(legal_name="Changed elsewhere")
    post(client, application, "company", {"legal_name": application.legal_name, "city": "Vannes"},
         seen=as_sent_out)  # fmt: skip

    application.refresh_from_db()
    assert (application.legal_name, application.city) == ("Changed elsewhere", "Vannes")


def test_submitting_lists_everything_that_is_missing_with_links(client):
    application = empty_draft()
    ask(application.call, "demo", is_required=True)
    post(client, application, "project", {"pitch_en": "x" * 301}, go="stay")
    refused = submit(client, application, is_accurate="")
    page = client.get(refused.headers["Location"]).content.decode()

    application.refresh_from_db()
    assert refused.headers["Location"] == address(application, "commitments") + "?verifier"
    assert application.status == "draft"
    assert "12 answers to complete before you submit" in page
    for key, name in (("company", "siret"), ("project", "pitch_en"), ("questions", "q:demo")):
        assert f'href="{address(application, key)}?verifier#id_{name}"' in page
    assert application.typed["will_be_present"] == "on"


def test_commitments_are_kept_one_by_one_and_dated_together(client):
    application = empty_draft()
    post(client, application, "commitments", {"keeps_charter": "on"}, go="stay")
    application.refresh_from_db()
    one = (application.typed, application.commitments_at)
    post(client, application, "commitments", typed_in("commitments"), go="stay")
    application.refresh_from_db()
    all_made = (application.typed, application.commitments_at)
    post(client, application, "commitments", {"keeps_charter": "on"}, go="stay")
    application.refresh_from_db()

    assert one == ({"keeps_charter": "on"}, None)
    assert all_made == ({}, OPEN)
    assert (application.typed, application.commitments_at) == ({"keeps_charter": "on"}, None)


def test_a_file_is_kept_beside_other_errors_and_only_its_link_shows_it(client):
    application = draft()
    refused = post(client, application, "project", {"trl": "12", "logo": picture()})
    logo = reverse("startups:application_logo", args=[application.token])
    shown = client.get(logo)
    post(client, application, "project", {"remove": "logo"})

    assert refused.headers["Location"].endswith("project/?verifier")
    assert b"".join(shown.streaming_content)[:4] == b"\x89PNG"
    assert client.get(logo).status_code == 404


def test_a_file_that_is_refused_is_told_beside_its_field_and_the_rest_is_kept(client):
    application = draft()
    response = post(client, application, "project", {
        "website": "iroise.example", "logo": picture((6300, 6300)),
    })  # fmt: skip

    application.refresh_from_db()
    assert application.website == "https://iroise.example"
    assert errors(response) == {
        "logo": ["This picture has too many pixels: 8 million at most, 4000 × 2000 for example."]
    }


def test_a_company_that_has_applied_is_led_back_and_loses_nothing(client):
    known = ApplicationFactory(siret="73282932000074", contact_email="first@societe.example")
    application = empty_draft()
    post(client, application, "company", typed_in("company"), go="stay")
    page = client.get(address(application, "company"))

    application.refresh_from_db()
    assert (application.siret, application.display_name) == ("", "Iroise")
    assert application.typed == {"siret": "732 829 320 00074"}
    assert "already has an application to this call" in errors(page)["siret"][0]
    assert known.token not in page.content.decode()
    assert OutboxMessage.objects.get().recipient == "first@societe.example"


def test_the_same_company_is_free_to_apply_in_another_region(client):
    ApplicationFactory(siret=siret(3), call=CallFactory())
    application = empty_draft(call=another_call())
    post(client, application, "company", {"siret": siret(3)}, go="stay")

    application.refresh_from_db()
    assert application.siret == siret(3)


def another_call():
    return CallFactory(participation=ParticipationFactory(region=Region.objects.get(code="28")))


def test_nothing_of_a_submitted_application_changes_before_all_changes_are_sent(client):
    application = ApplicationFactory(contact_email="iris@societe.example")
    application.wanted_half_days.add(HalfDayFactory())
    started = client.get(application.get_absolute_url() + "?modifier").headers["Location"]
    post(client, application, "project", {"pitch_en": "", "trl": "8"}, go="stay")
    application.refresh_from_db()
    before = (application.trl, application.typed)
    refused = submit(client, application)
    post(client, application, "project", {"pitch_en": "We do."}, go="stay")
    sent = submit(client, application)

    application.refresh_from_db()
    assert started == address(application, "commitments")
    assert before == (7, {"pitch_en": "", "trl": "8"})
    assert refused.headers["Location"].endswith("commitments/?verifier")
    assert sent.headers["Location"] == application.get_absolute_url()
    assert (application.trl, application.pitch_en, application.typed) == (8, "We do.", {})
    assert [mail.kind for mail in OutboxMessage.objects.all()] == ["startups.changed"]


def test_changes_that_were_not_sent_can_be_left(client):
    application = ApplicationFactory()
    post(client, application, "project", {"pitch_en": "Other"}, go="stay")
    client.post(reverse("startups:application_discard", args=[application.token]))

    application.refresh_from_db()
    assert (application.typed, application.pitch_en) == ({}, "We protect hospitals.")


def test_after_the_closing_nothing_is_taken_and_what_was_typed_is_shown(client):
    application = draft()
    with time_machine.travel(CLOSED, tick=False):
        read = client.get(address(application, "company"))
        refused = post(client, application, "company", typed_in("company"))
        submitted = submit(client, application)

    assert read.headers["Location"] == application.get_absolute_url()
    assert (refused.status_code, submitted.status_code) == (409, 409)
    assert 'value="Iroise SAS"' in refused.content.decode()
    assert "has been closed since" in refused.content.decode()
    application.refresh_from_db()
    assert application.display_name != "Iroise"


def test_another_address_takes_effect_by_the_button_and_leads_to_the_new_link(client):
    application = draft(contact_name="Iris")
    answer = post(client, application, "contact", {"contact_email": "lea@societe.example"})

    application.refresh_from_db()
    assert application.contact_email == "lea@societe.example"
    assert answer.headers["Location"] == address(application, "commitments")


@pytest.mark.parametrize("action", ["etape/company", "submit", "withdraw", "discard"])
def test_a_post_needs_no_cookie_the_unguessable_link_is_the_authority(action):
    """A cookie that expired must not cost what was typed; nothing a browser sends by itself counts.

    Another site cannot post here for somebody: it does not know the address.
    """
    application = draft()
    browser = Client(enforce_csrf_checks=True)
    path = f"/candidature/{application.token}/{action}/"

    assert browser.post(path, {"legal_name": "Iroise"}).status_code == 302
    assert browser.post(path.replace(application.token, "x"), {}).status_code == 404


def test_the_pages_that_take_an_address_keep_their_check():
    CallFactory()
    browser = Client(enforce_csrf_checks=True)

    assert browser.post("/appels/53/", {"email": "iris@societe.example"}).status_code == 403


def test_a_step_that_does_not_exist_is_not_found(client):
    application = draft()
    for key in ("questions", "x"):
        assert client.get(address(application, key)).status_code == 404


def test_turnover_is_asked_only_by_a_call_that_limits_it(client):
    application = empty_draft()
    without = client.get(address(application, "company") + "?verifier")
    application.call.max_revenue = 5_000_000
    application.call.only_first_participation = True
    application.call.only_head_office = True
    application.call.save()
    limited = client.get(address(application, "company") + "?verifier")

    assert set(errors(limited)) - set(errors(without)) == {
        "revenue", "has_exhibited", "postcode", "city",
    }  # fmt: skip
    assert "revenue" not in without.context["form"].fields


def test_a_correction_is_written_until_its_deadline(client):
    application = ApplicationFactory(status="incomplete", correction_due_at=OPEN.replace(day=20))
    post(client, application, "company", {"city": "Brest"}, go="stay")
    application.refresh_from_db()
    with time_machine.travel(OPEN.replace(day=21), tick=False):
        late = post(client, application, "company", {"city": "Vannes"})

    assert (application.city, late.status_code) == ("Brest", 409)
    assert "It was to be corrected before" in late.content.decode()


def test_submitting_what_is_not_settled_is_refused_by_the_operation_too():
    application = ApplicationFactory(status="draft", typed={"website": "htp:/x"})
    application.wanted_half_days.add(HalfDayFactory())
    with pytest.raises(Exception, match="Still to mend: website"):
        submit_application(application_id=application.pk)
