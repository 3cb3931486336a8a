"""The desk's list of what regions ask for."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from meetings.models import Meeting, MeetingRequest
from tests.factories import MeetingRequestFactory, ParticipationFactory, RoomFactory, organiser
from tests.meetings.conftest import ELEVEN, TEN

LIST = "admin:meetings_meetingrequest_changelist"


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def manager(client, edition):
    user = organiser("53")
    client.force_login(user)
    return user


def page(name, row):
    return reverse(f"admin:meetings_meetingrequest_{name}", args=[row.pk])


def told(response):
    return [str(each) for each in get_messages(response.wsgi_request)]


def ask(client, participation, office, **typed):
    fields = {
        "participation": participation.pk,
        "office": office.pk,
        "subject_fr": "Souveraineté numérique",
        "format": "bilateral",
        "priority": "1",
    }
    return client.post(reverse("admin:meetings_meetingrequest_add"), fields | typed)


def test_a_region_asks_with_wanted_times(client, manager, edition, office, person):
    participation = ParticipationFactory(edition=edition)

    answer = ask(
        client,
        participation,
        office,
        people=[person.pk],
        windows="2030-06-12 10:00 – 11:00\n2030-06-12 14:00-16:00\n",
    )

    wanted = MeetingRequest.objects.get()
    assert answer.headers["Location"] == page("change", wanted)
    assert (wanted.minutes, wanted.priority, list(wanted.people.all())) == (30, 1, [person])
    windows = wanted.windows.order_by("starts_at")
    assert (windows.count(), windows[0].starts_at, windows[0].ends_at) == (2, TEN, ELEVEN)
    shown = client.get(page("edit", wanted)).context["form"].initial["windows"]
    assert shown == "2030-06-12 10:00 – 11:00\n2030-06-12 14:00 – 16:00"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "mercredi matin",
            "“mercredi matin” is no time we can read. Write it as 2030-06-12 10:00 – 12:00.",
        ),
        ("2030-06-12 12:00 – 10:00", "A wanted time ends before it starts."),
    ],
)
def test_a_time_nobody_can_read_is_shown_back(client, manager, edition, office, line, sentence):
    answer = ask(client, ParticipationFactory(edition=edition), office, windows=line)

    assert answer.context["form"].errors["windows"] == [sentence]
    assert not MeetingRequest.objects.exists()


def test_a_request_is_pencilled_from_its_page(client, manager, edition):
    wanted = MeetingRequestFactory()
    wanted.windows.create(starts_at=TEN, ends_at=ELEVEN)
    room = RoomFactory()

    form = client.get(page("plan", wanted)).context["form"]
    done = client.post(
        page("plan", wanted),
        {"day": "2030-06-12", "starts": "10:00", "ends": "10:45", "room": room.pk},
    )

    assert [str(form.initial[name]) for name in ("day", "starts", "ends")] == [
        "2030-06-12",
        "10:00:00",
        "10:30:00",
    ]
    meeting = Meeting.objects.get()
    assert (meeting.request, meeting.room, meeting.starts_at) == (wanted, room, TEN)
    assert told(done) == ["The meeting is pencilled; everybody’s time is held."]
    assert client.get(page("change", wanted)).context["panels"][0].context["meetings"] == [meeting]


def test_several_are_refused_at_once_with_a_reason(client, manager):
    wanted = MeetingRequestFactory.create_batch(2)
    chosen = {"action": "refuse", "_selected_action": [each.pk for each in wanted]}

    client.post(reverse(LIST), chosen)
    client.post(reverse(LIST), {**chosen, "_step": "1", "reason": "Agenda complet"})

    assert set(MeetingRequest.objects.values_list("status", "reason")) == {
        ("refused", "Agenda complet")
    }


def test_steps_follow_the_state(client, manager):
    wanted = MeetingRequestFactory()

    def offered():
        return [each["step"].name for each in client.get(page("change", wanted)).context["buttons"]]

    assert offered() == ["plan", "edit", "refuse", "withdraw"]
    client.post(page("withdraw", wanted))
    assert offered() == ["reopen"]
    client.post(page("reopen", wanted))
    client.post(
        page("edit", wanted),
        {"subject_fr": "Autre", "office": wanted.office_id, "format": "bilateral", "priority": "3"},
    )
    wanted.refresh_from_db()
    assert (wanted.status, wanted.subject_fr, wanted.priority, wanted.minutes) == (
        "open",
        "Autre",
        3,
        30,
    )


def test_what_waits_is_on_the_first_page(client, manager):
    MeetingRequestFactory()
    assert "requested meeting waits" in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_however_long(client, manager, number, django_assert_num_queries):
    MeetingRequestFactory.create_batch(number)
    client.get(reverse(LIST))

    with django_assert_num_queries(9):
        assert client.get(reverse(LIST)).context["cl"].result_count == number
