"""Somebody needed declines, and the next substitute is asked: with everybody told, and no end."""

import pytest
from django.utils import translation

from events.models import Occupation
from meetings import wording
from meetings.attention import due
from meetings.models import Delegate, Delegation, Meeting, Participant
from meetings.operations import (
    AlreadyExpected,
    SameParticipant,
    SlotTaken,
    confirm_meeting,
    create_meeting,
    record_answer,
    repeat_meeting,
    replace_participant,
    reschedule_meeting,
)
from meetings.operations.seats import Seat
from pavilion.core.models import ActivityEntry
from tests.factories import OfficeFactory, PersonFactory
from tests.meetings.conftest import (
    ELEVEN,
    HALF_PAST_ELEVEN,
    HALF_PAST_TEN,
    NOW,
    TEN,
    deliver,
    outbox,
)


@pytest.fixture
def president(person):
    return person


def somebody(name):
    return PersonFactory(
        first_name="", last_name=name, email=f"{name.lower()}@region.example", language="en"
    )


@pytest.fixture
def first(db):
    return somebody("First")


@pytest.fixture
def second(db):
    return somebody("Second")


@pytest.fixture
def delegation(edition, president, first, second):
    delegation = Delegation.objects.create(edition=edition, name_fr="Bretagne")
    Delegate.objects.create(delegation=delegation, person=president, role="head")
    for person, rank in ((second, 2), (first, 1)):
        Delegate.objects.create(
            delegation=delegation, person=person, role="substitute", rank=rank, keeps_rank=rank == 1
        )
    return delegation


def meet(edition, by, *people, **fields):
    values = {"subject_fr": "Entretien", "starts_at": TEN, "ends_at": HALF_PAST_TEN, **fields}
    return create_meeting(edition=edition, by=by, person_ids=[p.pk for p in people], **values)


def firm(*args, **fields):
    meeting = meet(*args, **fields)
    confirm_meeting(meeting_id=meeting.pk, by=args[1])
    deliver()
    return meeting


def answers(person, answer, **fields):
    participant = Participant.objects.get(person=person)
    return record_answer(participant_id=participant.pk, answer=answer, via="link", **fields)


def seats():
    rows = Participant.objects.select_related("person").order_by("pk")
    return [
        (
            str(each.person).strip(),
            str(each.stands_in_for or "").strip(),
            each.answer,
            each.removed_at is None,
        )
        for each in rows
    ]


def taken():
    return set(Occupation.objects.values_list("resource", flat=True))


def verbs():
    rows = ActivityEntry.objects.order_by("pk").values_list("verb", "before", "after")
    return [
        (verb.removeprefix("meeting."), after.get("name", "").strip())
        for verb, _before, after in rows
        if "substitute" in verb
    ]


def lost():
    return list(Meeting.objects.filter(due(NOW)["declined"]))


PRESIDENT = "Maïwenn Kerzoncuff"


def test_a_decline_asks_the_next_substitute_and_holds_their_time(
    edition, national, president, first, delegation
):
    firm(edition, national, president)

    answers(president, "declined")

    assert seats() == [
        (PRESIDENT, "", "declined", True),
        ("First", PRESIDENT, "needs-action", True),
    ]
    assert outbox()[1:] == [("invitation", "first@region.example", "queued")]
    assert taken() == {f"person:{first.pk}"}
    assert verbs() == [("substitute_asked", "First")]
    assert lost() == []


def test_who_represents_the_president_sits_in_their_place(
    edition, national, president, first, delegation
):
    other = somebody("Another")
    meeting = firm(edition, national, president, other)
    Participant.objects.filter(person=president).update(position=1)
    answers(president, "declined")

    with translation.override("en"):
        assert wording.people(Meeting.objects.get(pk=meeting.pk)) == [
            f" First, standing in for {PRESIDENT}",
            " Another",
        ]


def test_whoever_is_busy_is_passed_over_and_the_log_says_so(
    edition, national, president, first, second, delegation
):
    meet(edition, national, first)
    firm(edition, national, president)

    answers(president, "declined")

    assert seats()[1:] == [
        (PRESIDENT, "", "declined", True),
        ("Second", PRESIDENT, "needs-action", True),
    ]
    assert verbs() == [("substitute_busy", "First"), ("substitute_asked", "Second")]


def test_one_after_the_other_declines_until_nobody_is_left(
    edition, national, president, first, second, delegation
):
    meeting = firm(edition, national, president)

    answers(president, "declined")
    answers(first, "declined")
    assert lost() == []
    answers(second, "declined")

    assert seats() == [
        (PRESIDENT, "", "declined", True),
        ("First", PRESIDENT, "declined", True),
        ("Second", PRESIDENT, "declined", True),
    ]
    assert verbs() == [
        ("substitute_asked", "First"),
        ("substitute_asked", "Second"),
        ("no_substitute", ""),
    ]
    assert taken() == set()
    assert lost() == [meeting]


def test_the_principal_comes_back_and_the_stand_in_goes_home(
    edition, national, president, first, delegation
):
    firm(edition, national, president)
    answers(president, "declined")
    deliver()
    answers(first, "accepted")

    answers(president, "accepted")

    assert seats() == [(PRESIDENT, "", "accepted", True), ("First", PRESIDENT, "accepted", False)]
    assert outbox()[1:] == [
        ("invitation", "first@region.example", "sent"),
        ("cancellation", "first@region.example", "queued"),
    ]
    assert taken() == {f"person:{president.pk}"}

    deliver()
    answers(president, "declined")

    assert seats()[1] == ("First", PRESIDENT, "needs-action", True)
    assert outbox()[3:] == [("invitation", "first@region.example", "queued")]


def test_a_stand_in_never_told_hears_nothing_when_the_principal_comes_back(
    edition, national, president, first, delegation
):
    firm(edition, national, president)

    answers(president, "declined")
    answers(president, "tentative")

    assert outbox()[1:] == [("invitation", "first@region.example", "dropped")]


def test_of_an_option_the_stand_in_is_held_and_not_written_to(
    edition, national, president, first, delegation
):
    meet(edition, national, president)

    answers(president, "declined")

    assert outbox() == []
    assert taken() == {f"person:{first.pk}"}


@pytest.mark.parametrize(
    "fields", [{"asks_substitutes": False}, {"seats": "optional"}, {"seats": "either"}]
)
def test_nobody_is_asked_where_nobody_is_needed(
    edition, national, president, first, second, delegation, fields
):
    quality = {"optional": {"is_required": False}, "either": {"either_of": "head"}}
    chosen = fields.get("seats")
    if chosen:
        people = [president, somebody("Other")] if chosen == "either" else [president]
        fields = {"seats": [Seat(person_id=each.pk, **quality[chosen]) for each in people]}
        firm(edition, national, **fields)
    else:
        firm(edition, national, president, **fields)

    answers(president, "declined")

    assert not Participant.objects.filter(stands_in_for__isnull=False).exists()


def test_when_the_last_of_either_declines_a_substitute_is_asked(
    edition, national, president, first, delegation
):
    other = somebody("Other")
    Delegate.objects.create(delegation=delegation, person=other, role="member")
    pair = [Seat(person_id=each.pk, either_of="head") for each in (president, other)]
    firm(edition, national, seats=pair)

    answers(other, "declined")
    assert len(seats()) == 2
    answers(president, "declined")

    assert seats()[2] == ("First", PRESIDENT, "needs-action", True)
    assert Participant.objects.get(person=first).either_of == "head"


def test_an_office_outside_has_no_substitutes_here(edition, national, president, delegation):
    minister = OfficeFactory()
    meeting = firm(edition, national, president, office_ids=[minister.pk])
    participant = Participant.objects.get(office=minister)

    record_answer(participant_id=participant.pk, answer="declined", via="phone", by=national)

    assert meeting.participants.count() == 2
    assert verbs() == []
    assert lost() == [meeting]


# --- By hand ---


def test_replacing_somebody_cancels_theirs_and_invites_the_other(
    edition, national, president, second
):
    firm(edition, national, president)
    participant = Participant.objects.get()

    replace_participant(participant_id=participant.pk, person_id=second.pk, by=national)
    replace_participant(participant_id=participant.pk, person_id=second.pk, by=national)

    assert seats() == [
        (PRESIDENT, "", "needs-action", False),
        ("Second", PRESIDENT, "needs-action", True),
    ]
    assert outbox()[1:] == [
        ("cancellation", "maiwenn@region.example", "queued"),
        ("invitation", "second@region.example", "queued"),
    ]
    assert taken() == {f"person:{second.pk}"}


def test_a_repetition_asks_whoever_came_instead(edition, national, president, second):
    meeting = firm(edition, national, president)
    [participant] = meeting.participants.all()
    replace_participant(participant_id=participant.pk, person_id=second.pk, by=national)

    [again] = repeat_meeting(meeting_id=meeting.pk, starts=[ELEVEN], by=national)

    assert list(again.participants.values_list("person", flat=True)) == [second.pk]


def test_whoever_declined_stays_and_may_come_back(edition, national, president, second):
    firm(edition, national, president)
    answers(president, "declined")
    participant = Participant.objects.get()

    replace_participant(participant_id=participant.pk, person_id=second.pk, by=national)
    answers(president, "accepted")

    assert seats() == [
        (PRESIDENT, "", "accepted", True),
        ("Second", PRESIDENT, "needs-action", False),
    ]


def test_a_replacement_who_is_busy_or_expected_already_is_refused(
    edition, national, president, first, second
):
    firm(edition, national, president, first)
    participant = Participant.objects.get(person=president)
    meet(edition, national, second)
    before = seats()

    for person, refusal in (
        (president, SameParticipant),
        (first, AlreadyExpected),
        (second, SlotTaken),
    ):
        with pytest.raises(refusal):
            replace_participant(participant_id=participant.pk, person_id=person.pk, by=national)

    assert seats() == before
    assert [row[0] for row in outbox()] == ["invitation", "invitation"]


def test_who_was_asked_again_for_another_time_and_comes_sends_the_stand_in_home(
    edition, national, president, first, delegation
):
    meeting = firm(edition, national, president)
    answers(president, "declined")
    deliver()
    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN, by=national
    )
    deliver()
    assert seats() == [
        (PRESIDENT, "", "needs-action", True),
        ("First", PRESIDENT, "needs-action", True),
    ]

    answers(president, "tentative")
    assert Participant.objects.present().count() == 2
    answers(president, "accepted")

    assert seats() == [
        (PRESIDENT, "", "accepted", True),
        ("First", PRESIDENT, "needs-action", False),
    ]
    assert outbox()[4:] == [("cancellation", "first@region.example", "queued")]
    assert taken() == {f"person:{president.pk}"}


def test_nobody_is_asked_for_a_meeting_that_has_begun(
    edition, national, president, delegation, clock
):
    firm(edition, national, president)
    clock.move_to(HALF_PAST_TEN)

    participant = Participant.objects.get()
    record_answer(participant_id=participant.pk, answer="declined", via="phone", by=national)

    assert seats() == [(PRESIDENT, "", "declined", True)]
    assert len(outbox()) == 1
