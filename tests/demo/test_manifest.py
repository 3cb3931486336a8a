import json
from datetime import timedelta

import pytest
from django.core.management import CommandError
from django.utils import timezone, translation

from events.models import Edition
from pavilion.core.models import ActivityEntry, User
from startups.models import (
    Application,
    Call,
)
from startups.operations import fill_free_places
from tests.demo.loaded import demo
from tests.factories import EditionFactory


def test_demo_counts_what_it_loaded(manifest):
    assert manifest["counts"] == {
        "regions": 1,
        "calls": 1,
        "applications": 30,
        "applications_by_status": {
            "confirmed": 10,
            "declined": 1,
            "draft": 2,
            "eligible": 1,
            "incomplete": 1,
            "ineligible": 2,
            "rejected": 5,
            "selected": 1,
            "submitted": 2,
            "waitlisted": 3,
            "withdrawn": 2,
        },
        "startups": 10,
        "pods": 8,
        "rooms": 3,
        "half_days": 8,
        "allocations": 44,
        "offices": 21,
        "people": 15,
        "delegates": 15,
        "meetings": 40,
        "meetings_by_status": {
            "cancelled": 4,
            "confirmed": 21,
            "held": 2,
            "not_held": 1,
            "option": 12,
        },
        "participants": 125,
        "reminders": 210,
        "feeds": 36,
        "sessions": 6,
        "sessions_by_state": {"cancelled": 1, "published": 5},
        "messages_by_state": {"bounced": 1, "held": 4, "sent": 88},
        "accounts": 10,
        "memberships": 8,
        "activity": 308,
    }


def test_demo_says_where_everything_is(manifest):
    assert list(manifest) == [
        "base_url",
        "size",
        "edition",
        "admin",
        "api",
        "regions",
        "calls",
        "feeds",
        "shared_feeds",
        "delegate_pages",
        "delegates",
        "applicant_pages",
        "public",
        "counts",
    ]
    assert manifest["base_url"] == "http://testserver"
    assert manifest["edition"] == {
        "year": 2030,
        "name": "VivaTech · démo",
        "starts_on": "2030-06-19",
        "ends_on": "2030-06-22",
    }
    assert manifest["calls"] == [
        {
            "region": "04",
            "url": "http://testserver/appels/04/",
            "opens_at": "2030-03-02T11:00:00+00:00",
            "closes_at": "2030-05-06T10:00:00+00:00",
        }
    ]
    assert manifest["public"] == {
        "home": "http://testserver/",
        "directory": "http://testserver/exposants/",
        "plan": "http://testserver/plan/",
        "programme": "http://testserver/programme/",
    }
    # Every state but one: nobody is absent from a fair that lies ahead.
    assert [page["status"] for page in manifest["applicant_pages"]] == [
        status for status in Application.Status.values if status != Application.Status.NO_SHOW
    ]


def test_demo_prints_passwords_that_open_accounts(manifest):
    (region,) = manifest["regions"]
    logins = [manifest["admin"], region["manager"], region["reviewer"], region["reader"]]
    logins += manifest["delegates"]
    users = [User.objects.get(email=login["email"]) for login in logins]

    assert [
        user.check_password(login["password"]) for user, login in zip(users, logins, strict=True)
    ] == [True] * 6
    assert [
        (user.is_staff, [(role.region_code, role.role) for role in user.memberships.all()])
        for user in users
    ] == [
        (True, [("", "manager")]),
        (True, [("04", "manager")]),
        (True, [("04", "reviewer")]),
        (True, [("04", "reader")]),
        (False, []),
        (False, []),
    ]
    assert [list(user.emailaddress_set.values_list("verified", "primary")) for user in users] == [
        [(True, True)]
    ] * 6


def test_demo_prints_a_token_that_opens_the_api(manifest, client):
    answer = client.get(
        f"{manifest['api']['url']}editions/",
        headers={"authorization": f"Token {manifest['api']['token']}"},
    )

    assert [edition["year"] for edition in answer.json()["results"]] == [2030]


def test_demo_prints_addresses_that_open_without_an_account(manifest, client):
    urls = [
        *manifest["public"].values(),
        *(call["url"] for call in manifest["calls"]),
        *(page["url"] for page in manifest["applicant_pages"]),
        *(page["url"] for page in manifest["delegate_pages"]),
        *(feed["url"] for feed in manifest["feeds"]),
        *(feed["url"] for feed in manifest["shared_feeds"]),
    ]

    # A draft leads on to the step it stopped at.
    opened = {url: client.get(url, follow=True).status_code for url in urls}
    assert opened == dict.fromkeys(urls, 200)


def test_demo_offers_no_place_by_itself_now_nor_once_its_call_has_closed(manifest):
    Call.objects.update(fills_by_itself=True, places=99)
    for closes_at in (timezone.now() + timedelta(days=1), timezone.now() - timedelta(days=1)):
        Call.objects.update(closes_at=closes_at, released_at=None)
        assert fill_free_places(now=timezone.now()) == 0


def test_demo_again_changes_nothing_and_prints_the_same(manifest):
    before = ActivityEntry.objects.count()

    assert json.loads(demo(size="S", json=True)) == manifest
    assert json.loads(demo(json=True)) == manifest
    assert ActivityEntry.objects.count() == before


def test_demo_tells_people_where_to_look(manifest):
    with translation.override("en"):
        text = demo()

    assert text.splitlines()[0] == (
        "VivaTech · démo 2030, from 19 June 2030 to 22 June 2030 (demo, size S)"
    )
    for told in (
        manifest["public"]["home"],
        manifest["admin"]["password"],
        manifest["regions"][0]["manager"]["password"],
        manifest["api"]["token"],
        manifest["calls"][0]["url"],
        manifest["feeds"][0]["url"],
        manifest["delegate_pages"][0]["url"],
    ):
        assert told in text


def test_demo_refuses_another_size_in_one_line(manifest):
    with translation.override("en"), pytest.raises(CommandError) as refusal:
        demo(size="M")

    assert str(refusal.value).splitlines() == [
        "The demo is already loaded in size S. For size M, begin with an empty database."
    ]


def test_demo_refuses_a_database_in_use(db):
    EditionFactory()

    with translation.override("en"), pytest.raises(CommandError) as refusal:
        demo(size="S")

    assert str(refusal.value) == (
        "This database already holds an edition. The demo needs one without any."
    )
    assert Edition.objects.count() == 1
