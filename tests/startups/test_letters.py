"""Letters from the desk: previewed, in each company's language, noted, and never sent twice."""

from datetime import UTC, datetime

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from pavilion.core import jobs
from pavilion.core.desk import steps
from pavilion.core.models import ActivityEntry, Job, OutboxMessage
from startups.operations import (
    LanguageMissing,
    NoAddress,
    NoDeadline,
    TextMissing,
    UnknownPlaceholder,
    write_letter,
)
from tests.api import client_of
from tests.factories import ApplicationFactory, ExhibitorFactory, organiser

pytestmark = pytest.mark.django_db
LIST = reverse("admin:startups_application_changelist")
FRENCH = {"subject_fr": "Réunion pour {company}", "body_fr": "Bonjour {contact},\n\nÀ lundi."}
ENGLISH = {"subject_en": "Meeting for {company}", "body_en": "100 % sure? See {link}"}


def letters():
    rows = OutboxMessage.objects.order_by("pk")
    return list(rows.values_list("recipient", "language", "subject"))


def told(response):
    return [str(each) for each in get_messages(response.wsgi_request)]


def test_each_company_gets_the_letter_in_its_language_and_the_log_its_subject():
    manager = organiser("53")
    first = ApplicationFactory(display_name="Algovital", contact_email="a@x.example")
    second = ApplicationFactory(display_name="Breizh", contact_email="b@x.example", language="en")

    write_letter(application_ids=[second.pk, first.pk], key="k", by=manager, **FRENCH, **ENGLISH)

    assert letters() == [
        ("a@x.example", "fr", "Réunion pour Algovital"),
        ("b@x.example", "en", "Meeting for Breizh"),
    ]
    body = OutboxMessage.objects.latest("pk").body
    assert body.startswith(f"100 % sure? See http://testserver{second.get_absolute_url()}\n")
    entries = ActivityEntry.objects.order_by("pk").values_list("verb", "target_id", "after", "by")
    assert list(entries) == [
        (
            "application.written_to",
            str(first.pk),
            {"subject": "Réunion pour Algovital"},
            manager.pk,
        ),
        (
            "application.written_to",
            str(second.pk),
            {"subject": "Meeting for Breizh"},
            manager.pk,
        ),
    ]


def test_the_same_letter_is_sent_to_nobody_twice_and_another_is():
    row = ApplicationFactory()
    for key in ("k", "k", "l"):
        write_letter(application_ids=[row.pk], key=key, by=None, **FRENCH)
    assert OutboxMessage.objects.count() == ActivityEntry.objects.count() == 2


def test_other_words_under_one_key_leave_too_and_only_to_those_who_read_them():
    french = ApplicationFactory(display_name="Algovital", contact_email="a@x.example")
    english = ApplicationFactory(contact_email="b@x.example", language="en")
    both = {"application_ids": [french.pk, english.pk], "key": "k", "by": None}
    mended = {**ENGLISH, "body_en": "On Tuesday."}

    write_letter(**both, **FRENCH, **ENGLISH)
    for _attempt in range(2):
        write_letter(**both, **FRENCH, **mended)

    rows = OutboxMessage.objects.order_by("pk").values_list("recipient", "body")
    assert [(to, body.splitlines()[0].split("http")[0]) for to, body in rows] == [
        ("a@x.example", f"Bonjour {french.contact_name},"),
        ("b@x.example", "100 % sure? See "),
        ("b@x.example", "On Tuesday."),
    ]


def test_french_goes_to_who_chose_english_only_if_that_is_said():
    row = ApplicationFactory(language="en", contact_email="b@x.example")
    with pytest.raises(LanguageMissing):
        write_letter(application_ids=[row.pk], key="k", by=None, **FRENCH)
    assert letters() == []

    write_letter(application_ids=[row.pk], key="k", by=None, french_will_do=True, **FRENCH)
    assert letters() == [("b@x.example", "fr", f"Réunion pour {row}")]


def test_a_deadline_is_that_of_the_companys_state(time_machine):
    time_machine.move_to("2030-04-01T10:00:00+02:00", tick=False)
    selected = ApplicationFactory(
        status="selected", confirm_by=datetime(2030, 4, 12, 21, 59, 59, tzinfo=UTC)
    )
    text = {"subject_fr": "Avant le {deadline}", "body_fr": "Merci."}
    write_letter(application_ids=[selected.pk], key="k", by=None, **text)
    assert letters()[0][2] == "Avant le vendredi 12 avril 2030 à 23 h 59"

    with pytest.raises(NoDeadline):
        write_letter(application_ids=[ApplicationFactory().pk], key="k", by=None, **text)


@pytest.mark.parametrize(
    ("text", "refusal", "field"),
    [
        ({}, TextMissing, "subject_fr"),
        ({"subject_fr": "Bonjour"}, TextMissing, "body_fr"),
        ({"body_en": "Hello"}, TextMissing, "subject_en"),
        ({"subject_fr": "{nom}", "body_fr": "x"}, UnknownPlaceholder, "subject_fr"),
        (FRENCH | {"subject_en": "x", "body_en": "{x.y}"}, UnknownPlaceholder, "body_en"),
    ],
)
def test_what_no_company_could_be_sent_is_refused_beside_its_field(text, refusal, field):
    with pytest.raises(refusal) as caught:
        write_letter(application_ids=[ApplicationFactory().pk], key="k", by=None, **text)
    assert (caught.value.field, letters()) == (field, [])


def test_who_was_anonymised_is_not_written_to_and_neighbours_write_to_nobody():
    row = ApplicationFactory(anonymised_at=datetime(2030, 1, 1, tzinfo=UTC))
    with pytest.raises(NoAddress):
        write_letter(application_ids=[row.pk], key="k", by=None, **FRENCH)
    with pytest.raises(PermissionDenied):
        write_letter(application_ids=[row.pk], key="k", by=organiser("76"), **FRENCH)
    assert letters() == []


def test_braces_that_name_nothing_are_text():
    row = ApplicationFactory()
    text = {"subject_fr": "{ } {{", "body_fr": "a { b }"}
    write_letter(application_ids=[row.pk], key="k", by=None, **text)
    assert letters()[0][2] == "{ } {{"


# --- At the desk ---


@pytest.fixture
def manager(client):
    user = organiser("53", language="en")
    client.force_login(user)
    return user


def posted(client, rows, url=LIST, **data):
    action = {"action": "write", "_selected_action": [row.pk for row in rows], "_step": "1"}
    return client.post(url, action | {"key": "k"} | data)


def test_a_letter_is_shown_before_it_leaves_and_only_what_was_shown_leaves(client, manager):
    french = ApplicationFactory(contact_email="a@x.example", sort_name="a")
    english = ApplicationFactory(contact_email="b@x.example", language="en")

    page = posted(client, [french, english], **FRENCH)
    shown = page.context["panel"].context

    assert [(each["language"], each["count"]) for each in shown["letters"]] == [("Français", 1)]
    assert shown["letters"][0]["body"].startswith("Bonjour Camille Le Goff,\n\nÀ lundi.")
    assert french.token not in shown["letters"][0]["body"]
    assert [each["why"] for each in shown["refused"]] == [
        "There is no text in its language (English)."
    ]
    assert letters() == []

    seen = {"_seen": page.context["seen"]}
    changed = posted(client, [french, english], **FRENCH | {"body_fr": "Autre."}, **seen)
    assert (changed.context["panel"].title, letters()) == ("Before it leaves", [])

    done = posted(client, [french, english], **FRENCH, **seen)
    assert letters() == [("a@x.example", "fr", f"Réunion pour {french}")]
    assert told(done) == [
        f"{english}: There is no text in its language (English).",
        "1 letter leaves.",
    ]


def test_an_unknown_placeholder_is_told_beside_its_field(client, manager):
    page = posted(client, [ApplicationFactory()], subject_fr="{nom}", body_fr="x")
    assert list(page.context["form"].errors) == ["subject_fr"]
    assert "{company}" in page.context["form"].errors["subject_fr"][0]


def test_one_company_is_written_to_from_its_own_page(client, manager):
    row = ApplicationFactory(contact_email="a@x.example")
    url = reverse("admin:startups_application_write", args=[row.pk])
    page = client.post(url, FRENCH | {"key": "k"})
    assert letters() == []
    client.post(url, FRENCH | {"key": "k", "_seen": page.context["seen"]})
    assert letters() == [("a@x.example", "fr", f"Réunion pour {row}")]


def test_exhibitors_are_written_to_as_well(client, manager):
    exhibitor = ExhibitorFactory(application__contact_email="a@x.example")
    url = reverse("admin:startups_exhibitor_changelist")
    seen = posted(client, [exhibitor], url, **FRENCH).context["seen"]
    posted(client, [exhibitor], url, **FRENCH, _seen=seen)
    assert [each[0] for each in letters()] == ["a@x.example"]


def test_a_letter_to_many_is_a_job_that_writes_to_nobody_twice(client, manager, monkeypatch):
    monkeypatch.setattr(steps, "DIRECTLY", 1)
    rows = [ApplicationFactory(), ApplicationFactory(language="en")]
    seen = posted(client, rows, **FRENCH).context["seen"]
    posted(client, rows, **FRENCH, _seen=seen)
    job = Job.objects.get()
    jobs.run(job.pk)
    # A worker that died at the very end: another begins again.
    Job.objects.update(state="running", finished_at=None)
    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempts, len(letters())) == ("done", 2, 1)
    assert job.result["sentence"] == "1 letter leaves."
    assert [each["who"] for each in job.result["problems"]] == [str(rows[1])]


def test_a_program_writes_to_all_or_to_none():
    client = client_of(organiser("53"))
    rows = [ApplicationFactory(), ApplicationFactory(language="en")]
    body = {"applications": [row.pk for row in rows], "key": "k", **FRENCH}
    url = reverse("api:application-write")

    refused = client.post(url, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "language_missing")
    assert letters() == []
    assert client.post(url, body | {"french_will_do": True}).json() == {"written": 2}
    assert len(letters()) == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_a_preview_costs_the_same_for_one_and_three(
    client, manager, django_assert_num_queries, rows
):
    chosen = [ApplicationFactory() for _number in range(rows)]
    with django_assert_num_queries(18):
        posted(client, chosen, **FRENCH)
