"""Headers, tags and dates: what is asked again, and what that costs."""

from datetime import timedelta

import pytest
from django.urls import reverse

from meetings.operations import (
    cancel_meeting,
    confirm_meeting,
    create_meeting,
    remove_participant,
    reschedule_meeting,
)
from tests.meetings.conftest import ELEVEN, HALF_PAST_ELEVEN, HALF_PAST_TEN, TEN
from tests.meetings.feeds.subscriber import MINUTE, read


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

    with django_assert_num_queries(4):
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
