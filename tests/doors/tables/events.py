from tests.doors.roles import ADMIN_LIST, ALL, OF_A_DESK

LISTS = {
    "edition": [1] * 11,
    "region": [18] * 11,
    "participation": [1] * 11,
    "day": [1] * 11,
    "halfday": [1] * 11,
    "hall": [1] * 11,
    "level": [1] * 11,
    "zone": [1] * 11,
    "stand": [1] * 11,
    "room": [3] * 11,
    "session": [1, 1, 1, 1, 1, 2, 2, 1, 1, 2, 2],
    "planedit": [401, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1],
}

ROWS = {
    "session": [404, 404, 404, 404, 404, 200, 200, 404, 404, 200, 200],
    "planedit": [401, 404, 404, 404, 404, 404, 200, 404, 404, 200, 200],
}

OPERATIONS = {
    # Its author's, or the national team's.
    "planedit-undo": ([401, 404, 404, 404, 404, 404, 200, 404, 404, 403, 200], {}),
    "session-publish": (OF_A_DESK, {}),
    "session-cancel": (OF_A_DESK, {}),
    "session-reschedule": (
        OF_A_DESK,
        {"starts_at": "2030-06-12T14:00:00+02:00", "ends_at": "2030-06-12T14:30:00+02:00"},
    ),
}

# Of a level and no row of their own: tests/events/test_api_plan.py.
ALIKE = {
    f"planedit-{name}"
    for name in ("duplicate", "number", "undo-last", "redo-last", "compare-file", "import-file")
}

PAGES = {
    "events:programme": ALL,
    "api:level-survey": ALL,
    # Every desk sees every level; what each may change is the operation's to say.
    "admin:events_level_plan": ADMIN_LIST,
    "admin:events_level_drawing": ADMIN_LIST,
    "admin:events_level_template": ADMIN_LIST,
    "admin:events_level_edits": [302, 403, 403, 403, 403, 405, 405, 403, 405, 405, 405],
    # Who has an area there, or may draw one.
    "admin:events_level_import": [302, 403, 403, 403, 403, 403, 200, 403, 403, 403, 200],
}


def arguments(rows: dict, tokens: dict) -> dict[str, list]:
    return {name: [rows["level"].pk] for name in PAGES if "level" in name}
