"""What the script of the organisers' day asks: who would be told, the move itself, what changed."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from events.models import Region
from meetings.models import Availability, Meeting
from meetings.operations import confirm_meeting, create_meeting, reschedule_meeting
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry, OutboxMessage
from tests.factories import ParticipationFactory, RoomFactory, organiser
from tests.meetings.conftest import ELEVEN, HALF_PAST_TEN, NOW, TEN

HALF_HOUR = timedelta(minutes=30)


@pytest.fixture(autouse=True)
def english(client, national):
    client.cookies["django_language"] = "en"
    client.force_login(national)


@pytest.fixture
def meeting(edition, person, room):
    return meet(edition, person_ids=[person.pk], room=room)


def meet(edition, **fields):
    values = {"subject_fr": "Entretien", "starts_at": TEN, "ends_at": HALF_PAST_TEN, "by": None}
    meeting = create_meeting(edition=edition, **{**values, **fields})
    return confirm_meeting(meeting_id=meeting.pk, by=None)


def ask(client, name, to_move, start=660, **sent):
    """`start` in minutes since midnight."""
    url = reverse(f"admin:meetings_day_{name}", args=["2030-06-12"])
    body = {"meeting": to_move.pk, "start": start, "sequence": to_move.sequence, **sent}
    return client.post(url, body, content_type="application/json")


def stands(meeting):
    meeting.refresh_from_db()
    return meeting.starts_at, meeting.ends_at, meeting.room, meeting.sequence


def changes(client, since):
    url = reverse("admin:meetings_day_changes", args=["2030-06-12"])
    return client.get(url, {"since": since, "view": "rooms"}).json()


def test_a_preview_tells_whom_a_move_would_tell_and_moves_nothing(client, meeting, room):
    before = stands(meeting), OutboxMessage.objects.count(), ActivityEntry.objects.count()

    answer = ask(client, "preview", meeting).json()

    assert {key: answer[key] for key in ("can", "needs_reason", "code", "detail")} == {
        "can": True,
        "needs_reason": False,
        "code": "",
        "detail": "",
    }
    for words in (
        "<s>Wednesday 12 June 2030, from 10:00 to 10:30, North Room</s>",
        "<dd>Wednesday 12 June 2030, from 11:00 to 11:30, North Room</dd>",
        "Maïwenn Kerzoncuff",
    ):
        assert words in answer["html"]
    after = stands(meeting), OutboxMessage.objects.count(), ActivityEntry.objects.count()
    assert after == before


def test_a_preview_says_what_one_should_mind_there(client, meeting, person):
    Availability.objects.create(person=person, starts_at=ELEVEN, ends_at=ELEVEN + HALF_HOUR)

    answer = ask(client, "preview", meeting).json()

    assert "<li>Maïwenn Kerzoncuff: not available from 11:00 to 11:30</li>" in answer["html"]
    assert answer["can"] is True


def test_a_preview_says_why_not(client, edition, meeting, room):
    meet(edition, subject_fr="Autre", starts_at=ELEVEN, ends_at=ELEVEN + HALF_HOUR, room=room)

    answer = ask(client, "preview", meeting).json()

    assert (answer["can"], answer["code"]) == (False, "slot_taken")
    assert answer["detail"] == (
        "North Room is not free: “Autre”, Wednesday 12 June 2030, from 10:50 to 11:40 "
        "(buffers included)."
    )
    assert "<b>Not possible.</b> North Room is not free" in answer["html"]


def test_outside_opening_hours_a_reason_is_asked_for(client, meeting):
    refused = ask(client, "preview", meeting, start=7 * 60).json()
    reasoned = ask(
        client, "preview", meeting, start=7 * 60, outside_hours_reason="Petit déjeuner"
    ).json()

    assert (refused["can"], refused["needs_reason"]) == (False, True)
    assert (reasoned["can"], reasoned["needs_reason"]) == (True, False)


def test_a_move_in_time_and_to_another_room(client, meeting):
    other = RoomFactory(name_en="South Room", zone=meeting.room.zone)

    answer = ask(client, "move", meeting, place=f"room:{other.pk}", reason="Train en retard")

    assert answer.json() == {
        "detail": "“Entretien” is now on Wednesday 12 June 2030, from 11:00 to 11:30."
    }
    assert stands(meeting) == (ELEVEN, ELEVEN + HALF_HOUR, other, 2)
    entry = ActivityEntry.objects.filter(verb="meeting.rescheduled").get()
    assert (entry.reason, entry.by.is_staff) == ("Train en retard", True)


def test_nothing_is_moved_that_changed_since_it_was_drawn(client, meeting):
    seen = meeting.sequence
    reschedule_meeting(meeting_id=meeting.pk, starts_at=ELEVEN, ends_at=ELEVEN + HALF_HOUR, by=None)
    before = stands(meeting)

    answer = ask(client, "move", meeting, start=720, sequence=seen)

    assert answer.status_code == 409
    assert answer.json() == {
        "code": "meeting_moved",
        "detail": "“Entretien” has changed meanwhile: it is now on Wednesday 12 June 2030, from "
        "11:00 to 11:30 (Paris time). Please look again.",
    }
    assert stands(meeting) == before


@pytest.mark.parametrize(
    "sent",
    [
        {"start": -5},
        {"start": 1440},
        {"start": "x"},
        {"place": "elsewhere:1"},
        {"place": "room:x"},
        {"sequence": None},
        {"meeting": 0},
        {"meeting": 2**70},
    ],
)
def test_anything_but_what_the_script_sends_is_refused(client, meeting, sent):
    assert ask(client, "move", meeting, **sent).status_code == 400


def test_another_region_s_meeting_and_a_reader_s_own(client, edition, room):
    theirs = ParticipationFactory(region=Region.objects.get(code="76"), edition=edition)
    foreign = meet(edition, participation=theirs)
    own = meet(edition, participation=ParticipationFactory(edition=edition), subject_fr="À nous")
    client.force_login(organiser("53", Role.READER))

    assert ask(client, "move", foreign).status_code == 404
    assert ask(client, "preview", foreign).status_code == 404
    assert ask(client, "move", own).status_code == 403
    assert set(Meeting.objects.values_list("starts_at", flat=True)) == {TEN}


def test_changes_are_told_once_and_nothing_costs_next_to_nothing(
    client, meeting, clock, django_assert_num_queries
):
    newest = ActivityEntry.objects.latest("pk").pk
    clock.move_to(NOW + timedelta(seconds=20))
    reschedule_meeting(meeting_id=meeting.pk, starts_at=ELEVEN, ends_at=ELEVEN + HALF_HOUR, by=None)

    told = changes(client, newest)
    again = changes(client, told["since"])
    clock.move_to(NOW + timedelta(seconds=40))
    settled = changes(client, newest)
    with django_assert_num_queries(5):
        nothing = changes(client, settled["since"])

    (column,) = told["columns"]
    assert "at-h11 at-m00 to-h11 to-m30" in told["columns"][column]
    assert told["meetings"][str(meeting.pk)]["when"] == "11:00–11:30"
    # Younger than ten seconds: somebody slower may still be writing what comes before it.
    assert (told["since"], again["columns"]) == (newest, told["columns"])
    assert nothing == {"since": ActivityEntry.objects.latest("pk").pk}


def test_a_day_just_opened_still_hears_of_what_others_were_writing(client, meeting, clock):
    def since():
        text = client.get(reverse("admin:meetings_day", args=["2030-06-12"])).content.decode()
        facts = text.partition('<script id="day-facts" type="application/json">')[2]
        return json.loads(facts.partition("</script>")[0])["since"]

    just_now = since()
    clock.move_to(NOW + timedelta(seconds=20))

    # Whoever began before the newest may commit after it.
    assert (just_now, since()) == (0, ActivityEntry.objects.latest("pk").pk)


def test_days_that_are_none_and_where_today_leads(client, edition):
    today = client.get(reverse("admin:meetings_day_today"))

    assert today.url == reverse("admin:meetings_day", args=["2030-06-12"])
    assert client.get("/admin/meetings/day/2030-13-40/").status_code == 404
    assert client.get("/admin/meetings/day/demain/").status_code == 404
    empty = client.get("/admin/meetings/day/2031-01-01/", {"view": "x", "region": "zz"})
    assert "Nothing on this day." in empty.content.decode()


def test_without_a_script_the_list_leads_to_the_step(client, meeting):
    text = client.get(reverse("admin:meetings_day", args=["2030-06-12"])).content.decode()

    step = reverse("admin:meetings_meeting_reschedule", args=[meeting.pk])
    assert f'<a href="{step}">Move the meeting</a>' in text
