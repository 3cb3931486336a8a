from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from events.models import Occupation, Region, Session
from events.operations import (
    EndsBeforeItStarts,
    OutsideEdition,
    RoomTaken,
    SessionIsCancelled,
    cancel_session,
    create_session,
    occupy,
    publish_session,
    reschedule_session,
)
from pavilion.core.models import ActivityEntry
from tests.factories import EditionFactory, ParticipationFactory, RoomFactory, organiser

pytestmark = pytest.mark.django_db


def at(hour, minute=0, day=12):
    """A UTC moment of June 2030; Paris is two hours ahead."""
    return datetime(2030, 6, day, hour, minute, tzinfo=UTC)


def a_session(room=None, by=None, **fields):
    room = room or RoomFactory(name_fr="Grande scène")
    values = {
        "edition": room.edition,
        "room": room,
        "kind": Session.Kind.PITCH,
        "title_fr": "Pitchs bretons",
        "starts_at": at(8),
        "ends_at": at(8, 45),
        "participation": ParticipationFactory(),
    }
    return create_session(**{**values, **fields}, by=by)


def held():
    return list(Occupation.objects.values_list("resource", "holder", "starts_at", "ends_at"))


def noted():
    return list(
        ActivityEntry.objects.order_by("pk").values_list(
            "by", "verb", "region_code", "reason", "before", "after"
        )
    )


def test_create_session_writes_a_draft_takes_its_room_and_leaves_an_entry():
    manager = organiser("53")
    session = a_session(by=manager)

    assert session.state == Session.State.DRAFT
    assert held() == [(f"room:{session.room_id}", f"session:{session.pk}", at(8), at(8, 45))]
    assert noted() == [
        (
            manager.pk,
            "session.created",
            "53",
            "",
            {},
            {
                "room": session.room_id,
                "starts_at": "2030-06-12T08:00:00+00:00",
                "ends_at": "2030-06-12T08:45:00+00:00",
            },
        )
    ]


def test_create_session_refuses_a_taken_room_and_names_the_session_that_holds_it():
    first = a_session()

    with translation.override("en"), pytest.raises(RoomTaken) as refusal:
        a_session(room=first.room, starts_at=at(8, 30), ends_at=at(9))

    assert str(refusal.value) == (
        "Grande scène is taken on Wednesday 12 June from 10:00 to 10:45 by “Pitchs bretons”."
    )
    assert refusal.value.details == {
        "clashes": [
            {
                "resource": f"room:{first.room_id}",
                "name": "Grande scène",
                "by": "“Pitchs bretons”",
                "from": "2030-06-12T10:00:00+02:00",
                "to": "2030-06-12T10:45:00+02:00",
            }
        ]
    }
    assert list(Session.objects.all()) == [first]


def test_create_session_does_not_say_which_meeting_holds_the_room():
    room = RoomFactory(name_fr="Salon 2")
    occupy(
        holder="meeting:7", resources=[f"room:{room.pk}"], starts_at=at(7, 50), ends_at=at(8, 40)
    )

    with translation.override("en"), pytest.raises(RoomTaken) as refusal:
        a_session(room=room)

    assert str(refusal.value) == (
        "Salon 2 is taken on Wednesday 12 June from 09:50 to 10:40 by a meeting."
    )


def test_create_session_does_not_name_a_draft_of_another_region():
    theirs = ParticipationFactory(region=Region.objects.get(code="28"))
    first = a_session(participation=theirs, title_fr="Annonce secrète")

    def refused_to(by):
        with translation.override("en"), pytest.raises(RoomTaken) as refusal:
            a_session(room=first.room, by=by)
        return str(refusal.value), refusal.value.details["clashes"][0]["by"]

    sentence = "Grande scène is taken on Wednesday 12 June from 10:00 to 10:45 by %s."
    hidden, named = "a session in preparation", "“Annonce secrète”"
    assert refused_to(organiser("53")) == (sentence % hidden, hidden)
    assert refused_to(organiser()) == (sentence % named, named)
    publish_session(session_id=first.pk, by=None)
    assert refused_to(organiser("53")) == (sentence % named, named)


def test_create_session_may_begin_when_another_ends():
    first = a_session()
    a_session(room=first.room, starts_at=at(8, 45), ends_at=at(9))

    assert len(held()) == 2


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"ends_at": at(8)}, EndsBeforeItStarts),
        ({"starts_at": at(8, day=16), "ends_at": at(9, day=16)}, OutsideEdition),
        ({"starts_at": at(8, day=11)}, OutsideEdition),
    ],
)
def test_create_session_refuses_impossible_hours(fields, refusal):
    with pytest.raises(refusal):
        a_session(**fields)

    assert not Session.objects.exists()


def test_create_session_refuses_the_room_or_region_of_another_edition():
    other = EditionFactory(year=2031)
    room = RoomFactory()
    with pytest.raises(OutsideEdition):
        a_session(room=room, edition=other)
    with pytest.raises(OutsideEdition):
        a_session(room=room, participation=ParticipationFactory(edition=other))


@pytest.mark.parametrize(
    ("code", "role"), [("53", "reviewer"), ("53", "reader"), ("84", "manager"), ("", "reader")]
)
def test_session_is_not_for_those_who_do_not_manage_its_region(code, role):
    session = a_session()
    stranger = organiser(code, role)

    for act in (
        lambda: a_session(room=session.room, starts_at=at(12), ends_at=at(13), by=stranger),
        lambda: publish_session(session_id=session.pk, by=stranger),
        lambda: cancel_session(session_id=session.pk, by=stranger),
        lambda: reschedule_session(
            session_id=session.pk, starts_at=at(12), ends_at=at(13), by=stranger
        ),
    ):
        with pytest.raises(PermissionDenied):
            act()

    session.refresh_from_db()
    assert (session.state, session.starts_at) == (Session.State.DRAFT, at(8))


def test_publish_session_is_safe_to_repeat():
    session = a_session()
    for _turn in range(2):
        publish_session(session_id=session.pk, by=None)

    session.refresh_from_db()
    assert session.state == Session.State.PUBLISHED
    assert noted()[1:] == [
        (None, "session.published", "53", "", {"state": "draft"}, {"state": "published"})
    ]


def test_reschedule_session_moves_what_it_holds_and_says_from_where_to_where():
    session = a_session()
    room = RoomFactory(name_fr="Petite scène")
    for _turn in range(2):
        reschedule_session(
            session_id=session.pk, starts_at=at(9), ends_at=at(10), room=room, by=None
        )

    assert held() == [(f"room:{room.pk}", f"session:{session.pk}", at(9), at(10))]
    assert noted()[1:] == [
        (
            None,
            "session.rescheduled",
            "53",
            "",
            {
                "room": session.room_id,
                "starts_at": "2030-06-12T08:00:00+00:00",
                "ends_at": "2030-06-12T08:45:00+00:00",
            },
            {
                "room": room.pk,
                "starts_at": "2030-06-12T09:00:00+00:00",
                "ends_at": "2030-06-12T10:00:00+00:00",
            },
        )
    ]


def test_reschedule_session_refused_leaves_everything_as_it_was():
    session = a_session()
    rival = a_session(room=session.room, starts_at=at(9), ends_at=at(10))

    with pytest.raises(RoomTaken):
        reschedule_session(session_id=session.pk, starts_at=at(9, 30), ends_at=at(11), by=None)

    session.refresh_from_db()
    assert session.starts_at == at(8)
    assert held() == [
        (f"room:{session.room_id}", f"session:{session.pk}", at(8), at(8, 45)),
        (f"room:{session.room_id}", f"session:{rival.pk}", at(9), at(10)),
    ]


def test_cancel_session_frees_the_room_and_keeps_the_reason():
    session = a_session()
    for _turn in range(2):
        cancel_session(session_id=session.pk, by=None, reason="Oratrice malade")

    session.refresh_from_db()
    assert session.state == Session.State.CANCELLED
    assert held() == []
    assert noted()[1:] == [
        (
            None,
            "session.cancelled",
            "53",
            "Oratrice malade",
            {"state": "draft"},
            {"state": "cancelled"},
        )
    ]


def test_cancelled_session_is_neither_published_nor_moved():
    session = a_session()
    cancel_session(session_id=session.pk, by=None)

    with pytest.raises(SessionIsCancelled):
        publish_session(session_id=session.pk, by=None)
    with pytest.raises(SessionIsCancelled):
        reschedule_session(session_id=session.pk, starts_at=at(9), ends_at=at(10), by=None)
