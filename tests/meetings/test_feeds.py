"""What a subscribed calendar gets, over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import translation

from meetings.models import CalendarBlock, Feed, Meeting, Participant
from meetings.operations import (
    FeedRevoked,
    add_participant,
    calendar_blocks,
    cancel_meeting,
    confirm_meeting,
    create_meeting,
    drop_old_tombstones,
    open_feed,
    record_answer,
    remove_participant,
    renew_feed,
    reschedule_meeting,
    revoke_feed,
    with_everything,
)
from pavilion.core.models import ActivityEntry
from tests.core.test_ical import VTIMEZONE, unfolded
from tests.factories import FeedFactory, PersonFactory, UserFactory, organiser
from tests.meetings.conftest import ELEVEN, HALF_PAST_ELEVEN, HALF_PAST_TEN, NOW, TEN

MINUTE = timedelta(minutes=1)


@pytest.fixture
def meeting(edition, national, person, office, room):
    meeting = create_meeting(
        edition=edition,
        subject_fr="Entretien ; souveraineté",
        subject_en="Talk on sovereignty",
        starts_at=TEN,
        ends_at=HALF_PAST_TEN,
        by=national,
        person_ids=[person.pk],
        office_ids=[office.pk],
        room=room,
        contact_name="Anne Le Goff",
        contact_phone="+33 6 00 00 00 00",
        internal_note="Ne pas parler du budget",
    )
    Meeting.objects.filter(pk=meeting.pk).update(uid="3f1c@pavilion")
    return Meeting.objects.get(pk=meeting.pk)


@pytest.fixture
def feed(person):
    return FeedFactory(
        person=person, language="en", public_id="FEEDFEEDFEEDFEEDFEEDFE", fetched_at=NOW
    )


def read(client, feed, **headers):
    return client.get(reverse("feed", args=[feed.token]), headers=headers)


def events(client, feed) -> list[str]:
    text = read(client, feed).content.decode()
    return unfolded(text[text.index("END:VTIMEZONE\r\n") + len("END:VTIMEZONE\r\n") :])[:-1]


def test_a_feed_line_by_line(client, national, meeting, feed, clock):
    clock.shift(MINUTE)
    confirm_meeting(meeting_id=meeting.pk, by=national)

    response = read(client, feed)

    header = f"""\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Pavilion//Calendar//EN
CALSCALE:GREGORIAN
NAME:Meetings · Maïwenn Kerzoncuff
X-WR-CALNAME:Meetings · Maïwenn Kerzoncuff
REFRESH-INTERVAL;VALUE=DURATION:PT1H
SOURCE;VALUE=URI:http://testserver/calendar/{feed.token}.ics
X-PUBLISHED-TTL:PT1H
X-WR-TIMEZONE:Europe/Paris
"""
    event = """\
BEGIN:VEVENT
SUMMARY:Talk on sovereignty
DTSTART;TZID=Europe/Paris:20300612T100000
DTEND;TZID=Europe/Paris:20300612T103000
DTSTAMP:20300520T070100Z
UID:3f1c@pavilion
SEQUENCE:1
CREATED:20300520T070000Z
DESCRIPTION:Expected:\\n– Minister delegate for Digital Affairs and AI\\n– Maïwenn Kerzoncuff\\, \
President of the Regional Council\\nOn site: Anne Le Goff\\, +33 6 00 00 00 00
LAST-MODIFIED:20300520T070100Z
LOCATION:North Room\\, Hall 7\\, level 1\\, Paris Expo Porte de Versailles
STATUS:CONFIRMED
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""
    assert unfolded(response.content.decode()) == (header + VTIMEZONE + event).splitlines()


def test_the_discreet_level_shows_time_and_place_only(client, national, meeting, person):
    confirm_meeting(meeting_id=meeting.pk, by=national)
    feed = open_feed(person_id=person.pk, by=national, level="discreet", language="fr")

    assert events(client, feed) == [
        "BEGIN:VEVENT",
        "SUMMARY:Occupé",
        "DTSTART;TZID=Europe/Paris:20300612T100000",
        "DTEND;TZID=Europe/Paris:20300612T103000",
        "DTSTAMP:20300520T070000Z",
        "UID:3f1c@pavilion",
        "SEQUENCE:1",
        "CLASS:PRIVATE",
        "CREATED:20300520T070000Z",
        "LAST-MODIFIED:20300520T070000Z",
        "LOCATION:Salon Nord\\, Hall 7\\, niveau 1\\, Paris Expo Porte de Versailles",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "END:VEVENT",
    ]


def state(client, feed) -> list[str]:
    wanted = ("SUMMARY", "DTSTART", "SEQUENCE", "STATUS", "TRANSP")
    return [line for line in events(client, feed) if line.startswith(wanted)]


def test_an_option_is_tentative(client, meeting, feed):
    assert state(client, feed) == [
        "SUMMARY:[Option] Talk on sovereignty",
        "DTSTART;TZID=Europe/Paris:20300612T100000",
        "SEQUENCE:0",
        "STATUS:TENTATIVE",
        "TRANSP:OPAQUE",
    ]


def test_a_cancelled_meeting_stays_struck_through_until_thirty_days_after(
    client, national, meeting, feed, clock
):
    cancel_meeting(meeting_id=meeting.pk, by=national)
    assert state(client, feed) == [
        "SUMMARY:[Cancelled] Talk on sovereignty",
        "DTSTART;TZID=Europe/Paris:20300612T100000",
        "SEQUENCE:1",
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
    ]

    kept = drop_old_tombstones(now=datetime(2030, 7, 15, 12, tzinfo=UTC))
    feed.refresh_from_db()
    revision = feed.revision
    dropped = drop_old_tombstones(now=datetime(2030, 7, 16, 12, tzinfo=UTC))

    assert (kept, dropped) == (0, 1)
    feed.refresh_from_db()
    assert feed.revision == revision + 1
    assert events(client, feed) == []
    assert drop_old_tombstones(now=datetime(2030, 7, 16, 12, tzinfo=UTC)) == 0


def test_whoever_is_taken_off_keeps_a_tombstone_that_learns_nothing_more(
    client, national, meeting, feed, person
):
    colleague = PersonFactory(language="en")
    others = FeedFactory(person=colleague, language="en")
    add_participant(meeting_id=meeting.pk, by=national, person_id=colleague.pk)
    remove_participant(participant_id=Participant.objects.get(person=person).pk, by=national)
    tombstone = state(client, feed)
    etag = read(client, feed).headers["ETag"]

    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN, by=national
    )

    assert tombstone == [
        "SUMMARY:[Cancelled] Talk on sovereignty",
        "DTSTART;TZID=Europe/Paris:20300612T100000",
        "SEQUENCE:1",
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
    ]
    assert state(client, feed) == tombstone
    feed.refresh_from_db()
    assert read(client, feed).headers["ETag"] == etag
    assert state(client, others)[1:3] == [
        "DTSTART;TZID=Europe/Paris:20300612T110000",
        "SEQUENCE:2",
    ]


def test_a_declined_meeting_is_left_out_until_it_moves(client, national, meeting, feed, person):
    confirm_meeting(meeting_id=meeting.pk, by=national)
    participant = Participant.objects.get(person=person)
    record_answer(participant_id=participant.pk, answer="declined", via="link")
    assert events(client, feed) == []

    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN, by=national
    )

    assert state(client, feed)[2:4] == ["SEQUENCE:2", "STATUS:CONFIRMED"]


def test_an_empty_feed_still_has_its_time_zone(client, feed):
    text = read(client, feed).content.decode()

    assert text.endswith("END:VTIMEZONE\r\nEND:VCALENDAR\r\n")


def test_the_internal_note_leaves_by_no_feed(client, national, meeting):
    confirm_meeting(meeting_id=meeting.pk, by=national)

    assert CalendarBlock.objects.count() == 4
    assert not CalendarBlock.objects.filter(text__contains="budget").exists()


def test_bulk_blocks_are_those_the_operations_store(
    national, meeting, person, django_assert_num_queries
):
    remove_participant(participant_id=Participant.objects.get(person=person).pk, by=national)
    stored = {
        (block.level, block.language, block.is_removed): block.text
        for block in CalendarBlock.objects.all()
    }
    loaded = list(with_everything(Meeting.objects.all()))

    with django_assert_num_queries(0):
        blocks = calendar_blocks(loaded[0])

    assert {(b.level, b.language, b.is_removed): b.text for b in blocks} == stored
    assert len(stored) == 8


def test_headers_of_a_feed(client, feed, clock):
    clock.shift(MINUTE)

    response = read(client, feed)

    headers = dict(response.headers)
    assert headers.pop("ETag").startswith('"')
    assert headers | {"Content-Security-Policy": ""} == {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Disposition": 'inline; filename="pavilion.ics"',
        "Content-Length": str(len(response.content)),
        "Last-Modified": "Mon, 20 May 2030 07:00:00 GMT",
        "Cache-Control": "private, no-cache",
        "X-Robots-Tag": "noindex",
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": response.headers["Referrer-Policy"],
        "Cross-Origin-Opener-Policy": "same-origin",
        "Content-Security-Policy": "",
    }
    assert not response.cookies


def test_an_unchanged_feed_is_one_look_up(client, meeting, feed, clock, django_assert_num_queries):
    clock.shift(MINUTE)
    first = read(client, feed)

    with django_assert_num_queries(1):
        again = read(client, feed, if_none_match=first.headers["ETag"])

    assert (again.status_code, again.content) == (304, b"")
    for header in ("ETag", "Last-Modified", "Cache-Control"):
        assert again.headers[header] == first.headers[header]
    assert not again.has_header("Vary")
    assert not again.cookies


@pytest.mark.parametrize("count", [1, 3])
def test_a_feed_costs_the_same_however_long(
    client, edition, national, person, feed, clock, count, django_assert_num_queries
):
    for number in range(count):
        create_meeting(
            edition=edition,
            subject_fr=f"Rendez-vous {number}",
            starts_at=TEN + number * timedelta(hours=1),
            ends_at=HALF_PAST_TEN + number * timedelta(hours=1),
            by=national,
            person_ids=[person.pk],
        )

    with django_assert_num_queries(2):
        response = read(client, feed)

    assert response.content.count(b"BEGIN:VEVENT") == count


def test_every_change_shows_in_the_etag(client, national, meeting, feed):
    etags = [read(client, feed).headers["ETag"]]

    confirm_meeting(meeting_id=meeting.pk, by=national)
    etags.append(read(client, feed).headers["ETag"])
    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN, by=national
    )
    etags.append(read(client, feed).headers["ETag"])

    assert len(set(etags)) == 3
    stale = read(client, feed, if_none_match=etags[0])
    assert stale.status_code == 200


def test_a_date_alone_is_enough_and_a_tag_goes_before_it(client, national, meeting, feed, clock):
    clock.shift(MINUTE)
    first = read(client, feed)
    date, etag = first.headers["Last-Modified"], first.headers["ETag"]

    assert read(client, feed, if_modified_since=date).status_code == 304
    assert read(client, feed, if_modified_since="yesterday").status_code == 200
    assert read(client, feed, if_none_match='"other"', if_modified_since=date).status_code == 200
    assert read(client, feed, if_none_match=etag, if_modified_since="x").status_code == 304

    clock.shift(MINUTE)
    confirm_meeting(meeting_id=meeting.pk, by=national)
    assert read(client, feed, if_modified_since=date).status_code == 200


def test_two_changes_within_a_second_are_both_seen_by_date(client, national, meeting, feed):
    confirm_meeting(meeting_id=meeting.pk, by=national)
    seen = read(client, feed).headers["Last-Modified"]

    cancel_meeting(meeting_id=meeting.pk, by=national)

    assert read(client, feed, if_modified_since=seen).status_code == 200


def test_head_says_what_get_would(client, meeting, feed):
    got = read(client, feed)

    response = client.head(reverse("feed", args=[feed.token]))

    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["Content-Length"] == got.headers["Content-Length"]
    assert response.headers["ETag"] == got.headers["ETag"]


def test_a_feed_is_only_read(client, feed):
    assert client.post(reverse("feed", args=[feed.token])).status_code == 405


def test_no_session_is_opened_even_for_somebody_signed_in(
    client, national, feed, django_assert_num_queries
):
    client.force_login(national)

    with django_assert_num_queries(2):
        response = read(client, feed)

    assert not response.cookies
    assert not response.has_header("Vary")


def test_what_does_not_open_is_the_same_404(client, national, person, feed):
    address = reverse("feed", args=[feed.token])
    forged = address.replace(feed.token[:4], "AAAA")
    unknown = reverse("feed", args=[FeedFactory.build(person=person).token])
    old = renew_feed(feed_id=feed.pk, by=national)
    assert client.get(reverse("feed", args=[old.token])).status_code == 200
    revoked = revoke_feed(feed_id=feed.pk, by=national)
    leaver = FeedFactory(person=PersonFactory(user=UserFactory(is_active=False)))

    answers = {
        (response.status_code, response.headers["Content-Type"], len(response.content))
        for url in (
            address,
            forged,
            unknown,
            reverse("feed", args=[old.token]),
            reverse("feed", args=[revoked.token]),
            reverse("feed", args=[leaver.token]),
        )
        for response in [client.get(url)]
    }

    assert {status for status, _type, _length in answers} == {404}


def test_the_last_fetch_is_noted_every_five_minutes(client, feed, clock):
    for _minute in range(6):
        clock.shift(MINUTE)
        read(client, feed, user_agent="Thunderbird/153")

    feed.refresh_from_db()
    assert (feed.fetched_at, feed.fetched_with) == (NOW + 5 * MINUTE, "Thunderbird/153")
    assert feed.revision == 1


def test_too_many_requests_wait_for_the_next_hour(client, feed, clock):
    clock.shift(50 * MINUTE)
    cache.set(f"feed:{feed.public_id}:2030052007", 120)

    refused = read(client, feed)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "600")
    clock.shift(10 * MINUTE)
    assert read(client, feed).status_code == 200


def test_a_feed_is_opened_by_its_person_or_their_team(national, person):
    person.user = UserFactory()
    person.save()

    for by in (None, person.user, organiser("53"), national):
        open_feed(person_id=person.pk, by=by)
    for stranger in (UserFactory(), organiser("76")):
        with pytest.raises(PermissionDenied):
            open_feed(person_id=person.pk, by=stranger)

    assert Feed.objects.count() == 4
    assert set(Feed.objects.values_list("language", flat=True)) == {"en"}


def test_revoking_twice_is_revoking_once(national, feed):
    first = revoke_feed(feed_id=feed.pk, by=national)

    assert revoke_feed(feed_id=feed.pk, by=national).version == first.version == 2
    assert ActivityEntry.objects.filter(verb="feed.revoked").count() == 1


def test_a_closed_address_is_not_renewed(client, national, feed):
    revoke_feed(feed_id=feed.pk, by=national)

    with translation.override("en"), pytest.raises(FeedRevoked) as refusal:
        renew_feed(feed_id=feed.pk, by=national)

    assert str(refusal.value) == "This calendar address is closed for good: open another."
    feed.refresh_from_db()
    assert feed.version == 2
    assert read(client, feed).status_code == 404


def test_the_same_tag_means_the_same_octets_whatever_others_do(
    client, edition, national, meeting, feed
):
    """A tombstone stays where it was while the meeting goes on, later, without its person."""
    confirm_meeting(meeting_id=meeting.pk, by=national)
    create_meeting(
        edition=edition,
        subject_fr="Autre",
        starts_at=TEN + 60 * MINUTE,
        ends_at=TEN + 90 * MINUTE,
        by=national,
        person_ids=[feed.person_id],
    )
    remove_participant(participant_id=meeting.participants.get(person=feed.person).pk, by=national)
    before = read(client, feed)

    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=TEN + 180 * MINUTE, ends_at=TEN + 210 * MINUTE, by=national
    )

    after = read(client, feed)
    assert (after.headers["ETag"], after.content) == (before.headers["ETag"], before.content)


def test_a_304_claims_no_length(client, feed):
    etag = read(client, feed).headers["ETag"]

    assert "Content-Length" not in dict(read(client, feed, if_none_match=etag).items())


def test_somebody_elses_refusal_does_not_empty_a_feed(client, meeting, feed, office):
    other = meeting.participants.get(office=office)
    record_answer(participant_id=other.pk, answer="declined", via="phone")

    assert "SUMMARY:[Option] Talk on sovereignty" in events(client, feed)
