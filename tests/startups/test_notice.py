"""The notice on personal data: who has read which version."""

import pytest
from django.urls import reverse
from django.utils import translation

from startups import notice, operations
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _while_the_call_is_open(time_machine):
    time_machine.move_to("2030-02-15T10:00:00+01:00", tick=False)


def read_of(application):
    application.refresh_from_db()
    return application.privacy_notice_version


def test_versions_are_dated_and_the_newest_comes_first():
    days = [version.since for version in notice.HISTORY]

    assert days == sorted(days, reverse=True)
    assert notice.VERSION == operations.PRIVACY_NOTICE_VERSION == notice.HISTORY[0].number


@pytest.mark.parametrize(("version", "is_told"), [("1", True), (notice.VERSION, False)])
def test_page_of_an_application_tells_of_a_newer_notice(client, version, is_told):
    application = make.ApplicationFactory(privacy_notice_version=version, language="en")
    client.cookies["django_language"] = "en"

    page = client.get(application.get_absolute_url()).content.decode()

    assert ("The notice on personal data changed on" in page) is is_told
    assert read_of(application) == version  # reading a page changes nothing


def test_next_save_notes_that_the_newer_notice_was_shown():
    draft = make.ApplicationFactory(status="draft", privacy_notice_version="1")

    operations.keep_typed(
        application_id=draft.pk,
        fields={"city": operations.Typed(raw="Brest", is_valid=True, value="Brest")},
    )

    assert read_of(draft) == notice.VERSION


def test_exhibitor_s_next_save_notes_it_and_an_organiser_s_does_not():
    application = make.ApplicationFactory(status="confirmed", privacy_notice_version="1")
    exhibitor = make.ExhibitorFactory(application=application)
    arguments = {"exhibitor_id": exhibitor.pk, "holders": [], "is_complete": False}

    operations.save_badges(**arguments, by=make.organiser("53"))
    assert read_of(application) == "1"
    operations.save_badges(**arguments)

    assert read_of(application) == notice.VERSION


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ("closed", "is closed"),
        ("unknown", "does not show this number"),
        ("pending", "does not answer"),
        ("found", None),
    ],
)
def test_company_is_told_what_the_register_says_of_it(client, check, words):
    application = make.ApplicationFactory(company_check=check)
    client.cookies["django_language"] = "en"

    page = client.get(application.get_absolute_url()).content.decode()

    told = [
        each
        for each in ("is closed", "does not show this number", "does not answer")
        if each in page
    ]
    assert told == ([words] if words else [])


@pytest.mark.parametrize("language", ["fr", "en"])
def test_page_on_personal_data_has_its_versions(client, language):
    client.cookies["django_language"] = language

    with translation.override(language):
        page = client.get(reverse("core:privacy")).content.decode()

    assert [f"Version {version.number}." in page for version in notice.HISTORY] == [True, True]
