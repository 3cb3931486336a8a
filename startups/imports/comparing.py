"""What a list would change in a call: row by row, before anything is written."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from pavilion.core.text import sort_key
from startups.imports import values
from startups.imports.cells import digits, shortened
from startups.imports.headings import Heading
from startups.imports.headings import read as read_headings
from startups.imports.lines import CHANGED, OUTCOMES, REFUSED, SAME, Line, Problem
from startups.imports.mapping import Layout, letters, named
from startups.imports.passing import why_passed_over
from startups.imports.reading import Row
from startups.imports.standings import Follows, settle
from startups.imports.values.numbers import multiple_of
from startups.models import Application, Call, Theme

Status = Application.Status


@dataclass
class Comparison:
    headings: Sequence[str]
    lines: list[Line]

    def of(self, outcome: str) -> list[Line]:
        return [line for line in self.lines if line.outcome == outcome]

    @property
    def counts(self) -> dict[str, int]:
        return {each: len(self.of(each)) for each in OUTCOMES}

    @property
    def fingerprint(self) -> str:
        """The same as long as a run would do the same."""
        told = [
            (
                line.row,
                line.outcome,
                line.application and line.application.pk,
                {name: _plain(value) for name, value in sorted(line.values.items())},
                [(name, _plain(before), _plain(after)) for name, before, after in line.changes],
                _plain(line.standing),
            )
            for line in self.lines
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def compare(
    call: Call,
    rows: Iterable[Row],
    layout: Layout,
    *,
    follows: Follows,
    advance: Callable[[int], None] = lambda count: None,
) -> Comparison:
    """Every row below the headings, cleaned and set beside the applications there are.

    `follows` says which status an application may take after which.
    """
    known = _Known(call, follows)
    words = values.read_words()
    headings: Sequence[str] = []
    upper: list[Row] = []
    lines: list[Line] = []
    for number, cells in rows:
        if number <= layout.header_row:
            upper.append((number, cells))
        if number == layout.header_row:
            found = read_headings(upper, number)
            headings = [shortened(name, 200) for name in named(found)]
            words = replace(words, multiple=_multiple(found, layout))
        if number <= layout.header_row:
            continue
        line = Line(number, cells)
        _clean(line, layout, headings, words)
        if why := why_passed_over(line, layout, upper):
            line.pass_over(why)
        else:
            known.place(line)
        lines.append(line)
        advance(len(lines))
    return Comparison(headings, lines)


def _clean(line: Line, layout: Layout, headings: Sequence[str], words: values.Words) -> None:
    for index, name in layout.mapping.items():
        cell = line.cells[index] if index < len(line.cells) else ""
        try:
            value = values.clean(name, cell, words)
        except values.Unclean as error:
            line.refuse(Problem(str(error), _heading(headings, index), shortened(cell)))
            continue
        if value is not None:
            line.values[name] = value
    _join(line)
    line.name = str(line.values.get("display_name") or line.values.get("legal_name") or "")


def _multiple(headings: Sequence[Heading], layout: Layout) -> int:
    """How many euros one is in the column of the turnover."""
    for index, name in layout.mapping.items():
        if name == "revenue" and index < len(headings):
            return multiple_of(str(headings[index]))
    return 1


def _heading(headings: Sequence[str], index: int) -> str:
    heading = headings[index] if index < len(headings) else ""
    return heading or letters(index)


def _join(line: Line) -> None:
    """First and last name in two columns are one name; the words of a decision one standing."""
    found = line.values
    names = (found.pop("contact_first_name", ""), found.pop("contact_last_name", ""))
    if any(names):
        found.setdefault("contact_name", " ".join(filter(None, names)))
    standing: values.Standing | None = found.pop("standing", None)
    rank = found.pop("waiting_rank", None)
    line.reason = found.pop("decision_reason", "")
    if standing and standing.outcome == "waitlisted" and rank and not standing.rank:
        standing = values.Standing(standing.outcome, rank, standing.status)
    line.standing = standing
    if "siret" in found and "siren" in found and not found["siret"].startswith(found["siren"]):
        line.refuse(
            Problem(
                _(
                    "The SIRET %(siret)s does not begin with the SIREN %(siren)s: one of them is "
                    "another company’s. Correct the wrong one."
                )
                % found
            )
        )


class _Known:
    """The applications of a call, and the rows of the file seen so far."""

    def __init__(self, call: Call, follows: Follows) -> None:
        self.follows = follows
        self.by_siren: dict[str, Application] = {}
        self.by_contact: dict[tuple[str, str], Application] = {}
        self.rows_by_siren: dict[str, int] = {}
        self.rows_by_contact: dict[tuple[str, str], int] = {}
        applications = Application.objects.filter(call=call, anonymised_at__isnull=True)
        for application in applications.select_related("theme", "decision").order_by("-pk"):
            application.call = call
            if application.siren:
                self.by_siren[application.siren] = application
            # A draft is its author's: a list may run into it by its SIREN, not by guessing names.
            if application.submitted_at:
                for name in (application.legal_name, application.display_name):
                    if name:
                        self.by_contact[_contact(name, application.contact_email)] = application

    def place(self, line: Line) -> None:
        siren = line.values.get("siret", "")[:9] or line.values.get("siren", "")
        contacts = _contacts(line.values)
        if self._is_twice(line, siren, contacts):
            return
        application = self._match(line, siren, contacts)
        if "siret" in line.values or (application and application.siren == siren):
            line.values.pop("siren", None)  # follows from the SIRET, or is known
        if application is not None:
            line.application = application
            line.name = str(application) if application.submitted_at else line.name
            self._set_beside(line, application)
        elif line.outcome != REFUSED:
            self._ensure_enough(line)

    def _is_twice(self, line: Line, siren: str, contacts: list[tuple[str, str]]) -> bool:
        first = self.rows_by_siren.get(siren) if siren else None
        for contact in contacts:
            first = first or self.rows_by_contact.get(contact)
        if siren:
            self.rows_by_siren.setdefault(siren, line.row)
        for contact in contacts:
            self.rows_by_contact.setdefault(contact, line.row)
        if first:
            line.refuse(
                Problem(
                    _(
                        "Row %(row)s is about the same company. Keep one of the two rows, with "
                        "what is right in both."
                    )
                    % {"row": first}
                )
            )
        return first is not None

    def _match(self, line: Line, siren: str, contacts: list[tuple[str, str]]) -> Application | None:
        if siren and siren in self.by_siren:
            return self.by_siren[siren]
        for contact in contacts:
            application = self.by_contact.get(contact)
            if application is None:
                continue
            if siren and application.siren and application.siren != siren:
                line.refuse(
                    Problem(
                        _(
                            "%(name)s, with the same contact, already applies under the SIREN "
                            "%(siren)s. If it is the same company, correct the number here; if "
                            "not, give its own contact address."
                        )
                        % {"name": application, "siren": application.siren}
                    )
                )
                return None
            return application
        return None

    def _ensure_enough(self, line: Line) -> None:
        lacking = []
        if not line.name:
            lacking.append(_("the company’s name"))
        if "contact_email" not in line.values:
            lacking.append(_("the contact’s e-mail address"))
        if lacking:
            line.refuse(
                Problem(
                    _("A new company needs %(what)s: fill it in, or remove the row.")
                    % {"what": _(" and ").join(lacking)}
                )
            )
            return
        _ensure_founders(line, line.values)
        settle(line, None, self.follows)

    def _set_beside(self, line: Line, application: Application) -> None:
        if application.submitted_at is None or application.status == Status.DRAFT:
            line.refuse(
                Problem(
                    _(
                        "This company has begun an application of its own: only the company "
                        "writes in it until it is submitted. Remove the row, or wait."
                    )
                )
            )
            return
        for name, value in line.values.items():
            before = getattr(application, name)
            if not is_same(name, before, value):
                line.changes.append((name, before, value))
        if line.changes and application.status == Status.WITHDRAWN:
            line.refuse(
                Problem(
                    _(
                        "%(name)s has withdrawn its application: it can no longer be changed. "
                        "Remove the row."
                    )
                    % {"name": application}
                )
            )
            return
        merged = {
            name: line.values.get(name, getattr(application, name))
            for name in ("founders", "women_founders")
        }
        if line.outcome != REFUSED:
            _ensure_founders(line, merged)
        settle(line, application, self.follows)
        if line.outcome != REFUSED:
            line.outcome = CHANGED if line.changes or line.standing else SAME


def _ensure_founders(line: Line, found: Mapping[str, Any]) -> None:
    founders, women = found.get("founders"), found.get("women_founders")
    if founders is not None and women is not None and women > founders:
        line.refuse(
            Problem(
                _(
                    "There are more women among the founders (%(women)s) than founders "
                    "(%(founders)s). Correct one of the two numbers."
                )
                % {"women": women, "founders": founders}
            )
        )


def is_same(name: str, before: Any, after: Any) -> bool:
    """Whether two values say the same: spelling of numbers and addresses aside."""
    if isinstance(after, Theme):
        return before is not None and before.pk == after.pk
    if before == after:
        return True
    if name == "contact_phone":
        return _phone(before) == _phone(after)
    if name == "contact_email":
        return str(before).casefold() == str(after).casefold()
    if name == "website":
        return _site(before) == _site(after)
    if isinstance(before, str) and isinstance(after, str):
        return before.split() == after.split()
    return False


def _phone(text: str) -> str:
    number = digits(text)
    if number.startswith("0033"):
        number = number[4:]
    elif number.startswith("33"):
        number = number[2:]
    return number.removeprefix("0")


def _site(text: str) -> str:
    return text.casefold().removeprefix("https://").removeprefix("http://").rstrip("/")


def _contact(name: str, email: str) -> tuple[str, str]:
    return sort_key(name), email.casefold()


def _contacts(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    email = found.get("contact_email", "")
    names = [found[name] for name in ("legal_name", "display_name") if found.get(name)]
    return list(dict.fromkeys(_contact(name, email) for name in names)) if email else []


def _plain(value: Any) -> str:
    return str(value.pk) if isinstance(value, Theme) else str(value)
