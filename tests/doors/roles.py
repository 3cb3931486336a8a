"""Who comes to a door, and the answers that many doors share."""

ROLES = (
    "stranger",
    "account",
    "contact",
    "delegate",
    "reviewer",
    "reader",
    "manager",
    "other_reviewer",
    "other_manager",
    "national_reader",
    "national",
)
ALL = [200] * len(ROLES)

# One row of the API that its region's desk may read.
READ_BY_ITS_DESK = [401, 404, 404, 404, 404, 200, 200, 404, 404, 200, 200]

# An operation: 403 for who sees the row and may not act on it.
OF_A_DESK = [401, 404, 404, 404, 404, 403, 200, 404, 404, 403, 200]
OF_A_PUBLIC_ROW = [401, 403, 403, 403, 403, 403, 200, 403, 403, 403, 200]

# One row in the admin, and a list of them.
ADMIN_ROW = [302, 403, 403, 403, 403, 200, 200, 403, 404, 200, 200]
ADMIN_LIST = [302, 403, 403, 403, 403, 200, 200, 403, 200, 200, 200]


def refused(answers: list[int]) -> list[int]:
    """Who may act is told that a rule says no."""
    return [409 if status == 200 else status for status in answers]
