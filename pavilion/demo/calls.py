"""A call for each region. Most are over; a few regions hold a complementary session today."""

from datetime import datetime

from events.models import Participation
from pavilion.demo.call_rules import create_rules, set_rules
from pavilion.demo.dates import Dates
from pavilion.demo.facts import RegionNumbers, Size, facts, shares
from startups.models import Application, Call

Status = Application.Status

# How the applications that did not become exhibitors share the other states.
ELSEWHERE = {
    True: {  # the call is open again
        Status.DRAFT: 2,
        Status.SUBMITTED: 2,
        Status.INCOMPLETE: 1,
        Status.ELIGIBLE: 1,
        Status.INELIGIBLE: 2,
        Status.SELECTED: 1,
        Status.WAITLISTED: 3,
        Status.REJECTED: 5,
        Status.DECLINED: 1,
        Status.WITHDRAWN: 2,
    },
    False: {
        Status.DRAFT: 2,
        Status.INELIGIBLE: 2,
        Status.SELECTED: 1,
        Status.WAITLISTED: 4,
        Status.REJECTED: 8,
        Status.DECLINED: 1,
        Status.WITHDRAWN: 1,
    },
}
_TEXT_FR = (
    "La Région invite les start-up et les PME innovantes de son territoire à exposer sur le "
    "pavillon commun. Places offertes : {places}. Chaque entreprise tient un stand deux ou quatre "
    "jours. Un jury examine les candidatures ; les résultats sont envoyés par courriel."
)
_TEXT_EN = (
    "The Region invites innovative start-ups and small firms from its area to exhibit on the joint "
    "pavilion. Places offered: {places}. Each company holds a stand for two or four days. A jury "
    "reads the applications; results are sent by e-mail."
)
_AGAIN_FR = (
    "\n\nLa première session est close et ses résultats sont connus. Cette session complémentaire "
    "pourvoit les places rendues."
)
_AGAIN_EN = (
    "\n\nThe first session is over and its results are known. This complementary session fills the "
    "places given back."
)


def is_open(code: str) -> bool:
    return code in facts()["timeline"]["open_calls"]


def create_calls(
    participations: dict[str, Participation], size: Size, dates: Dates
) -> dict[str, Call]:
    calls = Call.objects.bulk_create(
        set_rules(_call(participations[numbers.code], numbers, dates)) for numbers in size.regions
    )
    create_rules(calls, dates)
    return {call.participation.region_id: call for call in calls}


def _call(participation: Participation, numbers: RegionNumbers, dates: Dates) -> Call:
    again = is_open(numbers.code)
    # Places that the selected have yet to take come on top of those taken.
    counts = statuses(numbers)
    places = numbers.startups + counts[Status.SELECTED]
    if again:  # the complementary session is there to fill the places given back
        places += counts[Status.DECLINED] + counts[Status.WITHDRAWN] // 2
    return Call(
        participation=participation,
        text_fr=_typography(_TEXT_FR.format(places=places) + (_AGAIN_FR if again else "")),
        text_en=_TEXT_EN.format(places=places) + (_AGAIN_EN if again else ""),
        opens_at=dates.step("opens"),
        closes_at=_reopened_until(dates) if again else dates.step("closes"),
        # While a complementary session runs, no date is set for its results.
        results_at=None if again else dates.step("results"),
        released_at=None if again else dates.step("results", hour=10),
        places=places,
        contact_email=f"appel@{participation.region.sort_key}.example",
        is_published=True,
    )


def statuses(numbers: RegionNumbers) -> dict[str, int]:
    """How many of a region's applications are in each state: the exhibitors, then the others."""
    others = shares(
        numbers.applications - numbers.startups,
        {str(status): weight for status, weight in ELSEWHERE[is_open(numbers.code)].items()},
    )
    return {str(Status.CONFIRMED): numbers.startups, **others}


def _reopened_until(dates: Dates) -> datetime:
    return dates.in_days(dates.working_day(facts()["timeline"]["open_calls_days_left"]))


def _typography(text: str) -> str:
    """No-break spaces before high punctuation, as French sets it."""
    for sign in ";!?":
        text = text.replace(f" {sign}", f"\u202f{sign}")
    return text.replace(" :", "\u00a0:")
