"""What an exhibitor still has to do, as one reads it and as the database finds it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from startups import checklist
from startups.models import (
    Aid,
    AidDeclaration,
    Badge,
    CharterSignature,
    ChecklistDeadline,
    ChecklistItem,
    Exhibitor,
)
from tests.factories import AnswerFactory, CallFactory, ExhibitorFactory, QuestionFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 4, 20, 10, 0, tzinfo=UTC)
SOON = datetime(2030, 4, 30, 16, 0, tzinfo=UTC)
PAST = datetime(2030, 4, 10, 16, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def spring(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def english(settings):
    settings.LANGUAGE_CODE = "en"


def deadlines(call, due_at=SOON, items=tuple(ChecklistItem.values)):
    for item in items:
        ChecklistDeadline.objects.create(call=call, item=item, due_at=due_at)


def loaded(exhibitor):
    return Exhibitor.objects.prefetch_related(*checklist.PREFETCH).get(pk=exhibitor.pk)


def finish(exhibitor):
    CharterSignature.objects.create(
        exhibitor=exhibitor, version=1, text_digest="", name="Iris Le Roux", role="CEO"
    )
    AidDeclaration.objects.create(exhibitor=exhibitor, has_none=True, name="Iris Le Roux")
    Badge.objects.create(exhibitor=exhibitor, first_name="Iris", last_name="Le Roux")
    exhibitor.vector_logo = ContentFile(b"<svg/>", name="logo.svg")
    exhibitor.pitch_checked_at = exhibitor.needs_checked_at = NOW
    exhibitor.badges_checked_at = NOW
    exhibitor.save()


def test_a_new_exhibitor_has_everything_to_do(english):
    exhibitor = ExhibitorFactory()
    deadlines(exhibitor.application.call)
    QuestionFactory(call=exhibitor.application.call, stage="later", is_required=True)

    progress = checklist.progress(loaded(exhibitor))

    assert [(item.key, item.is_done, item.is_overdue, item.detail) for item in progress.items] == [
        ("charter", False, False, ""),
        ("aid", False, False, ""),
        ("logo", False, False, ""),
        ("pitch", False, False, ""),
        ("needs", False, False, ""),
        ("badges", False, False, ""),
        ("questions", False, False, "1 answer is missing"),
    ]
    assert (progress.done, progress.is_complete, progress.late) == (0, False, [])
    assert progress.next.key == "charter"


def test_what_is_done_says_by_whom_and_when(english):
    exhibitor = ExhibitorFactory()
    deadlines(exhibitor.application.call)
    finish(exhibitor)

    progress = checklist.progress(loaded(exhibitor))

    assert [(item.key, item.detail) for item in progress.items if item.is_done] == [
        ("charter", "Signed by Iris Le Roux on Saturday 20 April 2030"),
        ("aid", "No aid received"),
        ("logo", "Received (SVG)"),
        ("pitch", "Confirmed on Saturday 20 April 2030"),
        ("needs", "Confirmed on Saturday 20 April 2030"),
        ("badges", "1 person of 3 named"),
    ]
    assert progress.is_complete


def test_only_what_the_call_asks_is_listed_in_the_order_of_its_deadlines():
    exhibitor = ExhibitorFactory()
    deadlines(exhibitor.application.call, SOON, ["charter"])
    deadlines(exhibitor.application.call, PAST, ["needs"])

    items = checklist.items(loaded(exhibitor))

    assert [(item.key, item.is_overdue) for item in items] == [("needs", True), ("charter", False)]


def test_a_newer_charter_is_to_be_signed_again(english):
    exhibitor = ExhibitorFactory()
    call = exhibitor.application.call
    deadlines(call, items=["charter"])
    finish(exhibitor)
    call.charter_version = 2
    call.save()

    (item,) = checklist.items(loaded(exhibitor))

    assert (item.is_done, item.detail) == (False, "A newer version is to be signed")
    assert list(checklist.undone("charter")) == [exhibitor]


def test_what_is_done_freezes_after_its_deadline_where_it_is_printed_or_ordered():
    exhibitor = ExhibitorFactory()
    deadlines(exhibitor.application.call, PAST)
    finish(exhibitor)

    frozen = [item.key for item in checklist.items(loaded(exhibitor)) if item.is_frozen]

    assert frozen == ["pitch", "needs", "badges"]


@pytest.mark.parametrize("item", [*ChecklistItem.values])
def test_undone_finds_those_who_have_not_done_it_and_until_when(item):
    waiting, done = ExhibitorFactory(), ExhibitorFactory()
    call = waiting.application.call
    ExhibitorFactory(left_at=NOW)
    deadlines(call, items=[item])
    question = QuestionFactory(call=call, stage="later", is_required=True)
    AnswerFactory(application=done.application, question=question, value="Oui")
    AnswerFactory(application=waiting.application, question=question, value="")
    finish(done)

    assert [(row, row.item_due_at) for row in checklist.undone(item)] == [(waiting, SOON)]


def test_undone_is_empty_without_a_deadline_and_once_the_fair_is_over(time_machine):
    exhibitor = ExhibitorFactory()
    assert not checklist.undone("charter").exists()

    deadlines(exhibitor.application.call, items=["charter"])
    assert checklist.undone("charter").exists()
    time_machine.move_to("2030-06-16T10:00:00+02:00")
    assert not checklist.undone("charter").exists()


def test_a_question_that_depends_on_another_is_asked_of_those_it_concerns():
    concerned, free = ExhibitorFactory(), ExhibitorFactory()
    call = concerned.application.call
    deadlines(call, items=["questions"])
    robot = QuestionFactory(call=call, kind="yes_no", key="robot")
    QuestionFactory(
        call=call, stage="later", is_required=True, depends_on=robot, depends_value="yes"
    )
    AnswerFactory(application=concerned.application, question=robot, value=True)
    AnswerFactory(application=free.application, question=robot, value=False)

    assert [row.pk for row in checklist.undone("questions")] == [concerned.pk]
    assert [checklist.items(loaded(each))[0].is_done for each in (concerned, free)] == [False, True]


def test_exhibitors_are_sorted_into_late_incomplete_and_complete():
    late = ExhibitorFactory()
    deadlines(late.application.call, PAST)
    complete = ExhibitorFactory(application__call=late.application.call)
    finish(complete)

    def having(state):
        return list(Exhibitor.objects.filter(checklist.having(state, NOW)).order_by("pk"))

    assert (having("late"), having("incomplete"), having("complete")) == ([late], [], [complete])
    ChecklistDeadline.objects.update(due_at=SOON)
    assert (having("late"), having("incomplete"), having("complete")) == ([], [late], [complete])


@pytest.mark.parametrize("count", [1, 3])
def test_items_of_many_exhibitors_take_the_same_queries(django_assert_num_queries, count):
    call = CallFactory(advantage=Decimal(4000))
    deadlines(call)
    QuestionFactory(call=call, stage="later", is_required=True)
    for _number in range(count):
        exhibitor = ExhibitorFactory(application__call=call)
        finish(exhibitor)
        AnswerFactory(application=exhibitor.application, value="Oui")

    with django_assert_num_queries(8):
        rows = Exhibitor.objects.select_related(
            "application__call", "participation__edition"
        ).prefetch_related(*checklist.PREFETCH)
        for row in rows:
            checklist.progress(row)
            checklist.standing(row)


def test_the_stand_counts_on_the_day_the_charter_was_first_signed():
    exhibitor = ExhibitorFactory(application__call__advantage=Decimal("4000.00"))
    assert checklist.standing(exhibitor) is None

    declaration = AidDeclaration.objects.create(exhibitor=exhibitor, name="Iris")
    for granted_on in (date(2027, 4, 19), date(2027, 4, 20), date(2027, 5, 2)):
        Aid.objects.create(
            declaration=declaration,
            granted_on=granted_on,
            authority="Bpifrance",
            amount=Decimal("100000.00"),
        )
    standing = checklist.standing(loaded(exhibitor))
    assert (standing.day, standing.total) == (date(2030, 4, 20), Decimal("204000.00"))

    # Signed at half past midnight in Paris, still the day before in UTC.
    for version, signed_at in ((1, datetime(2030, 5, 2, 22, 30, tzinfo=UTC)), (2, NOW)):
        CharterSignature.objects.create(
            exhibitor=exhibitor,
            version=version,
            text_digest="",
            name="Iris",
            role="CEO",
            signed_at=signed_at,
        )
        if version == 1:
            standing = checklist.standing(loaded(exhibitor))
            assert (standing.day, standing.total) == (date(2030, 5, 3), Decimal("4000.00"))
    assert checklist.standing(loaded(exhibitor)).day == date(2030, 4, 20)
