"""The pages on which an exhibitor prepares, by its private link."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from startups import charter
from startups.columns import NEEDS
from startups.models import (
    Aid,
    AidDeclaration,
    Answer,
    Application,
    Badge,
    CharterSignature,
    ChecklistDeadline,
    ChecklistItem,
    Exhibitor,
)
from tests.factories import DayFactory, ExhibitorFactory, QuestionFactory
from tests.uploads import pdf, upload

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 4, 20, 10, 0, tzinfo=UTC)
SOON = datetime(2030, 4, 30, 16, 0, tzinfo=UTC)
PAST = datetime(2030, 4, 10, 16, 0, tzinfo=UTC)
PAGES = ("charter", "aid", "vector_logo", "pitch", "needs", "badges", "questions")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>'


@pytest.fixture(autouse=True)
def spring(time_machine, client):
    time_machine.move_to(NOW, tick=False)
    client.cookies["django_language"] = "en"


@pytest.fixture
def exhibitor():
    exhibitor = ExhibitorFactory(
        application__display_name="Iroise", application__call__advantage=Decimal("4000.00")
    )
    for item in ChecklistItem.values:
        ChecklistDeadline.objects.create(call=exhibitor.application.call, item=item, due_at=SOON)
    return exhibitor


def text(response):
    content = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(content.split())


def address(exhibitor, page="preparation"):
    return reverse(f"startups:application_{page}", args=[exhibitor.application.token])


def typed_aids(*lines, **fields):
    data = {"aid-TOTAL_FORMS": str(len(lines)), "aid-INITIAL_FORMS": "0", **fields}
    for number, line in enumerate(lines):
        for name, value in zip(("granted_on", "authority", "amount"), line, strict=True):
            data[f"aid-{number}-{name}"] = value
    return data


def typed_badges(*people, **fields):
    data = {"badge-TOTAL_FORMS": str(len(people)), "badge-INITIAL_FORMS": "0", **fields}
    for number, person in enumerate(people):
        data |= {f"badge-{number}-{name}": value for name, value in person.items()}
    return data


# --- The list --------------------------------------------------------------------------------


def test_the_overview_says_what_is_next_and_what_is_late(client, exhibitor):
    ChecklistDeadline.objects.filter(item="needs").update(due_at=PAST)
    page = text(client.get(address(exhibitor)))

    assert "First: “Confirm the technical needs”, which was to be done before" in page
    assert "0 of 6 done" in page  # no question is asked
    assert "Before Tuesday 30 April 2030 at 18:00" in page


def test_every_item_of_the_list_leads_to_its_page(client, exhibitor):
    QuestionFactory(call=exhibitor.application.call, stage="later")
    page = client.get(address(exhibitor)).content.decode()

    for name in PAGES:
        assert f'href="{address(exhibitor, name)}"' in page
        assert client.get(address(exhibitor, name)).status_code == 200


def test_what_the_call_does_not_ask_has_no_page(client, exhibitor):
    ChecklistDeadline.objects.all().delete()

    assert "asks nothing more of you" in text(client.get(address(exhibitor)))
    assert [client.get(address(exhibitor, name)).status_code for name in PAGES] == [404] * 7


@pytest.mark.parametrize("status", ["submitted", "selected", "withdrawn", "no_show"])
def test_who_is_not_confirmed_is_led_to_where_things_stand(client, exhibitor, status):
    application = exhibitor.application
    application.status = status
    application.save()

    for name in ("preparation", *PAGES, "signed_charter"):
        for answer in (client.get(address(exhibitor, name)), client.post(address(exhibitor, name))):
            assert answer.status_code in (302, 405)
            if answer.status_code == 302:
                assert answer.url == application.get_absolute_url()
    assert not CharterSignature.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_overview_takes_the_same_queries_for_any_number_of_people(
    client, exhibitor, django_assert_num_queries, count
):
    declaration = AidDeclaration.objects.create(exhibitor=exhibitor, name="Iris")
    for number in range(count):
        Badge.objects.create(exhibitor=exhibitor, first_name="Ada", last_name=f"Riou {number}")
        Aid.objects.create(
            declaration=declaration, granted_on=NOW.date(), authority="Région", amount=1
        )
    with django_assert_num_queries(9):
        client.get(address(exhibitor))


# --- Charter ---------------------------------------------------------------------------------


def test_the_charter_is_read_signed_and_printed(client, exhibitor):
    page = client.get(address(exhibitor, "charter"))
    form = page.context["form"]
    seen = {"version": form["version"].value(), "language": form["language"].value()}
    assert seen == {"version": 1, "language": "en"}

    bad = client.post(address(exhibitor, "charter"), {**seen, "name": "Iris", "role": "CEO"})
    assert "Tick this box to sign." in text(bad)
    assert bad.context["form"]["name"].value() == "Iris"

    done = client.post(
        address(exhibitor, "charter"),
        {**seen, "name": "Iris Le Roux", "role": "CEO", "accepts": "on"},
        follow=True,
    )
    assert "The charter is signed. A copy leaves by mail to your contact." in text(done)

    printed = text(client.get(address(exhibitor, "signed_charter")))
    signature = CharterSignature.objects.get()
    for words in (
        "Signed by Iris Le Roux, CEO",
        "Signed on Saturday 20 April 2030 at 12:00",
        "Version 1",
        signature.text_digest,
    ):
        assert words in printed
    assert signature.text == charter.common("en")


def test_a_charter_changed_meanwhile_is_shown_anew(client, exhibitor):
    call = exhibitor.application.call
    call.charter_version, call.charter_fr = 2, "Nouvelle charte"
    call.save()
    typed = {"version": "1", "language": "en", "name": "Iris", "role": "CEO", "accepts": "on"}

    page = client.post(address(exhibitor, "charter"), typed)

    assert page.status_code == 409
    assert "The region has changed its charter since you opened this page" in text(page)
    assert "Nouvelle charte" in text(page)
    form = page.context["form"]
    assert (form["version"].value(), form["name"].value()) == (2, "Iris")


def test_there_is_nothing_to_print_before_the_signature(client, exhibitor):
    assert client.get(address(exhibitor, "signed_charter")).status_code == 404


# --- De minimis ------------------------------------------------------------------------------


def test_aid_is_declared_with_exact_amounts_and_empty_lines_left_out(client, exhibitor):
    lines = [("02/05/2029", "Bpifrance", "12 500,50"), ("", "", "")]
    data = typed_aids(*lines, received="some", name="Iris")

    page = client.post(address(exhibitor, "aid"), data, follow=True)

    assert "Your statement is kept. Thank you." in text(page)
    assert list(Aid.objects.values_list("authority", "amount")) == [
        ("Bpifrance", Decimal("12500.50"))
    ]
    assert "12,500.50 €" in text(client.get(address(exhibitor, "aid"))).replace("\xa0", " ")


def test_a_wrong_line_keeps_everything_typed(client, exhibitor):
    lines = [("31/02/2029", "Bpifrance", "12500"), ("02/05/2031", "Région", "beaucoup")]
    page = client.post(address(exhibitor, "aid"), typed_aids(*lines, received="some", name="Iris"))

    assert [dict(line.errors) for line in page.context["lines"]] == [
        {"granted_on": ["Give day, month and year in figures: 15/03/2024 for example."]},
        {
            "granted_on": ["This day is still to come."],
            "amount": ["Give a number, in figures: 1200 for example."],
        },
    ]
    for value in ("31/02/2029", "Bpifrance", "12500", "beaucoup"):
        assert f'value="{value}"' in page.content.decode()
    assert not AidDeclaration.objects.exists()


def test_more_lines_come_without_losing_those_typed(client, exhibitor):
    data = typed_aids(("02/05/2029", "Bpifrance", "x"), received="some", name="Iris", more="1")

    page = client.post(address(exhibitor, "aid"), data)

    assert len(page.context["lines"].forms) == 3
    assert 'value="Bpifrance"' in page.content.decode()
    assert page.context["form"]["received"].value() == "some"


def test_none_together_with_lines_is_refused(client, exhibitor):
    data = typed_aids(("02/05/2029", "Bpifrance", "100"), received="none", name="Iris")
    page = client.post(address(exhibitor, "aid"), data)

    assert page.status_code == 409
    assert "Either list the aid received, or state that there was none: not both." in text(page)


def test_above_the_ceiling_the_company_is_warned_and_not_stopped(client, exhibitor):
    data = typed_aids(("02/05/2029", "Bpifrance", "296 000,01"), received="some", name="Iris")
    page = client.post(address(exhibitor, "aid"), data, follow=True)

    assert "With your stand it exceeds the ceiling" in text(page)
    assert "1 of 6 done" in text(page)
    again = text(client.get(address(exhibitor, "aid"))).replace("\xa0", " ")
    assert "That is 0.01 € above the ceiling of 300,000 €." in again


# --- The others ------------------------------------------------------------------------------


def test_a_logo_is_taken_in_vector_form_only(client, exhibitor):
    refused = client.post(address(exhibitor, "vector_logo"), {"logo": upload(b"GIF89a", "a.gif")})
    assert "This file is not a drawing in vector form." in text(refused)

    for content, name in ((SVG, "logo.svg"), (pdf(), "logo.pdf")):
        client.post(address(exhibitor, "vector_logo"), {"logo": upload(content, name)})
        assert Exhibitor.objects.get().vector_logo.name.endswith(name[-4:])


def test_name_and_pitches_are_confirmed_and_too_long_ones_come_back(client, exhibitor):
    typed = {"display_name": "Iroise 2", "pitch_fr": "é" * 301, "pitch_en": "Hi"}
    page = client.post(address(exhibitor, "pitch"), typed)
    assert page.context["form"].errors == {
        "pitch_fr": ["300 characters at most: this has 1 too many."]
    }

    client.post(address(exhibitor, "pitch"), typed | {"pitch_fr": "Bonjour"})
    exhibitor = Exhibitor.objects.select_related("application").get()
    assert (str(exhibitor), exhibitor.application.pitch_fr) == ("Iroise 2", "Bonjour")
    assert exhibitor.pitch_checked_at == NOW


def test_needs_are_confirmed(client, exhibitor):
    typed = {
        "power_watts": "1 500",
        "needs_screen": "on",
        "needs_water": "on",
        "heavy_load": "400",
        "needs_accessible_stand": "on",
        "wifi_network": "Iroise",
        "technical_notes": "Un robot\r\nlourd",
    }
    client.post(address(exhibitor, "needs"), typed)

    application = Exhibitor.objects.select_related("application").get().application
    assert {name: getattr(application, name) for name in NEEDS} == {
        "power_watts": 1500,
        "needs_screen": True,
        "needs_wired_network": False,
        "needs_storage": False,
        "needs_water": True,
        "heavy_load": 400,
        "needs_accessible_stand": True,
        "wifi_network": "Iroise",
        "technical_notes": "Un robot\nlourd",
    }


def test_needs_that_are_closed_are_all_read(client, exhibitor):
    ChecklistDeadline.objects.update(due_at=PAST)
    Exhibitor.objects.update(needs_checked_at=NOW)
    Application.objects.update(
        power_watts=500,
        needs_water=True,
        heavy_load=400,
        needs_accessible_stand=True,
        wifi_network="Iroise",
    )

    page = client.get(address(exhibitor, "needs"))

    assert page.context["needs"] == [
        "Power: 500 W",
        "Running water",
        "Load on the floor: 400 kg/m²",
        "A wheelchair accessible stand",
        "Own Wi-Fi network: Iroise",
    ]
    assert "Own Wi-Fi network: Iroise" in text(page)


def test_what_is_closed_is_read_and_says_whom_to_ask(client, exhibitor):
    ChecklistDeadline.objects.update(due_at=PAST)
    Exhibitor.objects.update(pitch_checked_at=NOW, needs_checked_at=NOW, badges_checked_at=NOW)
    Badge.objects.create(exhibitor=exhibitor, first_name="Ada", last_name="Riou")

    for name in ("pitch", "needs", "badges"):
        page = client.get(address(exhibitor, name))
        assert "mailto:appel@region.example" in page.content.decode()
        assert "Closed on Wednesday 10 April 2030 at 18:00" in text(page)
    late = client.post(address(exhibitor, "needs"), {"power_watts": "5"})
    assert late.status_code == 409


def test_people_are_named_saved_and_completed(client, exhibitor):
    day = DayFactory()
    ada = {"first_name": "Ada", "last_name": "Riou", "email": "ada@societe.example"}
    nobody = {"first_name": "", "last_name": "", "days": [day.pk]}

    wrong = client.post(address(exhibitor, "badges"), typed_badges(ada, nobody))
    assert dict(wrong.context["rows"].forms[0].errors) == {"days": ["Tick at least one day."]}
    assert 'value="Ada"' in wrong.content.decode()

    ada["days"] = [day.pk]
    client.post(address(exhibitor, "badges"), typed_badges(ada, nobody, draft="1"))
    (badge,) = Badge.objects.all()
    assert (str(badge), list(badge.days.all())) == ("Ada Riou", [day])
    assert Exhibitor.objects.get().badges_checked_at is None

    context = client.get(address(exhibitor, "badges")).context
    shown_seen = context["seen"]
    assert (shown_seen, context["rows"].forms[0]["badge_id"].value()) == (str(badge.pk), badge.pk)
    done = client.post(
        address(exhibitor, "badges"),
        typed_badges(ada | {"badge_id": badge.pk}, seen=shown_seen),
        follow=True,
    )
    assert "The list is complete. Thank you." in text(done)
    assert Exhibitor.objects.get().badges_checked_at == NOW


def test_who_is_named_comes_every_day_unless_told_otherwise(client, exhibitor):
    days = [DayFactory(), DayFactory(date="2030-06-13")]
    ada = Badge.objects.create(exhibitor=exhibitor, first_name="Ada", last_name="Riou")
    ada.days.set(days[:1])

    rows = client.get(address(exhibitor, "badges")).context["rows"]

    every_day = [day.pk for day in days]
    assert [row["days"].value() for row in rows] == [[days[0].pk], every_day, every_day]
    nobody = {"first_name": "", "last_name": "", "days": every_day}
    client.post(address(exhibitor, "badges"), typed_badges(nobody, nobody, draft="1"))
    assert list(Badge.objects.all()) == [ada]


def test_more_people_than_the_quota_are_refused_with_what_was_typed(client, exhibitor):
    day = DayFactory()
    people = [
        {"first_name": "Ada", "last_name": f"Riou {number}", "days": [day.pk]}
        for number in range(4)
    ]
    page = client.post(address(exhibitor, "badges"), typed_badges(*people))

    assert (page.status_code, Badge.objects.count()) == (409, 0)
    assert "Your region has 3 badges for each exhibitor." in page.context["refusal"]
    assert 'value="Riou 2"' in page.content.decode()


def test_valid_answers_are_kept_whatever_the_others_are(client, exhibitor):
    call = exhibitor.application.call
    QuestionFactory(call=call, stage="later", key="fire", kind="file", is_required=True)
    QuestionFactory(call=call, stage="later", key="weight", kind="number", is_required=True)
    QuestionFactory(call=call, key="before")
    data = {"q:weight": "lourd", "q:fire": upload(pdf(), "feu.pdf")}

    page = client.post(address(exhibitor, "questions"), data)
    assert page.context["form"].errors == {
        "q:weight": ["Give a number, in figures: 1200 for example."]
    }
    assert "lourd" in page.content.decode()
    assert "feu.pdf" in text(page)

    done = client.post(address(exhibitor, "questions"), {"q:weight": "12,5"}, follow=True)
    assert "Your answers are saved. Thank you." in text(done)
    kept = {answer.question.key: answer for answer in Answer.objects.select_related("question")}
    assert (kept["fire"].file_name, kept["weight"].value) == ("feu.pdf", 12.5)


def test_blocks_of_a_question_are_filled_and_shown_again(client, exhibitor):
    parts = [
        {"key": "name", "kind": "text", "fr": "Nom", "en": "Name", "is_required": True},
        {"key": "since", "kind": "date", "fr": "Depuis", "en": "Since", "is_required": False},
    ]
    QuestionFactory(
        call=exhibitor.application.call, stage="later", key="team", kind="group", parts=parts
    )
    data = {"q:team-0-name": "Ada", "q:team-0-since": "02/05/2029", "q:team-1-name": ""}

    client.post(address(exhibitor, "questions"), data)

    assert Answer.objects.get().value == [{"name": "Ada", "since": "2029-05-02"}]
    page = client.get(address(exhibitor, "questions")).content.decode()
    assert 'value="Ada"' in page
    assert 'value="02/05/2029"' in page
