"""Why an exhibitor has no place in a proposal, in one sentence and as small as it is true."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from events.models import HalfDay, Stand
from startups.floor import fitting, spoken
from startups.floor.proposal.difference import Difference
from startups.models import AllocationRun, Exhibitor

# Longer lists are counted, not told.
NAMED = 6


@dataclass(frozen=True)
class Unplaced:
    exhibitor: Exhibitor
    reason: str


@dataclass
class _Told:
    """What the keys of a reason are called."""

    difference: Difference
    needs: Mapping[int, Mapping[str, Any]]
    names: Mapping[int, str]
    holds: Mapping[str, str]
    others: Mapping[str, int]


def unplaced(run: AllocationRun, difference: Difference) -> list[Unplaced]:
    """One query for the names of those who are no part of the proposal, if any are in the way."""
    rows = run.plan.get("unplaced", ())
    if not rows:
        return []
    aside = run.problem["aside"]
    names = {pk: str(exhibitor) for pk, exhibitor in difference.exhibitors.items()}
    mentioned = {pk for row in rows for pk in row["reason"]["taken_by"]} | set(
        aside["others"].values()
    )
    strangers = Exhibitor.objects.filter(pk__in=mentioned - names.keys())
    names |= {row.pk: str(row) for row in strangers.select_related("application")}
    told = _Told(
        difference=difference,
        needs={row["id"]: row for row in run.problem["exhibitors"]},
        names=names,
        holds=aside["holds"],
        others=aside["others"],
    )
    return [
        Unplaced(
            difference.exhibitors[row["exhibitor"]],
            _sentence(row["exhibitor"], row["reason"], told),
        )
        for row in rows
    ]


def _sentence(pk: int, reason: Mapping[str, Any], told: _Told) -> str:
    needs = listed(_needs(reason["needs"], told.needs[pk]))
    kind = reason["kind"]
    if kind == "no_stand":
        if reason["stands"]:
            stands = listed([told.difference.stands.get(each, "?") for each in reason["stands"]])
            return _(
                "It needs %(needs)s, which its confirmed stand (%(stands)s) does not have."
            ) % {
                "needs": needs,
                "stands": stands,
            }
        if needs:
            return _("It needs %(needs)s: no stand open to it has that.") % {"needs": needs}
        return _("No stand is open to it.")
    if kind == "no_stay":
        return _no_stay(told.needs[pk]["granted"], reason, told)
    sentence = _taken(pk, needs, reason, told)
    if kind == "outranked":
        better = ngettext(
            "It has the better rank.", "They all have better ranks.", len(reason["taken_by"])
        )
        sentence = f"{sentence} {better}"
    return sentence


def _no_stay(granted: int, reason: Mapping[str, Any], told: _Told) -> str:
    words = {"count": granted, "days": spoken.when(_half_days(reason["half_days"], told))}
    if reason["stands"]:
        return (
            ngettext(
                "No stay of %(count)d half-day on one stand agrees with what is confirmed or "
                "impossible %(days)s.",
                "No stay of %(count)d half-days on one stand agrees with what is confirmed or "
                "impossible %(days)s.",
                granted,
            )
            % words
        )
    if not words["days"]:
        return (
            ngettext(
                "It is granted %(count)d half-day: the fair has fewer.",
                "It is granted %(count)d half-days in a row: the fair has fewer.",
                granted,
            )
            % words
        )
    return (
        ngettext(
            "It is granted %(count)d half-day, and cannot come %(days)s: none is left.",
            "It is granted %(count)d half-days, and cannot come %(days)s: fewer are left.",
            granted,
        )
        % words
    )


def _taken(pk: int, needs: str, reason: Mapping[str, Any], told: _Told) -> str:
    cells = [
        f"{stand}:{half_day}" for stand in reason["stands"] for half_day in reason["half_days"]
    ]
    kept_free = any(cell in told.holds for cell in cells)
    takers = [*reason["taken_by"]]
    takers += [told.others[cell] for cell in cells if cell in told.others]
    half_days = _half_days(reason["half_days"], told)
    is_all = len(half_days) == len(told.difference.half_days)
    names = [told.names[pk] for pk in dict.fromkeys(takers) if pk in told.names]
    words = {
        "needs": needs,
        "count": len(reason["stands"]),
        "stands": listed([told.difference.stands.get(pk, "?") for pk in reason["stands"]]),
        "days": _("throughout the fair") if is_all else spoken.when(half_days),
        "names": listed(names),
    }
    clauses = _each(words) if reason.get("is_each") else [_all(words, bool(needs), bool(names))]
    if reason.get("is_scattered"):
        clauses.append(
            _(
                "Enough half-days are left, but no %(count)d in a row on one stand among those it "
                "can come."
            )
            % {"count": told.needs[pk]["granted"]}
        )
    if kept_free:
        clauses.append(_("Some of it is kept free."))
    return " ".join(clauses)


def _each(words: Mapping[str, Any]) -> list[str]:
    """Several stands, none of which has a whole stay left; each is taken at another time."""
    if words["needs"]:
        lead = _(
            "It needs %(needs)s; each of the %(count)d stands with that (%(stands)s) is not free "
            "on at least one half-day of every stay it could have."
        )
    else:
        lead = _(
            "Each of the %(count)d stands open to it (%(stands)s) is not free on at least one "
            "half-day of every stay it could have."
        )
    clauses = [lead % words]
    if words["names"]:
        clauses.append(_("In the way: %(names)s.") % words)
    return clauses


def _all(words: dict[str, Any], needs: bool, names: bool) -> str:
    count = words["count"]
    if needs and names:
        lead = ngettext(
            "It needs %(needs)s; the only stand with that (%(stands)s) is taken %(days)s by "
            "%(names)s.",
            "It needs %(needs)s; the %(count)d stands with that (%(stands)s) are taken %(days)s "
            "by %(names)s.",
            count,
        )
    elif needs:
        lead = ngettext(
            "It needs %(needs)s; the only stand with that (%(stands)s) is not free %(days)s.",
            "It needs %(needs)s; the %(count)d stands with that (%(stands)s) are not free long "
            "enough %(days)s.",
            count,
        )
    elif names:
        lead = ngettext(
            "The only stand open to it (%(stands)s) is taken %(days)s by %(names)s.",
            "The %(count)d stands open to it (%(stands)s) are taken %(days)s by %(names)s.",
            count,
        )
    else:
        lead = ngettext(
            "The only stand open to it (%(stands)s) is not free %(days)s.",
            "None of the %(count)d stands open to it (%(stands)s) is free long enough %(days)s.",
            count,
        )
    return lead % words


def _half_days(keys: Collection[int], told: _Told) -> Sequence[HalfDay]:
    return [each for each in told.difference.half_days if each.pk in set(keys)]


def _needs(names: Collection[str], asked: Mapping[str, Any]) -> list[str]:
    """In the order of the form: "2 kW", "a screen"."""
    known = {
        "kind": _("a stand of kind “%(kind)s”")
        % {"kind": Stand.Kind(asked["kind"]).label if asked["kind"] else ""},
        "watts": fitting.power(asked["watts"]),
        "screen": pgettext("need", "a screen"),
        "network": pgettext("need", "a wired network"),
        "storage": pgettext("need", "storage"),
        "water": pgettext("need", "water"),
        "load": _("a floor for %(load)d kg/m²") % {"load": asked["load"]},
        "accessible": pgettext("need", "wheelchair access"),
    }
    return [words for name, words in known.items() if name in names]


def listed(words: Sequence[str]) -> str:
    """ "A, B and C"; a long list by its beginning and a count."""
    if len(words) <= NAMED + 1:
        return spoken.listed(words)
    more = len(words) - NAMED
    return ngettext("%(words)s and %(count)d other", "%(words)s and %(count)d others", more) % {
        "words": ", ".join(words[:NAMED]),
        "count": more,
    }


def warnings(run: AllocationRun, difference: Difference) -> list[str]:
    """What breaks a rule already because it is confirmed or kept: it stays, people should know."""
    return [
        sentence
        for row in run.plan.get("warnings", ())
        if (sentence := _warning(row, run, difference))
    ]


def _warning(row: Mapping[str, Any], run: AllocationRun, difference: Difference) -> str:
    if row["kind"] == "clock":
        return _(
            "The time ran out before the search was complete: on a faster machine the same seed "
            "may give another proposal."
        )
    exhibitor = difference.exhibitors.get(row.get("exhibitor", 0))
    if exhibitor is None:
        return ""
    asked = next(each for each in run.problem["exhibitors"] if each["id"] == exhibitor.pk)
    days = [each for each in difference.half_days if each.pk in row.get("half_days", ())]
    words = {
        "exhibitor": exhibitor,
        "stands": listed([difference.stands.get(pk, "?") for pk in row.get("stands", ())]),
        "needs": listed(_needs(row.get("needs", ()), asked)),
        "days": spoken.when(days),
    }
    sentences = {
        "several_stands": _("%(exhibitor)s is fixed on several stands: %(stands)s."),
        "needs": _("%(exhibitor)s is fixed on %(stands)s, which lacks what it needs: %(needs)s."),
        "zone": _("%(exhibitor)s is fixed on %(stands)s, outside its region’s area."),
        "impossible": _("%(exhibitor)s is fixed where it cannot come: %(days)s."),
        "more_than_granted": _("%(exhibitor)s is fixed for more half-days than it is granted."),
    }
    return sentences.get(row["kind"], "") % words
