from dataclasses import fields, replace
from datetime import timedelta

import pytest
from django.utils import translation

from meetings.run_sheets import telling
from meetings.run_sheets.comparing import compare
from meetings.run_sheets.lines import Line, as_data, from_data
from tests.meetings.conftest import ELEVEN, HALF_PAST_ELEVEN, TEN
from tests.meetings.run_sheets.lines import line, stop, text, who


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def told(old, new):
    return [
        (telling.word(change), telling.when(change.line), telling.sentences(change))
        for change in compare(old, new)
    ]


def test_same_lines_differ_in_nothing_even_after_the_database_kept_them():
    lines = [line(stops=(stop("A-1"),), speakers=("person:Nolwenn",)), line(2, status="cancelled")]

    assert from_data(as_data(lines)) == lines
    assert compare(lines, from_data(as_data(lines))) == []


def test_new_line_is_told_with_its_place_and_people():
    assert told([], [line()]) == [
        ("New", "Wed 12 June, 10:00", ["North Room, Hall 7, level 1 · Maïwenn, Nolwenn."])
    ]


def test_moved_line_is_told_from_and_to():
    later = line(starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN)
    next_day = line(starts_at=TEN + timedelta(days=1), ends_at=TEN + timedelta(days=1, minutes=20))

    assert told([line()], [later]) == [
        ("Moved", "Wed 12 June, 11:00", ["From 10:00–10:30 to 11:00–11:30."])
    ]
    assert told([line()], [next_day]) == [
        (
            "Moved",
            "Thu 13 June, 10:00",
            ["From Wed 12 June, 10:00–10:30, to Thu 13 June, 10:00–10:20."],
        )
    ]


def test_line_that_is_off_is_cancelled_and_one_that_is_missing_taken_off():
    cancelled = line(status="cancelled")

    assert told([line()], [cancelled]) == [
        ("Cancelled", "Wed 12 June, 10:00", ["It will not take place."])
    ]
    assert told([line()], []) == [
        ("Taken off", "Wed 12 June, 10:00", ["It no longer concerns this run sheet."])
    ]
    assert told([cancelled], []) == []
    assert [word for word, _when, _sentences in told([cancelled], [line()])] == ["New"]


def test_people_who_join_leave_or_change_places_are_named():
    maiwenn, nolwenn = who("Maïwenn"), who("Nolwenn")
    yann = who("Yann", title=text("Prefect"), instead_of=text("Nolwenn"))
    minister = who("Soizic", key="office:1")
    other_holder = who("Gwenola", key="office:1")

    def about(old, new):
        ((_word, _when, sentences),) = told([line(people=old)], [line(people=new)])
        return sentences

    assert about((maiwenn, nolwenn), (maiwenn, yann)) == [
        "Also comes: Yann, Prefect (for Nolwenn).",
        "No longer comes: Nolwenn.",
    ]
    assert about((maiwenn, nolwenn), (nolwenn, maiwenn)) == ["Order of names: Nolwenn, Maïwenn."]
    assert about((minister,), (other_holder,)) == [
        "Also comes: Gwenola.",
        "No longer comes: Soizic.",
    ]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"place": text("South Room")},
            "Place: South Room, Hall 7, level 1, instead of North Room, Hall 7, level 1.",
        ),
        ({"place": {}, "way": {}}, "No place any more (it was North Room, Hall 7, level 1)."),
        ({"travel_minutes": 35}, "Travel: 35 minutes, leave at 09:25."),
        ({"meeting_point": "Gate B"}, "Meeting point: Gate B, at 09:50."),
        ({"status": "option"}, "It is an option again."),
        ({"subject": text("Signing")}, "It was called “Talk”."),
        ({"format": "signing"}, "Format: Signing of an agreement."),
        ({"contact_name": "Lou", "contact_phone": "06"}, "Contact on site: Lou, 06."),
        ({"press": "pool"}, "Press: Press pool."),
        ({"photographer": "Agence Lumen"}, "Photographer: Agence Lumen."),
        ({"languages": "English"}, "Languages: English."),
        ({"stops": (stop("A-1"), stop("A-2", 7))}, "Route: A-1, A-2."),
        (
            {"people": (who("Maïwenn", title=text("President")), who("Nolwenn"))},
            "Titles or details were corrected.",
        ),
    ],
)
def test_each_difference_is_a_sentence(fields, sentence):
    assert told([line()], [line(**fields)]) == [("Changed", "Wed 12 June, 10:00", [sentence])]


def test_nothing_a_reader_sees_changes_unnoticed():
    """Every part of a line but its key, and the region's colour, makes a difference."""
    other = {
        **{"status": "option", "format": "signing", "subject": {}, "starts_at": ELEVEN},
        **{"ends_at": HALF_PAST_ELEVEN, "place": {}, "way": {}, "travel_minutes": 1},
        **{"meeting_point": "B", "people": (), "speakers": ("person:Maïwenn",), "press": "open"},
        **{"contact_name": "A", "contact_phone": "0", "photographer": "C", "languages": "fr"},
        "stops": (stop("A-1"),),
    }
    unseen = {"meeting", "region", "meeting_point_minutes"}

    assert {field.name for field in fields(Line)} == other.keys() | unseen
    for name, value in other.items():
        assert len(compare([line()], [replace(line(), **{name: value})])) == 1, name
    point = line(meeting_point="Gate B")
    assert len(compare([point], [replace(point, meeting_point_minutes=20)])) == 1


def test_that_it_took_place_is_no_news():
    assert compare([line()], [line(status="held")]) == []


def test_changes_come_in_the_order_of_time_and_are_summed_up():
    old = [line(1), line(2, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN)]
    new = [
        line(1, starts_at=HALF_PAST_ELEVEN, ends_at=HALF_PAST_ELEVEN + timedelta(minutes=5)),
        line(2, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN, press="open"),
        line(3),
    ]

    changes = compare(old, new)

    assert [change.line.meeting for change in changes] == [3, 2, 1]
    assert telling.summary(changes) == "1 new, 1 moved, 1 changed"
