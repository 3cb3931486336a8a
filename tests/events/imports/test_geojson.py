import json

import pytest

from events.imports import Options, Unreadable, read


def feature(ring, **properties):
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": properties,
    }


def read_geojson(*features, **options):
    told = {"type": "FeatureCollection", "features": list(features)}
    return read(json.dumps(told).encode(), "geojson", Options(**options))


SQUARE = [[1, 1], [3, 1], [3, 2], [1, 2], [1, 1]]


def test_polygons_in_metres_become_stands_and_areas():
    reading = read_geojson(
        feature(SQUARE, number="A-1", kind="desk", watts=500, screen=True, zone="Bretagne"),
        feature([[0, 0], [6, 0], [6, 2], [2, 2], [2, 6], [0, 6]], name="Bretagne", role="zone"),
    )

    stand, zone = reading.shapes
    assert (stand.name, stand.zone_name, stand.values) == (
        "A-1",
        "Bretagne",
        {
            "kind": "desk",
            "power_watts": 500,
            "has_screen": True,
            "x": 1.0,
            "y": 1.0,
            "width": 2.0,
            "depth": 1.0,
            "rotation": 0,
        },
    )
    assert (zone.name, zone.is_zone, zone.values["outline"]) == (
        "Bretagne",
        True,
        [[0, 0], [6, 0], [6, 2], [2, 2], [2, 6], [0, 6]],
    )
    assert reading.problems == []


def test_a_turned_rectangle_keeps_its_size_and_tells_its_angle():
    c, s = 0.8660254, 0.5
    ring = [[5, 5], [5 + 2 * c, 5 + 2 * s], [5 + 2 * c - s, 5 + 2 * s + c], [5 - s, 5 + c]]
    [stand] = read_geojson(feature(ring, number="A-1")).shapes
    assert stand.values == {"x": 4.62, "y": 5.43, "width": 2.0, "depth": 1.0, "rotation": 30}


def test_what_is_no_rectangle_is_told_and_taken_as_the_rectangle_around_it():
    reading = read_geojson(feature([[0, 0], [4, 0], [0, 2]], number="A-1"))

    assert [(each.where, each.sentence, each.is_left_out) for each in reading.problems] == [
        (
            "Shape 1 · A-1",
            "It is not a rectangle: the smallest rectangle around it is taken.",
            False,
        )
    ]
    assert reading.shapes[0].values["width"] * reading.shapes[0].values["depth"] == 8


def test_degrees_become_metres_from_the_top_left_of_all_shapes():
    # Porte de Versailles: a ten-thousandth of a degree is eleven metres, less from east to west.
    ring = [[2.2870, 48.8300], [2.2871, 48.8300], [2.2871, 48.8299], [2.2870, 48.8299]]
    [stand] = read_geojson(feature(ring, number="A-1"), is_degrees=True, origin=(10, 20)).shapes
    assert stand.values == {"x": 10.0, "y": 20.0, "width": 7.32, "depth": 11.12, "rotation": 0}


def test_an_axis_that_points_up_is_turned_over():
    low = feature([[0, 0], [1, 0], [1, 1], [0, 1]], number="low")
    high = feature([[0, 9], [1, 9], [1, 10], [0, 10]], number="high")
    shapes = read_geojson(low, high, points_up=True).shapes
    assert [(shape.name, shape.values["y"]) for shape in shapes] == [("low", 9.0), ("high", 0.0)]


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (feature([[0, 0], [0, 0], [1, 1]], number="A"), "It has fewer than three corners"),
        (feature([[0, 0], ["x", 0], [1, 1]], number="A"), "It is not a polygon of numbers"),
        (feature(SQUARE, number="A", screen="maybe"), "screen: “maybe” is neither yes nor no."),
        (feature(SQUARE, number="A\0"), "“A�” cannot be a stand’s number: it takes letters"),
        (feature(SQUARE, number="A/1"), "“A/1” cannot be a stand’s number: it takes letters"),
        (feature([[0, 0], [0.01, 0], [0.01, 0.01]], number="A"), "It is smaller than 5 cm"),
        (feature([[0, 0], [900, 0], [900, 900], [0, 900]], number="A"), "It is larger than 200 m"),
        (
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 1]}, "id": 7},
            "It is not a polygon of numbers",
        ),
    ],
)
def test_a_shape_that_makes_no_stand_is_left_out_with_how_to_mend_it(one, sentence):
    reading = read_geojson(one, feature(SQUARE, number="B"))
    assert [shape.name for shape in reading.shapes] == ["B"]
    [problem] = reading.problems
    assert problem.where.startswith("Shape 1")
    assert problem.sentence.startswith(sentence)


def test_shapes_without_a_name_are_passed_over():
    reading = read_geojson(feature(SQUARE), feature(SQUARE, number="A"))
    assert (len(reading.shapes), reading.passed_over) == (1, 1)


@pytest.mark.parametrize(
    ("data", "options", "sentence"),
    [
        (b"{", {}, "This is not GeoJSON: its text breaks off or is not JSON."),
        (b"[" * 100_000, {}, "This is not GeoJSON: its text breaks off or is not JSON."),
        (b'{"features": NaN}', {}, "This is not GeoJSON: its text breaks off or is not JSON."),
        (
            json.dumps(feature(SQUARE, number="\ud800")).encode(),
            {},
            "This is not GeoJSON: its text breaks off or is not JSON.",
        ),
        (b'{"type": "Topology"}', {}, "This is not GeoJSON: it has no features."),
        (
            json.dumps({"features": [feature(SQUARE)] * 5_001}).encode(),
            {},
            "The file has more than 5000 shapes: split it, one level each.",
        ),
        (
            json.dumps(feature([[index, 1] for index in range(50_001)], number="A")).encode(),
            {},
            "The file has more than 50000 points: simplify its shapes.",
        ),
        (
            json.dumps(feature([[200, 1], [201, 1], [201, 2]], number="A")).encode(),
            {"is_degrees": True},
            "These coordinates are not longitudes and latitudes: choose metres.",
        ),
    ],
)
def test_a_file_that_is_no_map_or_too_much_of_one_is_refused(data, options, sentence):
    with pytest.raises(Unreadable) as refusal:
        read(data, "geojson", Options(**options))
    assert str(refusal.value) == sentence
