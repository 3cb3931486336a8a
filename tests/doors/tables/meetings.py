from tests.doors.roles import ADMIN_LIST, ADMIN_ROW, ALL, OF_A_DESK, READ_BY_ITS_DESK

LISTS = {
    "person": [401, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1],
    "feed": [401, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1],
    "office": [401, 0, 0, 0, 0, 2, 2, 0, 2, 2, 2],
    "delegation": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "meeting": [401, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1],
    "participant": [401, 0, 0, 2, 0, 2, 2, 0, 0, 2, 2],
    "visit": [401, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1],
    "incomingmail": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "chase": [401, 0, 0, 0, 0, 2, 2, 0, 0, 2, 2],
    "contactnote": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
}

BY_THE_DELEGATE_TOO = [401, 404, 404, 200, 404, 200, 200, 404, 404, 200, 200]

ROWS = {
    "person": BY_THE_DELEGATE_TOO,
    "feed": BY_THE_DELEGATE_TOO,
    "office": [401, 404, 404, 404, 404, 200, 200, 404, 200, 200, 200],
    "delegation": READ_BY_ITS_DESK,
    "meeting": BY_THE_DELEGATE_TOO,
    "participant": BY_THE_DELEGATE_TOO,
    "visit": BY_THE_DELEGATE_TOO,
    "incomingmail": READ_BY_ITS_DESK,
    "chase": READ_BY_ITS_DESK,
    "contactnote": READ_BY_ITS_DESK,
}

OF_A_MEETING = [401, 404, 404, 403, 404, 403, 200, 404, 404, 403, 200]
OF_A_PERSON = [401, 404, 404, 200, 404, 403, 200, 404, 404, 403, 200]

OPERATIONS = {
    "incomingmail-ignore": (OF_A_DESK, {"reason": "Publicité."}),
    "chase-note-contact": (
        [201 if status == 200 else status for status in OF_A_DESK],
        {"with_whom": "Cabinet", "note": "Rappellera demain."},
    ),
    "chase-renew-link": (OF_A_DESK, {}),
    "meeting-confirm": (OF_A_MEETING, {}),
    "meeting-cancel": (OF_A_MEETING, {"reason": "Agenda du cabinet."}),
    "meeting-reschedule": (
        OF_A_MEETING,
        {"starts_at": "2030-06-12T14:00:00+02:00", "ends_at": "2030-06-12T14:30:00+02:00"},
    ),
    "person-open-feed": ([201 if status == 200 else status for status in OF_A_PERSON], {}),
    "person-renew-link": (OF_A_PERSON, {}),
    "feed-revoke": (OF_A_PERSON, {}),
    "feed-renew": (OF_A_PERSON, {}),
}

ALIKE = {
    "meeting-mark-held",
    "meeting-mark-not-held",
    "meeting-add-participant",
    "meeting-remove-participant",
    "meeting-plan-visit",
    "participant-record-answer",
    "incomingmail-apply",
    "incomingmail-accept-proposal",
    "incomingmail-decline-proposal",
    "incomingmail-settle",
    "chase-send-secretariat-link",
}

PAGES = {
    "meetings:my_day": [302, 404, 404, 200] + [404] * 7,
    "meetings:my_news": [302, 404, 404, 200] + [404] * 7,
    "meetings:my_worker": [302, 404, 404, 200] + [404] * 7,
    "meetings:my_manifest": [302, 404, 404, 200] + [404] * 7,
    "meetings:day": ALL,
    "meetings:day_news": ALL,
    "meetings:day_worker": ALL,
    "meetings:day_manifest": ALL,
    "meetings:answer": ALL,
    "meetings:secretariat": ALL,
    "api:incomingmail-raw": [401, 404, 404, 404, 404, 403, 403, 404, 404, 403, 200],
    "admin:meetings_incomingmail_changelist": ADMIN_LIST,
    "admin:meetings_incomingmail_change": ADMIN_ROW,
    "admin:meetings_incomingmail_raw": [302, 403, 403, 403, 403, 403, 403, 403, 404, 403, 200],
    "admin:meetings_chase_changelist": ADMIN_LIST,
    "admin:meetings_chase_change": ADMIN_ROW,
    "feed": ALL,
    "admin:meetings_day_today": [302 if status == 200 else status for status in ADMIN_LIST],
    "admin:meetings_day": ADMIN_LIST,
    "admin:meetings_day_changes": ADMIN_LIST,
    "admin:meetings_meeting_changelist": ADMIN_LIST,
    "admin:meetings_meeting_change": ADMIN_ROW,
    "admin:meetings_person_change": ADMIN_ROW,
}

ONLY_POST = {
    "meetings:my_calendar": 404,
    "meetings:day_calendar": 405,
    "meetings:my_answer": 404,
    "meetings:day_answer": 405,
    "admin:meetings_day_preview": 405,
    "admin:meetings_day_move": 405,
}


def arguments(rows: dict, tokens: dict) -> dict[str, list]:
    return {
        "meetings:day": [tokens["day"]],
        **{
            f"meetings:day{page}": [tokens["day"]]
            for page in ("_calendar", "_news", "_answer", "_worker", "_manifest")
        },
        **{
            f"admin:meetings_day{page}": ["2030-06-12"]
            for page in ("", "_changes", "_preview", "_move")
        },
        "meetings:answer": [tokens["answer"]],
        "meetings:secretariat": [tokens["secretariat"]],
        "api:incomingmail-raw": [rows["incomingmail"].pk],
        "admin:meetings_incomingmail_change": [rows["incomingmail"].pk],
        "admin:meetings_incomingmail_raw": [rows["incomingmail"].pk],
        "admin:meetings_chase_change": [rows["chase"].pk],
        "feed": [tokens["feed"]],
        "admin:meetings_meeting_change": [rows["meeting"].pk],
        "admin:meetings_person_change": [rows["person"].pk],
    }
