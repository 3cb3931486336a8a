"""Decide on applications, tell it in letters, and pass places on."""

from startups.operations.deciding.decisions import (
    RankTaken,
    ReasonMissing,
    mark_eligible,
    mark_ineligible,
    reject_application,
    select_application,
    waitlist_application,
)
from startups.operations.deciding.letters import (
    LanguageMissing,
    Letter,
    NoAddress,
    NoDeadline,
    TextMissing,
    UnknownPlaceholder,
    write_letter,
)
from startups.operations.deciding.places import NoPlaceLeft, places_held
from startups.operations.deciding.planning_release import Plan, plan_release, preview_release
from startups.operations.deciding.preparing import (
    drop_decision,
    order_waiting_decisions,
    prepare_decision,
)
from startups.operations.deciding.releasing import (
    NotReady,
    Released,
    release_decisions,
    release_due_decisions,
    release_or_promise,
)
from startups.operations.deciding.waiting import (
    fill_free_places,
    fill_places,
    lapse_offers,
    move_on_waiting_list,
)

__all__ = [
    "LanguageMissing",
    "Letter",
    "NoAddress",
    "NoDeadline",
    "NoPlaceLeft",
    "NotReady",
    "Plan",
    "RankTaken",
    "ReasonMissing",
    "Released",
    "TextMissing",
    "UnknownPlaceholder",
    "drop_decision",
    "fill_free_places",
    "fill_places",
    "lapse_offers",
    "mark_eligible",
    "mark_ineligible",
    "move_on_waiting_list",
    "order_waiting_decisions",
    "places_held",
    "plan_release",
    "prepare_decision",
    "preview_release",
    "reject_application",
    "release_decisions",
    "release_due_decisions",
    "release_or_promise",
    "select_application",
    "waitlist_application",
    "write_letter",
]
