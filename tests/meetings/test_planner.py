"""The three best times: plain values in, plain values out."""

from datetime import UTC, datetime, timedelta

import pytest

from meetings.planner import Calendar, Guest, Span, Wish, best_times, judge

HALF_HOUR = timedelta(minutes=30)


def at(hour, minute=0, day=12):
    return datetime(2030, 6, day, hour, minute, tzinfo=UTC)


def span(start, end, day=12):
    return Span(at(*_clock(start), day=day), at(*_clock(end), day=day))


def _clock(text):
    hour, _colon, minute = str(text).partition(":")
    return int(hour), int(minute or 0)


def calendar(*pairs, day=12):
    return Calendar.of(span(start, end, day) for start, end in pairs)


def wish(**fields):
    values = {
        "length": HALF_HOUR,
        "margin": timedelta(minutes=10),
        "opening": calendar((9, 18)),
        "guests": [],
    }
    return Wish(**values | fields)


def starts(asked, number=3):
    return [f"{each.span.starts_at:%d %H:%M}" for each in best_times(asked, number=number)]


def test_three_times_that_do_not_overlap_nearest_to_the_wanted_one():
    assert starts(wish(near=at(14))) == ["12 14:00", "12 13:30", "12 14:30"]


def test_everybody_free_comes_before_nearness():
    busy = Guest(key="person:1", taken=calendar(("13:30", 16)))

    # A quarter of an hour later they would have to run.
    assert starts(wish(guests=[busy], near=at(14)), 1) == ["12 12:30"]


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        # The margin of ten minutes, and ten more so that nobody has to run.
        (calendar((9, 10)), "12 10:30"),
        # No gap is long enough for anything but to hurry.
        (calendar((9, "9:50"), ("10:40", 18)), "12 10:00"),
    ],
)
def test_a_time_leaves_the_buffers_and_a_breath_where_it_can(taken, expected):
    assert starts(wish(guests=[Guest(key="person:1", taken=taken)]), 1) == [expected]


def test_who_said_no_counts_less_than_who_is_taken():
    taken = Guest(key="person:1", taken=calendar((9, 13)))
    away = Guest(key="person:2", unavailable=calendar((12, 18)))

    best = best_times(wish(guests=[taken, away]), number=1)[0]

    assert (best.taken, best.away, best.span.starts_at) == ((), ("person:2",), at(13, 30))


def test_somebody_needed_counts_more_than_several_who_are_not():
    needed = Guest(key="person:1", taken=calendar((9, 13)))
    others = [
        Guest(key=f"person:{pk}", is_required=False, taken=calendar((13, 18))) for pk in (2, 3)
    ]

    best = best_times(wish(guests=[needed, *others]), number=1)[0]

    assert (best.taken, best.is_possible) == (("person:2", "person:3"), False)


def test_working_hours_and_windows_and_lunch_are_kept_in_that_order():
    early = Guest(key="person:1", hours=calendar((9, 14)))
    asked = wish(
        guests=[early],
        lunch=calendar((12, 14)),
        windows=calendar((11, 13), (15, 17)),
        near=at(15),
    )

    assert starts(asked) == ["12 11:30", "12 11:00", "12 12:30"]
    assert starts(wish(lunch=Calendar(), windows=calendar((12, 13)))) == [
        "12 12:00",
        "12 12:30",
        "12 09:00",
    ]


def test_a_free_room_is_named_and_its_lack_weighs():
    rooms = [
        Guest(key="room:1", taken=calendar((9, 12))),
        Guest(key="room:2", taken=calendar((9, 10))),
    ]

    best = best_times(wish(rooms=rooms, near=at(9)), number=1)[0]

    assert (best.span.starts_at, best.room, best.lacks_room) == (at(10, 15), "room:2", False)
    full = [Guest(key="room:1", taken=calendar((8, 19)))]
    assert best_times(wish(rooms=full), number=1)[0].lacks_room


def test_nothing_is_proposed_before_now_nor_when_no_time_is_left():
    assert starts(wish(not_before=at(17))) == ["12 17:00", "12 17:30"]
    assert starts(wish(not_before=at(17, 45))) == []
    assert starts(wish(length=timedelta(hours=10))) == []


def test_days_follow_each_other():
    opening = Calendar.of([span(9, 10), span(9, 10, day=13)])

    assert starts(wish(opening=opening, near=at(9, day=13))) == [
        "13 09:00",
        "13 09:30",
        "12 09:30",
    ]


def test_one_time_is_judged_as_the_others_are():
    guest = Guest(key="person:1", taken=calendar((10, 11)), unavailable=calendar((9, 10)))

    judged = judge(wish(guests=[guest], near=at(10)), at(9, 15))

    assert (judged.taken, judged.away, judged.distance) == (
        (),
        ("person:1",),
        timedelta(minutes=45),
    )
    assert judge(wish(guests=[guest]), at(9, 30)).taken == ("person:1",)


def test_what_overlaps_in_a_calendar_is_one():
    assert calendar((9, 11), (10, 12), (12, 13), (15, 16)).spans == (span(9, 13), span(15, 16))
