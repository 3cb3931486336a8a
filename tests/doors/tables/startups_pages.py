"""The site's pages; `startups_admin` has the desk's."""

from tests.doors.roles import ALL

OF_A_STAND = ("stand", "short", "stand_sheet", "stand_qr")

PAGES = {
    "startups:home": ALL,
    "startups:directory": ALL,
    "startups:exhibitor": ALL,
    "startups:logo": [404] * 11,  # this exhibitor has none
    "startups:plan": ALL,
    "startups:stand": ALL,
    "startups:short": ALL,
    "startups:stand_sheet": ALL,
    "startups:stand_qr": ALL,
    "startups:calls": ALL,
    "startups:call": ALL,
    "startups:resume": ALL,
    "startups:charter": ALL,
    "startups:application": ALL,  # whoever has the link acts for the company
    "startups:application_step": ALL,
    "startups:application_logo": [404] * 11,
    "startups:application_data": ALL,
    # Not confirmed yet: led to where things stand.
    **{
        f"startups:application_{page}": [302] * 11
        for page in (
            *("preparation", "charter", "signed_charter", "aid", "vector_logo"),
            *("pitch", "needs", "badges", "questions"),
        )
    },
    "startups:application_swaps": ALL,
    "startups:application_swap_with": ALL,
    "startups:application_swap": ALL,
    "startups:application_offer": ALL,
    "startups:application_stand": ALL,
    "startups:stand_calendar": ALL,
    "startups:answer_file": ALL,
    "startups:vector_logo": ALL,
    "startups:desk_answer_file": [302, 404, 200, 404, 200, 200, 200, 404, 404, 200, 200],
    "startups:desk_vector_logo": [302, 404, 404, 404, 200, 200, 200, 404, 404, 200, 200],
    "startups:jury": [302, 404, 404, 404] + [200] * 7,
    "startups:jury_review": [302, 404, 404, 404, 200, 200, 200, 404, 404, 200, 200],
}

ONLY_POST = {
    "startups:company_lookup": 405,
    "startups:application_submit": 302,
    "startups:application_discard": 302,
    "startups:application_withdraw": 302,
    "startups:application_reopen": 302,
    "startups:application_confirm": 302,
    "startups:application_decline": 302,
    "startups:application_stand_calendar": 302,
}


def arguments(rows: dict, tokens: dict) -> dict[str, list]:
    return {
        "startups:exhibitor": [rows["exhibitor"].slug],
        "startups:logo": [rows["exhibitor"].slug],
        **{f"startups:{name}": [rows["stand"].number] for name in OF_A_STAND},
        "startups:call": ["53"],
        "startups:resume": ["53"],
        "startups:charter": ["53"],
        **{
            name: [tokens["application"]]
            for name in (*PAGES, *ONLY_POST)
            if name.startswith(("startups:application", "startups:company"))
        },
        "startups:application_step": [tokens["application"], "company"],
        "startups:application_stand": [rows["exhibitor"].application.token],
        "startups:stand_calendar": [tokens["stand_calendar"]],
        "startups:application_swaps": [rows["exhibitor"].application.token],
        "startups:application_swap_with": [
            rows["exhibitor"].application.token,
            rows["swap"].other_id,
        ],
        "startups:application_swap": [rows["exhibitor"].application.token, rows["swap"].pk],
        "startups:application_offer": [tokens["application"], rows["placeoffer"].pk],
        "startups:answer_file": [tokens["application"], "kbis"],
        "startups:vector_logo": [rows["exhibitor"].application.token],
        "startups:desk_answer_file": [rows["application"].pk, "kbis"],
        "startups:desk_vector_logo": [rows["exhibitor"].application_id],
        "startups:jury_review": [rows["review"].pk],
    }
