from math import isclose

from events.geometry import (
    Aisle,
    Place,
    Survey,
    across,
    area,
    corners,
    holds,
    inside,
    is_simple,
    neighbours,
    places,
    surroundings,
    survey,
    within,
)


def pod(key, x, y, width=1, depth=1, rotation=0, level=1):
    return Place(key, level, x, y, width, depth, rotation)


def test_places_reads_rows_of_decimals():
    assert places([(3, 1, "1.50", 2, 1, 1, 90)]) == [Place(3, 1, 1.5, 2.0, 1.0, 1.0, 90.0)]


def test_corners_turn_clockwise_about_the_middle():
    turned = corners(pod(1, 0, 0, width=4, depth=2, rotation=90))
    expected = [(3, -1), (3, 3), (1, 3), (1, -1)]
    assert all(
        isclose(a, b, abs_tol=1e-9)
        for one, other in zip(turned, expected, strict=True)
        for a, b in zip(one, other, strict=True)
    )


def test_neighbours_stand_side_by_side_or_back_to_back_up_to_sixty_centimetres():
    row = [pod(1, 0, 0), pod(2, 1.6, 0), pod(3, 3.3, 0), pod(4, 0, 1)]
    assert neighbours(row) == {1: {2, 4}, 2: {1}, 3: set(), 4: {1}}


def test_neighbours_are_not_those_whose_corners_touch():
    assert neighbours([pod(1, 0, 0), pod(2, 1, 1)]) == {1: set(), 2: set()}


def test_neighbours_are_never_on_another_level():
    assert neighbours([pod(1, 0, 0), pod(2, 1, 0, level=2)]) == {1: set(), 2: set()}


def test_neighbours_of_turned_stands_are_found_after_the_turn():
    # Three metres long: upright it reaches its neighbour above, lying it would not.
    stands = [pod(1, 0, 0, width=3, depth=1, rotation=90), pod(2, 1, -2.5)]
    assert neighbours(stands) == {1: {2}, 2: {1}}
    assert neighbours([stands[0]._replace(rotation=0), stands[1]]) == {1: set(), 2: set()}


def test_neighbours_in_a_row_at_an_angle_are_those_of_the_same_row_lying():
    # Pods one metre wide whose middles follow a line at thirty degrees.
    stands = [pod(key, key * 1.2 * 0.8660254, key * 1.2 * 0.5, rotation=30) for key in range(1, 5)]
    assert neighbours(stands) == {1: {2}, 2: {1, 3}, 3: {2, 4}, 4: {3}}


def test_across_is_who_faces_whom_over_an_aisle_of_four_metres_at_most():
    stands = [pod(1, 0, 0), pod(2, 0, 5), pod(3, 0, 10.1), pod(4, 1.2, 5)]
    assert across(stands) == {1: {2}, 2: {1}, 3: set(), 4: set()}


def test_across_does_not_look_through_a_stand_in_between():
    assert across([pod(1, 0, 0), pod(2, 0, 2), pod(3, 0, 4)]) == {1: {2}, 2: {1, 3}, 3: {2}}


def test_survey_draws_the_aisle_between_two_stands():
    assert survey([pod(1, 0, 0, width=2), pod(2, 0.5, 3, width=3)]) == Survey(
        beside=[],
        aisles=[Aisle(1, 2, 2.0, ((0.5, 1.0), (2.0, 1.0), (2.0, 3.0), (0.5, 3.0)))],
        overlaps=[],
    )


def test_survey_tells_overlaps_and_lets_stands_touch():
    found = survey([pod(1, 0, 0), pod(2, 0.9, 0), pod(3, 1.9, 0), pod(4, 3.9, 0, rotation=45)])
    assert found.overlaps == [(1, 2)]
    assert found.beside == [(2, 3)]


def test_survey_of_turned_stands_overlaps_only_where_they_really_do():
    # The squares around them overlap, they do not.
    apart = [pod(1, 0, 0, width=4, depth=1, rotation=45), pod(2, 2.9, -1.1)]
    assert survey(apart).overlaps == []
    assert survey([apart[0], pod(2, 1.5, 0)]).overlaps == [(1, 2)]


def test_survey_near_some_stands_says_what_the_whole_survey_says_of_them():
    stands = [
        pod(row * 10 + column, column * 1.5, row * 3) for row in range(6) for column in range(9)
    ]
    whole, local = survey(stands), survey(stands, near={23, 24})
    assert local == Survey(
        beside=[pair for pair in whole.beside if {23, 24} & set(pair)],
        aisles=[aisle for aisle in whole.aisles if {23, 24} & set(aisle[:2])],
        overlaps=[],
    )
    assert len(local.beside) == 3


def test_surroundings_are_those_within_an_aisle_of_what_changed():
    stands = [pod(1, 0, 0), pod(2, 4.5, 0), pod(3, 9.5, 0)]
    assert surroundings(stands, [pod(1, 0, 0), pod(9, 0, 3)]) == {1, 2, 9}


def test_a_stand_as_large_as_the_hall_is_still_compared_with_all():
    hall = pod(1, 0, 0, width=500, depth=500)
    assert survey([hall, pod(2, 400, 400), pod(3, 501, 0)]) == Survey(
        beside=[],
        aisles=[Aisle(1, 3, 1.0, ((500.0, 0.0), (500.0, 1.0), (501.0, 1.0), (501.0, 0.0)))],
        overlaps=[(1, 2)],
    )


L_SHAPE = [[0, 0], [6, 0], [6, 2], [2, 2], [2, 6], [0, 6]]


def test_inside_takes_the_border_in_and_leaves_the_corner_of_an_l_out():
    assert inside(pod(1, 0, 0, width=6, depth=2), L_SHAPE)
    assert not inside(pod(1, 3, 3), L_SHAPE)
    assert not inside(pod(1, 5.5, 0), L_SHAPE)
    # All four corners in the area, its middle not.
    u_shape = [[0, 0], [6, 0], [6, 6], [4, 6], [4, 2], [2, 2], [2, 6], [0, 6]]
    assert not inside(pod(1, 0.5, 3, width=5, depth=1), u_shape)
    assert inside(pod(1, 90, 90), [])


def test_within_asks_where_a_turned_stand_really_reaches():
    assert within(pod(1, 0, 0, width=4, depth=1), 10, 10)
    assert not within(pod(1, 0, 0, width=4, depth=1, rotation=90), 10, 10)


def test_holds_area_and_is_simple_know_polygons():
    assert (holds(L_SHAPE, (1, 5)), holds(L_SHAPE, (5, 5))) == (True, False)
    assert area(L_SHAPE) == area(L_SHAPE[::-1]) == 20
    assert is_simple(L_SHAPE)
    assert not is_simple([[0, 0], [4, 4], [4, 0], [0, 4]])
