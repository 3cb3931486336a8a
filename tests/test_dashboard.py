"""The organisers' first page: sentences that need somebody, and the pulse of the regions."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from events.models import Region, Session
from meetings.models import Meeting, Participant
from pavilion import dashboard
from pavilion.core.access import Role
from pavilion.core.models import OutboxMessage
from startups.models import Application
from tests.factories import (
    AllocationFactory,
    ApplicationFactory,
    CallFactory,
    CriterionFactory,
    DeadlineFactory,
    EditionFactory,
    ExhibitorFactory,
    HalfDayFactory,
    MeetingFactory,
    OfficeFactory,
    ParticipantFactory,
    ParticipationFactory,
    ReviewFactory,
    SessionFactory,
    StandFactory,
    ZoneFactory,
    organiser,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2030, 5, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _may_2030():
    with time_machine.travel(NOW, tick=False):
        yield


def sentences(client, user, language="en"):
    client.force_login(user)
    with translation.override(language):
        client.cookies["django_language"] = language
        items = client.get(reverse("admin:index")).context["items"]
    return [(item.count, item.sentence, item.url.split("/")[-1]) for item in items]


def something_of_everything(code="53"):
    participation = ParticipationFactory(region=Region.objects.get(code=code))
    call = CallFactory(participation=participation)
    ApplicationFactory(call=call)
    selected = Application.Status.SELECTED
    ApplicationFactory(call=call, status=selected, confirm_by=NOW - timedelta(days=1))
    ApplicationFactory(call=call, status=selected, confirm_by=NOW + timedelta(days=2))
    ApplicationFactory(call=call, status=selected, confirm_by=NOW + timedelta(days=9))
    ApplicationFactory(call=call, status=Application.Status.DRAFT)
    ExhibitorFactory(application__call=call)
    for item in ("needs", "pitch", "questions"):
        DeadlineFactory(call=call, item=item, due_at=NOW - timedelta(days=1))
    SessionFactory(
        participation=participation,
        state=Session.State.DRAFT,
        room__zone=ZoneFactory(participation=participation),
    )
    confirmed = MeetingFactory(participation=participation, status=Meeting.Status.CONFIRMED)
    ParticipantFactory(meeting=confirmed, person=None, office=OfficeFactory())
    ParticipantFactory(
        meeting=confirmed,
        person__region=participation.region,
        answer=Participant.Answer.DECLINED,
    )
    MeetingFactory(participation=participation)
    MeetingFactory(participation=participation, starts_at=NOW + timedelta(hours=3))
    MeetingFactory(
        participation=participation,
        status=Meeting.Status.CONFIRMED,
        starts_at=NOW - timedelta(days=1),
    )
    for state in ("held", "failed", "queued"):
        OutboxMessage.objects.create(
            kind="meetings.invitation",
            state=state,
            region_code=code,
            recipient="cabinet@ministere.example",
            language="fr",
            subject="Invitation",
            body="Bonjour",
            message_id=f"<{code}-{state}@pavilion.example>",
        )


ALL = [
    (1, "meeting takes place today", "?due=today"),
    (1, "meeting has lost somebody it needs", "?due=declined"),
    (1, "meeting awaits the answer of an office", "?due=offices"),
    (2, "pencilled meetings are to be confirmed or let go", "?due=options"),
    (1, "meeting is over: did it take place?", "?due=over"),
    (1, "message could not leave", "?state__exact=failed"),
    (1, "message awaits your approval", "?state__exact=held"),
    (1, "selected company did not confirm in time", "?due=late"),
    (1, "selected company must confirm within three days", "?due=soon"),
    (1, "application awaits a decision", "?due=decision"),
    (1, "exhibitor is late with their checklist", "?checklist=late"),
    (1, "exhibitor has no stand yet", "?stand=none"),
    (1, "session is written but not published", "?state__exact=draft"),
]


def test_a_manager_reads_what_their_region_needs_most_pressing_first(client):
    something_of_everything("53")
    something_of_everything("28")
    assert sentences(client, organiser("53")) == ALL


def test_every_sentence_leads_to_exactly_the_rows_it_counts(client):
    something_of_everything()
    client.force_login(organiser("53"))
    items = client.get(reverse("admin:index")).context["items"]
    listed = [client.get(item.url).context["cl"].result_count for item in items]
    assert listed == [item.count for item in items]


def test_the_national_team_reads_the_sum_in_correct_french(client):
    something_of_everything("53")
    something_of_everything("28")
    read = {sentence: count for count, sentence, _url in sentences(client, organiser())}
    assert (read["applications await a decision"], read["exhibitors have no stand yet"]) == (2, 2)


def test_a_reviewer_reads_about_their_own_files_only(client):
    something_of_everything()
    reviewer = organiser("53", Role.REVIEWER)
    assert sentences(client, reviewer) == []

    submitted = Application.objects.get(status="submitted")
    ReviewFactory(application=submitted, reviewer=reviewer)
    ReviewFactory(application=submitted)
    for status in ("recused", "assigned"):
        gone = ApplicationFactory(call=submitted.call, status="withdrawn")
        ReviewFactory(application=gone, reviewer=reviewer, status=status)

    assert sentences(client, reviewer) == [(1, "file to read and to score", "")]


def test_a_desk_reads_how_many_files_have_too_few_reviews(client):
    call = CallFactory(closes_at=NOW - timedelta(days=1), reviews_each=1)
    read, unread = ApplicationFactory(call=call), ApplicationFactory(call=call)
    ReviewFactory(application=read, status="done", mean="12.00", done_at=NOW)
    ReviewFactory(application=unread)
    manager = organiser("53")
    said = "file has too few reviews"
    assert said not in [sentence for _count, sentence, _url in sentences(client, manager)]

    CriterionFactory(call=call)

    assert (1, said, "?due=reviews") in sentences(client, manager)
    client.force_login(manager)
    listed = client.get(reverse("admin:startups_application_changelist") + "?due=reviews")
    assert list(listed.context["cl"].result_list) == [unread]


def test_a_reader_is_not_asked_to_approve_or_publish(client):
    something_of_everything()
    asked = [sentence for _count, sentence, _url in sentences(client, organiser("53", Role.READER))]
    assert [text for text in asked if "message" in text or "session" in text] == []


def test_an_open_call_says_that_it_closes_soon_and_what_came_in(client):
    participation = ParticipationFactory()
    call = CallFactory(
        participation=participation,
        opens_at=NOW - timedelta(days=9),
        closes_at=NOW + timedelta(days=2),
    )
    ApplicationFactory(call=call)
    assert sentences(client, organiser("53")) == [
        (1, "call closes within three days", ""),
        (1, "application has come in and can be read already", "?due=new"),
    ]


def test_nothing_to_do_is_said_calmly(client):
    EditionFactory()
    user = organiser("53", language="en")
    client.force_login(user)
    page = client.get(reverse("admin:index")).content.decode()
    assert ("Nothing is waiting for you today." in page, "desk-today" in page) == (True, False)


def test_without_an_edition_the_page_says_how_to_begin(client):
    client.force_login(organiser(language="en"))
    page = client.get(reverse("admin:index")).content.decode()
    assert "No edition yet. Begin with one: its days, then its regions." in page


def test_the_pulse_measures_each_region_against_the_strongest():
    edition = EditionFactory()
    bretagne = ParticipationFactory()
    normandie = ParticipationFactory(region=Region.objects.get(code="28"))
    for participation, count in ((bretagne, 1), (normandie, 4)):
        call = CallFactory(participation=participation)
        for _number in range(count):
            ApplicationFactory(call=call)
    morning = HalfDayFactory()
    HalfDayFactory(part="pm")
    stand = StandFactory(zone=ZoneFactory(participation=bretagne))
    exhibitor = ExhibitorFactory(application__call__participation=bretagne)
    AllocationFactory(exhibitor=exhibitor, stand=stand, half_day=morning)
    MeetingFactory(participation=bretagne)

    def bars(user):
        return [
            (row.participation.region_id, [(bar.text + bar.of, bar.length) for bar in row.bars])
            for row in dashboard.pulse(edition, user)
        ]

    ours = ("53", [("2", 50), ("1", 100), ("50%", 50), ("1", 100)])
    assert bars(organiser("53")) == [ours]
    assert bars(organiser()) == [
        ours,
        ("28", [("4", 100), ("0", 0), ("–", 0), ("0", 0)]),
    ]


@pytest.mark.parametrize("codes", [["53"], ["53", "28", "84"]])
def test_the_page_costs_the_same_for_one_and_three_regions(
    client, django_assert_num_queries, codes
):
    for code in codes:
        something_of_everything(code)
    client.force_login(organiser())
    with django_assert_num_queries(28):
        client.get(reverse("admin:index"))
