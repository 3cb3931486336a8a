"""Left, right and across, as one sees it from behind one's own stand."""

import pytest

from events.geometry import Place
from startups.floor.surroundings import Around, around


def row(rotation=0):
    """1, 2, 3 side by side along x; 4 across an aisle below 2, 5 behind 2."""
    return [
        Place(1, 1, 0, 0, 1, 1, rotation),
        Place(2, 1, 1, 0, 1, 1, rotation),
        Place(3, 1, 2, 0, 1, 1, rotation),
        Place(4, 1, 1, 3, 1, 1, rotation),
        Place(5, 1, 1, -1.2, 1, 1, rotation),
    ]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_looking_over_the_aisle_below_the_left_hand_is_to_the_right_of_the_drawing(rotation):
    # From stand 2 one looks down the drawing: stand 3 is on the left.
    assert around(2, row(rotation)) == Around(left=(3,), right=(1,), behind=(5,), across=(4,))


def test_looking_the_other_way_the_sides_change():
    places = [*row()[:3], Place(4, 1, 1, -3, 1, 1)]

    assert around(2, places) == Around(left=(1,), right=(3,), across=(4,))


def test_without_an_aisle_nobody_knows_left_from_right():
    assert around(1, row()[:2]) == Around(beside=(2,))


def test_an_island_of_four_turned_by_45_degrees():
    places = [Place(1, 1, 0, 0, 2, 2, 45), Place(2, 1, 3, 3, 2, 2, 45)]

    assert around(1, places).across == (2,)


def test_other_floors_and_far_stands_are_no_neighbours():
    places = [Place(1, 1, 0, 0, 1, 1), Place(2, 2, 1, 0, 1, 1), Place(3, 1, 9, 0, 1, 1)]

    assert around(1, places) == Around()
    assert around(7, places) == Around()
