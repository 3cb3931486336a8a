"""Run sheets by link, by account and at the desk's side; paper is in test_paper.py."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from meetings.models import Delegate, RunSheetReading
from meetings.operations.run_sheets import give_out_run_sheet
from meetings.run_sheets.subjects import Subject
from pavilion.core.access import Role
from tests.factories import DelegationFactory, PersonFactory, UserFactory, organiser

pytestmark = pytest.mark.django_db


def text_of(response):
    body = re.sub(r"<[^>]+>", " ", response.content.decode().split("<main", 1)[1])
    return " ".join(body.split())


@pytest.fixture
def by_link(client, person):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return f"{person.get_absolute_url()}deroule/"


def move(meeting):
    meeting.starts_at += timedelta(minutes=15)
    meeting.ends_at += timedelta(minutes=15)
    meeting.save()


def test_page_says_that_nothing_was_given_out_yet(client, by_link, meeting):
    text = text_of(client.get(by_link))

    assert "Working state No version has been given out yet: all of it may still change." in text
    assert "I have read" not in text


def test_page_says_it_is_the_version_until_something_changes(
    client, by_link, meeting, subject, national
):
    give_out_run_sheet(subject=subject, by=national)
    same = text_of(client.get(by_link))
    move(meeting)
    newer = text_of(client.get(by_link))

    assert "Version 1 given out on 20 May 2030, 09:00. Nothing has changed since." in same
    assert "Working state newer than version 1, which was given out on 20 May 2030, 09:00." in newer
    assert "From 10:00–10:30 to 10:15–10:45." in newer


def test_reader_sees_what_changed_since_the_version_they_read(
    client, by_link, meeting, subject, national, person
):
    give_out_run_sheet(subject=subject, by=national)
    answer = client.post(f"{by_link}lu/", {"version": "1"}, follow=True)
    assert "Noted: you have read version 1." in text_of(answer)
    move(meeting)
    give_out_run_sheet(subject=subject, by=national)

    text = text_of(client.get(by_link))

    assert "What changed since version 1, the last you read" in text
    assert "I have read version 2" in text
    reading = RunSheetReading.objects.get()
    assert (reading.person, reading.user, reading.number) == (person, None, 1)


def test_old_version_says_it_was_replaced(client, by_link, meeting, subject, national):
    give_out_run_sheet(subject=subject, by=national)
    move(meeting)
    give_out_run_sheet(subject=subject, by=national)

    text = text_of(client.get(f"{by_link}?version=1"))

    assert "was given out on 20 May 2030, 09:00; version 2 has replaced it." in text
    assert "10:00 10:30" in text


@pytest.mark.parametrize("wanted", ["0", "3", "-1", "x", "99999999999999999999"])
def test_version_that_is_none_does_not_exist(client, by_link, meeting, subject, national, wanted):
    give_out_run_sheet(subject=subject, by=national)

    assert client.get(f"{by_link}?version={wanted}").status_code == 404


@pytest.mark.parametrize("wanted", ["", "2", "x", "99999999999"])
def test_reading_what_was_never_given_out_is_refused_and_notes_nothing(
    client, by_link, meeting, subject, national, wanted
):
    give_out_run_sheet(subject=subject, by=national)

    answer = client.post(f"{by_link}lu/", {"version": wanted}, follow=True)

    assert "exist" in text_of(answer) or "There is no version" in text_of(answer)
    assert not RunSheetReading.objects.exists()


def test_marks_are_for_organisers_not_for_delegates(client, by_link, meeting, person, office):
    meeting.participants.filter(office=office).update(answer="needs-action")
    address = reverse("meetings:sheet", args=["person", person.pk])
    person.user = UserFactory(language="en")
    person.save()

    def is_marked(user):
        client.force_login(user)
        return "No answer" in text_of(client.get(address))

    assert "No answer" not in text_of(client.get(by_link))
    assert is_marked(organiser("53", Role.READER, language="en"))
    assert not is_marked(person.user)


def test_nothing_secret_is_on_the_page_or_in_the_mail(client, by_link, meeting, person, national):
    meeting.internal_note = "NOTE-INTERNE"
    meeting.save()
    meeting.briefing = type(meeting).briefing.related.related_model.objects.create(
        meeting=meeting, note="BRIEFING", talking_points="ELEMENTS", author=national
    )
    person.needs_note, person.needs_note_until = "BESOIN", meeting.edition.ends_on
    person.save()
    client.force_login(national)

    pages = client.get(by_link).content.decode()
    pages += client.get(reverse("meetings:sheet", args=["person", person.pk])).content.decode()

    assert not re.search("NOTE-INTERNE|BRIEFING|ELEMENTS|BESOIN", pages)


def test_members_read_the_delegations_run_sheet_as_it_was_given_out(
    client, by_link, meeting, edition, person, national
):
    delegation = DelegationFactory(edition=edition)
    Delegate.objects.create(delegation=delegation, person=person)
    address = f"{by_link}delegation/{delegation.pk}/"
    before = text_of(client.get(address))
    give_out_run_sheet(subject=Subject("delegation", delegation, edition), by=national)
    move(meeting)

    text = text_of(client.get(address))

    assert "This run sheet has not been given out yet." in before
    assert "10:00 10:30" in text
    assert "Working state" not in text
    stranger = PersonFactory()
    for other in (f"room/{meeting.room_id}/", "delegation/x/", f"delegation/{delegation.pk + 1}/"):
        assert client.get(f"{by_link}{other}").status_code == 404
    path = f"{stranger.get_absolute_url()}deroule/delegation/{delegation.pk}/"
    assert client.get(path).status_code == 404


def test_my_sheet_leads_to_ones_own(client, person, meeting):
    person.user = UserFactory()
    person.save()
    client.force_login(person.user)

    response = client.get(reverse("meetings:my_sheet"))

    assert response.url == reverse("meetings:sheet", args=["person", person.pk])
    assert client.get(response.url).status_code == 200


def test_what_one_may_not_see_does_not_exist(client, meeting, person, edition):
    client.force_login(organiser("76"))
    day = edition.days.get()
    addresses = [("person", person.pk), ("region", "53"), ("day", day.pk), ("room", "x"), ("x", 1)]

    assert {
        client.get(reverse("meetings:sheet", args=address)).status_code for address in addresses
    } == {404}
    assert client.get(reverse("meetings:sheet", args=["region", "76"])).status_code == 404
