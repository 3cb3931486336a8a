import pytest

from events.imports import Options, Unreadable, read

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" '
    'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" viewBox="0 0 1000 600">'
)


# Farther than numbers reach: what it moves is nowhere.
HUGE = "scale(9999999) " * 60


def read_svg(body, **options):
    options = {"metres": 0.1, **options}
    return read(f"{HEAD}{body}</svg>".encode(), "svg", Options(**options))


def values(reading):
    return {shape.name: shape.values for shape in reading.shapes}


def test_rectangles_polygons_and_straight_paths_become_stands_of_the_same_place():
    place = {"x": 1.0, "y": 2.0, "width": 2.0, "depth": 1.0, "rotation": 0}
    reading = read_svg(
        '<rect id="A-1" x="10" y="20" width="20" height="10"/>'
        '<polygon id="A-2" points="10,20 30,20 30,30 10,30"/>'
        '<path id="A-3" d="M10 20 h20 v10 H10 Z"/>'
        '<path id="A-4" d="m 10,20 20,0 0,10 -20,0 z"/>'
        '<path id="A-5" d="M10,20L30,20L30,30L10,30L10,20"/>'
    )
    assert values(reading) == {f"A-{number}": place for number in range(1, 6)}
    assert reading.problems == []


def test_groups_and_transforms_are_read_as_they_look():
    reading = read_svg(
        '<g transform="translate(100 50)"><g transform="scale(2)">'
        '<rect id="A-1" x="5" y="5" width="10" height="5"/></g></g>'
        '<rect id="A-2" x="0" y="0" width="20" height="10" transform="rotate(90 10 5)"/>'
        '<rect id="A-3" x="0" y="0" width="20" height="10" transform="rotate(30)"/>'
        '<rect id="A-4" width="20" height="10" transform="matrix(1 0 0 1 300 0)"/>'
        '<rect id="A-5" width="20" height="10" transform="scale(-1 1) translate(-100,0)"/>'
    )
    assert values(reading) == {
        "A-1": {"x": 11.0, "y": 6.0, "width": 2.0, "depth": 1.0, "rotation": 0},
        "A-2": {"x": 0.5, "y": -0.5, "width": 1.0, "depth": 2.0, "rotation": 0},
        "A-3": {"x": -0.38, "y": 0.43, "width": 2.0, "depth": 1.0, "rotation": 30},
        "A-4": {"x": 30.0, "y": 0.0, "width": 2.0, "depth": 1.0, "rotation": 0},
        "A-5": {"x": 8.0, "y": 0.0, "width": 2.0, "depth": 1.0, "rotation": 0},
    }


def test_the_width_of_the_drawing_can_tell_the_scale_and_its_corner_is_the_levels():
    text = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="100 100 500 300">'
        '<rect id="A-1" x="110" y="120" width="20" height="10"/></svg>'
    )
    [stand] = read(text.encode(), "svg", Options(metres=50, is_width=True)).shapes
    assert stand.values == {"x": 1.0, "y": 2.0, "width": 2.0, "depth": 1.0, "rotation": 0}


def test_ids_with_the_prefix_are_areas_and_labels_go_before_ids():
    reading = read_svg(
        '<polygon id="zone-Pays_de_la_Loire" points="0,0 100,0 100,60 0,60"/>'
        '<rect id="rect17" inkscape:label="A-1" width="20" height="10"/>'
        '<rect id="A_x2D_2" width="20" height="10"/>'
        '<rect id="rect42" width="20" height="10"/><rect width="20" height="10"/>'
        '<defs><rect id="A-9" width="20" height="10"/></defs>'
        '<g display="none"><rect id="A-8" width="20" height="10"/></g><text id="A-7">A-7</text>'
    )
    assert [(shape.name, shape.is_zone) for shape in reading.shapes] == [
        ("Pays de la Loire", True),
        ("A-1", False),
        ("A-2", False),
    ]
    assert reading.shapes[0].values == {"outline": [[0, 0], [10, 0], [10, 6], [0, 6]]}
    assert reading.passed_over == 2


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        ('<path id="A" d="M0 0 C 1 1 2 2 3 3 Z"/>', "It has curves"),
        ('<path id="A" d="M0 0 L9 0 L9 9 Z M1 1 L2 2"/>', "It is made of several lines"),
        ('<circle id="A" r="10"/>', "A circle has no corners"),
        ('<use id="A" href="#B"/>', "A use has no corners"),
        ('<rect id="A" width="20"/>', "It has fewer than three corners"),
        ('<polygon id="A" points=""/>', "It has fewer than three corners"),
        ('<rect id="A" width="0.1" height="0.1"/>', "It is smaller than 5 cm"),
        ('<rect id="ABCDEFGHIJKLM" width="9" height="9"/>', "“ABCDEFGHIJKLM” is too long"),
        ('<rect id="A" width="-20" height="9"/>', "Its width or its height is less than nothing"),
        ('<rect id="A" width="20" height="-9"/>', "Its width or its height is less than nothing"),
        ('<rect id="A#1?" width="20" height="9"/>', "“A#1?” cannot be a stand’s number"),
        (f'<rect id="A" transform="{HUGE}" width="2" height="2"/>', "A corner is too far away"),
        (
            f'<rect id="A" transform="{HUGE} matrix(1 -1 1 -1 0 0)" width="2" height="2"/>',
            "A corner is too far away",
        ),
        ('<rect id="A" x="100002" width="20" height="9"/>', "A corner is too far away"),
        (
            f'<polygon id="A" points="{"0,0 1,0 1,1 0,1 " * 9_000}"/>',
            "It has 36000 corners, and 200 at most are read: simplify its outline.",
        ),
    ],
)
def test_a_shape_that_makes_no_stand_is_left_out_with_how_to_mend_it(shape, sentence):
    reading = read_svg(f'{shape}<rect id="B" width="20" height="10"/>')
    assert [shape.name for shape in reading.shapes] == ["B"]
    [problem] = reading.problems
    assert problem.where.startswith("Shape A")
    assert problem.sentence.startswith(sentence)


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        (
            " ".join(f"{index % 700},{index * index % 997}" for index in range(20_000)),
            "It has 20000 corners, and 500 at most are read: simplify its outline.",
        ),
        ("0,0 9,0 200000,9", "A corner is too far away: 10,000 m at most."),
    ],
)
def test_an_area_that_no_level_holds_is_left_out_before_it_is_looked_at(points, sentence):
    area = f'<polygon id="zone-B" points="{points}"/>'
    reading = read_svg(f'{area}<rect id="B" width="20" height="10"/>')
    assert [shape.name for shape in reading.shapes] == ["B"]
    assert [(problem.where, problem.sentence) for problem in reading.problems] == [
        ("Shape zone-B", sentence)
    ]


def test_what_a_style_hides_is_no_stand_and_a_style_goes_before_the_attribute():
    box = 'width="20" height="10"'
    reading = read_svg(
        f'<rect id="A-1" style="fill:red; DISPLAY : None" {box}/>'
        f'<g style="display:none"><rect id="A-2" {box}/></g>'
        f'<rect id="A-3" style="display:inline" display="none" {box}/>'
        f'<rect id="A-4" style="display:none;display:block" {box}/>'
        f'<rect id="A-5" style="stop-display:none" {box}/>'
    )
    assert [shape.name for shape in reading.shapes] == ["A-3", "A-4", "A-5"]


BOMB = (
    '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<svg xmlns="http://www.w3.org/2000/svg"><text>&b;</text></svg>'
)
OUTSIDE = (
    '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    '<svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>'
)
DEFAULT = (
    '<!DOCTYPE svg [<!ATTLIST rect points CDATA "1 1 1 1 1 1">]>'
    '<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>'
)
CORNERS = " ".join(f"{index},{index % 2}" for index in range(490))
CANNOT = "This file cannot be read as an SVG drawing."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<svg", CANNOT),
        (BOMB, CANNOT),
        (OUTSIDE, CANNOT),
        (DEFAULT, CANNOT),
        ("<html/>", "This file is not an SVG drawing."),
        (
            f"{HEAD}{'<g>' * 60}{'</g>' * 60}</svg>",
            "Groups lie within groups 40 deep and deeper: ungroup the drawing.",
        ),
        (
            f"{HEAD}{'<rect/>' * 5_001}</svg>",
            "The file has more than 5000 shapes: split it, one level each.",
        ),
        (
            f'{HEAD}<polygon id="A" points="{"1,1 " * 50_001}"/></svg>',
            "The file has more than 50000 points: simplify its shapes.",
        ),
        (
            HEAD
            + "".join(f'<polygon id="zone-{zone}" points="{CORNERS}"/>' for zone in range(11))
            + "</svg>",
            "The areas have more than 5000 corners together: simplify their outlines.",
        ),
        (f"{HEAD}</svg>", "Nothing in this file is a stand or an area"),
    ],
)
def test_a_hostile_or_empty_drawing_is_refused(text, sentence):
    with pytest.raises(Unreadable) as refusal:
        read(text.encode(), "svg", Options())
    assert str(refusal.value).startswith(sentence)


def test_a_scale_of_nothing_is_refused():
    with pytest.raises(Unreadable) as refusal:
        read_svg("<rect/>", metres=0)
    assert str(refusal.value) == "The scale must be greater than zero."
