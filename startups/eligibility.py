"""What a call asks of those who apply, held against what a file says. Tells, never blocks.

Pure: the caller loads the application with its theme, its call, region and the call's themes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from pavilion.core.dates import written
from startups.models import Application, Call, Headcount

# INSEE's bands from the smallest to the largest; "unknown" is none of them.
BANDS = [str(band) for band in Headcount if band != Headcount.UNKNOWN]


@dataclass(frozen=True)
class Rule:
    """`name` is stable, for programs; `sentence` is for people."""

    name: str
    sentence: str


@dataclass(frozen=True)
class Finding:
    """What one rule finds in one file: kept, not kept, or (None) not to be told yet."""

    rule: str
    is_met: bool | None
    sentence: str


def rules(call: Call) -> list[Rule]:
    """What the call asks, in the active language."""
    return list(_rules(call))


def findings(application: Application) -> list[Finding]:
    """Each rule of the call beside what the file says about it."""
    call = application.call
    return [
        Finding(rule.name, is_met, f"{rule.sentence} {said}")
        for rule in _rules(call)
        for is_met, said in [_judge(rule.name, application)]
    ]


def age(founded_on: date, at: date) -> int:
    """Whole years. Who is founded on 29 February has its years on the 28th of a short February:
    a term without its own day ends with the month (French code of civil procedure, art. 641)."""
    years = at.year - founded_on.year
    return years if _anniversary(founded_on, at.year) <= at else years - 1


def _anniversary(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _rules(call: Call) -> Iterator[Rule]:
    if call.only_head_office:
        region = {"region": call.participation.region}
        sentence = _("The head office must be in the region (%(region)s).") % region
        yield Rule("head_office", sentence)
    if call.max_age_years is not None:
        sentence = ngettext(
            "The company must have been founded less than %(years)d year before %(day)s, when the "
            "call closes.",
            "The company must have been founded less than %(years)d years before %(day)s, when "
            "the call closes.",
            call.max_age_years,
        )
        words = {"years": call.max_age_years, "day": _day(_closing_day(call))}
        yield Rule("age", sentence % words)
    if call.max_headcount:
        band = {"headcount": _band(call.max_headcount)}
        yield Rule("headcount", _("The headcount must be at most: %(headcount)s.") % band)
    if call.max_revenue is not None:
        amount = {"amount": euros(call.max_revenue)}
        yield Rule("revenue", _("The yearly turnover must be at most %(amount)s.") % amount)
    if themes := call.themes.all():
        names = {"themes": ", ".join(str(theme) for theme in themes)}
        yield Rule("theme", _("The main theme must be one of: %(themes)s.") % names)
    if call.only_first_participation:
        sentence = _("The company must not have exhibited on the pavilion before.")
        yield Rule("first_participation", sentence)


def _judge(rule: str, application: Application) -> tuple[bool | None, str]:
    judges = {
        "head_office": _head_office,
        "age": _age,
        "headcount": _headcount,
        "revenue": _revenue,
        "theme": _theme,
        "first_participation": _first_participation,
    }
    return judges[rule](application)


def _head_office(application: Application) -> tuple[bool | None, str]:
    if not application.department:
        return None, _("The file gives no postcode of the head office.")
    words = {"place": f"{application.postcode} {application.city}".strip()}
    is_met = application.department in application.call.participation.region.departments
    return is_met, _("The file says: %(place)s.") % words


def _age(application: Application) -> tuple[bool | None, str]:
    founded_on, call = application.founded_on, application.call
    if founded_on is None:
        return None, _("The file gives no founding date.")
    is_met = age(founded_on, _closing_day(call)) < (call.max_age_years or 0)
    return is_met, _("The file says: founded on %(day)s.") % {"day": _day(founded_on)}


def _headcount(application: Application) -> tuple[bool | None, str]:
    band = application.headcount_band
    if band not in BANDS:
        return None, _("The file does not tell the headcount.")
    is_met = BANDS.index(band) <= BANDS.index(application.call.max_headcount)
    return is_met, _("The file says: %(headcount)s.") % {"headcount": _band(band)}


def _revenue(application: Application) -> tuple[bool | None, str]:
    revenue, most = application.revenue, application.call.max_revenue
    if revenue is None or most is None:
        return None, _("The file does not tell the turnover.")
    return revenue <= most, _("The file says: %(amount)s.") % {"amount": euros(revenue)}


def _theme(application: Application) -> tuple[bool | None, str]:
    if application.theme is None:
        return None, _("The file names no main theme.")
    among = {theme.pk for theme in application.call.themes.all()}
    is_met = application.theme_id in among
    return is_met, _("The file says: %(theme)s.") % {"theme": application.theme}


def _first_participation(application: Application) -> tuple[bool | None, str]:
    if application.has_exhibited is None:
        return None, _("The company has not said whether it has.")
    if application.has_exhibited:
        return False, _("The company says that it has.")
    return True, _("The company says that it has not.")


def _closing_day(call: Call) -> date:
    return timezone.localtime(call.closes_at, timezone.get_default_timezone()).date()


def _day(value: date) -> str:
    return written(value, pgettext("day in a sentence", "j F Y"))


def _band(code: str) -> str:
    label = str(Headcount(code).label)
    return label[:1].lower() + label[1:]


def euros(amount: Decimal) -> str:
    """Whole euros without decimals; nothing after the sign is rounded away."""
    decimals = 0 if amount == amount.to_integral_value() else 2
    return f"{number_format(amount, decimals, force_grouping=True)}\u00a0€"
