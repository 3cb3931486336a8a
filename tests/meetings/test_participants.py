import pytest
from django.core.exceptions import PermissionDenied

from events.models import Occupation, Region
from meetings.models import Appearance, CalendarBlock, Participant, Reminder
from meetings.operations import (
    MeetingMoved,
    NotExpected,
    OrderUnexplained,
    SlotTaken,
    WrongStatus,
    add_participant,
    cancel_meeting,
    change_participant,
    confirm_meeting,
    create_meeting,
    open_feed,
    record_answer,
    remove_participant,
)
from pavilion.core.models import ActivityEntry, OutboxMessage
from pavilion.core.outbox import drop_messages
from tests.factories import ParticipationFactory, PersonFactory, UserFactory, organiser
from tests.meetings.conftest import ELEVEN, HALF_PAST_ELEVEN, HALF_PAST_TEN, TEN, deliver, outbox


def pencil(edition, by, *people, **fields):
    values = {"subject_fr": "Entretien", "starts_at": TEN, "ends_at": HALF_PAST_TEN, **fields}
    return create_meeting(edition=edition, by=by, person_ids=[p.pk for p in people], **values)


@pytest.fixture
def meeting(edition, national, person):
    meeting = pencil(edition, national, person)
    confirm_meeting(meeting_id=meeting.pk, by=national)
    return meeting


@pytest.fixture
def colleague(db):
    return PersonFactory(
        first_name="Goulven", last_name="Abgrall", email="goulven@region.example", language="en"
    )


def taken():
    return sorted(Occupation.objects.values_list("resource", flat=True))


def test_only_the_newcomer_is_invited(meeting, national, person, colleague):
    participant = add_participant(meeting_id=meeting.pk, by=national, person_id=colleague.pk)

    assert outbox() == [
        ("invitation", "maiwenn@region.example", "queued"),
        ("invitation", "goulven@region.example", "queued"),
    ]
    assert taken() == sorted([f"person:{person.pk}", f"person:{colleague.pk}"])
    meeting.refresh_from_db()
    participant.refresh_from_db()
    assert (meeting.sequence, participant.invited_sequence) == (1, 1)
    assert Reminder.objects.filter(participant=participant).count() == 3


def test_an_office_joins_an_option_without_mail(edition, national, office):
    meeting = pencil(edition, national)

    add_participant(meeting_id=meeting.pk, by=national, office_id=office.pk, is_required=False)

    assert taken() == [f"office:{office.pk}"]
    assert outbox() == []
    assert not Participant.objects.get().is_required


def test_adding_twice_is_adding_once(meeting, national, colleague):
    first = add_participant(meeting_id=meeting.pk, by=national, person_id=colleague.pk)

    assert add_participant(meeting_id=meeting.pk, by=national, person_id=colleague.pk) == first
    assert len(outbox()) == 2


def test_a_busy_person_is_not_added(edition, meeting, national, colleague):
    pencil(edition, national, colleague)

    with pytest.raises(SlotTaken):
        add_participant(meeting_id=meeting.pk, by=national, person_id=colleague.pk)

    assert meeting.participants.count() == 1
    assert len(outbox()) == 1


def test_nobody_joins_a_cancelled_meeting(meeting, national, colleague):
    cancel_meeting(meeting_id=meeting.pk, by=national)

    with pytest.raises(WrongStatus):
        add_participant(meeting_id=meeting.pk, by=national, person_id=colleague.pk)


def test_a_region_adds_its_own_people_only(edition, national, colleague):
    meeting = pencil(edition, national, participation=ParticipationFactory(edition=edition))
    brittany = organiser("53")
    stranger = PersonFactory(region=Region.objects.get(code="76"))
    nobody_s = PersonFactory(region=None)

    add_participant(meeting_id=meeting.pk, by=brittany, person_id=colleague.pk)

    for person in (stranger, nobody_s):
        with pytest.raises(PermissionDenied):
            add_participant(meeting_id=meeting.pk, by=brittany, person_id=person.pk)
    add_participant(meeting_id=meeting.pk, by=national, person_id=stranger.pk)
    assert meeting.participants.count() == 2


def test_a_participant_is_a_person_or_an_office(meeting, national, person, office):
    for who in ({}, {"person_id": person.pk, "office_id": office.pk}):
        with pytest.raises(ValueError, match="a person or an office"):
            add_participant(meeting_id=meeting.pk, by=national, **who)


def test_only_whoever_is_taken_off_gets_a_cancellation(meeting, national, person, colleague):
    add_participant(meeting_id=meeting.pk, by=national, person_id=colleague.pk)
    deliver()
    participant = Participant.objects.get(person=colleague)

    removed = remove_participant(
        participant_id=participant.pk, by=national, reason="Autre priorité"
    )

    assert removed.removed_at is not None
    assert outbox()[2:] == [("cancellation", "goulven@region.example", "queued")]
    assert taken() == [f"person:{person.pk}"]
    assert not Reminder.objects.filter(participant=participant).exists()
    cancellation = OutboxMessage.objects.get(kind="meetings.cancellation")
    assert "\r\nSEQUENCE:2\r\n" in cancellation.ics
    assert cancellation.body.splitlines()[0] == (
        "You are no longer expected at this meeting: its time is yours again."
    )
    tombstone = Appearance.objects.get(left_at__isnull=False).own["full.fr"]
    living = CalendarBlock.objects.get(level="full", language="fr", has_alarms=False)
    assert ("STATUS:CANCELLED\r\n" in tombstone, "STATUS:CONFIRMED\r\n" in living.text) == (
        True,
        True,
    )


def test_taking_off_twice_tells_once(meeting, national, person):
    deliver()
    participant = Participant.objects.get()
    remove_participant(participant_id=participant.pk, by=national)

    remove_participant(participant_id=participant.pk, by=national)

    assert len(outbox()) == 2


def test_whoever_was_never_told_learns_nothing(edition, national, office):
    meeting = pencil(edition, national, office_ids=[office.pk])
    confirm_meeting(meeting_id=meeting.pk, by=national)

    remove_participant(participant_id=Participant.objects.get().pk, by=national)

    assert outbox() == [("invitation", "cabinet@ministere.example", "dropped")]


def test_a_stranger_takes_nobody_off(meeting):
    with pytest.raises(PermissionDenied):
        remove_participant(participant_id=Participant.objects.get().pk, by=organiser("53"))


def test_nobody_is_taken_off_a_cancelled_meeting(meeting, national):
    cancel_meeting(meeting_id=meeting.pk, by=national)

    with pytest.raises(WrongStatus):
        remove_participant(participant_id=Participant.objects.get().pk, by=national)


def test_back_again_is_an_invitation_with_a_higher_sequence_and_its_own_id(meeting, national):
    deliver()
    participant = Participant.objects.get()
    remove_participant(participant_id=participant.pk, by=national)
    deliver()

    back = add_participant(meeting_id=meeting.pk, by=national, person_id=participant.person_id)

    assert (back.pk, back.removed_at) == (participant.pk, None)
    first, cancellation, again = OutboxMessage.objects.order_by("pk")
    assert again.kind == "meetings.invitation"
    assert (cancellation.in_reply_to, again.in_reply_to) == (first.message_id, first.message_id)
    sequences = [
        message.ics.partition("SEQUENCE:")[2][0] for message in (first, cancellation, again)
    ]
    assert sequences == ["1", "2", "3"]


def test_the_same_sequence_again_has_an_id_of_its_own(edition, national, office):
    """A held invitation was dropped by hand; the next one must not collide with it."""
    meeting = pencil(edition, national, office_ids=[office.pk])
    confirm_meeting(meeting_id=meeting.pk, by=national)
    drop_messages(message_ids=[OutboxMessage.objects.get().pk], by=national)
    type(meeting).objects.filter(pk=meeting.pk).update(status="option", sequence=0)

    confirm_meeting(meeting_id=meeting.pk, by=national)

    public_id = Participant.objects.get().public_id
    local = meeting.uid.partition("@")[0]
    assert list(OutboxMessage.objects.order_by("pk").values_list("message_id", "state")) == [
        (f"<{local}.1.{public_id}@pavilion.example>", "dropped"),
        (f"<{local}.1.{public_id}.2@pavilion.example>", "held"),
    ]


def test_an_answer_is_noted_with_who_gave_it(meeting, clock, national):
    participant = Participant.objects.get()

    answered = record_answer(
        participant_id=participant.pk,
        answer="tentative",
        via="phone",
        by=national,
        answered_by="  Mme Le Bris ",
        comment="Rappellera",
    )

    assert (
        answered.answer,
        answered.answered_by,
        answered.answered_via,
        answered.comment,
    ) == ("tentative", "Mme Le Bris", "phone", "Rappellera")
    entry = ActivityEntry.objects.get(verb="meeting.answered")
    assert (entry.by, entry.before, entry.after) == (
        national,
        {"name": "Maïwenn Kerzoncuff", "answer": "needs-action"},
        {"name": "Maïwenn Kerzoncuff", "answer": "tentative", "comment": "Rappellera"},
    )


def test_the_same_answer_twice_is_one_answer(meeting):
    participant = Participant.objects.get()
    for _time in range(2):
        record_answer(participant_id=participant.pk, answer="accepted", via="link")

    assert ActivityEntry.objects.filter(verb="meeting.answered").count() == 1
    assert ActivityEntry.objects.get(verb="meeting.answered").by_name == "Maïwenn Kerzoncuff"


def test_declining_frees_the_time_and_leaves_the_calendar(edition, meeting, national, person):
    feed = open_feed(person_id=person.pk, by=national)

    record_answer(participant_id=Participant.objects.get().pk, answer="declined", via="link")

    feed.refresh_from_db()
    assert feed.revision == 2
    assert taken() == []
    assert not Reminder.objects.exists()
    assert pencil(edition, national, person).pk


def test_coming_back_holds_the_time_again(meeting, national, person):
    participant = Participant.objects.get()
    record_answer(participant_id=participant.pk, answer="declined", via="link")

    record_answer(participant_id=participant.pk, answer="accepted", via="link")

    assert taken() == [f"person:{person.pk}"]
    assert Reminder.objects.count() == 3


def test_coming_back_too_late_is_refused(edition, meeting, national, person):
    participant = Participant.objects.get()
    record_answer(participant_id=participant.pk, answer="declined", via="link")
    pencil(edition, national, person)

    with pytest.raises(SlotTaken):
        record_answer(participant_id=participant.pk, answer="accepted", via="link")

    participant.refresh_from_db()
    assert participant.answer == "declined"


def test_an_answer_moves_only_ones_own_feed_and_only_if_it_shows(meeting, national, person):
    feed = open_feed(person_id=person.pk, by=national)

    record_answer(participant_id=Participant.objects.get().pk, answer="accepted", via="link")

    feed.refresh_from_db()
    assert feed.revision == 1


def test_an_answer_to_an_earlier_time_is_refused(meeting):
    with pytest.raises(MeetingMoved):
        record_answer(
            participant_id=Participant.objects.get().pk,
            answer="accepted",
            via="link",
            seen_sequence=0,
        )


def test_whoever_was_taken_off_is_not_expected_to_answer(meeting, national):
    participant = Participant.objects.get()
    remove_participant(participant_id=participant.pk, by=national)

    with pytest.raises(NotExpected):
        record_answer(participant_id=participant.pk, answer="accepted", via="link")


def test_a_cancelled_meeting_takes_no_answer(meeting, national):
    cancel_meeting(meeting_id=meeting.pk, by=national)

    with pytest.raises(WrongStatus):
        record_answer(participant_id=Participant.objects.get().pk, answer="accepted", via="link")


def test_who_may_answer_for_somebody(meeting, person):
    participant = Participant.objects.get()
    person.user = UserFactory()
    person.save()

    record_answer(participant_id=participant.pk, answer="accepted", via="api", by=person.user)
    record_answer(
        participant_id=participant.pk, answer="tentative", via="phone", by=organiser("53")
    )

    for stranger in (organiser("76"), UserFactory()):
        with pytest.raises(PermissionDenied):
            record_answer(
                participant_id=participant.pk, answer="declined", via="phone", by=stranger
            )


def test_moving_another_meeting_there_sees_the_freed_time(edition, meeting, national, person):
    record_answer(participant_id=Participant.objects.get().pk, answer="declined", via="link")

    other = pencil(edition, national, person, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN)

    assert taken() == [f"person:{person.pk}"]
    assert other.pk


def test_a_seat_given_by_hand_has_its_reason(edition, national, person):
    meeting = pencil(edition, national, person)
    seat = {"participant_id": meeting.participants.get().pk, "by": national}

    with pytest.raises(OrderUnexplained):
        change_participant(**seat, position=1, position_reason=" ")
    change_participant(**seat, position=1, position_reason="Hôtesse")
    changed = change_participant(**seat, position=2)

    assert (changed.position, changed.position_reason) == (2, "Hôtesse")
    with pytest.raises(OrderUnexplained):
        change_participant(**seat, position_reason="")
    assert change_participant(**seat, position=0, position_reason="").position_reason == ""
