"""The desk of the delegation: meetings, people, offices, subscriptions."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from events.models import Occupation, Region
from meetings.models import Feed, Meeting, Office, Person
from meetings.operations import confirm_meeting, create_meeting
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry
from tests.factories import (
    FeedFactory,
    MeetingFactory,
    OfficeFactory,
    ParticipantFactory,
    ParticipationFactory,
    PersonFactory,
    organiser,
)
from tests.meetings.conftest import ELEVEN, HALF_PAST_TEN, TEN, outbox
from tests.meetings.desk import take

MEETINGS = "admin:meetings_meeting_changelist"
NOTHING_BELOW = {
    f"{name}-{count}_FORMS": "0"
    for name in ("secretariats", "availabilities")
    for count in ("TOTAL", "INITIAL")
}
TIMES = {"day": "2030-06-12", "starts": "10:00", "ends": "10:30"}
PENCILLED = {"subject_fr": "Entretien", "format": "bilateral", "buffer_minutes": "10", **TIMES}


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def signed_in(client, national):
    client.force_login(national)
    return national


@pytest.fixture
def meeting(edition, national, person, office, room):
    return create_meeting(
        edition=edition,
        subject_fr="Entretien",
        subject_en="Talk",
        starts_at=TEN,
        ends_at=HALF_PAST_TEN,
        by=national,
        room=room,
        person_ids=[person.pk],
        office_ids=[office.pk],
    )


def told(response):
    return [str(each) for each in get_messages(response.wsgi_request)]


def step(client, name, row, data=None, model="meeting"):
    return take(client, reverse(f"admin:meetings_{model}_{name}", args=[row.pk]), data)


def pencil(client, **data):
    return take(client, reverse("admin:meetings_meeting_add"), PENCILLED | data)


def test_before_a_meeting_is_pencilled_the_page_says_whose_time_it_takes(
    client, signed_in, edition, person
):
    page = client.post(reverse("admin:meetings_meeting_add"), PENCILLED | {"people": [person.pk]})

    panel = page.context["panel"].context
    assert (panel["takes"], panel["told"]) == ([str(person)], [])
    assert not Meeting.objects.exists()


def test_pencilling_holds_everybodys_time_and_tells_nobody(client, signed_in, person, office, room):
    response = pencil(client, people=[person.pk], offices=[office.pk], room=room.pk)

    meeting = Meeting.objects.get()
    assert response.headers["Location"] == reverse(
        "admin:meetings_meeting_change", args=[meeting.pk]
    )
    assert (meeting.status, meeting.starts_at, meeting.created_by) == ("option", TEN, signed_in)
    assert set(Occupation.objects.values_list("resource", flat=True)) == {
        f"person:{person.pk}",
        f"office:{office.pk}",
        f"room:{room.pk}",
    }
    assert outbox() == []


def test_a_clash_is_named_in_the_form_and_everything_typed_is_kept(
    client, signed_in, meeting, person
):
    page = pencil(client, people=[person.pk], subject_en="Another talk")

    assert page.context["form"].errors == {
        "starts": [
            "Maïwenn Kerzoncuff is not free: “Talk”, Wednesday 12 June 2030, from 09:50 to 10:40 "
            "(buffers included)."
        ]
    }
    assert page.context["form"]["subject_en"].value() == "Another talk"
    assert Meeting.objects.count() == 1


def test_a_regions_manager_pencils_for_their_region_with_their_people(client, edition):
    client.force_login(organiser("53"))
    ours = ParticipationFactory(edition=edition)
    theirs = ParticipationFactory(edition=edition, region=Region.objects.get(code="28"))
    person = PersonFactory()
    stranger = PersonFactory(region=theirs.region)

    for wrong in ({}, {"participation": theirs.pk}, {"people": [stranger.pk]}):
        assert pencil(client, **({"participation": ours.pk} if "people" in wrong else {}), **wrong)
    assert not Meeting.objects.exists()

    pencil(client, participation=ours.pk, people=[person.pk])
    assert Meeting.objects.get().participation == ours


def test_confirming_from_its_page_invites_and_holds_the_offices_mail(client, signed_in, meeting):
    assert told(step(client, "confirm", meeting)) == ["1 meeting confirmed."]
    assert outbox() == [
        ("invitation", "cabinet@ministere.example", "held"),
        ("invitation", "maiwenn@region.example", "queued"),
    ]


def test_confirming_several_says_which_one_was_refused_and_why(
    client, signed_in, meeting, edition, person
):
    rival = MeetingFactory(edition=edition, subject_en="Rival", starts_at=TEN)
    ParticipantFactory(meeting=rival, person=person)
    action = {
        "action": "confirm",
        "_selected_action": [meeting.pk, rival.pk],
        "_step": "1",
    }

    done = take(client, reverse(MEETINGS), action)

    assert told(done) == [
        "Rival: Maïwenn Kerzoncuff is not free: “Talk”, Wednesday 12 June 2030, from 09:50 to "
        "10:40 (buffers included).",
        "1 meeting confirmed.",
    ]
    assert list(Meeting.objects.order_by("pk").values_list("status", flat=True)) == [
        "confirmed",
        "option",
    ]


def test_moving_keeps_the_room_and_says_what_a_closed_hour_needs(client, signed_in, meeting, room):
    url = reverse("admin:meetings_meeting_reschedule", args=[meeting.pk])
    form = client.get(url).context["form"]
    assert {name: str(form[name].value()) for name in ("day", "starts", "ends", "room")} == {
        "day": "2030-06-12",
        "starts": "10:00:00",
        "ends": "10:30:00",
        "room": str(room.pk),
    }

    late = {"day": "2030-06-12", "starts": "20:00", "ends": "20:30", "room": room.pk}
    page = client.post(url, late)
    assert list(page.context["form"].errors) == ["starts"]

    client.post(url, late | {"starts": "11:00", "ends": "11:30", "reason": "Train en retard"})
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.room) == (ELEVEN, room)
    assert ActivityEntry.objects.latest("pk").reason == "Train en retard"


def test_an_answer_given_by_telephone_is_noted_with_who_gave_it(client, signed_in, meeting, office):
    confirm_meeting(meeting_id=meeting.pk, by=signed_in)
    participant = meeting.participants.get(office=office)
    url = reverse("admin:meetings_meeting_answer", args=[meeting.pk])
    form = client.get(url, {"participant": participant.pk}).context["form"]
    assert str(form["participant"].value()) == str(participant.pk)

    said = {"answer": "accepted", "via": "phone", "answered_by": "Mme Le Bihan"}
    step(client, "answer", meeting, said | {"participant": participant.pk})

    participant.refresh_from_db()
    assert (participant.answer, participant.answered_via, participant.answered_by) == (
        "accepted",
        "phone",
        "Mme Le Bihan",
    )


def test_participants_are_added_and_removed(client, signed_in, meeting):
    newcomer = PersonFactory()
    neither = step(client, "add_participant", meeting, {"is_required": "on"})
    assert neither.context["form"].non_field_errors() == ["Choose a person or an office."]

    step(client, "add_participant", meeting, {"person": newcomer.pk, "is_required": "on"})
    added = meeting.participants.get(person=newcomer)
    step(client, "remove_participant", meeting, {"participant": added.pk, "reason": ""})
    added.refresh_from_db()
    assert added.removed_at is not None


def test_cancelling_frees_everything_and_keeps_the_reason(client, signed_in, meeting):
    step(client, "cancel", meeting, {"reason": "Grève"})
    meeting.refresh_from_db()
    assert (meeting.status, Occupation.objects.count()) == ("cancelled", 0)
    assert ActivityEntry.objects.latest("pk").reason == "Grève"


def test_whether_it_took_place_is_asked_once_it_began(client, signed_in, meeting, clock):
    confirm_meeting(meeting_id=meeting.pk, by=signed_in)
    url = reverse("admin:meetings_meeting_change", args=[meeting.pk])

    def offered():
        return [button["step"].name for button in client.get(url).context["buttons"]]

    assert offered() == ["reschedule", "edit", "add_participant", "repeat", "cancel"]
    clock.move_to(HALF_PAST_TEN)
    client.force_login(signed_in)
    assert offered()[:2] == ["held", "not_held"]
    step(client, "held", meeting)
    assert (Meeting.objects.get().status, offered()) == ("held", ["repeat"])


def test_the_internal_note_is_saved_without_touching_what_operations_keep(
    client, signed_in, meeting
):
    stale = reverse("admin:meetings_meeting_change", args=[meeting.pk])
    client.get(stale)
    confirm_meeting(meeting_id=meeting.pk, by=signed_in)
    client.post(stale, {"internal_note": "Éviter le sujet du train.", "status": "cancelled"})
    meeting.refresh_from_db()
    assert (meeting.internal_note, meeting.status, meeting.sequence) == (
        "Éviter le sujet du train.",
        "confirmed",
        1,
    )


def test_a_reader_reads_a_meeting_and_can_do_nothing_with_it(client, edition, person):
    meeting = MeetingFactory(edition=edition, participation=ParticipationFactory())
    client.force_login(organiser("53", Role.READER))
    page = client.get(reverse("admin:meetings_meeting_change", args=[meeting.pk]))
    assert (page.context["buttons"], page.context["has_change_permission"]) == ([], False)
    assert step(client, "confirm", meeting).status_code == 403


def test_a_guests_desk_reads_the_meeting_its_people_go_to_and_leaves_it_alone(client, edition):
    theirs = ParticipationFactory(region=Region.objects.get(code="28"))
    meeting = MeetingFactory(edition=edition, participation=theirs)
    ParticipantFactory(meeting=meeting)
    client.force_login(organiser("53"))
    url = reverse("admin:meetings_meeting_change", args=[meeting.pk])
    assert client.get(url).context["buttons"] == []
    assert step(client, "cancel", meeting, {"reason": ""}).status_code == 403


def test_the_internal_note_is_read_by_the_desk_of_the_meetings_team_alone(client, edition):
    theirs = ParticipationFactory(region=Region.objects.get(code="28"))
    meeting = MeetingFactory(edition=edition, participation=theirs, internal_note="Entre nous")
    ParticipantFactory(meeting=meeting)
    url = reverse("admin:meetings_meeting_change", args=[meeting.pk])

    def shown_to(user):
        client.force_login(user)
        return "Entre nous" in client.get(url).content.decode()

    assert {
        name: shown_to(user)
        for name, user in {
            "their manager": organiser("28"),
            "their reader": organiser("28", Role.READER),
            "the national team": organiser("", Role.READER),
            "the guest's desk": organiser("53"),
        }.items()
    } == {
        "their manager": True,
        "their reader": True,
        "the national team": True,
        "the guest's desk": False,
    }


def test_the_page_tells_who_answered_what_and_when(client, signed_in, meeting, office):
    participant = meeting.participants.get(office=office)
    data = {"participant": participant.pk, "answer": "declined", "via": "phone"}
    step(client, "answer", meeting, data)
    url = reverse("admin:meetings_meeting_change", args=[meeting.pk])
    lines = client.get(url).context["history"]
    assert [(line.what, line.about, line.changes[:1]) for line in lines] == [
        ("Answer received", str(office), [("answer", "No answer yet", "Declined")]),
        (
            "Meeting pencilled",
            "",
            [("starts", "", "12 Jun 2030, 10:00")],
        ),
    ]


# --- People and subscriptions ---


def test_a_regions_manager_adds_their_people_and_sees_no_account(client, edition):
    client.force_login(organiser("53"))
    url = reverse("admin:meetings_person_add")
    form = client.get(url).context["adminform"].form
    assert [region.pk for region in form.fields["region"].queryset] == ["53"]
    assert "user" not in form.fields

    person = {"first_name": "Azénor", "last_name": "Riou", "language": "fr", "region": "53"}
    person |= {"wants_invitations": "on", **NOTHING_BELOW}
    client.post(url, person | {"region": "28"})
    client.post(url, person | {"region": ""})
    assert not Person.objects.exists()
    client.post(url, person)
    assert Person.objects.values_list("last_name", "region").get() == ("Riou", "53")
    assert ActivityEntry.objects.get().verb == "person.created"


def test_an_address_already_used_is_refused_in_the_form(client, signed_in):
    PersonFactory(email="azenor@region.example")
    person = {"first_name": "Azénor", "last_name": "Riou", "language": "fr"}
    url = reverse("admin:meetings_person_add")
    page = client.post(url, person | {"email": "AZENOR@region.example"})
    assert list(page.context["adminform"].form.errors) == ["email"]


def test_private_addresses_are_shown_to_those_who_may_hand_them_over(client, person):
    url = reverse("admin:meetings_person_change", args=[person.pk])
    shown = []
    for role in (Role.MANAGER, Role.READER):
        client.force_login(organiser("53", role))
        shown.append(person.token in client.get(url).content.decode())
    assert shown == [True, False]


def test_a_subscription_is_opened_replaced_and_closed(client, signed_in, person):
    data = {"person": person.pk, "level": "discreet", "language": "fr", "label": "Chauffeur"}
    client.post(reverse("admin:meetings_feed_add"), data)
    feed = Feed.objects.get()
    assert (feed.person, feed.level, feed.label) == (person, "discreet", "Chauffeur")

    step(client, "renew", feed, model="feed")
    assert Feed.objects.get().version == 2
    action = {"action": "revoke", "_selected_action": [feed.pk], "_step": "1"}
    done = client.post(reverse("admin:meetings_feed_changelist"), action)
    assert told(done)[-1] == "1 subscription closed."
    assert Feed.objects.get().revoked_at is not None


def test_what_others_depend_on_stays_and_the_page_says_what(client, signed_in, office):
    ParticipantFactory(person=None, office=office)
    url = reverse("admin:meetings_office_delete", args=[office.pk])
    assert client.get(url).context["protected"] == ["participants (1)"]
    client.post(url, {"post": "yes"})
    assert Office.objects.get() == office


def test_what_nothing_depends_on_is_deleted_and_noted(client, signed_in, office):
    client.post(reverse("admin:meetings_office_delete", args=[office.pk]), {"post": "yes"})
    assert not Office.objects.exists()
    assert ActivityEntry.objects.values_list("verb", "target_label").get() == (
        "office.deleted",
        str(office),
    )


# --- Cost ---


@pytest.mark.parametrize("rows", [1, 3])
def test_meetings_cost_the_same_for_one_and_three(
    client, signed_in, django_assert_num_queries, edition, rows
):
    for _number in range(rows):
        meeting = MeetingFactory(edition=edition, participation=ParticipationFactory())
        ParticipantFactory(meeting=meeting)
        ParticipantFactory(meeting=meeting, person=None, office=OfficeFactory())
    with django_assert_num_queries(11):
        client.get(reverse(MEETINGS))


@pytest.mark.parametrize("rows", [1, 3])
def test_a_meetings_page_costs_the_same_for_one_and_three_participants(
    client, signed_in, django_assert_num_queries, edition, rows
):
    meeting = MeetingFactory(edition=edition)
    for _number in range(rows):
        ParticipantFactory(meeting=meeting)
    with django_assert_num_queries(12):
        client.get(reverse("admin:meetings_meeting_change", args=[meeting.pk]))


@pytest.mark.parametrize("rows", [1, 3])
def test_people_and_subscriptions_cost_the_same_for_one_and_three(
    client, signed_in, django_assert_num_queries, rows
):
    for _number in range(rows):
        FeedFactory()
    with django_assert_num_queries(18):
        client.get(reverse("admin:meetings_person_changelist"))
        client.get(reverse("admin:meetings_feed_changelist"))
