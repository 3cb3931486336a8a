"""A region's questions: written, changed while answers stay readable, ordered, taken back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from pavilion.core.access import Role
from pavilion.core.errors import DomainError
from pavilion.core.models import ActivityEntry
from startups import operations
from startups.models import Question
from startups.operations.calls.question_rules import choices, parts
from tests.factories import (
    AnswerFactory,
    ApplicationFactory,
    CallFactory,
    ParticipationFactory,
    organiser,
)

pytestmark = pytest.mark.django_db

BETA = {"value": "beta", "fr": "Bêta", "en": "Beta"}
LIVE = {"value": "live", "fr": "En service", "en": "Live"}


def noted():
    return list(ActivityEntry.objects.order_by("pk").values_list("verb", "before", "after"))


def refused(operation, **fields):
    with translation.override("en"), pytest.raises(DomainError) as refusal:
        operation(**{"by": None, **fields})
    return refusal.value.code, refusal.value.field, str(refusal.value), refusal.value.details


def ask(call, label="Votre produit", **fields):
    return operations.add_question(call_id=call.pk, by=None, label_fr=label, **fields)


def in_order(call):
    return [question.label_fr for question in call.questions.in_order()]


def test_what_is_asked_after_selection_is_never_for_the_jury():
    later = ask(CallFactory(), "Votre film ?", stage="later", is_for_jury=True)
    asked = operations.change_question(question_id=later.pk, by=None, is_for_jury=True)

    assert (later.is_for_jury, asked.is_for_jury) == (False, False)
    assert ask(later.call, "Votre produit ?").is_for_jury


def test_add_question_puts_it_last_with_a_key_of_its_own():
    call = CallFactory()

    first = operations.add_question(call_id=call.pk, by=organiser("53"), label_fr="Votre équipe ?")
    second = ask(call, "Votre équipe ?", kind="choice", options=[{"fr": "Bêta"}, LIVE])

    assert (first.key, first.position, second.key, second.position) == (
        "votre-equipe",
        1,
        "votre-equipe-2",
        2,
    )
    assert Question.objects.get(pk=second.pk).options == [
        {"value": "beta", "fr": "Bêta", "en": ""},
        LIVE,
    ]
    assert noted() == [
        ("question.created", {}, {"label_fr": "Votre équipe ?"}),
        (
            "question.created",
            {},
            {"label_fr": "Votre équipe ?", "kind": "choice", "options": ["Bêta", "En service"]},
        ),
    ]


def test_what_a_kind_has_no_use_for_is_not_kept():
    question = ask(
        CallFactory(), kind="number", options=[BETA, LIVE], parts=[{"fr": "Nom"}], max_length=80
    )

    assert (question.options, question.parts, question.max_length) == ([], [], None)


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        (
            {"label_fr": " "},
            ("question_without_text", "label_fr", "Write the question in French."),
        ),
        ({"kind": "choice"}, ("wrong_choices", "options", "Write at least two choices.")),
        (
            {"kind": "choices", "options": [BETA, {**LIVE, "value": "Beta"}]},
            ("wrong_choices", "options", "“beta” is there twice: each choice is its own."),
        ),
        (
            {"kind": "choice", "options": [BETA, {"value": "x", "fr": ""}]},
            ("wrong_choices", "options", "Write each choice in French at least."),
        ),
        ({"kind": "group"}, ("wrong_parts", "parts", "Write at least one part of the block.")),
        (
            {"kind": "group", "parts": [{"fr": "Nom"}, {"fr": "nom"}]},
            ("wrong_parts", "parts", "“nom” is there twice: each part has its own key."),
        ),
        (
            {"kind": "group", "parts": [{"fr": "Nom", "kind": "file"}]},
            (
                "wrong_parts",
                "parts",
                "“file” is not a kind of part. Possible: text (Short text), number (Number), "
                "date (Date), yes_no (Yes or no).",
            ),
        ),
        (
            {"required_by": datetime(2030, 5, 1, tzinfo=UTC)},
            (
                "wrong_dates",
                "required_by",
                "An answer is only wanted by a date if the question is required.",
            ),
        ),
        (
            {
                "is_required": True,
                "required_by": datetime(2030, 5, 1, tzinfo=UTC),
                "frozen_after": datetime(2030, 5, 1, tzinfo=UTC),
            },
            (
                "wrong_dates",
                "frozen_after",
                "The answer would be frozen before it is required: nobody could give it.",
            ),
        ),
    ],
)
def test_add_question_refuses_what_nobody_could_answer(fields, answer):
    call = CallFactory()
    fields = {"label_fr": "Votre produit", **fields}

    assert refused(operations.add_question, call_id=call.pk, **fields)[:3] == answer
    assert not Question.objects.exists()


def test_choices_and_parts_have_an_end():
    with translation.override("en"):
        with pytest.raises(DomainError, match="61 choices are too many: 60"):
            choices({"fr": str(number)} for number in range(61))
        with pytest.raises(DomainError, match="13 parts are too many: 12"):
            parts({"fr": f"p{number}"} for number in range(13))


def test_a_question_depends_on_an_earlier_one_of_its_call():
    call = CallFactory()
    first = ask(call, "Avez-vous un prototype ?", kind="yes_no")
    later = ask(call, "Où en est-il ?", kind="choice", options=[BETA, LIVE])
    foreign = ask(CallFactory(participation=ParticipationFactory(edition__year=2031)))
    after = ask(call, "Un film ?", stage="later", kind="yes_no")

    operations.change_question(question_id=later.pk, by=None, depends_on=first, depends_value="yes")

    def depend(question, on, value=""):
        fields = {"question_id": question.pk, "depends_on": on, "depends_value": value}
        return refused(operations.change_question, **fields)[:3]

    wrong = "wrong_dependency"
    assert depend(first, later) == (
        wrong,
        "depends_on",
        "“Où en est-il ?” is asked later: a question depends on an earlier one.",
    )
    assert depend(first, first)[0] == wrong
    assert depend(first, foreign)[2] == "“Votre produit” is a question of another call."
    assert depend(later, after)[1] == "depends_on"
    assert depend(later, first, "maybe") == (
        wrong,
        "depends_value",
        "“maybe” is not an answer to “Avez-vous un prototype ?”. Possible: yes, no.",
    )
    assert depend(after, ask(call, "Nom"), "x")[2] == (
        "“Nom” has no list of answers: leave the value empty, for any answer."
    )


def test_what_others_depend_on_stays_as_they_need_it():
    call = CallFactory()
    first = ask(call, "Stade", kind="choice", options=[BETA, LIVE])
    second = ask(call, "Depuis quand ?", depends_on=first, depends_value="live")
    new = {"value": "idea", "fr": "Idée", "en": ""}
    details = {"question": second.pk}

    assert refused(operations.change_question, question_id=first.pk, options=[BETA, new]) == (
        "depended_upon",
        "",
        "“Depuis quand ?” is shown depending on this one. “live” is not an answer to “Stade”. "
        "Possible: beta, idea.",
        details,
    )
    assert refused(operations.change_question, question_id=first.pk, stage="later")[0] == (
        "depended_upon"
    )
    assert refused(operations.retire_question, question_id=first.pk) == (
        "depended_upon",
        "",
        "“Depuis quand ?” is shown depending on this one: take it back first.",
        details,
    )


def test_change_question_notes_only_what_differs():
    question = ask(CallFactory(), "Stade", kind="choice", options=[BETA, LIVE])
    ActivityEntry.objects.all().delete()

    for _time in range(2):
        operations.change_question(
            question_id=question.pk,
            by=organiser("53"),
            key="",
            options=[BETA, {**LIVE, "fr": "En vente"}],
        )

    assert noted() == [
        (
            "question.changed",
            {"options": ["Bêta", "En service"]},
            {"options": ["Bêta", "En vente"]},
        )
    ]


def test_answers_stay_readable():
    call = CallFactory()
    question = ask(call, "Stade", kind="choices", options=[BETA, LIVE])
    other = ask(call, "Nom")
    AnswerFactory(application=ApplicationFactory(call=call), question=question, value=["live"])
    idea = {"value": "idea", "fr": "Idée", "en": ""}

    def change(**fields):
        return refused(operations.change_question, question_id=question.pk, **fields)

    kept = (
        "1 company has answered: the kind and the key stay. Take the question back and write "
        "another."
    )
    assert change(kind="text") == ("already_answered", "kind", kept, {"answers": 1})
    assert change(key="etat") == ("already_answered", "key", kept, {"answers": 1})
    assert change(options=[BETA, idea]) == (
        "already_answered",
        "options",
        "Somebody has chosen live already: these choices stay.",
        {"choices": ["live"]},
    )
    operations.change_question(question_id=question.pk, by=None, options=[LIVE, idea])
    assert refused(operations.change_question, question_id=other.pk, key=question.key) == (
        "key_taken",
        "key",
        "“Stade” already has this key.",
        {"question": question.pk},
    )


def test_a_part_that_was_filled_in_keeps_its_key_and_its_kind():
    call = CallFactory()
    born = {"key": "born", "kind": "text", "fr": "Né le", "en": "", "is_required": False}
    empty = {**born, "key": "role", "fr": "Rôle"}
    question = ask(call, "Equipe", kind="group", parts=[born, empty])
    application = ApplicationFactory(call=call)
    AnswerFactory(application=application, question=question, value=[{"born": "x", "role": ""}])

    def change(*parts):
        return refused(operations.change_question, question_id=question.pk, parts=list(parts))

    kept = (
        "already_answered",
        "parts",
        "Companies have filled in Né le already: these parts stay, and keep their kind.",
        {"parts": ["born"]},
    )
    assert change({**born, "kind": "date"}, empty) == kept
    assert change(empty) == kept
    operations.change_question(
        question_id=question.pk, by=None, parts=[{**empty, "kind": "date"}, {**born, "fr": "Né"}]
    )
    question.refresh_from_db()
    assert [(part["key"], part["kind"]) for part in question.parts] == [
        ("role", "date"), ("born", "text"),
    ]  # fmt: skip


def test_what_the_application_asks_is_not_frozen_while_the_call_is_open():
    call = CallFactory()
    just_before = call.closes_at - timedelta(seconds=1)
    frozen = {"call_id": call.pk, "label_fr": "Un", "frozen_after": just_before}

    assert refused(operations.add_question, **frozen) == (
        "wrong_dates",
        "frozen_after",
        "The call is open until Friday 1 March 2030 at 01:00: what the application asks can be "
        "answered until then. Freeze it then at the earliest.",
        {},
    )
    for more in ({"stage": "later"}, {"frozen_after": call.closes_at}):
        assert operations.add_question(by=None, **{**frozen, **more}).pk


def test_retire_and_restore_question_are_safe_to_repeat():
    call = CallFactory()
    question, other = ask(call, "Un"), ask(call, "Deux")
    ActivityEntry.objects.all().delete()

    for operation in (operations.retire_question,) * 2:
        operation(question_id=question.pk, by=organiser("53"))
    assert in_order(call) == ["Deux"]
    assert refused(operations.move_question, question_id=question.pk, place=1)[0] == "out_of_order"
    for operation in (operations.restore_question,) * 2:
        operation(question_id=question.pk, by=organiser("53"))

    assert in_order(call) == ["Deux", "Un"]
    assert [verb for verb, _before, _after in noted()] == ["question.retired", "question.restored"]
    assert refused(operations.change_question, question_id=other.pk, depends_on=question)[0] == (
        "wrong_dependency"
    )


def test_move_question_makes_room_and_keeps_dependents_behind():
    call = CallFactory()
    first, second = ask(call, "Un", kind="yes_no"), ask(call, "Deux")
    third = ask(call, "Trois", depends_on=first, depends_value="yes")

    operations.move_question(question_id=second.pk, place=1, by=organiser("53"))
    assert in_order(call) == ["Deux", "Un", "Trois"]
    operations.move_question(question_id=second.pk, place=99, by=None)
    assert in_order(call) == ["Un", "Trois", "Deux"]
    assert refused(operations.move_question, question_id=first.pk, place=3) == (
        "out_of_order",
        "",
        "“Trois” is shown depending on “Un”: it stays after it.",
        {"question": third.pk, "depends_on": first.pk},
    )
    assert in_order(call) == ["Un", "Trois", "Deux"]
    assert [entry for entry in noted() if entry[0] == "question.moved"] == [
        ("question.moved", {"position": 2}, {"position": 1}),
        ("question.moved", {"position": 1}, {"position": 3}),
    ]


def test_a_call_asks_no_more_than_people_answer():
    call = CallFactory()
    Question.objects.bulk_create(
        Question(call=call, key=f"q{number}", label_fr="?") for number in range(60)
    )

    assert refused(operations.add_question, call_id=call.pk, label_fr="Encore ?")[:3] == (
        "too_many_questions",
        "",
        "A call asks 60 questions at most: take one back first.",
    )


@pytest.mark.parametrize(
    "by",
    [
        lambda: organiser("76"),
        lambda: organiser("53", Role.REVIEWER),
        lambda: organiser("53", Role.READER),
        lambda: organiser("", Role.READER),
    ],
)
def test_questions_are_their_region_s_managers(by):
    user, question = by(), ask(CallFactory())
    ActivityEntry.objects.all().delete()

    for attempt in (
        lambda: operations.add_question(call_id=question.call_id, by=user, label_fr="?"),
        lambda: operations.change_question(question_id=question.pk, by=user, label_fr="?"),
        lambda: operations.retire_question(question_id=question.pk, by=user),
        lambda: operations.restore_question(question_id=question.pk, by=user),
        lambda: operations.move_question(question_id=question.pk, place=1, by=user),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert noted() == []
