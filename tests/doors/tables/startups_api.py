from tests.doors.roles import OF_A_DESK, OF_A_PUBLIC_ROW, READ_BY_ITS_DESK, refused

READ_BY_ANY_DESK = [401, 0, 0, 0, 0, 1, 1, 0, 1, 1, 1]

LISTS = {
    "theme": [16] * 11,
    "call": [1] * 11,
    "question": [2] * 11,
    "criterion": [1] * 11,
    "checklistdeadline": [1] * 11,
    "quota": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "latecode": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "exhibitor": [2] * 11,
    "allocation": [401, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1],
    "boardstep": READ_BY_ANY_DESK,
    "standhold": READ_BY_ANY_DESK,
    "swap": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "absence": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "placeoffer": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "publishedallocation": [1] * 11,
    "planversion": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "application": [401, 0, 1, 0, 2, 3, 3, 0, 0, 3, 3],
    "decision": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "badge": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "review": [401, 0, 0, 0, 2, 2, 2, 0, 0, 2, 2],
    "allocationrun": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "floorrules": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "sheetimport": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
}

READ_BY_ITS_REVIEWERS = [401, 404, 404, 404, 200, 200, 200, 404, 404, 200, 200]
READ_BY_TEAMS = [401, 404, 404, 404, 200, 200, 200, 200, 200, 200, 200]
READ_BY_DESKS = [401, 404, 404, 404, 404, 200, 200, 404, 200, 200, 200]
READ_BY_ITS_COMPANY = [401, 404, 200, 404, 200, 200, 200, 404, 404, 200, 200]

ROWS = {
    "allocation": READ_BY_TEAMS,
    "boardstep": READ_BY_DESKS,
    "standhold": READ_BY_DESKS,
    "swap": READ_BY_ITS_DESK,
    "absence": READ_BY_ITS_DESK,
    "placeoffer": READ_BY_ITS_DESK,
    "planversion": READ_BY_ITS_DESK,
    "quota": READ_BY_ITS_DESK,
    "latecode": READ_BY_ITS_DESK,
    "application": READ_BY_ITS_COMPANY,
    "decision": READ_BY_ITS_DESK,
    "badge": READ_BY_ITS_DESK,
    "review": READ_BY_ITS_REVIEWERS,
    "allocationrun": READ_BY_ITS_DESK,
    "floorrules": READ_BY_ITS_DESK,
    "sheetimport": READ_BY_ITS_DESK,
}

OF_AN_APPLICATION = [401, 404, 403, 404, 403, 403, 200, 404, 404, 403, 200]
BY_ITS_COMPANY = [401, 404, 200, 404, 403, 403, 200, 404, 404, 403, 200]

# Every team reads the plan, its region changes it.
OF_THE_PLAN = [401, 404, 404, 404, 403, 403, 200, 403, 403, 403, 200]

OPERATIONS = {
    "boardstep-undo": ([401, 404, 404, 404, 404, 403, 201, 404, 403, 403, 201], {}),
    "allocation-confirm": (OF_THE_PLAN, {}),
    "allocation-unconfirm": (OF_THE_PLAN, {}),
    "exhibitor-confirm-stay": (OF_A_PUBLIC_ROW, {}),
    "exhibitor-unconfirm-stay": (OF_A_PUBLIC_ROW, {}),
    "exhibitor-move-stay": (
        OF_A_PUBLIC_ROW,
        lambda rows: {"stand": rows["stand"].pk, "half_days": [rows["halfday"].pk]},
    ),
    # With itself.
    "exhibitor-exchange": (
        [401, *([409] * 10)],
        lambda rows: {"other": rows["exhibitor"].pk},
    ),
    "application-select": (OF_AN_APPLICATION, {}),
    "application-waitlist": (OF_AN_APPLICATION, {}),
    "application-reject": (OF_AN_APPLICATION, {"reason": "Hors thématique."}),
    "application-mark-eligible": (OF_AN_APPLICATION, {}),
    "application-mark-ineligible": (OF_AN_APPLICATION, {"reason": "Siège hors de la région."}),
    "application-request-correction": (OF_AN_APPLICATION, {"message": "Logo manquant."}),
    # Nothing is being corrected.
    "application-extend-correction": (
        refused(OF_AN_APPLICATION),
        {"due_at": "2030-04-01T00:00:00+02:00"},
    ),
    # It waits for nothing.
    "application-move-on-list": (refused(OF_AN_APPLICATION), {"rank": 1}),
    "application-send-link": (BY_ITS_COMPANY, {}),
    "application-renew-link": (BY_ITS_COMPANY, {}),
    "application-withdraw": (BY_ITS_COMPANY, {}),
    # Its fair is still to come.
    "application-anonymise": (
        refused(OF_AN_APPLICATION),
        {"reason": "À la demande de la société."},
    ),
    # The register is off.
    "application-check-company": (refused(OF_AN_APPLICATION), {}),
    "call-publish": (OF_A_PUBLIC_ROW, {}),
    # Somebody applied: it stays.
    "call-hide": (refused(OF_A_PUBLIC_ROW), {}),
    "call-release-decisions": (OF_A_PUBLIC_ROW, {}),
    "call-order-waiting-decisions": (
        OF_A_PUBLIC_ROW,
        lambda rows: {"applications": [rows["application"].pk]},
    ),
    "call-set-quotas": (OF_A_PUBLIC_ROW, {"quotas": []}),
    # Its region has its call of that year.
    "call-copy": (
        refused(OF_A_PUBLIC_ROW),
        {
            "edition": 2030,
            "region": "53",
            "opens_at": "2030-02-01T09:00:00+01:00",
            "closes_at": "2030-03-01T18:00:00+01:00",
        },
    ),
    "question-retire": (OF_A_PUBLIC_ROW, {}),
    "question-restore": (OF_A_PUBLIC_ROW, {}),
    "question-move": (OF_A_PUBLIC_ROW, {"place": 1}),
    "latecode-revoke": (OF_A_DESK, {}),
    "exhibitor-allocate": (
        OF_A_PUBLIC_ROW,
        lambda rows: {"stand": rows["stand"].pk, "half_days": [rows["halfday"].pk]},
    ),
    "exhibitor-release": (OF_A_PUBLIC_ROW, lambda rows: {"half_days": [rows["halfday"].pk]}),
    # Nobody is absent four months before the fair.
    "exhibitor-no-show": (refused(OF_A_PUBLIC_ROW), {}),
    "exhibitor-sign-charter": (
        OF_A_PUBLIC_ROW,
        {"version": 1, "language": "fr", "name": "Iris Le Roux", "role": "Présidente"},
    ),
    "exhibitor-declare-aid": (OF_A_PUBLIC_ROW, {"name": "Iris Le Roux", "has_none": True}),
    "exhibitor-check-pitch": (OF_A_PUBLIC_ROW, {}),
    "exhibitor-confirm-needs": (OF_A_PUBLIC_ROW, {}),
    "exhibitor-save-badges": (OF_A_PUBLIC_ROW, {"holders": [], "is_complete": False}),
    "exhibitor-answer-questions": (OF_A_PUBLIC_ROW, {"answers": {}}),
    "exhibitor-reopen-item": (OF_A_PUBLIC_ROW, {"item": "needs"}),
    # The other has not answered, and it is about nothing.
    "swap-approve": (refused(OF_A_DESK), {}),
    "swap-accept": (refused(OF_A_DESK), {}),
    "swap-refuse": (OF_A_DESK, {"reason": "Le plan est imprimé."}),
    "swap-decline": (OF_A_DESK, {}),
    "absence-came": (OF_A_DESK, {}),
    # An application that was only handed in stands in for nobody.
    "absence-offer": (
        refused(OF_A_DESK),
        lambda rows: {"application": rows["exhibitor"].application_id},
    ),
    "placeoffer-accept": (refused(OF_A_DESK), {}),
    "placeoffer-decline": (OF_A_DESK, {}),
    "placeoffer-withdraw": (OF_A_DESK, {}),
    # It has no plan yet.
    "allocationrun-apply": (refused(OF_A_DESK), {}),
    "allocationrun-roll-back": (refused(OF_A_DESK), {}),
    "allocationrun-cancel": (OF_A_DESK, {}),
    "sheetimport-lay-out": (OF_A_DESK, {"header_row": 0}),
    "sheetimport-compare": (OF_A_DESK, {}),
    "sheetimport-write": (OF_A_DESK, {}),
    # Its own reviewer alone; this call has no criteria to score.
    "review-hand-in": ([401, 404, 404, 404, 409, 403, 403, 404, 404, 403, 403], {}),
    "review-recuse": (
        [401, 404, 404, 404, 200, 403, 403, 404, 404, 403, 403],
        {"reason": "Un parent y travaille."},
    ),
    "review-take-back": ([401, 404, 404, 404, 200, 403, 200, 404, 404, 403, 200], {}),
}

ON_MANY = {
    "allocation-print": (
        [401, 403, 403, 403, 403, 202, 202, 403, 202, 202, 202],
        {"edition": 2030, "sheet": "signs"},
    ),
    "application-write": (
        [401, 400, 403, 400, 403, 403, 200, 400, 400, 403, 200],
        {"key": "k", "subject_fr": "Bonjour", "body_fr": "À lundi."},
    ),
}

ALIKE = {
    # Of no row, or of two: tests/startups/test_announcing_api.py.
    "planversion-announce",
    "planversion-announce-together",
    "planversion-preview",
    "planversion-compare",
    "exhibitor-technical-sheet",  # of no row: tests/startups/test_technical.py
    "boardstep-preview",  # of no row: tests/startups/test_board_api.py
    "application-answer-file",
    "exhibitor-answer-file",  # the same
    "exhibitor-send-logo",  # a file: tests/startups/test_checklist_desk.py
    "application-submit",
    "application-confirm",
    "application-decline",
    "application-reopen",
    # Of no row: see tests/startups/test_review_api.py.
    "review-assign-by-hand",
    "review-assign-by-theme",
    "review-assign-at-random",
}

PAGES = {
    "api:application-file": READ_BY_ITS_COMPANY,
    "api:application-vector-logo": READ_BY_ITS_REVIEWERS,
    "api:call-ranking": READ_BY_ITS_DESK,
    "api:call-reviewers": READ_BY_ITS_DESK,
    "api:call-release-preview": READ_BY_ITS_DESK,
    "api:exhibitor-preparation": READ_BY_ITS_DESK,
    "api:absence-candidates": READ_BY_ITS_DESK,
    "api:exhibitor-stay-terms": READ_BY_ITS_DESK,
    "api:sheetimport-refused": READ_BY_ITS_DESK,
}


def arguments(rows: dict, tokens: dict) -> dict[str, list]:
    return {
        "api:application-file": [rows["application"].pk, "kbis"],
        "api:application-vector-logo": [rows["exhibitor"].application_id],
        "api:call-ranking": [rows["call"].pk],
        "api:call-reviewers": [rows["call"].pk],
        "api:call-release-preview": [rows["call"].pk],
        "api:exhibitor-preparation": [rows["exhibitor"].pk],
        "api:absence-candidates": [rows["absence"].pk],
        "api:exhibitor-stay-terms": [rows["exhibitor"].pk],
        "api:sheetimport-refused": [rows["sheetimport"].pk],
    }
