import pytest

from startups import operations
from tests.startups.fair import stand
from tests.startups.stand_calendar.kept import MINUTE, NOW, announce, calendar_of, give, read

pytestmark = pytest.mark.django_db


def test_an_unchanged_calendar_is_one_look_up(
    client, armor, half_days, clock, django_assert_num_queries
):
    give(armor, (half_days[0], stand("A12")))
    announce()
    clock.shift(MINUTE)
    first = read(client, armor)
    url = calendar_of(armor).get_absolute_url()

    with django_assert_num_queries(1):
        again = client.get(url, headers={"if-none-match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    for header in ("ETag", "Last-Modified", "Cache-Control"):
        assert again.headers[header] == first.headers[header]
    assert first.headers["Last-Modified"] == "Mon, 20 May 2030 07:00:00 GMT"
    assert not again.cookies
    since = client.get(url, headers={"if-modified-since": first.headers["Last-Modified"]})
    assert since.status_code == 304


def test_what_changes_changes_the_tag(client, armor, half_days, clock):
    a12 = stand("A12")
    give(armor, (half_days[0], a12))
    announce()
    first = read(client, armor)
    clock.shift(MINUTE)
    announce()
    same = read(client, armor)
    give(armor, (half_days[0], a12), (half_days[1], a12))
    announce()
    other = read(client, armor, if_none_match=first.headers["ETag"])

    assert same.headers["ETag"] == first.headers["ETag"]
    assert same.content == first.content
    assert (other.status_code, other.headers["Last-Modified"]) == (
        200,
        "Mon, 20 May 2030 07:00:59 GMT",
    )


@pytest.mark.parametrize("count", [1, 3])
def test_a_calendar_costs_the_same_however_long(
    client, armor, half_days, count, django_assert_num_queries
):
    a12 = stand("A12")
    give(armor, *((half_day, a12) for half_day in half_days[:count]))
    announce()
    url = calendar_of(armor).get_absolute_url()

    with django_assert_num_queries(3):
        client.get(url)


def test_a_new_address_closes_the_former_one(client, armor, half_days):
    give(armor, (half_days[0], stand("A12")))
    announce()
    former = calendar_of(armor)

    operations.renew_stand_calendar(exhibitor_id=armor.pk, by_name="Camille")

    assert client.get(former.get_absolute_url()).status_code == 404
    assert read(client, armor).status_code == 200
    forged = calendar_of(armor).get_absolute_url().replace(former.public_id[:4], "AAAA")
    assert client.get(forged).status_code == 404
    assert client.post(calendar_of(armor).get_absolute_url()).status_code == 405


def test_nothing_opens_once_the_application_is_anonymised(client, armor, half_days):
    give(armor, (half_days[0], stand("A12")))
    announce()
    armor.application.anonymised_at = NOW
    armor.application.save()

    assert read(client, armor).status_code == 404


def test_the_last_fetch_is_noted_every_five_minutes(client, armor, half_days, clock):
    give(armor, (half_days[0], stand("A12")))
    announce()
    for _minute in range(6):
        read(client, armor, user_agent="Thunderbird/153")
        clock.shift(MINUTE)

    found = calendar_of(armor)
    assert (found.fetched_at, found.fetched_with) == (NOW + 5 * MINUTE, "Thunderbird/153")
