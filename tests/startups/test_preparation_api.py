"""The answers to what a region asks after selection, as programs send them."""

from datetime import UTC, datetime

import pytest

from startups.models import Answer
from tests.api import client_of
from tests.factories import ExhibitorFactory, QuestionFactory, UserFactory, organiser
from tests.uploads import pdf, upload

pytestmark = pytest.mark.django_db

PAST = datetime(2030, 4, 10, 16, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def spring(time_machine):
    time_machine.move_to("2030-04-20T10:00:00+02:00", tick=False)


@pytest.fixture
def exhibitor():
    exhibitor = ExhibitorFactory()
    call = exhibitor.application.call
    QuestionFactory(call=call, stage="later", key="weight", kind="number")
    QuestionFactory(call=call, stage="later", key="fire", kind="file")
    QuestionFactory(call=call, stage="later", key="menu", frozen_after=PAST)
    QuestionFactory(call=call, key="before")
    return exhibitor


def address(exhibitor, action):
    return f"/api/v1/exhibitors/{exhibitor.pk}/{action}/"


def given():
    answers = Answer.objects.select_related("question")
    return {answer.question.key: answer.file_name or answer.value for answer in answers}


def contact(exhibitor):
    return client_of(UserFactory(email=exhibitor.application.contact_email))


def test_the_desk_and_the_contact_answer_what_is_asked_after_selection(exhibitor):
    for api, weight in ((contact(exhibitor), 12.5), (client_of(organiser("53")), 14)):
        answer = api.post(
            address(exhibitor, "answer-questions"), {"answers": {"weight": weight}}, format="json"
        )
        assert (answer.status_code, answer.json()["exhibitor"]) == (200, exhibitor.pk)
        assert given() == {"weight": weight}


def test_a_file_answers_a_question(exhibitor):
    body = {"question": "fire", "file": upload(pdf(), "feu.pdf")}
    answer = contact(exhibitor).post(address(exhibitor, "answer-file"), body, format="multipart")
    assert (answer.status_code, given()) == (200, {"fire": "feu.pdf"})


@pytest.mark.parametrize(
    ("answers", "status", "told"),
    [
        ({"menu": "Sans gluten"}, 409, {"code": "answer_frozen"}),
        ({"before": "x"}, 409, {"code": "unknown_question"}),
        ({"nothing": 1}, 409, {"code": "unknown_question"}),
        (
            {"weight": "lourd"},
            400,
            {"answers": {"weight": ["Give a number, in figures: 1200 for example."]}},
        ),
        ({"fire": "feu.pdf"}, 400, {"answers": {"fire": ["A file is sent by answer-file."]}}),
        (["weight"], 400, {"answers": ["An object of answers by question key is expected."]}),
    ],
)
def test_wrong_answers_are_refused(exhibitor, answers, status, told):
    answer = contact(exhibitor).post(
        address(exhibitor, "answer-questions"),
        {"answers": answers},
        format="json",
        headers={"Accept-Language": "en"},
    )
    body = answer.json()
    assert (answer.status_code, {key: body[key] for key in told}) == (status, told)
    assert given() == {}


def test_strangers_answer_nothing(exhibitor):
    for user in (UserFactory(), organiser("28"), organiser("53", "reader")):
        answer = client_of(user).post(
            address(exhibitor, "answer-questions"), {"answers": {"weight": 1}}, format="json"
        )
        assert answer.status_code == 403
    assert given() == {}
