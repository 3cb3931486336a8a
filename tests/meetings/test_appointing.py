"""An office changes hands: its meetings stay, and its new holder is expected at them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from meetings.models import Appearance, Feed, OfficeHolder
from meetings.operations import (
    TermBackwards,
    TermTaken,
    appoint_holder,
    cancel_meeting,
    confirm_meeting,
    end_term,
    record_answer,
    remove_participant,
    remove_term,
)
from pavilion.core.models import ActivityEntry
from tests.factories import FeedFactory, PersonFactory, organiser
from tests.meetings.conftest import ELEVEN, HALF_PAST_TEN, TEN, outbox
from tests.meetings.diary import held_by, pencil

FAIR, EVE = date(2030, 6, 12), date(2030, 6, 11)
LONG_AGO = date(2029, 1, 1)


@pytest.fixture
def former(person, office):
    OfficeHolder.objects.create(office=office, person=person, starts_on=LONG_AGO)
    return person


@pytest.fixture
def newcomer(db):
    return PersonFactory(first_name="Inès", last_name="Aubry", region=None)


def taken(meeting):
    return [resource for resource, _start, _end in held_by(meeting)]


def log(target):
    entries = ActivityEntry.objects.about(target).order_by("pk")
    return [(each.verb, each.before, each.after) for each in entries]


def test_a_reshuffle_ends_the_former_term_and_moves_meetings_and_feeds(
    edition, national, office, former, newcomer
):
    meeting = pencil(edition, national, office_ids=[office.pk])
    confirm_meeting(meeting_id=meeting.pk, by=national)
    feeds = [FeedFactory(person=each) for each in (former, newcomer, PersonFactory())]
    sent = outbox()

    done = appoint_holder(
        office_id=office.pk, person_id=newcomer.pk, starts_on=FAIR, by=national, reason="Décret"
    )

    terms = OfficeHolder.objects.order_by("starts_on").values_list("person", "starts_on", "ends_on")
    assert list(terms) == [(former.pk, LONG_AGO, EVE), (newcomer.pk, FAIR, None)]
    assert (done.former.person, done.meetings, done.conflicts) == (former, [meeting], [])
    assert taken(meeting) == [f"office:{office.pk}", f"person:{newcomer.pk}"]
    revisions = Feed.objects.in_bulk()
    assert [revisions[feed.pk].revision for feed in feeds] == [2, 2, 1]
    # The meeting is with the office, whose address is what it was: nobody is written to.
    assert outbox() == sent
    assert log(office) == [
        (
            "office.holder_appointed",
            {"holder": "Maïwenn Kerzoncuff", "until": "2030-06-11"},
            {"holder": "Inès Aubry", "since": "2030-06-12", "meetings": 1},
        )
    ]
    assert log(meeting)[-1] == (
        "meeting.holder_changed",
        {},
        {"name": str(office), "holder": "Inès Aubry"},
    )


def test_appointing_again_changes_nothing(edition, national, office, newcomer):
    def appoint():
        return appoint_holder(
            office_id=office.pk, person_id=newcomer.pk, starts_on=FAIR, by=national
        )

    assert appoint().holder == appoint().holder
    assert ActivityEntry.objects.filter(verb="office.holder_appointed").count() == 1


def test_who_holds_it_after_the_meeting_has_nothing_to_do_with_it(
    edition, national, office, former, newcomer
):
    meeting = pencil(edition, national, office_ids=[office.pk])

    done = appoint_holder(
        office_id=office.pk, person_id=newcomer.pk, starts_on=date(2030, 6, 13), by=national
    )

    assert done.meetings == []
    assert taken(meeting) == [f"office:{office.pk}", f"person:{former.pk}"]


def test_a_first_holder_takes_the_meetings_to_come_at_once(edition, national, office, newcomer):
    meeting = pencil(edition, national, office_ids=[office.pk])
    over = pencil(
        edition,
        national,
        starts_at=ELEVEN,
        ends_at=ELEVEN + timedelta(minutes=30),
        office_ids=[office.pk],
    )
    cancel_meeting(meeting_id=over.pk, by=national)

    done = appoint_holder(office_id=office.pk, person_id=newcomer.pk, starts_on=FAIR, by=national)

    assert (done.former, done.meetings) == (None, [meeting])
    assert taken(meeting) == [f"office:{office.pk}", f"person:{newcomer.pk}"]
    assert taken(over) == []


def test_who_is_taken_elsewhere_is_a_conflict_and_no_meeting_is_lost(
    edition, national, office, former, newcomer
):
    of_office = pencil(edition, national, office_ids=[office.pk])
    by_name = pencil(edition, national, subject_en="Other talk", person_ids=[newcomer.pk])

    with translation.override("en"):
        done = appoint_holder(
            office_id=office.pk, person_id=newcomer.pk, starts_on=FAIR, by=national
        )
        told = [str(each) for each in done.conflicts]

    assert told == [
        "“Talk”: Minister delegate for Digital Affairs and AI is not free, “Other talk”, "
        "Wednesday 12 June 2030, from 09:50 to 10:40.",
        "“Other talk”: Inès Aubry is not free, “Talk”, Wednesday 12 June 2030, from 09:50 to "
        "10:40.",
    ]
    assert taken(of_office) == [f"office:{office.pk}"]
    assert taken(by_name) == [f"person:{newcomer.pk}"]
    assert log(of_office)[-1][0] == "meeting.holder_clashes"
    assert log(office)[0][2]["conflicts"] == 2


def test_a_meeting_in_conflict_still_hears_who_declines_and_loses_who_is_removed(
    edition, national, office, newcomer, room
):
    member = PersonFactory()
    of_office = pencil(edition, national, office_ids=[office.pk], person_ids=[member.pk], room=room)
    pencil(edition, national, person_ids=[newcomer.pk])
    appoint_holder(office_id=office.pk, person_id=newcomer.pk, starts_on=FAIR, by=national)

    member_row = of_office.participants.get(person=member)
    record_answer(participant_id=member_row.pk, answer="declined", via="phone", by=national)
    assert taken(of_office) == [f"office:{office.pk}", f"room:{room.pk}"]
    office_row = of_office.participants.get(office=office)
    remove_participant(participant_id=office_row.pk, by=national)

    assert taken(of_office) == [f"room:{room.pk}"]


def test_a_conflict_ends_with_the_meeting_that_made_it(edition, national, office, newcomer):
    of_office = pencil(edition, national, office_ids=[office.pk])
    by_name = pencil(edition, national, person_ids=[newcomer.pk])
    appoint_holder(office_id=office.pk, person_id=newcomer.pk, starts_on=FAIR, by=national)

    cancel_meeting(meeting_id=by_name.pk, by=national)
    confirm_meeting(meeting_id=of_office.pk, by=national)

    assert taken(of_office) == [f"office:{office.pk}", f"person:{newcomer.pk}"]


def test_a_term_that_would_share_days_with_a_later_one_is_refused_by_name(
    edition, national, office, newcomer
):
    appoint_holder(office_id=office.pk, person_id=newcomer.pk, starts_on=FAIR, by=national)

    with translation.override("en"), pytest.raises(TermTaken) as refusal:
        appoint_holder(
            office_id=office.pk, person_id=PersonFactory().pk, starts_on=EVE, by=national
        )
    assert str(refusal.value) == (
        "Inès Aubry holds this office since 12 June 2030. End or remove that term first, or say "
        "when this one ends."
    )
    appoint_holder(
        office_id=office.pk,
        person_id=PersonFactory().pk,
        starts_on=LONG_AGO,
        ends_on=EVE,
        by=national,
    )
    assert OfficeHolder.objects.count() == 2


def test_a_term_runs_forwards(edition, national, office, newcomer):
    with pytest.raises(TermBackwards):
        appoint_holder(
            office_id=office.pk, person_id=newcomer.pk, starts_on=FAIR, ends_on=EVE, by=national
        )


def test_the_end_of_a_term_frees_who_held_it_and_leaves_the_office_its_meeting(
    edition, national, office, former
):
    meeting = pencil(edition, national, office_ids=[office.pk])
    term = OfficeHolder.objects.get()

    for _twice in range(2):
        end_term(holder_id=term.pk, ends_on=EVE, by=national)
    assert taken(meeting) == [f"office:{office.pk}"]
    assert [verb for verb, _b, _a in log(office)] == ["office.term_ended"]

    remove_term(holder_id=term.pk, by=national, reason="Erreur")
    assert not OfficeHolder.objects.exists()


def test_offices_of_everybody_are_given_by_the_national_team(edition, office, newcomer):
    for by in (organiser("53"), organiser("", "reader")):
        with pytest.raises(PermissionDenied):
            appoint_holder(office_id=office.pk, person_id=newcomer.pk, starts_on=FAIR, by=by)


def test_a_meeting_by_name_takes_the_new_office_with_it(edition, national, office, newcomer):
    by_name = pencil(
        edition, national, person_ids=[newcomer.pk], starts_at=TEN, ends_at=HALF_PAST_TEN
    )

    appoint_holder(office_id=office.pk, person_id=newcomer.pk, starts_on=FAIR, by=national)

    assert taken(by_name) == [f"office:{office.pk}", f"person:{newcomer.pk}"]


def test_a_meeting_left_out_of_its_holders_diary_by_a_conflict_leaves_their_calendar_too(
    edition, national, office, newcomer
):
    pencil(edition, national, person_ids=[newcomer.pk])
    meeting = pencil(edition, national, office_ids=[office.pk])
    done = appoint_holder(
        office_id=office.pk, person_id=newcomer.pk, starts_on=LONG_AGO, by=national
    )
    shown = Appearance.objects.filter(person=newcomer, meeting=meeting)
    assert (meeting in {each.meeting for each in done.conflicts}, shown.get().left_at) == (
        True,
        None,
    )

    remove_term(holder_id=done.holder.pk, by=national)

    [tombstone] = shown
    assert (tombstone.left_at is not None, sorted(tombstone.own)) == (
        True,
        ["discreet.en", "discreet.fr", "full.en", "full.fr"],
    )
