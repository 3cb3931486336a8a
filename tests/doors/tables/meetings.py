from tests.doors.roles import ADMIN_LIST, ADMIN_ROW, ALL, OF_A_DESK, READ_BY_ITS_DESK

LISTS = {
    "person": [401, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1],
    "feed": [401, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1],
    "office": [401, 0, 0, 0, 0, 2, 2, 0, 2, 2, 2],
    "officeholder": [401, 0, 0, 0, 0, 1, 1, 0, 1, 1, 1],
    "secretariat": [401, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1],
    "availability": [401, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1],
    "delegation": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "meetingrequest": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "meeting": [401, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1],
    "participant": [401, 0, 0, 2, 0, 2, 2, 0, 0, 2, 2],
    "runsheetversion": [401, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1],
    "briefing": [401, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0],
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
    "officeholder": [401, 404, 404, 404, 404, 200, 200, 404, 200, 200, 200],
    "secretariat": BY_THE_DELEGATE_TOO,
    "availability": BY_THE_DELEGATE_TOO,
    "delegation": READ_BY_ITS_DESK,
    "meetingrequest": READ_BY_ITS_DESK,
    "meeting": BY_THE_DELEGATE_TOO,
    "participant": BY_THE_DELEGATE_TOO,
    "visit": BY_THE_DELEGATE_TOO,
    "incomingmail": READ_BY_ITS_DESK,
    "chase": READ_BY_ITS_DESK,
    "contactnote": READ_BY_ITS_DESK,
}

ROWS |= {
    "runsheetversion": BY_THE_DELEGATE_TOO,
    # Those named and the author alone: not even the national team.
    "briefing": [401, 404, 404, 200, 404, 404, 200, 404, 404, 404, 404],
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
    "meeting-change": (OF_A_MEETING, {"photographer": "Studio Ker"}),
    "meeting-confirm-preview": (OF_A_MEETING, {}),
    # An office outside the regions is the national team's; 400 for who does not know the person.
    "office-appoint": (
        [401, 404, 404, 404, 404, 403, 403, 404, 400, 403, 200],
        lambda rows: {"person": rows["person"].pk, "starts_on": "2030-06-12"},
    ),
    "officeholder-end": (
        [401, 404, 404, 404, 404, 403, 403, 404, 403, 403, 200],
        {"ends_on": "2030-12-31"},
    ),
    "delegation-change-delegate": (
        OF_A_DESK,
        lambda rows: {"person": rows["person"].pk, "role": "staff"},
    ),
    "meetingrequest-withdraw": (OF_A_DESK, {}),
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
    "meeting-reinstate",
    "meeting-repeat",
    "meeting-replace-participant",
    "meeting-change-participant",
    "meeting-resend-invitation",
    "meeting-create-preview",  # of no row: tests/meetings/test_preview.py
    "meeting-reschedule-preview",
    "meeting-change-preview",
    "meeting-cancel-preview",
    "meeting-reinstate-preview",
    "meeting-repeat-preview",
    "meeting-add-participant-preview",
    "meeting-remove-participant-preview",
    "meeting-replace-participant-preview",
    "meeting-change-participant-preview",
    "meeting-resend-invitation-preview",
    "participant-record-answer-preview",
    "delegation-add-delegate",
    "delegation-remove-delegate",
    "meetingrequest-plan",
    "meetingrequest-refuse",
    "meetingrequest-reopen",
    "participant-record-answer",
    "office-appoint-preview",
    "incomingmail-apply",
    "incomingmail-apply-preview",
    "incomingmail-accept-proposal",
    "incomingmail-accept-proposal-preview",
    "incomingmail-decline-proposal",
    "incomingmail-settle",
    "chase-send-secretariat-link",
    # Of no row: tests/meetings/run_sheets/test_api.py.
    "runsheetversion-current",
    "runsheetversion-pdf",
    "runsheetversion-readings",
    "runsheetversion-give-out",
    "runsheetversion-read",
    "runsheetversion-print-pack",
}

PAGES = {
    # 400 for who may ask and asks nothing.
    "api:meeting-times": [401, 403, 403, 403, 403, 403, 400, 403, 400, 403, 400],
    "meetings:my_day": [302, 404, 404, 200] + [404] * 7,
    "meetings:my_news": [302, 404, 404, 200] + [404] * 7,
    "meetings:my_worker": [302, 404, 404, 200] + [404] * 7,
    "meetings:my_manifest": [302, 404, 404, 200] + [404] * 7,
    "meetings:my_wishes": [302, 404, 404, 200] + [404] * 7,
    "meetings:day_wishes": ALL,
    "meetings:day": ALL,
    "meetings:day_news": ALL,
    "meetings:day_worker": ALL,
    "meetings:day_manifest": ALL,
    "meetings:answer": ALL,
    "meetings:secretariat": ALL,
    "meetings:invitations": ALL,
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
    "meetings:my_sheet": [302, 404, 404, 302] + [404] * 7,
    "meetings:sheet": [302, 404, 404, 200, 404, 200, 200, 404, 404, 200, 200],
    "meetings:sheet_pdf": [302, 404, 404, 200, 404, 200, 200, 404, 404, 200, 200],
    "meetings:day_sheet": ALL,
    "meetings:day_sheet_pdf": ALL,
    "meetings:day_sheet_of": ALL,
    "meetings:day_sheet_of_pdf": [404] * 11,  # nothing was given out
    "admin:meetings_runsheet_kind": ADMIN_LIST,
    "admin:meetings_runsheet": ADMIN_ROW,
    "meetings:briefings": [302] + [200] * 10,
    "meetings:briefing": [302, 404, 404, 200, 404, 404, 200, 404, 404, 404, 404],
    "meetings:briefing_write": [302, 404, 404, 404, 404, 404, 200, 404, 404, 404, 200],
}

ONLY_POST = {
    "meetings:my_calendar": 404,
    "meetings:day_calendar": 405,
    "meetings:my_answer": 404,
    "meetings:day_answer": 405,
    "admin:meetings_day_preview": 405,
    "admin:meetings_day_move": 405,
    "meetings:sheet_read": 405,
    "meetings:day_sheet_read": 405,
    "meetings:day_sheet_of_read": 405,
    "meetings:briefing_erase": 405,
}


def arguments(rows: dict, tokens: dict) -> dict[str, list]:
    person, delegation = ["person", rows["person"].pk], ["delegation", rows["delegation"].pk]
    return {
        **{f"meetings:sheet{page}": person for page in ("", "_pdf", "_read")},
        **{f"meetings:day_sheet{page}": [tokens["day"]] for page in ("", "_pdf", "_read")},
        **{
            f"meetings:day_sheet_of{page}": [tokens["day"], *delegation]
            for page in ("", "_pdf", "_read")
        },
        "admin:meetings_runsheet_kind": ["person"],
        "admin:meetings_runsheet": person,
        **{f"meetings:briefing{page}": [rows["meeting"].pk] for page in ("", "_write", "_erase")},
        "meetings:day": [tokens["day"]],
        **{
            f"meetings:day{page}": [tokens["day"]]
            for page in ("_calendar", "_news", "_answer", "_worker", "_manifest", "_wishes")
        },
        **{
            f"admin:meetings_day{page}": ["2030-06-12"]
            for page in ("", "_changes", "_preview", "_move")
        },
        "meetings:answer": [tokens["answer"]],
        "meetings:invitations": [tokens["invitations"]],
        "meetings:secretariat": [tokens["secretariat"]],
        "api:incomingmail-raw": [rows["incomingmail"].pk],
        "admin:meetings_incomingmail_change": [rows["incomingmail"].pk],
        "admin:meetings_incomingmail_raw": [rows["incomingmail"].pk],
        "admin:meetings_chase_change": [rows["chase"].pk],
        "feed": [tokens["feed"]],
        "admin:meetings_meeting_change": [rows["meeting"].pk],
        "admin:meetings_person_change": [rows["person"].pk],
    }
