"""Whom a choice takes, beside who applied and what the region means to take.

Pure: plain values in, bars out. The words are those of the active language.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Years of existence when the call closes: value, words, up to which age (None: any).
AGE_BANDS: tuple[tuple[str, Any, int | None], ...] = (
    ("0-2", gettext_lazy("less than 3 years"), 2),
    ("3-5", gettext_lazy("3 to 5 years"), 5),
    ("6-10", gettext_lazy("6 to 10 years"), 10),
    ("11-", gettext_lazy("more than 10 years"), None),
)
DEPARTMENT, THEME, AGE, WOMEN = "department", "theme", "age", "women"
# A company counts for the women's quota when at least one founded it. Its value is empty.
SOME, NONE, UNTOLD = "", "none", "untold"


def age_band(age: int | None) -> str:
    """The value of an age's band; "untold" when nobody told it."""
    if age is None:
        return UNTOLD
    for value, _label, most in AGE_BANDS:
        if most is None or age <= most:
            return value
    raise AssertionError("the last band has no end")


@dataclass(frozen=True, kw_only=True)
class Company:
    pk: int
    department: str
    theme: str
    age: int | None
    founders: int | None
    women: int | None

    @property
    def values(self) -> dict[str, str]:
        """Where it counts, by dimension."""
        return {
            DEPARTMENT: self.department or UNTOLD,
            THEME: self.theme or UNTOLD,
            AGE: age_band(self.age),
            WOMEN: UNTOLD if self.women is None else SOME if self.women else NONE,
        }


@dataclass(frozen=True)
class Bar:
    """One value: how many applied, how many are chosen, how many the region wants at least."""

    dimension: str
    value: str
    label: str
    applied: int
    chosen: int
    least: int | None
    applied_share: int
    chosen_share: int
    least_share: int | None
    # One of the region's own départements.
    is_own: bool = False

    @property
    def is_short(self) -> bool:
        return self.least is not None and self.chosen < self.least


@dataclass(frozen=True)
class Part:
    dimension: str
    title: str
    bars: list[Bar]
    # What a drawing does not say loudly enough: départements nobody applied from, and those
    # from which nobody is chosen.
    remarks: Sequence[str] = ()
    left_out: str = ""


@dataclass(frozen=True)
class Balance:
    applied: int
    chosen: int
    parts: list[Part]
    women_applied: int | None
    women_chosen: int | None


def balance_of(
    companies: Sequence[Company],
    chosen: Collection[int],
    *,
    departments: Mapping[str, str],
    themes: Mapping[str, str],
    quotas: Mapping[tuple[str, str], int],
    places: int,
) -> Balance:
    """`departments` are those of the region, `themes` all of them: code to name, in order."""
    taken = [company for company in companies if company.pk in chosen]
    applied, selected = _counted(companies), _counted(taken)
    labels = {
        DEPARTMENT: dict(departments),
        THEME: {code: name for code, name in themes.items() if (THEME, code) in applied},
        AGE: {value: str(label) for value, label, _most in AGE_BANDS},
        WOMEN: {SOME: _("at least one woman"), NONE: _("no woman")},
    }
    titles = {
        DEPARTMENT: _("Départements"),
        THEME: _("Themes"),
        AGE: _("Age of the companies"),
        WOMEN: _("Women among the founders"),
    }
    parts = []
    for dimension, known in labels.items():
        wanted = [key[1] for key in quotas if key[0] == dimension]
        met = {value for of, value in applied if of == dimension}
        rest = [value for value in sorted({*wanted, *met}) if value not in known]
        named = known | {value: _rest_label(dimension, value, themes) for value in rest}
        bars = [
            replace(
                _bar(dimension, value, label, applied, selected, quotas, len(companies), places),
                is_own=dimension == DEPARTMENT and value in departments,
            )
            for value, label in named.items()
        ]
        parts.append(_part(dimension, titles[dimension], bars))
    return Balance(
        applied=len(companies),
        chosen=len(taken),
        parts=parts,
        women_applied=women_share(companies),
        women_chosen=women_share(taken),
    )


def _part(dimension: str, title: str, bars: list[Bar]) -> Part:
    if dimension != DEPARTMENT:
        return Part(dimension, title, bars)
    left_out = _left_out(bars)
    return Part(dimension, title, bars, _remarks(bars), _and(left_out) if left_out else "")


def women_share(companies: Iterable[Company]) -> int | None:
    """Of all founders told, how many of a hundred are women; None when nobody told."""
    told = [each for each in companies if each.founders and each.women is not None]
    founders = sum(each.founders or 0 for each in told)
    women = sum(each.women or 0 for each in told)
    return round(100 * women / founders) if founders else None


def _counted(companies: Iterable[Company]) -> Counter[tuple[str, str]]:
    return Counter(pair for company in companies for pair in company.values.items())


def _bar(
    dimension: str,
    value: str,
    label: str,
    applied: Mapping[tuple[str, str], int],
    selected: Mapping[tuple[str, str], int],
    quotas: Mapping[tuple[str, str], int],
    count: int,
    places: int,
) -> Bar:
    key = (dimension, value)
    least = quotas.get(key)
    return Bar(
        dimension=dimension,
        value=value,
        label=label,
        applied=applied.get(key, 0),
        chosen=selected.get(key, 0),
        least=least,
        applied_share=_share(applied.get(key, 0), count),
        chosen_share=_share(selected.get(key, 0), places),
        least_share=None if least is None else _share(least, places),
    )


def _share(part: int, whole: int) -> int:
    return min(100, round(100 * part / whole)) if whole else 0


def _rest_label(dimension: str, value: str, themes: Mapping[str, str]) -> str:
    if value == UNTOLD:
        return _("not told")
    if dimension == DEPARTMENT:
        return _("outside the region (%(code)s)") % {"code": value}
    return themes.get(value, value)


def _remarks(bars: Sequence[Bar]) -> list[str]:
    without = [bar.label for bar in bars if bar.is_own and not bar.applied]
    return [_("Nobody applied from %(names)s.") % {"names": _and(without)}] if without else []


def _left_out(bars: Sequence[Bar]) -> list[str]:
    return [bar.label for bar in bars if bar.is_own and bar.applied and not bar.chosen]


def _and(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    words = {"names": ", ".join(names[:-1]), "last": names[-1]}
    return _("%(names)s and %(last)s") % words
