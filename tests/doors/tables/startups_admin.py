from tests.doors.roles import ADMIN_LIST, ADMIN_ROW

# A call's pages for its desk: 404 for its reviewers and for neighbours.
OF_A_CALLS_DESK = [302, 403, 403, 403, 404, 200, 200, 404, 404, 200, 200]
OF_A_CALLS_MANAGERS = [302, 403, 403, 403, 404, 403, 200, 404, 404, 403, 200]
# They only understand a POST, and lead back.
LEADS_BACK = [302 if status == 200 else status for status in OF_A_CALLS_MANAGERS]

# Proposals and rules of the stands: 404 for whoever has no desk, its reviewers among them.
OF_A_DESK = [302, 403, 403, 403, 404, 200, 200, 404, 404, 200, 200]
ON_A_DESK = [302, 403, 403, 403, 404, 403, 302, 404, 404, 403, 302]

# What only a script sends, looked at with a GET.
ONLY_A_POST = [302, 403, 403, 403, *[405] * 7]

PAGES = {
    "admin:startups_board_changelist": ADMIN_LIST,
    "admin:startups_board": ADMIN_LIST,
    "admin:startups_board_changes": ADMIN_LIST,
    "admin:startups_board_history": ADMIN_LIST,
    "admin:startups_board_technical": ADMIN_LIST,
    "admin:startups_board_technical_export": ONLY_A_POST,
    "admin:startups_board_preview": ONLY_A_POST,
    "admin:startups_board_steps": ONLY_A_POST,
    "admin:startups_board_undo": ONLY_A_POST,
    "admin:startups_call_decisions": OF_A_CALLS_DESK,
    "admin:startups_call_release": OF_A_CALLS_DESK,
    "admin:startups_call_waiting_list": OF_A_CALLS_DESK,
    "admin:startups_call_ranking": OF_A_CALLS_DESK,
    "admin:startups_call_balance": OF_A_CALLS_DESK,
    "admin:startups_call_jury": OF_A_CALLS_DESK,
    "admin:startups_call_questions": OF_A_CALLS_DESK,
    "admin:startups_call_late_codes": OF_A_CALLS_DESK,
    "admin:startups_call_preview_step": OF_A_CALLS_DESK,
    "admin:startups_call_copy_from": [302, 403, 403, 403, 403, 403, 200, 403, 200, 403, 200],
    "admin:startups_call_prepare": OF_A_CALLS_MANAGERS,
    "admin:startups_call_import": OF_A_CALLS_DESK,
    "admin:startups_call_import_report": OF_A_CALLS_DESK,
    "admin:startups_call_import_columns": OF_A_CALLS_MANAGERS,
    "admin:startups_call_import_refused": OF_A_CALLS_DESK,
    "admin:startups_call_import_write": LEADS_BACK,
    "admin:startups_call_import_forget": LEADS_BACK,
    "admin:startups_question_change": [302, 403, 403, 403, *[200] * 7],
    "admin:startups_application_changelist": ADMIN_LIST,
    "admin:startups_allocation_print": ADMIN_LIST,
    "admin:startups_application_change": ADMIN_ROW,
    "admin:startups_swap_changelist": ADMIN_LIST,
    "admin:startups_swap_change": ADMIN_ROW,
    "admin:startups_absence_changelist": ADMIN_LIST,
    "admin:startups_absence_change": ADMIN_ROW,
    "admin:startups_absence_today": ADMIN_LIST,
    "admin:startups_allocationrun_changelist": ADMIN_LIST,
    "admin:startups_allocationrun_add": [302, 403, 403, 403, 403, 403, 200, 403, 200, 403, 200],
    "admin:startups_allocationrun_change": OF_A_DESK,
    "admin:startups_allocationrun_progress": OF_A_DESK,
    "admin:startups_allocationrun_apply": ON_A_DESK,
    "admin:startups_floorrules_changelist": ADMIN_LIST,
    "admin:startups_floorrules_region": OF_A_DESK,
    "admin:startups_planversion_changelist": ADMIN_LIST,
    "admin:startups_planversion_change": ADMIN_ROW,
    "admin:startups_planversion_region": ADMIN_ROW,
    # For the national team alone, and only by a POST.
    "admin:startups_planversion_together": [302, *[403] * 9, 302],
    "admin:startups_sheetimport_changelist": ADMIN_LIST,
    "admin:startups_sheetimport_change": ADMIN_ROW,
}


def arguments(rows: dict, tokens: dict) -> dict[str, list]:
    call, sheet = rows["call"].pk, rows["sheetimport"].pk
    return {
        **{
            f"admin:startups_board{page}": [rows["participation"].edition.year]
            for page in (
                *("", "_changes", "_history", "_preview", "_steps", "_undo"),
                *("_technical", "_technical_export"),
            )
        },
        **{
            f"admin:startups_call_{page}": [call]
            for page in (
                *("decisions", "release", "waiting_list", "ranking", "balance", "jury"),
                *("questions", "late_codes", "prepare", "import"),
            )
        },
        "admin:startups_call_preview_step": [call, "company"],
        **{
            f"admin:startups_call_import_{page}": [call, sheet]
            for page in ("report", "columns", "write", "forget")
        },
        "admin:startups_call_import_refused": [call, sheet, "xlsx"],
        "admin:startups_question_change": [rows["question"].pk],
        "admin:startups_application_change": [rows["application"].pk],
        "admin:startups_swap_change": [rows["swap"].pk],
        "admin:startups_absence_change": [rows["absence"].pk],
        **{
            f"admin:startups_allocationrun_{page}": [rows["allocationrun"].pk]
            for page in ("change", "progress", "apply")
        },
        "admin:startups_floorrules_region": [rows["floorrules"].participation_id],
        "admin:startups_planversion_change": [rows["planversion"].pk],
        "admin:startups_planversion_region": [rows["participation"].pk],
        "admin:startups_sheetimport_change": [sheet],
    }
