"""A region's own questions, of every kind."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import translation

from startups import answers, steps
from startups.models import Answer, Application
from startups.operations import AnswerFrozen, UnknownQuestion, save_application
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    HalfDayFactory,
    LateCodeFactory,
    organiser,
    siret,
)
from tests.startups.applicant import OPEN, address, ask, draft, save, typed_in

pytestmark = pytest.mark.django_db
OPTIONS = [{"value": "beta", "fr": "Bêta", "en": "Beta"}, {"value": "prod", "fr": "En vente"}]
PARTS = [
    {"key": "name", "kind": "text", "fr": "Nom", "en": "Name", "is_required": True},
    {"key": "born", "kind": "date", "fr": "Né le", "en": "Born on"},
    {"key": "share", "kind": "number", "fr": "Part", "en": "Share"},
    {"key": "full", "kind": "yes_no", "fr": "Temps plein", "en": "Full time"},
]
IRIS = {"name": "Iris", "born": "01/02/1990", "share": "12,5", "full": "yes"}


@pytest.fixture(autouse=True)
def _english_while_the_call_is_open(client):
    client.cookies["django_language"] = "en"
    with time_machine.travel(OPEN, tick=False), translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("kind", "more", "raw", "kept", "in_words"),
    [
        ("text", {}, "Un robot", "Un robot", "Un robot"),
        ("long_text", {}, "a\r\nb", "a\nb", "a\nb"),
        ("number", {}, "1 200,50", 1200.5, "1,200.5"),
        ("number", {}, "3", 3, "3"),
        ("date", {}, "01/02/2030", "2030-02-01", "Friday 1 February 2030"),
        ("yes_no", {}, "no", False, "No"),
        ("choice", {"options": OPTIONS}, "beta", "beta", "Beta"),
        ("choices", {"options": OPTIONS}, ["prod", "beta"], ["prod", "beta"], "En vente, Beta"),
        (
            "group",
            {"parts": PARTS},
            [IRIS, dict.fromkeys(IRIS, "")],
            [{"name": "Iris", "born": "1990-02-01", "share": 12.5, "full": True}],
            "Iris · Thursday 1 February 1990 · 12.5 · Yes",
        ),
    ],
)
def test_an_answer_is_typed_kept_told_and_shown_again(kind, more, raw, kept, in_words):
    question = ask(CallFactory(), "q", kind, **more)
    value = answers.to_json(answers.form_field(question).clean(raw))

    assert value == kept
    assert answers.in_words(question, value) == in_words
    again = answers.form_field(question).clean(answers.to_raw(question, value))
    assert answers.to_json(again) == kept


@pytest.mark.parametrize(
    ("kind", "more", "raw", "words"),
    [
        ("text", {"max_length": 3}, "abcd", "Ensure this value has at most 3 characters"),
        ("long_text", {"max_length": 3}, "abcde", "3 characters at most: this has 2 too many."),
        ("number", {}, "beaucoup", "Give a number, in figures"),
        ("date", {}, "31/02/2030", "Give day, month and year in figures"),
        ("choice", {"options": OPTIONS}, "alpha", "Select a valid choice"),
        ("choices", {"options": OPTIONS}, ["alpha"], "Select a valid choice"),
        ("group", {"parts": PARTS}, [{**IRIS, "name": ""}], "Block 1, Name: This field is"),
        ("group", {"parts": PARTS, "max_items": 1}, [IRIS, IRIS], "1 block at most."),
    ],
)
def test_an_answer_that_is_not_valid_says_why(kind, more, raw, words):
    question = ask(CallFactory(), "q", kind, **more)
    with pytest.raises(ValidationError) as refusal:
        answers.form_field(question).clean(raw)

    assert words in " ".join(refusal.value.messages)


def test_a_question_is_asked_in_the_readers_language():
    question = ask(CallFactory(), "stage", "choice", options=OPTIONS, help_fr="Aide")
    with translation.override("fr"):
        field = answers.form_field(question)

    assert (field.label, field.help_text) == ("stage ?", "Aide")
    assert [label for _value, label in field.choices][:2] == ["Bêta", "En vente"]


@pytest.mark.parametrize(
    ("kind", "wanted", "value", "is_shown"),
    [
        ("yes_no", "yes", True, True),
        ("yes_no", "yes", False, False),
        ("yes_no", "", False, True),
        ("yes_no", "yes", None, False),
        ("choice", "beta", "beta", True),
        ("choices", "beta", ["prod", "beta"], True),
        ("choices", "beta", ["prod"], False),
        ("text", "", "", False),
    ],
)
def test_a_question_is_shown_only_if_another_is_answered_so(kind, wanted, value, is_shown):
    call = CallFactory()
    first = ask(call, "first", kind, options=OPTIONS)
    second = ask(call, "second", depends_on=first, depends_value=wanted, is_required=True)
    third = ask(call, "third", depends_on=second)
    values = {"first": value, "second": "said before"}

    shown = answers.shown([first, second, third], values)

    assert shown == ({"first", "second", "third"} if is_shown else {"first"})


def test_only_what_applies_and_is_due_is_missing():
    call = CallFactory()
    for key, is_due in (("now", None), ("since", OPEN), ("later", OPEN + timedelta(days=1))):
        ask(call, key, is_required=True, required_by=is_due)
    ask(call, "free")
    ask(call, "after", stage="later", is_required=True)
    ask(call, "gone", is_required=True, is_active=False)
    supported = ask(call, "supported", "yes_no")
    ask(call, "by_whom", depends_on=supported, depends_value="yes", is_required=True)

    assert answers.missing(ApplicationFactory(call=call), OPEN) == ["now", "since"]
    assert answers.missing(ApplicationFactory(call=call), OPEN, "later") == ["after"]


def test_answers_are_saved_as_typed_and_what_is_not_valid_waits(client):
    application = draft()
    ask(application.call, "team", "group", parts=PARTS)
    ask(application.call, "size", "number")
    block = {f"q:team-0-{part}": text for part, text in IRIS.items()}
    fields = {**block, "q:team-1-name": "", "q:team-1-share": "dix", "q:size": "3"}
    save(client, application, "questions", fields, only=["q:team", "q:size"])
    page = client.get(address(application, "questions"))

    application.refresh_from_db()
    assert [(one.question.key, one.value) for one in application.answers.all()] == [("size", 3)]
    assert application.typed["q:team"][1]["share"] == "dix"
    content = page.content.decode()
    assert 'name="q:team-1-share" value="dix"' in content
    assert "Give a number, in figures" in content
    assert 'name="q:team-2-name"' in content  # an empty one to go on


def test_a_block_is_taken_away_and_the_others_stay(client):
    application = draft()
    question = ask(application.call, "team", "group", parts=PARTS[:1])
    names = [{"name": name} for name in ("Iris", "Léa", "Maël")]
    Answer.objects.create(application=application, question=question, value=names)
    client.post(address(application, "questions"), {"remove": "q:team-1"})

    assert application.answers.get().value == [{"name": "Iris"}, {"name": "Maël"}]


def test_an_emptied_answer_is_no_answer(client):
    application = draft()
    ask(application.call, "demo")
    save(client, application, "questions", {"q:demo": "Un robot"})
    save(
        client, application, "questions", {"q:demo": ""}, seen=json.dumps({"q:demo": ["Un robot"]})
    )

    assert not application.answers.exists()


def test_a_frozen_answer_is_shown_and_only_the_region_changes_it(client):
    application = ApplicationFactory(status="draft")
    question = ask(application.call, "demo", frozen_after=OPEN)
    Answer.objects.create(application=application, question=question, value="Un robot")
    save(client, application, "questions", {"q:demo": "Un drone"})
    page = client.get(address(application, "questions")).content.decode()

    assert application.answers.get().value == "Un robot"
    assert "This answer can no longer be changed." in page
    with pytest.raises(AnswerFrozen):
        save_application(application_id=application.pk, values={}, answers={"demo": "Un drone"})
    save_application(
        application_id=application.pk, values={}, answers={"demo": "Un drone"}, by=organiser("53")
    )
    assert application.answers.get().value == "Un drone"


def test_a_frozen_question_nobody_can_answer_any_more_is_in_nobodys_way(client):
    application = draft(contact_name="Iris", siret=siret(1), typed={"q:demo": "x" * 251})
    application.wanted_half_days.add(HalfDayFactory())
    ask(application.call, "demo", is_required=True, frozen_after=OPEN)
    page = client.get(address(application, "questions") + "?verifier")
    client.post(reverse("startups:application_submit", args=[application.token]),
                typed_in("commitments"))  # fmt: skip

    application.refresh_from_db()
    assert (dict(page.context["form"].errors), page.context["part"].count) == ({}, 0)
    assert application.status == "submitted"


@pytest.mark.parametrize("status", ["incomplete", "draft", "submitted"])
def test_who_is_let_in_after_a_freeze_answers_what_is_frozen(client, status):
    """To correct the application, or by a late code that is still valid."""
    application = ApplicationFactory(status=status)
    application.wanted_half_days.add(HalfDayFactory())
    ask(application.call, "demo", is_required=status != "submitted", frozen_after=OPEN)
    after = ask(application.call, "later", stage="later", frozen_after=OPEN)
    if status != "incomplete":
        code = LateCodeFactory(call=application.call, expires_at=OPEN + timedelta(days=30))
        Application.objects.update(late_code=code)
    missing = steps.missing(Application.objects.get(), OPEN)
    save(client, application, "questions", {"q:demo": "Un robot"})
    submit = reverse("startups:application_submit", args=[application.token])
    client.post(submit, typed_in("commitments"))

    assert missing == ([] if status == "submitted" else ["q:demo"])
    assert application.answers.get().value == "Un robot"
    assert Application.objects.get().status == "submitted"
    assert answers.is_closed(after, Application.objects.get(), OPEN)


def test_an_answer_given_while_something_else_was_asked_is_shown_as_it_stands(client):
    application = draft()
    parts = [{"key": key, "kind": kind, "fr": key} for key, kind in (
        ("born", "date"), ("share", "number"), ("here", "yes_no"),
    )]  # fmt: skip
    question = ask(application.call, "team", "group", parts=parts)
    block = {"born": "hier", "share": "dix", "here": "peut-être"}
    Answer.objects.create(application=application, question=question, value=[block])
    page = client.get(address(application, "questions"))

    assert answers.in_words(question, [block]) == "hier · dix · peut-être"
    assert answers.to_raw(question, [block]) == [block]
    assert page.status_code == 200


@pytest.mark.parametrize("raw", ["x" * 300, ["a", "b"]])
def test_what_was_typed_for_another_kind_of_question_does_not_break_the_page(client, raw):
    application = draft(typed={"q:team": raw})
    ask(application.call, "team", "group", parts=PARTS[:1])
    page = client.get(address(application, "questions"))

    assert (page.status_code, page.context["form"].shown["q:team"]) == (200, [])


def test_an_answer_to_a_question_the_call_does_not_ask_is_refused():
    application = draft()
    with pytest.raises(UnknownQuestion):
        save_application(application_id=application.pk, values={}, answers={"x": "y"})


def test_a_file_that_replaces_another_leaves_nothing_behind(django_capture_on_commit_callbacks):
    application = draft()
    ask(application.call, "kbis", "file")

    def given(content):
        with django_capture_on_commit_callbacks(execute=True):
            save_application(application_id=application.pk, values={}, answers={"kbis": content})
        return application.answers.first()

    first = given(ContentFile(b"one", name="mon kbis.pdf"))
    second = given(ContentFile(b"two", name="autre.pdf"))
    assert (first.file_name, second.file_name) == ("mon kbis.pdf", "autre.pdf")
    storage = first.file.storage
    assert (storage.exists(first.file.name), storage.exists(second.file.name)) == (False, True)
    assert given(None) is None
    assert not storage.exists(second.file.name)
