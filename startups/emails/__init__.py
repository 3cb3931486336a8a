"""What each mail to an applicant says. Sends nothing."""

from startups.emails.announcing import PLAN, plan_announced
from startups.emails.applications import (
    LINK,
    changed,
    correction_extended,
    correction_requested,
    led_back,
    link,
    submitted,
    withdrawn,
)
from startups.emails.chasers import chaser
from startups.emails.decisions import (
    confirmed,
    declined,
    lapsed,
    promoted,
    rejected,
    release_refused,
    selected,
    waitlisted,
)
from startups.emails.imports import corrected, entered
from startups.emails.letters import LETTER, letter
from startups.emails.preparation import aid_above, badge_notice, charter_signed
from startups.emails.privacy import draft_will_go, purge_announced
from startups.emails.replacing import OFFERED, place_beside, place_offered, place_withdrawn
from startups.emails.swapping import (
    PROPOSED,
    swap_accepted,
    swap_over,
    swap_proposed,
    swap_to_approve,
)

__all__ = [
    "LETTER",
    "LINK",
    "OFFERED",
    "PLAN",
    "PROPOSED",
    "aid_above",
    "badge_notice",
    "changed",
    "charter_signed",
    "chaser",
    "confirmed",
    "corrected",
    "correction_extended",
    "correction_requested",
    "declined",
    "draft_will_go",
    "entered",
    "lapsed",
    "led_back",
    "letter",
    "link",
    "place_beside",
    "place_offered",
    "place_withdrawn",
    "plan_announced",
    "promoted",
    "purge_announced",
    "rejected",
    "release_refused",
    "selected",
    "submitted",
    "swap_accepted",
    "swap_over",
    "swap_proposed",
    "swap_to_approve",
    "waitlisted",
    "withdrawn",
]
