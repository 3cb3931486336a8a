from pavilion.core.desk import KINDS
from pavilion.core.policies import is_asked_for
from tests.doors.roles import ADMIN_ROW, ALL, OF_A_DESK, READ_BY_ITS_DESK, refused

KINDS_OF_MAIL = sum(not is_asked_for(kind) for kind in KINDS)

LISTS = {
    "mailpolicy": [401] + [0] * 8 + [KINDS_OF_MAIL] * 2,
    "outboxmessage": [401, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1],
    "activityentry": [401, 0, 0, 0, 0, 3, 3, 0, 0, 3, 3],
    "job": [401, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1],  # the manager's own
    "savedfilter": [401, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0],  # the manager's own
}

OF_THE_NATION = [401, 404, 404, 404, 404, 404, 404, 404, 404, 403, 200]

ROWS = {
    "mailpolicy": [401] + [404] * 8 + [200, 200],
    "outboxmessage": READ_BY_ITS_DESK,
    "activityentry": READ_BY_ITS_DESK,
    "job": [401, 404, 404, 404, 404, 404, 200, 404, 404, 200, 200],
    "savedfilter": [401, 404, 404, 404, 404, 404, 200, 404, 404, 404, 404],
}

OPERATIONS = {
    "outboxmessage-approve": (OF_A_DESK, {}),
    "outboxmessage-drop": (OF_A_DESK, {}),
    "outboxmessage-edit": (OF_A_DESK, {"subject": "Bonjour", "body": "À lundi."}),
    "outboxmessage-send-now": (refused(OF_A_DESK), {}),
    "outboxmessage-send-again": (refused(OF_A_DESK), {}),
    "outboxmessage-retry": (OF_A_DESK, {}),
    "mailpolicy-decide": (OF_THE_NATION, {"approval": "always", "keeps_quiet": True}),
}

OF_SEVERAL = [401, 400, 400, 400, 400, 403, 200, 400, 400, 403, 200]
ON_MANY = {
    "outboxmessage-approve-many": (
        OF_SEVERAL,
        lambda rows: {"messages": [rows["outboxmessage"].pk]},
    ),
    "outboxmessage-drop-many": (OF_SEVERAL, lambda rows: {"messages": [rows["outboxmessage"].pk]}),
}

OF_A_JOB = [302, 403, 403, 403, 404, 404, 200, 404, 404, 200, 200]

PAGES = {
    "core:healthz": ALL,
    "core:robots": ALL,
    "core:readyz": ALL,
    "core:accessibility": ALL,
    "core:privacy": ALL,
    "core:after_login": [302] * 11,
    "api:schema": ALL,
    "api:docs": ALL,
    "api:api-root": ALL,
    "api:job-file": [401, 404, 404, 404, 404, 404, 200, 404, 404, 200, 200],
    "admin:index": [302, 403, 403, 403] + [200] * 7,
    "admin:core_outboxmessage_change": ADMIN_ROW,
    "admin:core_outboxmessage_edit": [302, 403, 403, 403, 404, 403, 200, 404, 404, 403, 200],
    "admin:core_mailpolicy_changelist": [302] + [403] * 8 + [200, 200],
    "admin:core_job_change": OF_A_JOB,
    "admin:core_job_file": OF_A_JOB,
    "admin:core_job_progress": OF_A_JOB,
    "admin:core_user_changelist": [302, 403, 403, 403, 403, 403, 403, 403, 403, 200, 200],
}

ONLY_POST = {"set_language": 405}


def arguments(rows: dict, tokens: dict) -> dict[str, list]:
    return {
        "admin:core_outboxmessage_change": [rows["outboxmessage"].pk],
        "admin:core_outboxmessage_edit": [rows["outboxmessage"].pk],
        **{
            name: [rows["job"].pk]
            for name in (
                *("api:job-file", "admin:core_job_file"),
                *("admin:core_job_change", "admin:core_job_progress"),
            )
        },
    }
