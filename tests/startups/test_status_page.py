"""The status page says in every state what happens next, and when."""

import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from events.models import HalfDay
from startups import progress, summary
from startups.models import ChecklistDeadline
from tests.factories import (
    AnswerFactory,
    ApplicationFactory,
    CallFactory,
    DayFactory,
    ExhibitorFactory,
    HalfDayFactory,
    PublishedAllocationFactory,
    QuestionFactory,
    StandFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 3, 20, 10, 0, tzinfo=UTC)
SOON = datetime(2030, 3, 29, 22, 59, tzinfo=UTC)
PAST = datetime(2030, 3, 10, 22, 59, tzinfo=UTC)


@pytest.fixture(autouse=True)
def spring(time_machine, client):
    time_machine.move_to(NOW, tick=False)
    client.cookies["django_language"] = "en"


def text(response):
    content = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(content.split())


def page(client, application):
    response = client.get(application.get_absolute_url())
    assert response.status_code == 200
    return text(response)


@pytest.mark.parametrize(
    ("fields", "sentences"),
    [
        (
            {"status": "draft"},
            ["The call closed on Friday 1 March 2030 at 01:00", "a code for a late entry"],
        ),
        (
            {"status": "submitted"},
            ["Next: the result, on Monday 25 March 2030 at 10:00, by mail to iris@societe.example"],
        ),
        ({"status": "eligible"}, ["The region is studying it."]),
        (
            {"status": "incomplete", "correction_due_at": PAST, "decision_reason": "The SIRET."},
            ["The SIRET.", "You had until Sunday 10 March 2030 at 23:59", "Do you need more time?"],
        ),
        (
            {"status": "selected", "confirm_by": SOON},
            ["Confirm your place before Friday 29 March 2030 at 23:59", "Confirm our place"],
        ),
        (
            {"status": "selected", "confirm_by": PAST},
            ["The place was to be confirmed before Sunday 10 March 2030 at 23:59"],
        ),
        (
            {"status": "waitlisted", "waiting_rank": 1},
            [
                "Waiting list, rank 1",
                "You are the next",
                "You will then have 3 days to confirm",
                "The list ends when the fair begins, on Wednesday 12 June 2030.",
            ],
        ),
        (
            {"status": "rejected", "decision_reason": "Too many good ones."},
            ["did not select it", "Too many good ones.", "Nothing more will happen"],
        ),
        (
            {"status": "declined", "confirm_by": PAST, "lapsed_at": NOW},
            ["Not confirmed in time", "offered to you until Sunday 10 March 2030 at 23:59"],
        ),
        ({"status": "declined"}, ["You gave up the place you were offered."]),
        ({"status": "withdrawn"}, ["This application has been withdrawn.", "Write quickly to"]),
        ({"status": "no_show"}, ["was noted as absent", "Write at once to"]),
    ],
)
def test_every_state_says_what_happens_next(client, fields, sentences):
    call = CallFactory(results_at=datetime(2030, 3, 25, 9, 0, tzinfo=UTC))
    application = ApplicationFactory(call=call, contact_email="iris@societe.example", **fields)

    shown = page(client, application)

    for sentence in [*sentences, "Download everything we keep about you"]:
        assert sentence in shown


def test_a_confirmed_company_is_told_its_next_item_and_how_far_it_is(client):
    exhibitor = ExhibitorFactory()
    call = exhibitor.application.call
    ChecklistDeadline.objects.create(call=call, item="charter", due_at=SOON)
    ChecklistDeadline.objects.create(call=call, item="needs", due_at=PAST)

    shown = page(client, exhibitor.application)
    assert "Next: “Confirm the technical needs”, which was to be done before Sunday 10" in shown
    assert "0 of 2 done" in shown

    exhibitor.needs_checked_at = NOW
    exhibitor.save()
    shown = page(client, exhibitor.application)
    assert "Next: “Sign the charter”, before Friday 29 March 2030 at 23:59." in shown
    assert "1 of 2 done" in shown


def test_the_days_on_a_stand_are_said_in_words(client):
    exhibitor = ExhibitorFactory()
    stand = StandFactory(number="BRE-04")
    halves = [
        HalfDayFactory(day=DayFactory(date=date(2030, 6, 12))),
        HalfDayFactory(day=DayFactory(date=date(2030, 6, 12)), part=HalfDay.Part.AFTERNOON),
        HalfDayFactory(day=DayFactory(date=date(2030, 6, 13)), part=HalfDay.Part.AFTERNOON),
    ]
    for half_day in halves:
        PublishedAllocationFactory(exhibitor=exhibitor, stand=stand, half_day=half_day)

    shown = page(client, exhibitor.application)

    for sentence in (
        "Stand BRE-04 · 3 half-days",
        "Wednesday 12 June, morning and afternoon (09:00 – 18:00)",
        "Thursday 13 June, afternoon (13:00 – 18:00)",
    ):
        assert sentence in shown


# --- The way ---------------------------------------------------------------------------------


def way(application, **options):
    options = {"is_editable": False, **options}
    return [
        (point.label, point.state)
        for point in progress.timeline(application, options.pop("now", NOW), **options)
    ]


@pytest.mark.parametrize(
    ("status", "states"),
    [
        ("submitted", "done done now to_come to_come"),
        ("ineligible", "done done now to_come to_come"),
        ("incomplete", "done done now to_come to_come"),
        ("selected", "done done done now to_come"),
        ("waitlisted", "done done done now to_come"),
        ("rejected", "done done done missed missed"),
        ("declined", "done done done missed missed"),
        ("confirmed", "done done done done now"),
        ("withdrawn", "done done missed missed missed"),
    ],
)
def test_the_way_shows_what_is_behind_and_what_comes(status, states):
    assert [state for _label, state in way(ApplicationFactory(status=status))] == states.split()


def test_the_way_of_a_draft_ends_with_the_closing():
    application = ApplicationFactory(status="draft")

    assert [state for _label, state in way(application, is_editable=True)] == [
        "done",
        "now",
        "to_come",
        "to_come",
        "to_come",
    ]
    assert {state for _label, state in way(application)[1:]} == {"missed"}


def test_the_way_has_its_days(settings):
    settings.LANGUAGE_CODE = "en"
    exhibitor = ExhibitorFactory(confirmed_at=PAST, application__created_at=PAST)
    exhibitor.application.decided_at = PAST

    points = progress.timeline(exhibitor.application, NOW, is_editable=False)

    assert [(point.label, point.when, point.words) for point in points] == [
        ("Application begun", "Sunday 10 March 2030", "done"),
        ("Application submitted", "Sunday 10 February 2030", "done"),
        ("Results", "Sunday 10 March 2030", "done"),
        ("Place confirmed", "Sunday 10 March 2030", "done"),
        ("The fair", "Wednesday 12 June 2030 to Saturday 15 June 2030", "next"),
    ]


def test_the_way_is_an_ordered_list_that_marks_the_present(client):
    application = ApplicationFactory()
    content = client.get(application.get_absolute_url()).content.decode()

    (drawn,) = re.findall(r'<ol class="way".*?</ol>', content, re.DOTALL)
    assert drawn.count("<li") == 5
    assert re.findall(r'<li class="is-now" aria-current="step"><b>(\w+)', drawn) == ["Results"]


# --- The receipt -----------------------------------------------------------------------------


def test_the_receipt_holds_the_answers_and_the_names_of_files(settings):
    settings.LANGUAGE_CODE = "en"
    application = ApplicationFactory()
    call = application.call
    robot = QuestionFactory(call=call, key="robot", kind="yes_no", label_en="A robot?")
    weight = QuestionFactory(
        call=call, kind="number", label_en="Its weight", depends_on=robot, depends_value="yes"
    )
    paper = QuestionFactory(call=call, key="kbis", kind="file", label_en="Your certificate")
    later = QuestionFactory(call=call, stage="later", label_en="Menu", position=0)
    AnswerFactory(application=application, question=robot, value=False)
    AnswerFactory(application=application, question=weight, value=12)
    AnswerFactory(
        application=application, question=paper, file="answers/x.pdf", file_name="Kbis 2030.pdf"
    )
    AnswerFactory(application=application, question=later, value="Vegan")

    assert [(line.label, line.value) for line in summary.answer_lines(application)] == [
        ("A robot?", "No"),
        ("Your certificate", "Kbis 2030.pdf"),
        ("Menu", "Vegan"),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_status_page_takes_the_same_queries_for_any_number_of_answers(
    client, django_assert_num_queries, count
):
    exhibitor = ExhibitorFactory()
    ChecklistDeadline.objects.create(call=exhibitor.application.call, item="charter", due_at=SOON)
    for number in range(count):
        AnswerFactory(application=exhibitor.application, value="Oui")
        half_day = HalfDayFactory(day=DayFactory(date=date(2030, 6, 12 + number)))
        PublishedAllocationFactory(exhibitor=exhibitor, half_day=half_day)
        exhibitor.application.wanted_half_days.add(half_day)
    address = reverse("startups:application", args=[exhibitor.application.token])

    with django_assert_num_queries(14):
        client.get(address)
