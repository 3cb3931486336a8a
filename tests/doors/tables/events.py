from tests.doors.roles import ALL, OF_A_DESK

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
}

ROWS = {
    "session": [404, 404, 404, 404, 404, 200, 200, 404, 404, 200, 200],
}

OPERATIONS = {
    "session-publish": (OF_A_DESK, {}),
    "session-cancel": (OF_A_DESK, {}),
    "session-reschedule": (
        OF_A_DESK,
        {"starts_at": "2030-06-12T14:00:00+02:00", "ends_at": "2030-06-12T14:30:00+02:00"},
    ),
}

PAGES = {
    "events:programme": ALL,
}
